from django.apps import AppConfig


class PremisesConfig(AppConfig):
    name = "tenants.premises"
    label = "premises"

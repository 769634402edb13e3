from django.apps import AppConfig


class WorkshopsConfig(AppConfig):
    name = "tenants.workshops"
    label = "workshops"

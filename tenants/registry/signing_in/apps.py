from django.apps import AppConfig


class SigningInConfig(AppConfig):
    name = "tenants.registry.signing_in"
    label = "signing_in"

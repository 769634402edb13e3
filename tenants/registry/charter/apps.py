from django.apps import AppConfig


class CharterConfig(AppConfig):
    name = "tenants.registry.charter"
    label = "charter"

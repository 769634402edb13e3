from django.apps import AppConfig


class OverviewConfig(AppConfig):
    name = "tenants.overview"
    label = "overview"

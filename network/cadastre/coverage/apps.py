from django.apps import AppConfig


class CoverageConfig(AppConfig):
    name = "network.cadastre.coverage"
    label = "coverage"

from django.apps import AppConfig


class CadastreConfig(AppConfig):
    name = "network.cadastre"
    label = "cadastre"

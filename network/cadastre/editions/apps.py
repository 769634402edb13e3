from django.apps import AppConfig


class EditionsConfig(AppConfig):
    name = "network.cadastre.editions"
    label = "editions"

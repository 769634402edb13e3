from django.apps import AppConfig


class PapersConfig(AppConfig):
    name = "network.cadastre.papers"
    label = "papers"

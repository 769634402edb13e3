from django.apps import AppConfig


class OpenDataConfig(AppConfig):
    name = "network.directory.open_data"
    label = "open_data"

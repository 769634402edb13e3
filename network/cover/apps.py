from django.apps import AppConfig


class NetworkCoverConfig(AppConfig):
    name = "network.cover"
    label = "network_cover"

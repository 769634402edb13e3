from django.apps import AppConfig


class MergingConfig(AppConfig):
    name = "network.directory.merging"
    label = "merging"

from django.apps import AppConfig


class DirectoryConfig(AppConfig):
    name = "network.directory"
    label = "directory"

from django.apps import AppConfig


class RecognitionConfig(AppConfig):
    name = "network.cadastre.recognition"
    label = "recognition"

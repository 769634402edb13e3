from django.apps import AppConfig


class WebhooksConfig(AppConfig):
    name = "network.webhooks"
    label = "webhooks"

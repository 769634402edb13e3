from django.apps import AppConfig


class FundingConfig(AppConfig):
    name = "network.funding"
    label = "funding"

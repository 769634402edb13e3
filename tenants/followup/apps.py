from django.apps import AppConfig


class FollowupConfig(AppConfig):
    name = "tenants.followup"
    label = "followup"

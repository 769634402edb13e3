from django.apps import AppConfig


class JournalConfig(AppConfig):
    name = "tenants.activity.journal"
    label = "journal"

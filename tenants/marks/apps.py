from django.apps import AppConfig


class MarksConfig(AppConfig):
    name = "tenants.marks"
    label = "marks"

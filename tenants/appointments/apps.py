from django.apps import AppConfig


class AppointmentsConfig(AppConfig):
    name = "tenants.appointments"
    label = "appointments"

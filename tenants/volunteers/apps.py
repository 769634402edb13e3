from django.apps import AppConfig


class VolunteersConfig(AppConfig):
    name = "tenants.volunteers"
    label = "volunteers"

    def ready(self) -> None:
        from tenants.volunteers.sections import register

        register()

from django.apps import AppConfig


class EditionsConfig(AppConfig):
    name = "network.cadastre.editions"
    label = "editions"

    def ready(self) -> None:
        from network.cadastre.editions.publishing import declare

        declare()

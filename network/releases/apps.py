from django.apps import AppConfig


class ReleasesConfig(AppConfig):
    name = "network.releases"
    label = "releases"

    def ready(self) -> None:
        from network.releases.staff import declare

        declare()

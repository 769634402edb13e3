from django.apps import AppConfig


class ObservabilityConfig(AppConfig):
    name = "maillage.observability"
    label = "observability"

    def ready(self) -> None:
        from maillage.observability import crashes, sentry

        crashes.install()
        sentry.start()

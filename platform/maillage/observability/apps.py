from django.apps import AppConfig
from django.conf import settings


class ObservabilityConfig(AppConfig):
    name = "maillage.observability"
    label = "observability"

    def ready(self) -> None:
        from maillage.observability import crashes

        crashes.install()
        if settings.SENTRY_DSN:  # else its SDK need not be loaded
            from maillage.observability import sentry

            sentry.start()

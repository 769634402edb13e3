import logging

from django.apps import AppConfig

from maillage.design import translations

logger = logging.getLogger(__name__)


class DesignConfig(AppConfig):
    default_auto_field = "django.db.models.BigAutoField"
    name = "maillage.design"
    label = "design"

    def ready(self) -> None:
        # A clone has no .mo files; without them every page would silently come out in English.
        try:
            translations.compile_catalogues(only_stale=True)
        except (OSError, ImportError) as error:
            logger.warning("translations could not be compiled: %s", error)

import logging
from pathlib import Path

from django.apps import AppConfig
from django.utils.translation.reloader import translation_file_changed

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
            # Another app may have asked for a word while it was loading: what was read then is read again.
            translation_file_changed(None, Path("django.mo"))
        except (OSError, ImportError) as error:
            logger.warning("translations could not be compiled: %s", error)

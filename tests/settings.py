"""Settings of the tests: the real ones, with what would only slow them down or leave the machine taken out."""

import os

os.environ["MAILLAGE_ENV"] = "test"

from maillage.settings import *  # noqa: F403
from maillage.settings import CACHES, TEMPLATES

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
# One place to empty between two tests; tests/observability/test_serving.py tries the real one, with two processes.
CACHES["attempts"] = CACHES["default"]
WHITENOISE_AUTOREFRESH = True
# An undefined variable in a template fails the test that renders it, instead of printing nothing.
TEMPLATES[0]["OPTIONS"]["string_if_invalid"] = "⟦undefined: %s⟧"

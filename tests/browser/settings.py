"""Settings of the site that the browser visits: a real one's, static files compressed and named by content."""

import os

os.environ["MAILLAGE_ENV"] = "test"

from maillage.settings import *  # noqa: F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"

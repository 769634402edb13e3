"""Settings of the site that the browser visits: a real one's, static files compressed and named by content."""

import os

os.environ["MAILLAGE_ENV"] = "test"

from maillage.settings import *  # noqa: F403
from tests.browser.midday import ZONE

TIME_ZONE = ZONE

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# The run's own letterbox (conftest.py): letters leave this process as they leave a real one.
EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
EMAIL_HOST, EMAIL_PORT = "127.0.0.1", int(os.environ.get("LETTERBOX_PORT", "25"))
EMAIL_TIMEOUT = 60

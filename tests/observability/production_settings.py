"""The settings of a production, but a wrong password costs nothing to check: who guesses is counted, not hashed."""

from maillage.settings import *  # noqa: F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

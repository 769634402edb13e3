"""How the secrets of second factors are kept: a copy of the database alone signs nobody in."""

import base64
import hashlib

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings


def secrets_box() -> MultiFernet:
    """Keys made from SECRET_KEY; the former ones (SECRET_KEY_FALLBACKS) still open what they closed."""
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    digests = (hashlib.sha256(b"maillage second factors:" + str(key).encode()).digest() for key in keys)
    return MultiFernet([Fernet(base64.urlsafe_b64encode(one)) for one in digests])

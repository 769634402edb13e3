"""How secrets are kept: a copy of the database alone signs nobody in, and shows nobody's words."""

import base64
import hashlib

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings


def secrets_box(what: str = "second factors") -> MultiFernet:
    """Keys made from SECRET_KEY; the former ones (SECRET_KEY_FALLBACKS) still open what they closed.

    Each kind of secret has keys of its own: what one box closed, no other opens.
    """
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    digests = (hashlib.sha256(f"maillage {what}:{key}".encode()).digest() for key in keys)
    return MultiFernet([Fernet(base64.urlsafe_b64encode(one)) for one in digests])

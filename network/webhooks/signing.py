"""How a message is signed: the convention of standardwebhooks.com, so that a receiver finds a library for it.

HMAC-SHA256 over `id.timestamp.body`, in base64 after `v1,`; one signature for each key that holds, with
blanks between them. A secret is `whsec_` and 32 random bytes in base64.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import hmac
import secrets
from collections.abc import Iterable
from uuid import UUID

PREFIX = "whsec_"


def new_secret() -> str:
    return PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def headers_for(body: bytes, *, event_id: UUID, at: dt.datetime, keys: Iterable[str]) -> dict[str, str]:
    moment = str(int(at.timestamp()))
    signed = f"{event_id}.{moment}.".encode() + body
    return {
        "webhook-id": str(event_id),
        "webhook-timestamp": moment,
        "webhook-signature": " ".join(_signature(signed, key) for key in keys),
    }


def _signature(signed: bytes, secret: str) -> str:
    key = base64.b64decode(secret.removeprefix(PREFIX))
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()

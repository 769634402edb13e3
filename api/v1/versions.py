"""Versions of a row (ETag, If-Match) and keys of a write (Idempotency-Key): nothing is done twice or over another."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.http import parse_etags
from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.response import Response

from api.v1.errors import Conflict, Refusal

LONGEST_KEY = 128
NAMESPACE = uuid.UUID("5d0d2b0a-3d4c-5b7e-9c55-6d61696c6c61")


def etag_of(row: Any, content: dict[str, Any] | None = None) -> str:
    """The version of a row that carries `updated_at`; of another one, that of its content."""
    if content is None:
        return f'"{row.pk}-{row.updated_at.timestamp():.6f}"'
    said = json.dumps(content, sort_keys=True, default=str)
    return f'"{row.pk}-{hashlib.sha256(said.encode()).hexdigest()[:16]}"'


def unchanged(request: Request, version: str) -> bool:
    """Whether `If-None-Match` names the version that stands."""
    known = [one.removeprefix("W/") for one in parse_etags(request.headers.get("If-None-Match", ""))]
    return "*" in known or version in known


def is_stale(request: Request, version: str) -> bool:
    """Whether `If-Match` names another version than the one that stands. Without the header: no.

    A version comes back as a weak one from whoever got it in a compressed answer.
    """
    asked = request.headers.get("If-Match")
    if asked is None:
        return False
    known = [one.removeprefix("W/") for one in parse_etags(asked)]
    return "*" not in known and version not in known


def stale(version: str, current: dict[str, Any], submitted: Any) -> Response:
    """412, with both versions: somebody else was faster."""
    body = {
        "detail": _("Somebody has changed this meanwhile. Compare both versions, then send yours again."),
        "current": current,
        "submitted": submitted,
    }
    return Response(body, status=412, headers={"ETag": version})


def key_of(request: Request, space_id: int) -> uuid.UUID | None:
    """The key of a write: a UUID stands for itself, another text for the one that this person's text gives here."""
    text = request.headers.get("Idempotency-Key")
    if text is None:
        return None
    text = text.strip()
    if not text or len(text) > LONGEST_KEY or not text.isprintable():
        problem = _("Use a text of 1 to %(most)s printable characters.") % {"most": LONGEST_KEY}
        raise Refusal({"Idempotency-Key": [problem]})
    try:
        return uuid.UUID(text)
    except ValueError:
        return uuid.uuid5(NAMESPACE, f"{space_id}/{request.user.pk}/{text}")


@contextmanager
def one_body_a_key() -> Iterator[None]:
    """409 when the key of a write was used for another body."""
    try:
        yield
    except ValidationError as error:
        if getattr(error, "code", None) == "key_reused":
            text = _("This Idempotency-Key was used for another body. Use a new one.")
            raise Conflict(text) from None
        raise

"""JSON in: exact, bounded, UTF-8; whatever can't be kept in PostgreSQL is refused before anybody looks at it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, NoReturn

from django.conf import settings
from django.utils.http import parse_header_parameters
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework.exceptions import APIException, ParseError, UnsupportedMediaType
from rest_framework.parsers import BaseParser


class TooLarge(APIException):
    status_code = 413
    default_detail = gettext_lazy("This is too much at once.")
    default_code = "too_large"


class ExactJSONParser(BaseParser):
    media_type = "application/json"

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Mapping[str, Any] | None = None) -> Any:
        charset = parse_header_parameters(media_type or "")[1].get("charset", "utf-8")
        if charset.lower().replace("_", "-") not in ("utf-8", "utf8", "us-ascii"):
            raise UnsupportedMediaType(media_type or "")
        most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE or 0
        raw = stream.read(most + 1)
        if len(raw) > most:
            raise TooLarge
        return exact_json(raw)


def exact_json(raw: bytes) -> Any:
    """Raises ParseError on what isn't UTF-8 or JSON, nests too deeply, or holds NaN, NUL or half a character."""
    try:
        found = json.loads(raw.decode("utf-8"), parse_constant=_refuse)
        again = json.dumps(found, allow_nan=False, ensure_ascii=False)
        again.encode("utf-8")
    except (ValueError, RecursionError):
        raise ParseError(_("This is not JSON that we can read.")) from None
    if "\\u0000" in again and _holds_nul(found):
        raise ParseError(_("This text holds a character that can't be kept."))
    return found


def _refuse(constant: str) -> NoReturn:
    raise ValueError(constant)


def _holds_nul(value: Any) -> bool:
    if isinstance(value, str):
        return "\0" in value
    if isinstance(value, dict):
        return any(_holds_nul(key) or _holds_nul(one) for key, one in value.items())
    return isinstance(value, list) and any(_holds_nul(one) for one in value)

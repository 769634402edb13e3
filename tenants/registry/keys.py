"""Keys of writes: what is sent again, because its answer got lost, is done once."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from operator import attrgetter
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext as _


def made_with(key: uuid.UUID | None, rows: QuerySet[Any], facts: Mapping[str, Any]) -> Any:
    """The row that a write with this key made; None when there is none. Facts are compared as the row stands.

    Raises ValidationError with code `key_reused` when the row says something else.
    """
    before = None if key is None else rows.filter(key=key).first()
    if before is not None and any(attrgetter(name)(before) != value for name, value in facts.items()):
        raise ValidationError(_("This Idempotency-Key was used for another body. Use a new one."), code="key_reused")
    return before

"""Numbers as JSON numbers, ids that PostgreSQL can hold, codes as plain text."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

BIGGEST_ID = 2**63 - 1


@extend_schema_field(OpenApiTypes.DOUBLE)
class NumberField(serializers.DecimalField):
    """A decimal that leaves as a number: 22.59, not "22.59"."""

    def to_representation(self, value: Any) -> Any:
        if value is None:
            return None
        return int(value) if value == Decimal(value).to_integral_value() else float(value)


class MomentField(serializers.DateTimeField):
    """In UTC, to the microsecond: `2026-10-31T14:00:00.000000Z`."""

    def to_representation(self, value: Any) -> Any:
        return None if value is None else f"{value.astimezone(dt.UTC):%Y-%m-%dT%H:%M:%S.%fZ}"


class IdField(serializers.IntegerField):
    def __init__(self, **options: Any) -> None:
        super().__init__(**{"min_value": 1, "max_value": BIGGEST_ID, **options})


class CodeField(serializers.CharField):
    """A code of a vocabulary; which codes exist is the services' to say."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"max_length": 40, **options})

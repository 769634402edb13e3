"""Rows of a list as their serializer would show them, straight from the columns: lists are what programs read most."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.utils import timezone
from rest_framework import serializers

from api.v1.fields import NumberField

Show = Callable[[Any], Any]
Shape = type[serializers.Serializer[Any]]


def columns_of(serializer: Shape, fields: Iterable[str] | None = None) -> list[str]:
    """The column behind each field. Every one of them must be a column of the table itself."""
    declared = serializer().fields
    return [str(declared[name].source) for name in fields or declared]


def as_shown(
    rows: Iterable[dict[str, Any]], serializer: Shape, fields: Sequence[str] | None = None
) -> list[dict[str, Any]]:
    declared, zone = serializer().fields, timezone.get_current_timezone()

    def moment(value: dt.datetime) -> str:
        return value.astimezone(zone).isoformat()

    def how(field: serializers.Field[Any, Any, Any, Any]) -> Show | None:
        if isinstance(field, serializers.DateTimeField):
            return moment
        if isinstance(field, serializers.DateField):
            return dt.date.isoformat
        return field.to_representation if isinstance(field, NumberField | serializers.UUIDField) else None

    shows = [(name, str(declared[name].source), how(declared[name])) for name in fields or declared]
    found = []
    for row in rows:
        one = {}
        for name, column, show in shows:
            value = row[column]
            one[name] = value if show is None or value is None else show(value)
        found.append(one)
    return found

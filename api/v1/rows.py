"""Rows of a list as JSON that PostgreSQL has written: lists are what programs read most, and Python is slow at it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from django.db import connection
from django.db.models import DateTimeField, Expression, Model, TextField
from django.http import HttpResponse
from rest_framework import serializers

Shape = type[serializers.Serializer[Any]]
MOMENT = """to_char({} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')"""  # as MomentField writes it


@cache
def fields_of(serializer: Shape) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
    """Made once: to copy them for every request takes longer than to read a page. To be read only."""
    return {name: field for name, field in serializer().fields.items() if not field.write_only}


@cache
def _words(model: type[Model], alias: str, pairs: tuple[tuple[str, str], ...]) -> str:
    written: list[str] = []
    for name, source in pairs:
        field: Any = model._meta.get_field(source)
        column = f"{connection.ops.quote_name(alias)}.{connection.ops.quote_name(field.column)}"
        written.append(f"'{name}', {MOMENT.format(column) if isinstance(field, DateTimeField) else column}")
    return f"json_build_object({', '.join(written)})::text"


class Said(Expression):
    """A row as the serializer would show it, as text. Every field must be a column of the row's own table.

    `pairs` are names and fields. Its words are made once for all requests: twenty `F` take longer than the page.
    """

    output_field = TextField()

    def __init__(self, pairs: tuple[tuple[str, str], ...]) -> None:
        super().__init__()
        self.pairs = pairs
        self.model: type[Model] | None = None
        self.alias = ""

    def resolve_expression(self, query: Any = None, *_args: Any, **_options: Any) -> Said:
        resolved: Said = self.copy()
        resolved.model, resolved.alias = query.model, query.get_initial_alias()
        return resolved

    def relabeled_clone(self, change_map: Mapping[str, str]) -> Said:
        clone: Said = self.copy()
        clone.alias = change_map.get(self.alias, self.alias)
        return clone

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        assert self.model is not None
        return _words(self.model, self.alias, self.pairs), ()


def said(serializer: Shape, fields: Iterable[str] | None = None) -> Said:
    declared = fields_of(serializer)
    return Said(tuple((name, str(declared[name].source)) for name in fields or declared))


def page_said(following: str | None, before: str | None, rows: Iterable[str], **more: str) -> HttpResponse:
    """The answer of a list, of rows that are JSON already."""
    head = json.dumps({"next": following, "previous": before, **more})
    return HttpResponse(f'{head[:-1]}, "results": [{", ".join(rows)}]}}', content_type="application/json")

"""Rows of a list as JSON that PostgreSQL has written: lists are what programs read most, and Python is slow at it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import cache
from typing import Any

from django.db.models import DateTimeField, F, Func, TextField
from django.http import HttpResponse
from rest_framework import serializers

Shape = type[serializers.Serializer[Any]]
MOMENT = """to_char({} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')"""  # as MomentField writes it


@cache
def fields_of(serializer: Shape) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
    """Made once: to copy them for every request takes longer than to read a page. To be read only."""
    return dict(serializer().fields)


class Said(Func):
    """A row as the serializer would show it, as text. Every field must be a column of the row's own table."""

    output_field = TextField()

    def __init__(self, *sources: Any, names: Iterable[str]) -> None:
        super().__init__(*sources)
        self.names = tuple(names)

    def as_sql(self, compiler: Any, connection: Any, *_template: Any, **options: Any) -> tuple[str, tuple[Any, ...]]:
        pairs: list[str] = []
        parameters: list[Any] = []
        for name, source in zip(self.names, self.get_source_expressions(), strict=True):
            sql, more = compiler.compile(source)
            parameters += more
            pairs.append(f"'{name}', {MOMENT.format(sql) if isinstance(source.output_field, DateTimeField) else sql}")
        return f"json_build_object({', '.join(pairs)})::text", tuple(parameters)


def said(serializer: Shape, fields: Iterable[str] | None = None) -> Said:
    declared = fields_of(serializer)
    names = list(fields or declared)
    return Said(*(F(str(declared[name].source)) for name in names), names=names)


def page_said(following: str | None, before: str | None, rows: Iterable[str], **more: str) -> HttpResponse:
    """The answer of a list, of rows that are JSON already."""
    head = json.dumps({"next": following, "previous": before, **more})
    return HttpResponse(f'{head[:-1]}, "results": [{", ".join(rows)}]}}', content_type="application/json")

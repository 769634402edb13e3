"""Whether rows obey the schema: each cell that doesn't, with its line, its column and the rule.

The same verdict as frictionless, the Table Schema's own reader, gives on the whole file (a test compares them). That
one brings 26 packages along for what is a page here, so it stays with the tests.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from network.cadastre.lieux.enums import Rule
from network.cadastre.lieux.schema import Column, Schema

NUMBER = re.compile(r"[+-]?\d+(\.\d+)?", re.ASCII)
DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
FIRST_ROW = 2  # the heading is line 1


@dataclass(frozen=True)
class Finding:
    """A cell that breaks a rule. `line` is the row's in the file that holds every place."""

    line: int
    column: str
    rule: Rule
    value: str

    @property
    def text(self) -> str:
        return str(self.rule.label)


def broken(column: Column, value: str) -> Rule | None:
    """The first rule that a value breaks by itself; `unique` takes the other rows."""
    if not value:
        return Rule.REQUIRED if column.required else None
    if not _of_type(column.type, value):
        return Rule.TYPE
    if column.pattern is not None and not column.pattern.match(value):
        return Rule.PATTERN
    if column.max_length is not None and len(value) > column.max_length:
        return Rule.MAX_LENGTH
    return None


def _of_type(kind: str, value: str) -> bool:
    if kind == "number":
        return NUMBER.fullmatch(value) is not None
    if kind == "date":
        if not DAY.fullmatch(value):
            return False
        try:
            dt.date.fromisoformat(value)
        except ValueError:
            return False
    return True


def findings(schema: Schema, rows: Iterable[Mapping[str, str]]) -> Iterator[Finding]:
    """In the order of the file; nothing is kept of a row but the values that must be unique."""
    seen: dict[str, set[str]] = {column.name: set() for column in schema.columns if column.unique}
    for line, row in enumerate(rows, start=FIRST_ROW):
        for column in schema.columns:
            value = row.get(column.name, "")
            rule = broken(column, value)
            if rule is None and value and column.name in seen:
                rule = Rule.UNIQUE if value in seen[column.name] else None
                seen[column.name].add(value)
            if rule is not None:
                yield Finding(line, column.name, rule, value)

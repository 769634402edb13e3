"""What leaves in the schema, and what doesn't because of which rule.

The file that holds every place says what the network knows; the strict file holds what is valid: an optional cell
that breaks a rule is left empty, a row without a value that it may not lack is left out, and both are named.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from network.cadastre.lieux import words
from network.cadastre.lieux.checking import Finding, findings
from network.cadastre.lieux.enums import Outcome, Rule
from network.cadastre.lieux.schema import Schema
from network.directory.open_data.rows import Place


@dataclass(frozen=True)
class Cell:
    """A finding with the place that it is of, and what became of the cell."""

    finding: Finding
    place_id: str
    name: str
    outcome: Outcome


@dataclass(frozen=True)
class Export:
    """`rows` are what the strict file holds; `changed_on` is the last change of any card of the network."""

    schema: Schema
    places: Sequence[Place]
    rows: list[dict[str, str]]
    cells: list[Cell]
    changed_on: dt.date | None

    @property
    def left_out(self) -> int:
        return len(self.places) - len(self.rows)


def export(places: Iterable[Place], schema: Schema, changed_on: dt.date | None = None) -> Export:
    places = list(places)
    found: dict[int, list[Finding]] = {}
    for one in [*findings(schema, (place.row for place in places)), *_foreign(places, schema)]:
        found.setdefault(one.line, []).append(one)
    rows, cells = [], []
    for line, place in enumerate(places, start=2):
        row = dict(place.row)
        wrong = sorted(found.get(line, []), key=lambda one: schema.names.index(one.column))
        outcomes = [_mended(row, one, schema) for one in wrong]
        lost = Outcome.ROW_LEFT_OUT in outcomes
        for one, outcome in zip(wrong, outcomes, strict=True):
            cells.append(Cell(one, row["id"], place.row["nom"], Outcome.ROW_LEFT_OUT if lost else outcome))
        if not lost:
            rows.append(row)
    return Export(schema, places, rows, cells, changed_on)


def _foreign(places: Sequence[Place], schema: Schema) -> list[Finding]:
    """A commune's code of another country that has the form of one of this country by chance."""
    column = next(one for one in schema.columns if one.name == "code_insee")
    return [
        Finding(line, "code_insee", Rule.FOREIGN, code)
        for line, place in enumerate(places, start=2)
        if (code := place.row["code_insee"])
        and place.site.country != schema.country
        and column.pattern is not None
        and column.pattern.match(code)
    ]


def _mended(row: dict[str, str], finding: Finding, schema: Schema) -> Outcome:
    column = next(one for one in schema.columns if one.name == finding.column)
    if column.name == "pivot" and finding.rule == Rule.REQUIRED and schema.is_original:
        row["pivot"] = words.NO_PIVOT
        return Outcome.PLACEHOLDER
    if column.required:
        return Outcome.ROW_LEFT_OUT
    if column.name == "telephone" and column.pattern is not None:
        first = words.listed(finding.value)[0]
        if first != finding.value and column.pattern.match(first):
            row["telephone"] = first
            return Outcome.SHORTENED
    if column.name in _LISTS and column.pattern is not None:
        fine = [word for word in words.listed(finding.value) if column.pattern.match(word)]
        row[column.name] = words.SEPARATOR.join(fine)
        return Outcome.SHORTENED if fine else Outcome.LEFT_EMPTY
    row[column.name] = ""
    return Outcome.LEFT_EMPTY


_LISTS = frozenset(words.LISTS)

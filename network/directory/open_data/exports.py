"""What the page of conformance shows, as rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.utils.translation import gettext as _

from maillage.design.csv_export import Cell as Value
from network.directory.open_data.export import Cell

NUMBERS = ("epn", "name", "number")
CELLS = ("line", "id", "name", "column", "rule", "value", "outcome")


def header_of_cells() -> list[Value]:
    return [_("line"), _("identifier"), _("name"), _("column"), _("rule"), _("value"), _("what was done")]


def rows_of_cells(cells: Iterable[Cell]) -> Iterator[list[Value]]:
    for one in cells:
        yield [
            one.finding.line, one.place_id, one.name, one.finding.column, one.finding.rule.label, one.finding.value,
            one.outcome.label,
        ]  # fmt: skip


def header_of_numbers() -> list[Value]:
    return [_("EPN: number"), _("EPN"), _("Official number")]

"""What the operator reads before and after an import: one table for eyes, one object for scripts."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from network.cadastre.census.columns import NAMES
from network.cadastre.census.parsing import Census
from network.cadastre.census.planning import Plan

WIDEST = 60  # characters of a cell in a table; the row is kept whole in the database
Section = tuple[str, Sequence[str], list[Sequence[object]]]  # title, heads, rows
UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


def shown(value: str) -> str:
    """One line that a terminal can't be led astray by."""
    return UNPRINTABLE.sub(lambda found: "⏎" if found[0] in "\r\n" else "�", value.replace("\r\n", "\n"))


def _cut(text: str) -> str:
    return text if len(text) <= WIDEST else f"{text[: WIDEST - 1]}…"


def _width(text: str) -> int:
    return sum(0 if unicodedata.combining(one) else 1 for one in text)


def table(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """Wide cells are cut for the eye, save in the last column."""
    texts = [[shown(str(cell)) for cell in row] for row in rows]
    whole = [tuple(heads), *[(*map(_cut, row[:-1]), row[-1]) for row in texts]]
    widths = [max(_width(row[column]) for row in whole) for column in range(len(heads))]
    for row in whole:
        line = "  ".join(cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True))
        yield f"  {line.rstrip()}"


def by_department(census: Census) -> dict[str, int]:
    return dict(sorted(Counter(place.department for place in census.places).items()))


def doubts_by_reason(census: Census) -> dict[str, int]:
    return dict(sorted(Counter(doubt.code for doubt in census.doubts).items()))


def report(census: Census, plan: Plan) -> Iterator[str]:
    """What would happen (or has), place by place, then every cell and row that somebody should look at."""
    sheet = census.sheet
    delimiter = {",": _("comma"), ";": _("semicolon"), "\t": _("tab")}.get(sheet.delimiter, sheet.delimiter)
    yield _("%(rows)s rows, read as %(encoding)s with %(delimiter)s between the cells.") % {
        "rows": len(sheet.rows) + len(sheet.refusals),
        "encoding": sheet.encoding,
        "delimiter": delimiter,
    }
    if sheet.blank_rows:
        yield ngettext("%(n)s empty row was left out.", "%(n)s empty rows were left out.", sheet.blank_rows) % {
            "n": sheet.blank_rows
        }
    if sheet.layout.unknown:
        heads = ", ".join(f"“{shown(heading)}”" for heading in sheet.layout.unknown)
        yield _("Unknown columns, kept as they are: %(columns)s.") % {"columns": heads}
    if sheet.layout.missing:
        lacking = ", ".join(NAMES[field][0] for field in sheet.layout.missing)
        yield _("Columns that this file doesn't have: %(columns)s.") % {"columns": lacking}
    sections: list[Section] = [
        (
            _("To be created"),
            (_("line"), _("Address on this site"), _("name"), _("postcode"), _("town")),
            [(new.place.line, new.slug, new.place.name, new.place.postcode, new.place.town) for new in plan.created],
        ),
        (
            _("To be changed"),
            (_("line"), _("name"), _("column"), _("before"), _("now")),
            [
                (change.after.line, change.after.name, one.column, one.old or "∅", one.new or "∅")
                for change in plan.changed
                for one in change.differences
            ],
        ),
        (
            _("Left alone: not in this file"),
            (_("name"), _("identifier")),
            [(known.name, known.source_id) for known in plan.absent],
        ),
        (
            _("Left alone: no longer in this network"),
            (_("name"), _("identifier")),
            [(known.name, known.source_id) for known in plan.departed],
        ),
        (
            _("Doubtful cells, kept as they are"),
            (_("line"), _("column"), _("value"), _("reason")),
            [(one.line, one.column, one.value or "∅", one.text) for one in census.doubts],
        ),
        _refused_rows(census),
        (
            _("Places by département"),
            (_("département"), _("places")),
            [(code or _("not known"), number) for code, number in by_department(census).items()],
        ),
    ]
    for title, columns, rows in sections:
        if rows:
            yield ""
            yield from _section(title, columns, rows)
    yield ""
    yield totals(census, plan)


def _section(title: str, columns: Sequence[str], rows: list[Sequence[object]]) -> Iterator[str]:
    yield f"{title} ({len(rows)})"
    yield from table(columns, rows)


def _refused_rows(census: Census) -> Section:
    rows = [(one.line, one.column or "–", one.value or "∅", one.text) for one in census.refusals]
    return _("Refused rows"), (_("line"), _("column"), _("value"), _("reason")), [*rows]


def refused_rows(census: Census) -> Iterator[str]:
    """The rows that were left out, for whoever asked to do without them."""
    if census.refusals:
        yield from _section(*_refused_rows(census))


def totals(census: Census, plan: Plan) -> str:
    return _(
        "created %(created)s · changed %(changed)s · unchanged %(unchanged)s · absent from the file %(absent)s"
        " · doubtful cells %(doubtful)s · refused rows %(refused)s"
    ) % {
        "created": len(plan.created),
        "changed": len(plan.changed),
        "unchanged": len(plan.unchanged) + len(plan.departed),
        "absent": len(plan.absent),
        "doubtful": len(census.doubts),
        "refused": len(census.refusals),
    }


def as_json(census: Census, plan: Plan, *, applied: bool, federation: str, granted: int) -> dict[str, Any]:
    """The counts that scripts rely on, and what stands behind them."""
    return {
        "federation": federation,
        "applied": applied,
        "created": len(plan.created),
        "changed": len(plan.changed),
        "unchanged": len(plan.unchanged) + len(plan.departed),
        "doubtful": len(census.doubts),
        "refused": len(census.refusals),
        "absent": len(plan.absent),
        "departed": len(plan.departed),
        "granted": granted,
        "encoding": census.sheet.encoding,
        "unknown_columns": census.sheet.layout.unknown,
        "departments": by_department(census),
        "doubtful_by_reason": doubts_by_reason(census),
        "doubts": [
            {"line": one.line, "column": one.column, "value": one.value, "reason": one.code, "text": one.text}
            for one in census.doubts
        ],
        "refusals": [
            {"line": one.line, "column": one.column, "value": one.value, "reason": one.reason.value, "text": one.text}
            for one in census.refusals
        ],
        "changes": [
            {
                "line": change.after.line,
                "id": change.after.source_id,
                "cells": [{"column": one.column, "old": one.old, "new": one.new} for one in change.differences],
            }
            for change in plan.changed
        ],
    }

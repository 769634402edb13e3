"""Counting the EPN's own tables: one statement a source, made from its declaration, run in the space one is in.

Cuts over the same rows are counted in one pass of GROUPING SETS; a cut that takes rows apart (themes, margins) makes
a pass of its own.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from functools import cache

from django.db import connection

from tenants.overview.periods import Spans
from tenants.overview.sections import SOURCES, Cut, Source

WHOLE, MONTH = "", "month"
IN_SPANS = "(r.date BETWEEN %(first)s AND %(last)s OR r.date BETWEEN %(before_first)s AND %(before_last)s)"
MONTH_OF = "(r.date - (extract(day FROM r.date)::int - 1))::text"


# None: the things are there, but nobody noted this of any of them.
Cells = dict[tuple[str, str], dict[str, int | None]]


@dataclass
class Counted:
    """What one source gave, of the period (`now`) and of the year before: (cut, value) → its numbers."""

    now: Cells = field(default_factory=dict)
    before: Cells = field(default_factory=dict)


def _family(source: Source, joins: str, cuts: list[Cut], with_months: bool) -> str:
    """One SELECT. Each set groups by `before` and one column, or by `before` alone."""
    columns = [*([(MONTH, MONTH_OF)] if with_months else []), *((cut.name, cut.value) for cut in cuts)]
    named = [f"r.d{number}" for number in range(len(columns))]
    inner = "".join(f", {value} AS d{number}" for number, (_name, value) in enumerate(columns))
    cases = "".join(
        f" WHEN grouping({column}) = 0 THEN '{name}'" for column, (name, _value) in zip(named, columns, strict=True)
    )
    sets = ", ".join([*(["(r.before)"] if with_months else []), *(f"(r.before, {column})" for column in named)])
    # A cut shows how often; what else is measured belongs to the whole and to its months.
    counts = {cut.count for cut in cuts}
    assert len(counts) <= 1, "cuts that are counted differently need joins of their own"
    count = counts.pop() if counts else "count(*)"
    taken = ["r.*", *(["m.people"] if "m.people" in count else [])]
    measures = [count, *(source.measures.values() if with_months else ["0"] * len(source.measures))]
    numbers = ", ".join(f"({measure.replace('m.people', 'r.people')})::bigint" for measure in measures)
    value = f"coalesce({', '.join(named)})" if named else "NULL"
    return (
        f"SELECT r.before, CASE{cases} ELSE '' END, {value}, {numbers}"
        f" FROM (SELECT {', '.join(taken)}, r.date < %(first)s AS before{inner}"
        f" FROM {source.table} r {joins} WHERE {source.where} AND {IN_SPANS}) r GROUP BY GROUPING SETS ({sets})"
    )


@cache
def _statement(name: str) -> str:
    source = next(one for one in SOURCES if one.name == name)
    families: dict[tuple[str, str], list[Cut]] = {("", "count(*)"): []}
    for cut in source.cuts:
        families.setdefault((cut.joins, cut.count), []).append(cut)
    return " UNION ALL ".join(
        _family(source, joins, cuts, with_months=not joins) for (joins, _count), cuts in families.items()
    )


def count(source: Source, spans: Spans) -> Counted:
    counted = Counted()
    with connection.cursor() as cursor:
        cursor.execute(_statement(source.name), spans.parameters)
        rows = cursor.fetchall()
    for before, cut, value, number, *measured in rows:
        if value is None and cut != WHOLE:
            continue  # rows to which this cut doesn't apply
        cell = {"count": number, **dict(zip(source.measures, measured, strict=True))}
        (counted.before if before else counted.now)[cut, value or ""] = {
            name: None if number is None else int(number) for name, number in cell.items()
        }
    return counted


def first_days() -> dict[str, dt.date | None]:
    """When each source was first used: before it, its numbers aren't zero but not known."""
    asked = ", ".join(f"(SELECT min(r.date) FROM {one.table} r WHERE {one.where})" for one in SOURCES)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {asked}")
        row = cursor.fetchone()
    return {source.name: day for source, day in zip(SOURCES, row, strict=True)}

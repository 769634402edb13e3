"""Counting an EPN's own tables: the SQL that the catalogue makes, run where the caller is.

The caller stands in the EPN's schema, in a transaction, as a role that may read it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from decimal import Decimal
from functools import cache
from typing import Any

from django.db import connection

from maillage.reference.selectors import contract_types
from network.figures.catalogue import FLOWS, STOCKS
from network.figures.declarations import Dimension, FlowFigure
from tenants.registry.crossing import prepared_cursor

FlowKey = tuple[dt.date, str, str, str, str]  # month, figure, commune, dimension, value
FlowCell = tuple[int, int, int]  # count, attendances, minutes
FLOW_COLUMNS = ("month", "figure", "commune", "dimension", "value", "count", "attendances", "minutes")
StockKey = tuple[dt.date, str, str, str]  # day, figure, dimension, value
StockCell = tuple[int, Decimal]  # heads, FTE

# The first day of the month of a date, without a time zone in between.
MONTH_OF = "({date} - (extract(day FROM {date})::int - 1))"
# The range lets the index on the date work; the list then leaves out the months between.
IN_MONTHS = "{date} >= %(first)s AND {date} < %(after)s"


def _selects(figure: FlowFigure, source: str) -> list[str]:
    """The figure and its dimensions, those that are counted over the same rows in one pass of GROUPING SETS."""
    whole = Dimension(name="", label="", value="")
    families: dict[tuple[str, str, str, str], list[Dimension]] = {}
    for cut in (whole, *figure.dimensions):
        measures = (cut.count or figure.count, cut.attendances or figure.attendances, cut.minutes or figure.minutes)
        families.setdefault((cut.joins, *measures), []).append(cut)
    kept = "" if figure.where == "true" else f" WHERE {figure.where}"
    return [
        _family(figure.name, f"{source} r {joins}{kept}", cuts, measures)
        for (joins, *measures), cuts in families.items()
    ]


def _family(figure: str, rows: str, cuts: list[Dimension], measures: list[str]) -> str:
    """One SELECT. A row to which a dimension doesn't apply (its `where`) has NULL as its value there."""
    named = [cut for cut in cuts if cut.value]
    columns = [f"r.d{number}" for number in range(len(named))]
    values = "".join(
        f", {cut.value if cut.where == 'true' else f'CASE WHEN {cut.where} THEN {cut.value} END'} AS d{number}"
        for number, cut in enumerate(named)
    )
    whole = len(named) < len(cuts)
    if not named:
        name, value = "''", "''"
    elif len(cuts) == 1:
        name, value = f"'{cuts[0].name}'", columns[0]
    else:
        # Exactly one of the columns is grouped by, or none in the row of the figure itself.
        cases = "".join(f" WHEN grouping({one}) = 0 THEN '{cut.name}'" for one, cut in zip(columns, named, strict=True))
        name, value = f"CASE{cases} ELSE '' END", f"coalesce({', '.join(columns)})"
        if whole:
            value = f"CASE WHEN grouping({', '.join(columns)}) < {2 ** len(columns) - 1} THEN {value} ELSE '' END"
    sets = ", ".join(
        [*(["(r.month, r.commune)"] if whole else []), *(f"(r.month, r.commune, {one})" for one in columns)]
    )
    numbers = ", ".join(f"({measure})::bigint" for measure in measures)
    return (
        f"SELECT r.month, '{figure}', r.commune, {name}, {value}, {numbers}"
        f" FROM (SELECT *{values} FROM {rows}) r GROUP BY GROUPING SETS ({sets})"
    )


_AS_COLUMNS = (
    f"SELECT {', '.join(f'array_agg({name})::text' for name in FLOW_COLUMNS)}"
    f" FROM ({{cells}}) AS cell ({', '.join(FLOW_COLUMNS)})"
    " WHERE value IS NOT NULL AND (count <> 0 OR attendances <> 0 OR minutes <> 0)"
)


@cache
def _flow_sql(figures: tuple[str, ...], months: int | None) -> str:
    """For one month, for several, or (None) for all: a write asks for one, and nearly always for no more."""
    sources: dict[str, str] = {}  # figures that are counted from the same rows read them once
    selects = []
    for figure in (FLOWS[name] for name in figures):
        month, period = MONTH_OF.format(date=figure.date), "true"
        if months is not None:
            period = IN_MONTHS.format(date=figure.date)
            if months == 1:
                month = "%(first)s::date"
            else:
                period += f" AND {month} = ANY(%(months)s)"
        name = sources.setdefault(figure.source.format(month=month, period=period), f"source_{figure.name}")
        selects += _selects(figure, name)
    named = ", ".join(f"{name} AS MATERIALIZED ({body})" for body, name in sources.items())
    return f"WITH {named} {' UNION ALL '.join(selects)}"


def _flow_question(months: Iterable[dt.date] | None, figures: Iterable[str]) -> tuple[str, dict[str, Any]]:
    parameters: dict[str, Any] = {}
    how_many = None
    if months is not None:
        chosen = sorted(set(months))
        after = (chosen[-1] + dt.timedelta(days=31)).replace(day=1)
        parameters, how_many = {"months": chosen, "first": chosen[0], "after": after}, min(len(chosen), 2)
    return _flow_sql(tuple(figures), how_many), parameters


def count_flows(months: Sequence[dt.date] | None, figures: Iterable[str] = FLOWS) -> dict[FlowKey, FlowCell]:
    """Every cell of these flows in these months (None: in all of them). Cells that are all zero are left out."""
    if months is not None and not months:
        return {}
    sql, parameters = _flow_question(months, figures)
    with prepared_cursor() as cursor:
        cursor.execute(sql, parameters)
        rows = cursor.fetchall()
    return {tuple(row[:5]): tuple(row[5:]) for row in rows if row[4] is not None and any(row[5:])}


def count_flow_columns(months: Sequence[dt.date] | None, figures: Iterable[str]) -> list[str | None]:
    """The same cells column by column, each as PostgreSQL writes an array: they go back to it as they are.

    To read some fifty cells and write them down again took this process a third of a refresh.
    """
    if months is not None and not months:
        return [None] * len(FLOW_COLUMNS)
    sql, parameters = _flow_question(months, figures)
    with prepared_cursor() as cursor:
        cursor.execute(_AS_COLUMNS.format(cells=sql), parameters)
        return list(cursor.fetchone())


# The contracts in force on each day: a head each, also in a break. The share is that of the terms which held on that
# day, and 0 in a break: whoever stands in for somebody on long leave isn't counted on top of them.
_HELD = """
    SELECT d.day, c.id, c.type, c.role, c.starts_on, c.ended_on, c.planned_end,
           CASE
               WHEN c.type <> ALL(%(in_fte)s) THEN 0
               WHEN EXISTS (
                   SELECT FROM staff_contractbreak b
                   WHERE b.contract_id = c.id AND b.starts_on <= d.day AND coalesce(b.ends_on, 'infinity') >= d.day
               ) THEN 0
               ELSE coalesce(t.hours_per_week, c.hours_per_week) / coalesce(t.full_time_hours, c.full_time_hours)
           END AS share
    FROM unnest(%(days)s::date[]) AS d(day)
    JOIN staff_contract c
      ON c.deleted_at IS NULL AND c.starts_on <= d.day AND coalesce(c.ended_on, c.planned_end, 'infinity') >= d.day
    LEFT JOIN LATERAL (
        SELECT f.hours_per_week, f.full_time_hours FROM staff_formerterms f
        WHERE f.contract_id = c.id AND f.until >= d.day ORDER BY f.until LIMIT 1
    ) t ON true"""


@cache
def _stock_sql() -> str:
    measures = "count(*), round(coalesce(sum({share}), 0), 10)"
    selects = []
    for figure in STOCKS.values():
        head = f"'{figure.name}'"
        own = measures.format(share="c.share")
        selects.append(f"SELECT c.day, {head}, '', '', {own} FROM held c WHERE {figure.where} GROUP BY c.day")
        selects += [
            f"SELECT c.day, {head}, '{dim.name}', {dim.value}, {measures.format(share=dim.share or 'c.share')}"
            f" FROM held c {dim.joins}"
            f" WHERE {figure.where} AND {dim.where} GROUP BY c.day, {dim.value}"
            for dim in figure.dimensions
        ]
    return f"WITH held AS MATERIALIZED ({_HELD}) {' UNION ALL '.join(selects)}"


def types_in_fte() -> list[str]:
    return [one.code for one in contract_types(every=True) if one.counts_in_fte]


def count_stocks(days: Iterable[dt.date]) -> dict[StockKey, StockCell]:
    """Every cell of the stocks on these days. A contract is in force on its last day; an open one has none."""
    chosen = sorted(set(days))
    if not chosen:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_stock_sql(), {"days": chosen, "in_fte": types_in_fte()})
        rows = cursor.fetchall()
    return {tuple(row[:4]): (row[4], row[5]) for row in rows}


def first_contract_day() -> dt.date | None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT min(starts_on) FROM staff_contract WHERE deleted_at IS NULL")
        found: dt.date | None = cursor.fetchone()[0]
    return found


def stock_days(first: dt.date | None, until: dt.date) -> list[dt.date]:
    """The last day of each month since `first`, and `until` itself."""
    days = {until}
    if first is not None:
        month = first.replace(day=1)
        while True:
            after = (month + dt.timedelta(days=32)).replace(day=1)
            last = after - dt.timedelta(days=1)
            if last > until:
                break
            days.add(last)
            month = after
    return sorted(days)

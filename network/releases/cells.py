"""The true numbers of the cells of a release, from the figures as they are now or as they were frozen.

A month that an earlier release holds is taken from what that release kept of it (`FrozenMonth`): a visit that was
written down later comes with a correction, and else two releases could be subtracted.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from network.figures.catalogue import VISITS
from network.figures.selectors import Cut, FlowCell, flows
from network.releases.catalogue import PublishedTable
from network.releases.enums import Grain, PeriodKind
from network.releases.models import FrozenMonth
from network.releases.periods import Period

MEASURES = ("count", "attendances", "minutes")
Numbers = tuple[int, ...]


class Key(NamedTuple):
    """Whose cell: a table, a period's code, an EPN's number or a commune (or nobody's), and a value (or none)."""

    table: str
    period: str
    place: str
    value: str


@dataclass(frozen=True)
class Cell:
    """True numbers, the first of which decides. `contributions` by EPN, where they decide as well."""

    key: Key
    numbers: Numbers
    contributions: tuple[int, ...] = ()


Part = tuple[str, str, str]  # period, EPN, commune
Sums = dict[Any, list[int]]


@dataclass
class Counted:
    """Cells that aren't empty; who is where, by period: an EPN with sites in two communes has a part in each."""

    cells: list[Cell]
    parts: dict[Part, Numbers]
    frozen: list[FrozenMonth]  # what this release keeps of its months


def count(
    federation_id: int,
    tables: Collection[PublishedTable],
    periods: Collection[Period],
    *,
    kept: Mapping[dt.date, Collection[FrozenMonth]],
    freeze: bool,
) -> Counted:
    """Every cell of these periods, in one reading of the figures. `kept` holds the months that are frozen already."""
    own = [table for table in tables if table.cells is None]
    months = sorted({one for period in periods for one in period.months})
    rows = list(_live(own, [one for one in months if one not in kept], by_epn_and_month=freeze))
    frozen = _to_freeze(rows, own) if freeze else []
    rows += [row for one in months for held in kept.get(one, ()) for row in _thawed(held)]
    sums, parts = _summed(rows, own, periods)
    cells = [
        Cell(key, tuple(numbers[MEASURES.index(measure.source)] for measure in table.measures))
        for table in own
        for key, numbers in sums[table.name].items()
    ]
    for table in tables:
        if table.cells is not None:
            cells += [cell for one in periods if one.kind in table.periods for cell in table.cells(federation_id, one)]
    cells = [cell for cell in cells if any(cell.numbers)]
    return Counted(cells, {part: tuple(numbers) for part, numbers in parts.items()}, frozen)


def _live(tables: list[PublishedTable], months: list[dt.date], *, by_epn_and_month: bool) -> Iterable[FlowCell]:
    """From the figures. By EPN and month all attributes too where they have to be frozen; else no finer than needed."""
    figures = {table.figure for table in tables}
    attributes = {(table.figure, table.dimension) for table in tables if table.dimension}
    everywhere = frozenset({"epn", "commune", "month"})
    for first, last in _runs(months):
        cuts = [Cut(figure, by=everywhere) for figure in sorted(figures)]
        for figure, dimension in sorted(attributes):
            if by_epn_and_month:
                cuts.append(Cut(figure, dimension, everywhere | {"value"}))
            else:
                cuts.append(Cut(figure, dimension, frozenset({"month", "value"})))
                cuts.append(Cut(figure, dimension, frozenset({"epn", "value"})))
        for cell in flows(cuts, first=first, last=last):
            yield cell if cell.month or cell.epn_id is None else _of_the_run(cell, first)


def _of_the_run(cell: FlowCell, first: dt.date) -> FlowCell:
    """Of a whole run of months: marked by a commune of None, and only ever added to the year."""
    return FlowCell(cell.figure, cell.dimension, first, None, cell.value, cell.epn_id, *_numbers(cell))


def _numbers(cell: FlowCell) -> tuple[int, int, int]:
    return cell.count, cell.attendances, cell.minutes


def _runs(months: list[dt.date]) -> Iterable[tuple[dt.date, dt.date]]:
    """Consecutive months, so that each run is one reading."""
    start = 0
    for number in range(1, len(months) + 1):
        if number == len(months) or _index(months[number]) != _index(months[number - 1]) + 1:
            yield months[start], months[number - 1]
            start = number


def _index(day: dt.date) -> int:
    return day.year * 12 + day.month


def _to_freeze(rows: list[FlowCell], tables: list[PublishedTable]) -> list[FrozenMonth]:
    held: dict[tuple[dt.date, int, str], list[list[Any]]] = defaultdict(list)
    for row in rows:
        assert row.month is not None
        assert row.epn_id is not None
        assert row.commune is not None
        held[row.month, row.epn_id, row.commune].append([row.figure, row.dimension, row.value or "", *_numbers(row)])
    return [
        FrozenMonth(month=key[0], epn_id=key[1], commune=key[2], cells=sorted(cells))
        for key, cells in sorted(held.items())
    ]


def _thawed(held: FrozenMonth) -> Iterable[FlowCell]:
    for figure, dimension, value, *numbers in held.cells:
        yield FlowCell(figure, dimension, held.month, held.commune, value, held.epn_id, *numbers)


def _summed(
    rows: Iterable[FlowCell], tables: list[PublishedTable], periods: Collection[Period]
) -> tuple[dict[str, Sums], dict[Part, list[int]]]:
    wanted: dict[tuple[str, str], list[PublishedTable]] = defaultdict(list)
    for table in tables:
        wanted[table.figure, table.dimension].append(table)
    holding: dict[dt.date, list[Period]] = defaultdict(list)
    for period in periods:
        for one in period.months:
            holding[one].append(period)
    sums: dict[str, Sums] = {table.name: {} for table in tables}
    parts: dict[Part, list[int]] = {}
    for row in rows:
        assert row.month is not None
        numbers = _numbers(row)
        for period in holding[row.month]:
            for table in wanted[row.figure, row.dimension]:
                if period.kind in table.periods and (place := _place(row, table, period)) is not None:
                    key = Key(table.name, period.code, place, row.value or "")
                    add(sums[table.name], key, numbers)
            if row.figure == VISITS.name and not row.dimension and row.epn_id is not None:
                add(parts, (period.code, str(row.epn_id), row.commune or ""), numbers)
    return sums, parts


def add(sums: Sums, key: Any, numbers: Sequence[int]) -> None:
    held = sums.setdefault(key, [0, 0, 0])
    for number, value in enumerate(numbers):
        held[number] += value


def _place(row: FlowCell, table: PublishedTable, period: Period) -> str | None:
    """Where a row counts in a table; None: it isn't of its grain."""
    whole_run = row.dimension and row.epn_id is not None and row.commune is None
    by_month_only = row.dimension and row.epn_id is None
    if table.grain == Grain.EPN:
        return None if by_month_only or (whole_run and period.kind != PeriodKind.YEAR) else str(row.epn_id)
    if whole_run:
        return None
    return "" if table.grain == Grain.FEDERATION else row.commune or ""

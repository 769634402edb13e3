"""Counting the time ahead of the EPN that one is in: its outlook as cells, without a name and without a contract."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from network.figures.outlook.catalogue import ENDING, NOBODY, ONE_PERSON, OPENING, STAFF, STAFF_AHEAD, UNCOVERED
from tenants.cover.ends import WITHIN, End, Staff
from tenants.cover.enums import WeekState
from tenants.cover.selectors import Outlook, outlook
from tenants.cover.weeks import AN_HOUR, Week

OutlookKey = tuple[dt.date, str, str, str]  # day, figure, dimension, value
OutlookCell = tuple[Decimal, int, Decimal, Decimal]  # count, people, hours (a week), FTE
NOTHING: OutlookCell = (Decimal(0), 0, Decimal(0), Decimal(0))
DIGITS = Decimal("1E-10")  # as the table keeps them


@dataclass
class _Sum:
    count: Decimal = Decimal(0)
    people: int = 0
    hours: Decimal = Decimal(0)
    fte: Decimal = Decimal(0)

    def cell(self) -> OutlookCell:
        return self.count.quantize(DIGITS), self.people, self.hours.quantize(DIGITS), self.fte.quantize(DIGITS)


class _Table:
    def __init__(self, day: dt.date) -> None:
        self.day = day
        self.sums: dict[OutlookKey, _Sum] = defaultdict(_Sum)

    def add(
        self,
        figure: str,
        cuts: Iterable[tuple[str, str]],
        *,
        count: Decimal | int = 0,
        people: int = 0,
        hours: Decimal = Decimal(0),
        fte: Decimal = Decimal(0),
    ) -> None:
        for dimension, value in cuts:
            one = self.sums[self.day, figure, dimension, value]
            one.count += count
            one.people += people
            one.hours += hours
            one.fte += fte


WHOLE = ("", "")


def count_outlook(day: dt.date) -> dict[OutlookKey, OutlookCell]:
    """Every cell of the outlook of this day. Those that are all zero are left out, but for the staff of the day: its
    row says that the outlook was taken."""
    found = outlook(day)
    table = _Table(day)
    for week in found.weeks:
        _add_week(table, week)
    _add_staff(table, found)
    for end in found.ends:
        _add_end(table, found, end)
    cells = {key: one.cell() for key, one in table.sums.items()}
    return {key: cell for key, cell in cells.items() if cell != NOTHING or key[1:] == (STAFF.name, *WHOLE)}


def _add_week(table: _Table, week: Week) -> None:
    month = max(week.month, table.day.replace(day=1))  # the first week may have begun in the month before
    cuts = (WHOLE, ("month", f"{month:%Y-%m}"))
    table.add(OPENING.name, cuts, count=week.half_days, hours=week.needed_hours)
    table.add(UNCOVERED.name, cuts, count=week.uncovered, hours=week.uncovered_minutes / AN_HOUR)
    table.add(NOBODY.name, cuts, count=int(week.state == WeekState.NOBODY))
    table.add(ONE_PERSON.name, cuts, count=int(week.people == 1))


def _add_staff(table: _Table, found: Outlook) -> None:
    def add(figure: str, cuts: Iterable[tuple[str, str]], staff: Staff) -> None:
        table.add(figure, cuts, people=staff.people, hours=staff.hours, fte=staff.fte)

    add(STAFF.name, [WHOLE], found.staff)
    for holding, staff in found.by_holding.items():
        add(STAFF.name, [("holding", holding.value)], staff)
    for end, staff in found.ahead:
        add(STAFF_AHEAD.name, [("month", f"{end:%Y-%m}")], staff)


def _add_end(table: _Table, found: Outlook, end: End) -> None:
    month = f"{end.last_day:%Y-%m}"
    within = [("within", str(months)) for months in WITHIN if end in found.ending(months)]
    cuts = [WHOLE, ("month", month), ("month×holding", f"{month}×{end.holding.value}"), *within]
    table.add(ENDING.name, cuts, people=end.people, hours=end.hours, fte=end.fte)

"""Closed periods: a calendar month, quarter or year, by the codes `2026-03`, `2026-Q1` and `2026`."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from dataclasses import dataclass

from django.utils.dates import MONTHS
from django.utils.translation import gettext as _

from network.releases.enums import PeriodKind

CODE = re.compile(r"(\d{4})(?:-(?:Q([1-4])|(0[1-9]|1[0-2])))?", re.ASCII)
FIRST_YEAR, LAST_YEAR = 2000, 2100
MONTHS_OF = {PeriodKind.MONTH: 1, PeriodKind.QUARTER: 3, PeriodKind.YEAR: 12}


@dataclass(frozen=True, order=True)
class Period:
    first: dt.date
    kind: PeriodKind

    @property
    def last(self) -> dt.date:
        """The last day of it."""
        month = self.first.month + MONTHS_OF[self.kind] - 1
        return dt.date(self.first.year, month, calendar.monthrange(self.first.year, month)[1])

    @property
    def code(self) -> str:
        if self.kind == PeriodKind.YEAR:
            return f"{self.first.year:04}"
        if self.kind == PeriodKind.QUARTER:
            return f"{self.first.year:04}-Q{(self.first.month + 2) // 3}"
        return month_code(self.first)

    @property
    def months(self) -> list[dt.date]:
        return [dt.date(self.first.year, self.first.month + number, 1) for number in range(MONTHS_OF[self.kind])]

    @property
    def name(self) -> str:
        """In words, in the reader's language."""
        year = str(self.first.year)
        if self.kind == PeriodKind.YEAR:
            return year
        if self.kind == PeriodKind.QUARTER:
            return _("quarter %(number)s of %(year)s") % {"number": (self.first.month + 2) // 3, "year": year}
        return f"{MONTHS[self.first.month]} {year}"

    def contains(self, other: Period) -> bool:
        return self.first <= other.first and other.last <= self.last

    def __str__(self) -> str:
        return self.code


def month_code(first: dt.date) -> str:
    return f"{first:%Y-%m}"


def month(first: dt.date) -> Period:
    return Period(first.replace(day=1), PeriodKind.MONTH)


def year(number: int) -> Period:
    return Period(dt.date(number, 1, 1), PeriodKind.YEAR)


def quarters(number: int) -> list[Period]:
    return [Period(dt.date(number, first, 1), PeriodKind.QUARTER) for first in (1, 4, 7, 10)]


def read(code: str) -> Period:
    """The period of a code. Raises ValueError on anything else, and on a year that nobody can mean."""
    found = CODE.fullmatch(code)
    if found is None or not FIRST_YEAR <= int(found[1]) <= LAST_YEAR:
        raise ValueError(code)
    if found[2]:
        return Period(dt.date(int(found[1]), 3 * int(found[2]) - 2, 1), PeriodKind.QUARTER)
    if found[3]:
        return Period(dt.date(int(found[1]), int(found[3]), 1), PeriodKind.MONTH)
    return year(int(found[1]))

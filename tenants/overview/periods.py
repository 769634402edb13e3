"""Periods: a year, a quarter, a month or a range of days, and the same one a year before. Pure dates."""

from __future__ import annotations

import calendar
import datetime as dt
from dataclasses import dataclass

from django.utils.translation import gettext as _

from maillage.design.numbers import day_label, month_label
from tenants.overview.enums import Length

QUARTERS = range(1, 5)


def month_of(day: dt.date) -> dt.date:
    return day.replace(day=1)


def month_end(day: dt.date) -> dt.date:
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def next_month(day: dt.date) -> dt.date:
    return month_end(day) + dt.timedelta(days=1)


def year_before(day: dt.date) -> dt.date:
    """The same day; 29 February becomes the 28th."""
    try:
        return day.replace(year=day.year - 1)
    except ValueError:
        return day.replace(year=day.year - 1, day=28)


@dataclass(frozen=True)
class Period:
    """From `first` to `last`, both days included; never longer than a year, so that it can't meet its year before."""

    first: dt.date
    last: dt.date
    length: Length = Length.RANGE

    def before(self) -> Period:
        """The same period a year before. What ends with a month ends with that month: a leap day isn't lost."""
        last = year_before(self.last)
        return Period(year_before(self.first), month_end(last) if self.last == month_end(self.last) else last)

    def until(self, today: dt.date) -> Period:
        """What of it has been: the same period, cut after today."""
        return self if self.last <= today else Period(self.first, today, self.length)

    def months(self) -> list[dt.date]:
        """The first day of each month that it touches."""
        found, month = [], month_of(self.first)
        while month <= self.last:
            found.append(month)
            month = next_month(month)
        return found

    def has_whole(self, month: dt.date) -> bool:
        return self.first <= month and month_end(month) <= self.last

    def __str__(self) -> str:
        """In the reader's language."""
        if self.length == Length.YEAR:
            return str(self.first.year)
        if self.length == Length.MONTH:
            return month_label(self.first)
        if self.length == Length.QUARTER:
            return _("quarter %(number)s of %(year)s") % {
                "number": (self.first.month + 2) // 3,
                "year": str(self.first.year),
            }
        return _("from %(first)s to %(last)s") % {"first": day_label(self.first), "last": day_label(self.last)}


def year(number: int) -> Period:
    return Period(dt.date(number, 1, 1), dt.date(number, 12, 31), Length.YEAR)


def quarter(of: int, number: int) -> Period:
    first = dt.date(of, 3 * number - 2, 1)
    return Period(first, month_end(first.replace(month=3 * number)), Length.QUARTER)


def month(of: int, number: int) -> Period:
    first = dt.date(of, number, 1)
    return Period(first, month_end(first), Length.MONTH)


def part_of(of: int, part: str) -> Period:
    """ "year", "q1" … "q4", "m1" … "m12" of a year."""
    if part[:1] == "q":
        return quarter(of, int(part[1:]))
    return month(of, int(part[1:])) if part[:1] == "m" else year(of)


@dataclass(frozen=True)
class Spans:
    """What is counted: the period as far as it has gone, and just as much of the year before."""

    period: Period
    now: Period
    before: Period
    today: dt.date

    @classmethod
    def of(cls, period: Period, today: dt.date) -> Spans:
        now = period.until(today)
        return cls(period, now, now.before(), today)

    @property
    def is_running(self) -> bool:
        """Its last day isn't over."""
        return self.period.last >= self.today

    def is_running_in(self, month: dt.date) -> bool:
        return month <= self.today <= month_end(month)

    @property
    def parameters(self) -> dict[str, dt.date]:
        return {
            "first": self.now.first,
            "last": self.now.last,
            "before_first": self.before.first,
            "before_last": self.before.last,
        }

"""Periods that follow the calendar: "last month" is another one in thirty days, a view that was kept says so still."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from tenants.activity.journal.enums import Period

Days = tuple[dt.date, dt.date]


def days_of(period: Period, today: dt.date) -> Days:
    """Its first and its last day. One that is running ends with itself, not today."""
    return _DAYS[period](today)


def _months(first_of: dt.date, count: int, start: int = 0) -> Days:
    """`count` months from the one that is `start` months after a day's."""
    first = _first_of_month(first_of, start)
    return first, _first_of_month(first, count) - dt.timedelta(days=1)


def _first_of_month(day: dt.date, months: int) -> dt.date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return dt.date(year, month + 1, 1)


def _quarter(day: dt.date) -> dt.date:
    return day.replace(month=day.month - (day.month - 1) % 3, day=1)


def _year(day: dt.date) -> dt.date:
    return day.replace(month=1, day=1)


_DAYS: dict[Period, Callable[[dt.date], Days]] = {
    Period.TODAY: lambda today: (today, today),
    Period.LAST_7_DAYS: lambda today: (today - dt.timedelta(days=6), today),
    Period.THIS_MONTH: lambda today: _months(today, 1),
    Period.LAST_MONTH: lambda today: _months(today, 1, -1),
    Period.THIS_QUARTER: lambda today: _months(_quarter(today), 3),
    Period.LAST_QUARTER: lambda today: _months(_quarter(today), 3, -3),
    Period.THIS_YEAR: lambda today: _months(_year(today), 12),
    Period.LAST_YEAR: lambda today: _months(_year(today), 12, -12),
}

"""A month as weeks of days to tick: what was paid already, and which days may be."""

from __future__ import annotations

import calendar as months
import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.utils import formats

from tenants.staff.models import Contract

ONE_DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Cell:
    """A day of the calendar; `number` counts those that may be ticked, in the order of their boxes."""

    day: dt.date
    number: int | None
    is_ticked: bool
    cents: int | None

    @property
    def label(self) -> str:
        return formats.date_format(self.day, "l j F")


def days_of(month: dt.date, contract: Contract, today: dt.date) -> list[dt.date]:
    """The days of a month on which the contract runs and that have come."""
    last = month.replace(day=months.monthrange(month.year, month.month)[1])
    begins, ends = max(month, contract.starts_on), min(last, today, contract.ends_on or last)
    return [begins + ONE_DAY * number for number in range((ends - begins).days + 1)]


def weeks_of(
    month: dt.date, days: Collection[dt.date], ticked: Collection[str], paid: Mapping[dt.date, int]
) -> list[list[Cell | None]]:
    """Monday first; None for what is of another month."""
    numbers = {day: number for number, day in enumerate(days)}
    return [
        [
            Cell(day, numbers.get(day), day.isoformat() in ticked, paid.get(day)) if day.month == month.month else None
            for day in week
        ]
        for week in months.Calendar().monthdatescalendar(month.year, month.month)
    ]


def month_of(text: str, contract: Contract, today: dt.date) -> dt.date:
    """The first day of the month that was asked for (`2026-10`), else of the latest in which the contract ran."""
    latest = min(today, contract.ends_on or today).replace(day=1)
    try:
        asked = dt.date.fromisoformat(f"{text}-01") if len(text) == len("2026-10") else latest
    except ValueError:
        asked = latest
    return max(min(asked, latest), min(contract.starts_on.replace(day=1), latest))


def neighbours(month: dt.date, contract: Contract, today: dt.date) -> tuple[dt.date | None, dt.date | None]:
    """The months before and after, as far as the contract ran in them."""
    before = (month - ONE_DAY).replace(day=1)
    after = (month + ONE_DAY * 32).replace(day=1)
    first, last = contract.starts_on.replace(day=1), min(today, contract.ends_on or today)
    return (before if before >= first else None), (after if after <= last else None)

"""Hours and FTE of contracts over days and periods: arithmetic on rows that are given, never rounded.

A day counts at the terms (Q and S) that held on it, unless a break covers it and breaks are left out. The FTE of a
period is the mean over its calendar days: a half-time for half a year is 0.25 FTE of that year (DESIGN section 8).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from tenants.staff.models import Contract, ContractBreak

ONE_DAY = dt.timedelta(days=1)
WEEK = 7  # days


@dataclass(frozen=True)
class Stretch:
    """Days on end, the first and the last belonging to it, at the same hours a week (Q) over the same full time (S)."""

    first: dt.date
    last: dt.date
    hours_per_week: Decimal
    full_time_hours: Decimal

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    @property
    def fte(self) -> Decimal:
        return self.hours_per_week / self.full_time_hours


def stretches(contract: Contract, first: dt.date, last: dt.date, *, without_breaks: bool = True) -> Iterator[Stretch]:
    """What of a contract falls within `first` … `last`, in order, cut where its terms change.

    Reads `contract.former_terms` and `contract.breaks`: prefetch both (`selectors.with_terms()`).
    """
    begins = max(first, contract.starts_on)
    ends = min(last, contract.ends_on or last)
    for one in by_terms(contract, begins, ends):
        yield from _without(one, contract) if without_breaks else (one,)


def by_terms(contract: Contract, begins: dt.date, ends: dt.date) -> Iterator[Stretch]:
    """The days from `begins` to `ends`, which lie within the contract, cut where its terms change. Breaks are in."""
    former = sorted(contract.former_terms.all(), key=lambda terms: terms.until)
    for terms in former:
        if begins > ends:
            return
        if terms.until >= begins:
            until = min(terms.until, ends)
            yield Stretch(begins, until, terms.hours_per_week, terms.full_time_hours)
            begins = until + ONE_DAY
    if begins <= ends:
        yield Stretch(begins, ends, contract.hours_per_week, contract.full_time_hours)


def _without(stretch: Stretch, contract: Contract) -> Iterator[Stretch]:
    """A stretch without the days of the contract's breaks. A break without an end goes on."""
    begins = stretch.first
    for pause in sorted(contract.breaks.all(), key=lambda pause: pause.starts_on):
        if pause.starts_on > stretch.last:
            break
        if pause.starts_on > begins:
            yield Stretch(begins, pause.starts_on - ONE_DAY, stretch.hours_per_week, stretch.full_time_hours)
        if pause.ends_on is None:
            return
        begins = max(begins, pause.ends_on + ONE_DAY)
    if begins <= stretch.last:
        yield Stretch(begins, stretch.last, stretch.hours_per_week, stretch.full_time_hours)


def fte_over(contract: Contract, first: dt.date, last: dt.date, *, without_breaks: bool = True) -> Decimal:
    """Mean FTE of a contract over `first` … `last`. Whether it counts at all is its type's to say.

    Raises ValueError when the period ends before it starts.
    """
    if last < first:
        raise ValueError("The period ends before it starts.")
    parts = stretches(contract, first, last, without_breaks=without_breaks)
    return sum((part.fte * part.days for part in parts), Decimal(0)) / ((last - first).days + 1)


def hours_over(contract: Contract, first: dt.date, last: dt.date, *, without_breaks: bool = True) -> Decimal:
    """Hours under contract within `first` … `last`: Q a week, by calendar days."""
    parts = stretches(contract, first, last, without_breaks=without_breaks)
    return sum((part.hours_per_week * part.days for part in parts), Decimal(0)) / WEEK


def hours_a_week_on(contract: Contract, day: dt.date) -> Decimal:
    """Q on that day; 0 before the contract, after it and in a break."""
    return sum((part.hours_per_week for part in stretches(contract, day, day)), Decimal(0))


def terms_on(contract: Contract, day: dt.date) -> Stretch:
    """The hours that hold on a day: before the contract its first ones, after it its last ones. Breaks are in."""
    held = max(min(day, contract.ends_on or day), contract.starts_on)
    return next(by_terms(contract, held, held))


def break_on(contract: Contract, day: dt.date) -> ContractBreak | None:
    """The break that a contract is in on a day."""
    return next(
        (one for one in contract.breaks.all() if one.starts_on <= day and (one.ends_on is None or day <= one.ends_on)),
        None,
    )


def fte_sum(contracts: Iterable[Contract], first: dt.date, last: dt.date, *, without_breaks: bool = True) -> Decimal:
    """Mean FTE of several contracts over a period: those of one person, of an EPN …"""
    return sum((fte_over(one, first, last, without_breaks=without_breaks) for one in contracts), Decimal(0))

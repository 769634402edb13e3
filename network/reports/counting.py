"""How a part of an EPN's work counts: pure arithmetic.

A number of a year counts by the key of that year, **rounded down**: since the keys of all grants together are 100 % at
most, what all funders are told never adds up to more than there is.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal

WHOLE = Decimal(100)
CENT = Decimal("0.01")


def months_between(first: dt.date, last: dt.date) -> list[dt.date]:
    """First days of months, both included."""
    count = (last.year - first.year) * 12 + last.month - first.month + 1
    return [dt.date(first.year + (first.month - 1 + n) // 12, (first.month - 1 + n) % 12 + 1, 1) for n in range(count)]


def last_day(month: dt.date) -> dt.date:
    return (month.replace(day=28) + dt.timedelta(days=4)).replace(day=1) - dt.timedelta(days=1)


def by_year(months: Iterable[dt.date]) -> dict[int, list[dt.date]]:
    found: dict[int, list[dt.date]] = {}
    for one in months:
        found.setdefault(one.year, []).append(one)
    return found


def part_of(number: int, key: Decimal) -> int:
    """By a key in percent, rounded down."""
    return int((number * key / WHOLE).to_integral_value(ROUND_DOWN))


@dataclass(frozen=True)
class Counted:
    """`value` by the keys, `whole` without them; `withheld` cells are in neither."""

    value: int = 0
    whole: int = 0
    withheld: int = 0

    def __add__(self, other: Counted) -> Counted:
        return Counted(self.value + other.value, self.whole + other.whole, self.withheld + other.withheld)


def as_hours(minutes: int) -> Decimal:
    """To the hundredth, rounded down."""
    return (Decimal(minutes) / 60).quantize(CENT, ROUND_DOWN)


def ratio(numerator: Decimal, denominator: Decimal) -> Decimal:
    """To the cent, half up."""
    return (numerator / denominator).quantize(CENT, ROUND_HALF_UP)


def target_for(target: Decimal | None, months: int) -> Decimal | None:
    """What is aimed at in twelve months, for so many."""
    return None if target is None else (target * months / 12).quantize(CENT, ROUND_HALF_UP)


def is_whole_years(months: Collection[dt.date]) -> bool:
    return all(len(some) == 12 for some in by_year(months).values())


def one_key(keys: Mapping[int, Decimal], months: Iterable[dt.date]) -> Decimal:
    """Of some months, by the key of each year: the mean, to the hundredth. Of one year it is the key itself."""
    every = [keys.get(one.year, Decimal(0)) for one in months]
    return (sum(every, Decimal(0)) / len(every)).quantize(CENT, ROUND_HALF_UP) if every else Decimal(0)

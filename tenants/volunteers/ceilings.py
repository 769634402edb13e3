"""What the law allows on a day, from the dated rules: a value that isn't known is None, and never guessed."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from maillage.reference.selectors import RuleUnknown, dated_rule

BELGIUM = "be"


@dataclass(frozen=True)
class Limit:
    """`value` in cents, or kilometres; None when no value is known for that day. `source` says where it is from."""

    value: int | None
    source: str = ""


@dataclass(frozen=True)
class Limits:
    """The limits of one person on one day, over all organisations together."""

    day: Limit
    year: Limit
    km: Limit
    # Belgian law: flat amounts or real costs in one calendar year. Elsewhere we know no such rule.
    one_kind_a_year: bool


def _limit(rule: str, region: str, day: dt.date, *, times: int) -> Limit:
    try:
        found = dated_rule(rule, region, day)
    except RuleUnknown:
        return Limit(None)
    assert found.value is not None
    return Limit(int(found.value * Decimal(times)), found.source)


def limits_on(day: dt.date, region: str) -> Limits:
    """Cents for the day and the year, kilometres for travel beside flat amounts."""
    return Limits(
        day=_limit("volunteer_defrayal_day", region, day, times=100),
        year=_limit("volunteer_defrayal_year", region, day, times=100),
        km=_limit("volunteer_travel_km_year", region, day, times=1),
        one_kind_a_year=region == BELGIUM,
    )


def limits_of_year(year: int, region: str) -> Limits:
    """As they stand at the end of a calendar year."""
    return limits_on(dt.date(year, 12, 31), region)

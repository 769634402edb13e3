"""When unemployment rights open: days of work counted towards the target of the day. Pure, and an estimate.

A whole month of full-time work is 26 days of the six-day regime, so that 12 months are 312; part-time counts by
hours, Q/S of that (hours × 6 ÷ S, and a quarter of full-time is 78 days); a part of a month counts by its calendar
days. The target is read for each day from dated rules that are data: one that knows no age comes before those that
do. The contract ends on the first day of work on which the days reach the target that is in force that day, at the
age of that day. So a rule that changes holds for running contracts too.
"""

from __future__ import annotations

import calendar
import datetime as dt
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

DAYS_A_MONTH = 26
ONE_DAY = dt.timedelta(days=1)

ANY_AGE = "art60_days_any_age"
# The age on the last day, from … up to and including.
BY_AGE: dict[str, tuple[int, int]] = {
    "art60_days_under_36": (0, 35),
    "art60_days_36_49": (36, 49),
    "art60_days_50_plus": (50, 200),
}
RULES = (ANY_AGE, *BY_AGE)
LIMITS = tuple(first for first, _last in BY_AGE.values() if first)


@dataclass(frozen=True)
class Rule:
    """A row of the dated rules: `value` days from `valid_from` to `valid_to`, both included; None is unbounded."""

    name: str
    valid_from: dt.date | None
    valid_to: dt.date | None
    value: Decimal
    source: str = ""

    def holds_on(self, day: dt.date) -> bool:
        return (self.valid_from or dt.date.min) <= day <= (self.valid_to or dt.date.max)


@dataclass(frozen=True)
class Work:
    """Days on end at the same share (Q/S) of a full time, the first and the last belonging to them."""

    first: dt.date
    last: dt.date
    share: Fraction


@dataclass(frozen=True)
class Reached:
    """The day on which the target is reached and by which rule; without a day, why there is none.

    `missing_on`: no rule has a value for that day, and none is guessed. Neither: the work that is known (a break has
    no end yet, or very few hours) doesn't reach it. `days`: what was counted up to there.
    """

    day: dt.date | None
    rule: Rule | None
    days: Fraction
    missing_on: dt.date | None = None


@dataclass(frozen=True)
class Estimate:
    """From the earliest to the latest that the age, if it isn't known, leaves open: with it, both are the same."""

    earliest: Reached
    latest: Reached
    age_known: bool
    prior_known: bool

    @property
    def is_range(self) -> bool:
        return self.earliest.day != self.latest.day or self.earliest.missing_on != self.latest.missing_on

    @property
    def day(self) -> dt.date | None:
        """The day, when there is only one."""
        return None if self.is_range else self.latest.day


def age_on(born_on: dt.date, day: dt.date) -> int:
    """Whole years. Whoever is born on 29 February is a year older on 1 March of a year that has none."""
    return day.year - born_on.year - ((day.month, day.day) < (born_on.month, born_on.day))


def birthday(born_on: dt.date, age: int) -> dt.date:
    """The first day at that age."""
    try:
        return born_on.replace(year=born_on.year + age)
    except ValueError:
        return dt.date(born_on.year + age, 3, 1)


def days_worked(work: Sequence[Work], until: dt.date) -> Fraction:
    """Days of the six-day regime up to and including a day."""
    found = Fraction(0)
    for one in work:
        for first, last in _pieces(one.first, min(one.last, until), frozenset()):
            found += _a_day(first, one.share) * ((last - first).days + 1)
    return found


def estimate(
    work: Sequence[Work],
    rules: Sequence[Rule],
    *,
    born_on: dt.date | None = None,
    group: str = "",
    prior_days: int | None = None,
) -> Estimate:
    """`work` in order, without breaks, going on after the planned end; `prior_days` None: not known, counted as none.

    `group`: a key of BY_AGE, for who says no more of their age. Without either, each group is tried in turn.
    """
    before = Fraction(prior_days or 0)
    if born_on is not None:
        turns = frozenset(birthday(born_on, age) for age in LIMITS)
        found = [_reach(work, rules, before, turns, born_on)]
    else:
        found = [_reach(work, rules, before, frozenset(), name) for name in ((group,) if group else BY_AGE)]
    ordered = sorted(found, key=lambda one: (one.day or dt.date.max, one.missing_on or dt.date.max))
    return Estimate(ordered[0], ordered[-1], born_on is not None or bool(group), prior_days is not None)


def _reach(
    work: Sequence[Work], rules: Sequence[Rule], done: Fraction, turns: frozenset[dt.date], who: dt.date | str
) -> Reached:
    """`who`: a date of birth, or the rule of a group of ages."""
    cuts = turns | {one.valid_from for one in rules if one.valid_from is not None}
    cuts |= {one.valid_to + ONE_DAY for one in rules if one.valid_to is not None and one.valid_to < dt.date.max}
    for one in work:
        for first, last in _pieces(one.first, one.last, cuts):
            rule = rule_on(first, rules, who)
            if rule is None:
                return Reached(None, None, done, missing_on=first)
            a_day = _a_day(first, one.share)
            wanted = max(1, math.ceil((Fraction(rule.value) - done) / a_day))
            days = (last - first).days + 1
            if wanted <= days:
                return Reached(first + dt.timedelta(days=wanted - 1), rule, done + a_day * wanted)
            done += a_day * days
    return Reached(None, None, done)


def rule_on(day: dt.date, rules: Sequence[Rule], who: dt.date | str) -> Rule | None:
    """The rule of a day; the first that holds, in the order given (a region's own before its country's)."""
    name = who if isinstance(who, str) else _group(age_on(who, day))
    for wanted in (ANY_AGE, name):
        for one in rules:
            if one.name == wanted and one.holds_on(day):
                return one
    return None


def _group(age: int) -> str:
    return next((name for name, (first, last) in BY_AGE.items() if first <= age <= last), "")


def _a_day(day: dt.date, share: Fraction) -> Fraction:
    """What a calendar day of this month counts for."""
    return DAYS_A_MONTH * share / calendar.monthrange(day.year, day.month)[1]


def _pieces(first: dt.date, last: dt.date, cuts: frozenset[dt.date]) -> Iterator[tuple[dt.date, dt.date]]:
    """Cut at each month and at each of `cuts`: within a piece nothing changes."""
    while first <= last:
        ends = min(last, first.replace(day=calendar.monthrange(first.year, first.month)[1]))
        inner = [cut for cut in cuts if first < cut <= ends]
        if inner:
            ends = min(inner) - ONE_DAY
        yield first, ends
        if ends == dt.date.max:
            return
        first = ends + ONE_DAY

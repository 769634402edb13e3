"""Week by week: the hours in which somebody has to be there, against the hours of the people at work.

A person's hours of a week are spread evenly over the weekdays on which the EPN opens, so that a contract that ends on
the last opening day of a week still holds all of it, and nobody is missed on a public holiday. A half-day isn't covered

* when nobody at all is at work that day, or
* when the hours of the people at work run out: what the week asks for on the days with somebody, less what they give,
  in half-days of this EPN's mean length.

Nothing is rounded here.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from tenants.cover.engagements import NOTHING, Engagement
from tenants.cover.enums import WeekState
from tenants.cover.timetable import ONE_DAY, Timetable

WEEKS = 53
ONE_WEEK = dt.timedelta(days=7)
AN_HOUR = 60  # minutes


@dataclass(frozen=True)
class Week:
    """Monday to Sunday. Minutes and half-days asked for, minutes that the people at work give, what is left over.

    `nobody_minutes` are those of the days without anybody; `short_minutes` what is missing on the others.
    """

    monday: dt.date
    needed: int
    half_days: int
    available: Decimal
    nobody_minutes: int
    short_minutes: Decimal
    uncovered: Decimal  # half-days
    people: int
    state: WeekState

    @property
    def sunday(self) -> dt.date:
        return self.monday + 6 * ONE_DAY

    @property
    def month(self) -> dt.date:
        """The month of its Thursday, as ISO gives a week its year."""
        return (self.monday + 3 * ONE_DAY).replace(day=1)

    @property
    def uncovered_minutes(self) -> Decimal:
        return self.nobody_minutes + self.short_minutes

    @property
    def covered_minutes(self) -> Decimal:
        return self.needed - self.uncovered_minutes

    @property
    def share(self) -> Decimal | None:
        """Of what the week asks for, how much is covered; None when it asks for nothing that is known."""
        return self.covered_minutes / self.needed if self.needed else None

    @property
    def needed_hours(self) -> Decimal:
        return Decimal(self.needed) / AN_HOUR

    @property
    def available_hours(self) -> Decimal:
        return self.available / AN_HOUR


def monday_of(day: dt.date) -> dt.date:
    return day - day.weekday() * ONE_DAY


def weeks(times: Timetable, people: Iterable[Engagement], monday: dt.date, count: int = WEEKS) -> list[Week]:
    """`count` weeks from this Monday on; `times` and `people` reach to the end of the last one."""
    hours: dict[dt.date, Decimal] = defaultdict(Decimal)
    there: dict[dt.date, set[tuple[int, int]]] = defaultdict(set)
    for one in people:
        # Somebody who is only imagined is another person each time.
        who = (one.member_id, 0 if one.member_id else id(one))
        for stretch in one.at_work:
            for number in range(stretch.days):
                day = stretch.first + number * ONE_DAY
                if day in times.days:
                    hours[day] += stretch.hours_per_week
                    there[day].add(who)
    return [_week(times, monday + number * ONE_WEEK, hours, there) for number in range(count)]


def _week(
    times: Timetable, monday: dt.date, hours: dict[dt.date, Decimal], there: dict[dt.date, set[tuple[int, int]]]
) -> Week:
    days = [day for day in (monday + number * ONE_DAY for number in range(7)) if day in times.days]
    held = [day for day in days if there[day]]
    empty = [times.days[day] for day in days if not there[day]]
    needed = sum(times.days[day].minutes for day in days)
    half_days = sum(times.days[day].half_days for day in days)
    held_minutes = sum(times.days[day].minutes for day in held)
    available = sum((hours[day] for day in held), NOTHING) * AN_HOUR / len(times.weekdays)
    short = max(NOTHING, held_minutes - available)
    missing = NOTHING
    if short:
        asked = sum(times.days[day].half_days for day in held)
        missing = min(Decimal(asked), short * times.usual.half_days / times.usual.minutes)
    people = len(set().union(*(there[day] for day in held)))
    uncovered = sum(one.half_days for one in empty) + missing
    return Week(
        monday=monday,
        needed=needed,
        half_days=half_days,
        available=available,
        nobody_minutes=sum(one.minutes for one in empty),
        short_minutes=short,
        uncovered=uncovered,
        people=people,
        state=_state(times.known, bool(days), people, bool(uncovered)),
    )


def _state(known: bool, opens: bool, people: int, uncovered: bool) -> WeekState:
    if not opens:
        return WeekState.CLOSED
    if not people:
        return WeekState.NOBODY
    if not known:
        return WeekState.UNKNOWN
    if uncovered:
        return WeekState.SHORT
    return WeekState.ONE if people == 1 else WeekState.HELD

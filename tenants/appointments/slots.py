"""Which times of a day can be given: from the opening hours, minus what is taken. Values only, no database.

Hours "by appointment" give slots like the others, and say so. A day or half-day that is by appointment without
hours ("sur RDV") gives the usual hours of an office. A public holiday is closed where the hours say `PH off`;
elsewhere it is named, and the EPN knows best.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from maillage.reference.holidays import public_holidays
from tenants.premises.opening_hours import Day, Interval, Week
from tenants.premises.opening_hours.half_days import AFTERNOON, BY_APPOINTMENT, MORNING, only_in

Span = tuple[int, int]

USUAL_MORNING = Interval(9 * 60, 12 * 60, BY_APPOINTMENT, certain=False)
USUAL_AFTERNOON = Interval(13 * 60, 17 * 60, BY_APPOINTMENT, certain=False)
WITHOUT_HOURS = {
    BY_APPOINTMENT: (USUAL_MORNING, USUAL_AFTERNOON),
    only_in(MORNING, BY_APPOINTMENT): (USUAL_MORNING,),
    only_in(AFTERNOON, BY_APPOINTMENT): (USUAL_AFTERNOON,),
}


@dataclass(frozen=True)
class Slot:
    """From `starts` to `ends`, with `free` places left. `comment` is the hours' own: "sur RDV", or nothing."""

    starts: int
    ends: int
    free: int
    comment: str = ""


@dataclass(frozen=True)
class DayOfSlots:
    day: dt.date
    slots: list[Slot] = field(default_factory=list)
    is_open: bool = True
    is_holiday: bool = False

    @property
    def free(self) -> list[Slot]:
        return [one for one in self.slots if one.free > 0]


def hours_of(week: Week | None, day: dt.date, country: str, stops: Sequence[Span] = ()) -> list[Interval]:
    """When people are received on a day; nothing when the door is closed. `stops` are hours on the road that day."""
    planned: Day = week.days[day.weekday()] if week is not None else Day()
    if week is not None and week.closed_on_holidays and day in public_holidays(day.year, country):
        planned = Day()
    found = list(planned.intervals)
    for starts, ends in stops:
        found += _beside(Interval(starts, ends), found)
    for comment in planned.comments:
        for interval in WITHOUT_HOURS.get(comment, ()):
            found += _beside(interval, found)
    return sorted(found)


def _beside(interval: Interval, others: Iterable[Interval]) -> list[Interval]:
    """The interval, unless it overlaps hours that are known."""
    taken = any(one.start < interval.end and interval.start < one.end for one in others)
    return [] if taken else [interval]


def day_of_slots(
    hours: Sequence[Interval],
    day: dt.date,
    *,
    country: str,
    minutes: int,
    places: int,
    taken: Sequence[Span],
    now: dt.datetime,
) -> DayOfSlots:
    """The slots of a day. `taken` are the appointments that stand; `now` is local: what has begun isn't given."""
    first = now.hour * 60 + now.minute if day == now.date() else 0
    slots = []
    if day >= now.date():
        for interval in hours:
            for starts in range(interval.start, interval.end - minutes + 1, minutes):
                ends = starts + minutes
                if starts >= first:
                    left = places - sum(start < ends and starts < end for start, end in taken)
                    slots.append(Slot(starts, ends, max(0, left), interval.comment))
    return DayOfSlots(day, slots, bool(hours), day in public_holidays(day.year, country))


def first_free_place(places: int, taken: Iterable[int]) -> int | None:
    """The lowest number, from 1, of a place that nobody has; None when they are all taken."""
    used = set(taken)
    return next((number for number in range(1, places + 1) if number not in used), None)

"""When somebody has to be there: minutes and half-days of each day, by the timetables of the EPN's sites.

Only hours in which anybody may walk in ask for somebody; those by appointment don't. Two sites that are open at the
same time ask for two people: their hours add up.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from maillage.reference.holidays import public_holidays
from tenants.premises.opening_hours import Day, Week

ONE_DAY = dt.timedelta(days=1)
NOON, EARLY_AFTERNOON = 12 * 60, 14 * 60  # minutes after midnight
WORKING_WEEK = frozenset(range(5))


@dataclass(frozen=True)
class OpenDay:
    minutes: int = 0
    half_days: int = 0

    def __add__(self, other: OpenDay) -> OpenDay:
        return OpenDay(self.minutes + other.minutes, self.half_days + other.half_days)


NOT_OPEN = OpenDay()


@dataclass(frozen=True)
class Place:
    """A site: its week, None when its hours are not known, and the days on which it is closed by exception."""

    week: Week | None
    country: str
    closed_on: frozenset[dt.date] = frozenset()

    def on(self, day: dt.date) -> OpenDay:
        if self.week is None or day in self.closed_on:
            return NOT_OPEN
        if self.week.closed_on_holidays and day in public_holidays(day.year, self.country):
            return NOT_OPEN
        return of_weekday(self.week.days[day.weekday()])


def of_weekday(day: Day) -> OpenDay:
    """A day opens for its morning when it opens before noon, for its afternoon when it is open after two o'clock;
    one that does neither (over lunch) is one half-day."""
    spans = [(one.start, one.end) for one in day.intervals if one.certain]
    if not spans:
        return NOT_OPEN
    morning = any(start < NOON for start, _end in spans)
    afternoon = any(end > EARLY_AFTERNOON for _start, end in spans)
    return OpenDay(sum(end - start for start, end in spans), max(1, morning + afternoon))


@dataclass(frozen=True)
class Timetable:
    """Days on which somebody has to be there. `usual` is an ordinary week, without holidays and closures.

    Where no site's hours are known, the days are those of a working week and ask for nothing that is known.
    """

    days: dict[dt.date, OpenDay]
    usual: OpenDay
    weekdays: frozenset[int]
    known: bool
    without_hours: int = field(default=0)  # open sites whose hours nobody has written


def timetable(places: Iterable[Place], first: dt.date, last: dt.date) -> Timetable:
    """The timetable of the open sites from `first` to `last`."""
    every = list(places)
    told = [one for one in every if one.week is not None]
    weekdays = frozenset(number for number in range(7) if any(_opens(one, number) for one in told))
    days = {}
    for day in _days(first, last):
        if weekdays:
            asked = _sum([one.on(day) for one in told]) if day.weekday() in weekdays else NOT_OPEN
            if asked.minutes:
                days[day] = asked
        elif not told and day.weekday() in WORKING_WEEK:
            days[day] = NOT_OPEN
    usual = _sum([of_weekday(day) for one in told if one.week for day in one.week.days])
    return Timetable(days, usual, weekdays or WORKING_WEEK, known=bool(told), without_hours=len(every) - len(told))


def _opens(place: Place, weekday: int) -> bool:
    return place.week is not None and of_weekday(place.week.days[weekday]).minutes > 0


def _sum(parts: Sequence[OpenDay]) -> OpenDay:
    return sum(parts, NOT_OPEN)


def _days(first: dt.date, last: dt.date) -> Iterable[dt.date]:
    return (first + number * ONE_DAY for number in range((last - first).days + 1))

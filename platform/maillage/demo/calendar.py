"""Days on which a place is open: weeks of opening hours, public holidays, and how busy a month is."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Iterator
from functools import cache

from maillage.reference.holidays import public_holidays

Span = tuple[dt.time, dt.time]
Week = dict[int, tuple[Span, ...]]  # weekday, Monday is 0

WEEKDAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")

# The share of an ordinary month's visits, January to December.
SEASONS = (1.05, 1.0, 1.05, 0.95, 1.1, 1.1, 0.7, 0.65, 1.15, 1.15, 1.05, 0.8)
# 2021 is still half closed; from 2022 to 2026, requests grow by a third.
GROWTH = {2021: 0.7, 2022: 0.9, 2023: 1.0, 2024: 1.08, 2025: 1.15, 2026: 1.2}


def growth(year: int) -> float:
    return GROWTH[min(max(year, min(GROWTH)), max(GROWTH))]


def hours(text: str) -> tuple[Span, ...]:
    """`09:00-12:30,13:30-17:00` as pairs of times."""
    spans = [span.split("-") for span in text.split(",")]
    return tuple((dt.time.fromisoformat(start), dt.time.fromisoformat(end)) for start, end in spans)


def week(days: str, text: str) -> Week:
    """The same hours on each of these days: `week("Tu Th", "14:00-17:00")`."""
    return {WEEKDAYS.index(day): hours(text) for day in days.split()}


WEEKS: dict[str, Week] = {
    "whole_week": week("Mo Tu We Th Fr", "09:00-12:30,13:30-17:00"),
    "mornings": week("Mo Tu We Th Fr", "08:30-12:30"),
    "mornings_and_wednesday": week("Mo Tu Th Fr", "09:00-12:30") | week("We", "13:00-17:00"),
    "afternoons": week("Mo Tu We Th", "13:00-17:00"),
    "tuesday_to_saturday": week("Tu We Th Fr", "10:00-13:00,14:00-18:00") | week("Sa", "10:00-13:00"),
    "two_afternoons": week("Tu Th", "14:00-17:00"),
    "three_mornings": week("Mo We Fr", "09:00-12:30"),
    "wednesday_saturday": week("We", "14:00-18:00") | week("Sa", "10:00-13:00"),
    "social_desk": week("Mo Tu We Th Fr", "09:00-12:00"),
    "monday_afternoon": week("Mo", "13:30-17:00"),
    "france_services": week("Mo Tu We Th Fr", "09:00-12:00,14:00-17:00"),
}


def osm(hours_of: Week) -> str:
    """The week as OSM's `opening_hours`: `Mo-Fr 09:00-12:30,13:30-17:00; Sa 10:00-13:00`."""
    stretches: list[tuple[int, int, tuple[Span, ...]]] = []
    for day, spans in sorted(hours_of.items()):
        if stretches and stretches[-1][1] == day - 1 and stretches[-1][2] == spans:
            stretches[-1] = (stretches[-1][0], day, spans)
        else:
            stretches.append((day, day, spans))
    parts = []
    for first, last, spans in stretches:
        days = WEEKDAYS[first] if first == last else f"{WEEKDAYS[first]}-{WEEKDAYS[last]}"
        parts.append(f"{days} {','.join(f'{start:%H:%M}-{end:%H:%M}' for start, end in spans)}")
    return "; ".join(parts)


def closing_days(until: dt.date, *, august: bool) -> list[tuple[dt.date, dt.date]]:
    """What an EPN has noted of its own closings in the year of `until`: its end, and of some a part of August."""
    year = until.year
    summer = [(dt.date(year, 8, 1), dt.date(year, 8, 24))] if august else []
    return [*summer, (dt.date(year, 12, 24), dt.date(year, 12, 31))]


@cache
def holidays(year: int, country: str) -> frozenset[dt.date]:
    """Public holidays, and the days between Christmas and New Year, when every EPN is closed."""
    return public_holidays(year, country) | {dt.date(year, 12, day) for day in range(24, 32)}


def open_days(
    hours_of: Week, month: dt.date, *, country: str, until: dt.date, closed_in_august: bool
) -> Iterator[dt.date]:
    """The days of a month on which a place is open, up to `until`."""
    for number in range(1, calendar.monthrange(month.year, month.month)[1] + 1):
        day = month.replace(day=number)
        if day > until:
            return
        on_leave = closed_in_august and day.month == 8 and day.day <= 24
        if day.weekday() in hours_of and day not in holidays(day.year, country) and not on_leave:
            yield day


def months(first: dt.date, until: dt.date) -> Iterator[dt.date]:
    month = first.replace(day=1)
    while month <= until:
        yield month
        month = (month + dt.timedelta(days=32)).replace(day=1)

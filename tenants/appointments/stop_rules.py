"""What a stop must be, and on which days it comes back. Pure checks and values."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Iterator
from typing import Any, TypedDict

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from tenants.activity.rules import number_problems, problem, unknown_code
from tenants.appointments.enums import KitItem, Repeat
from tenants.appointments.models import Stop
from tenants.appointments.rules import Problems, is_minute

LONGEST_OTHER = 120
MOST_OF_AN_ITEM = 99
MOST_DATES = 60
OTHER = "other"  # what is written beside the list, in `packed`


class StopFacts(TypedDict, total=False):
    """What one says of a stop. A new one needs site_id, date, starts and ends."""

    site_id: int
    date: dt.date
    starts: int
    ends: int
    animator_id: int | None
    kit: dict[str, int]
    kit_other: str


STOP_FIELDS: tuple[str, ...] = tuple(StopFacts.__annotations__)


class PlaceFacts(TypedDict):
    """A place that isn't a site yet."""

    name: str
    address: str
    postcode: str
    town: str


def time_problems(starts: Any, ends: Any) -> Problems:
    found: Problems = {}
    if not is_minute(starts):
        found["starts"] = [problem(_("Enter a time."), "required")]
    if not is_minute(ends):
        found["ends"] = [problem(_("Enter a time."), "required")]
    if not found and ends <= starts:
        found["ends"] = [problem(_("The end must be after the start."), "end_before_start")]
    return found


def kit_problems(kit: Any) -> list[ValidationError]:
    if not isinstance(kit, dict):
        return [problem(_("The kit must be numbers of things."), "malformed")]
    label = Stop._meta.get_field("kit").verbose_name
    unknown = [unknown_code(label, code) for code in kit if code not in KitItem.values]
    return unknown or [one for count in kit.values() for one in number_problems(count, 1, MOST_OF_AN_ITEM)]


def text_problems(text: Any) -> list[ValidationError]:
    if not isinstance(text, str) or not text.isprintable():
        return [problem(_("This text holds a character that can't be shown."), "not_printable")]
    if len(text) > LONGEST_OTHER:
        return [problem(_("This is too long: at most %(most)s characters."), "too_long", most=LONGEST_OTHER)]
    return []


def stop_problems(stop: Stop) -> Problems:
    """Everything that is wrong with a stop but its day, by field; what needs the database is in the services."""
    found = {
        **time_problems(stop.starts, stop.ends),
        "kit": kit_problems(stop.kit),
        "kit_other": text_problems(stop.kit_other),
    }
    return {field: problems for field, problems in found.items() if problems}


def dates(first: dt.date, repeat: str, until: dt.date) -> list[dt.date]:
    """The days of a stop, at most MOST_DATES + 1: one too many is seen."""
    found: list[dt.date] = []
    for day in _days(first, repeat):
        if day > until or len(found) > MOST_DATES:
            break
        found.append(day)
    return found


def _days(first: dt.date, repeat: str) -> Iterator[dt.date]:
    yield first
    if repeat == Repeat.ONCE:
        return
    if repeat == Repeat.MONTHLY:
        yield from _months(first)
        return
    step = dt.timedelta(days=7 if repeat == Repeat.WEEKLY else 14)
    day = first
    while True:
        day += step
        yield day


def _months(first: dt.date) -> Iterator[dt.date]:
    """The second Tuesday of each month; the fifth is taken as the last."""
    nth = (first.day - 1) // 7
    year, month = first.year, first.month
    while True:
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
        opening = dt.date(year, month, 1)
        days = list(range(1 + (first.weekday() - opening.weekday()) % 7, calendar.monthrange(year, month)[1] + 1, 7))
        yield dt.date(year, month, days[min(nth, len(days) - 1)])


def repeat_problems(first: dt.date, repeat: Any, until: Any, furthest: dt.date) -> Problems:
    if repeat not in Repeat.values:
        return {"repeat": [unknown_code(_("Repeat"), repeat)]}
    if repeat == Repeat.ONCE:
        return {}
    if not isinstance(until, dt.date):
        return {"until": [problem(_("Say until when it comes back."), "required")]}
    if until < first:
        return {"until": [problem(_("The last day comes before the first one."), "end_before_start")]}
    if until > furthest:
        return {"until": [problem(_("This is too far away: at most one year ahead."), "too_far")]}
    if len(dates(first, repeat, until)) > MOST_DATES:
        return {"until": [problem(_("That makes more than %(most)s dates. Choose an earlier last day."), "too_many",
                                  most=MOST_DATES)]}  # fmt: skip
    return {}

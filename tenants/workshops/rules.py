"""What a series, a date and its attendance must be, and who may correct one. Pure checks: nothing is written here."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from typing import Any, TypedDict

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from maillage.design.free_text import problems as personal_data_problems
from maillage.design.numbers import day_label
from maillage.reference.holidays import public_holidays
from tenants.activity.rules import (
    FIRST_DAY,
    MOST_PEOPLE,
    OWN_FOR,
    Actor,
    NotYours,
    Problems,
    code_problems,
    margin_problems,
    number_problems,
    problem,
    unknown_code,
)
from tenants.workshops.enums import Kind, Level, Spoken, State
from tenants.workshops.models import Series, SeriesDate

FURTHEST = dt.timedelta(days=2 * 366)
LONGEST_TITLE, LONGEST_GOALS, LONGEST_PLACE, LONGEST_REASON = 120, 2000, 160, 200
MOST_PLACES = 200
MOST_REPEATS = 52
LONGEST_PREPARATION = 24 * 60


class SeriesFacts(TypedDict, total=False):
    """What one says of a series. A new one needs title, themes, capacity and site_id."""

    title: str
    kind: str
    themes: list[str]
    level: str
    language: str
    goals: str
    audience: list[str]
    capacity: int
    site_id: int
    animators: list[int]


class DateFacts(TypedDict, total=False):
    """What one says of a date before it is held. A new one needs date, starts_at and ends_at."""

    date: dt.date
    starts_at: dt.time
    ends_at: dt.time
    site_id: int
    place: str
    animators: list[int]


class AttendanceFacts(TypedDict, total=False):
    """Who came: a total, and counts where somebody counted. `present` are registrations that were ticked."""

    total: int
    margins: dict[str, dict[str, int]]
    preparation_minutes: int | None
    animators: list[int]


SERIES_FIELDS: tuple[str, ...] = tuple(SeriesFacts.__annotations__)
DATE_FIELDS: tuple[str, ...] = tuple(DateFacts.__annotations__)
ATTENDANCE_FIELDS: tuple[str, ...] = tuple(AttendanceFacts.__annotations__)


def may_change_attendance(date: SeriesDate, actor: Actor) -> bool:
    """Anybody who works here notes who came; a week later only coordinators correct what stands."""
    return date.state != State.HELD or actor.coordinates or date.date >= timezone.localdate() - OWN_FOR


def check_may_change_attendance(date: SeriesDate, actor: Actor | None) -> None:
    if actor is not None and not may_change_attendance(date, actor):
        raise NotYours(_("You may correct dates of the last 7 days. Ask your coordinator for this one."))


def text_problems(text: Any, longest: int, *, needed: bool = False) -> list[ValidationError]:
    if not isinstance(text, str) or "\0" in text:
        return [problem(_("This text holds a character that can't be kept."), "null_character")]
    if needed and not text.strip():
        return [problem(_("This is missing."), "required")]
    if len(text) > longest:
        return [problem(_("This text is too long: at most %(most)s characters."), "too_long", most=longest)]
    return []


def free_text_problems(text: Any, longest: int, kept: str = "") -> list[ValidationError]:
    """A text in which nobody may be recognised; `kept`: what stood there, which may stay."""
    return text_problems(text, longest) or personal_data_problems(text, kept)


def _codes(label: object, vocabulary: str, codes: Any, kept: Collection[str]) -> list[ValidationError]:
    if not isinstance(codes, list):
        return [unknown_code(label, codes)]
    return [one for code in codes for one in code_problems(label, vocabulary, code, kept)]


def series_problems(facts: Mapping[str, Any], kept: Series | None = None) -> Problems:
    """Everything that is wrong with these facts, by field. `kept`: the series as it stands."""
    found: Problems = {
        "title": text_problems(facts.get("title"), LONGEST_TITLE, needed=True),
        "goals": free_text_problems(facts.get("goals"), LONGEST_GOALS, kept.goals if kept else ""),
        "capacity": number_problems(facts.get("capacity"), 1, MOST_PLACES),
        "themes": _codes(_("Themes"), "theme", facts.get("themes"), kept.themes if kept else ()),
        "audience": _codes(_("Audience"), "audience", facts.get("audience"), kept.audience if kept else ()),
    }
    if facts.get("themes") == []:
        found["themes"] = [problem(_("Choose at least one theme."), "required")]
    for field, values in (("kind", Kind.values), ("language", Spoken.values), ("level", ["", *Level.values])):
        if facts.get(field) not in values:
            found[field] = [unknown_code(Series._meta.get_field(field).verbose_name, facts.get(field))]  # type: ignore[union-attr]
    return {field: problems for field, problems in found.items() if problems}


def day_problems(day: Any) -> list[ValidationError]:
    """A date may have passed: somebody writes down last week's. It is never in 2062."""
    if not isinstance(day, dt.date):
        return [problem(_("Enter a date."), "required")]
    if day > timezone.localdate() + FURTHEST:
        return [problem(_("%(day)s is too far away: at most two years ahead."), "too_far", day=day_label(day))]
    if day < FIRST_DAY:
        return [problem(_("%(day)s is too long ago: the register begins in 2000."), "too_early",
                        day=day_label(day))]  # fmt: skip
    return []


def date_problems(facts: Mapping[str, Any]) -> Problems:
    found: Problems = {
        "date": day_problems(facts.get("date")),
        "place": text_problems(facts.get("place"), LONGEST_PLACE),
    }
    starts, ends = facts.get("starts_at"), facts.get("ends_at")
    if not isinstance(starts, dt.time):
        found["starts_at"] = [problem(_("Enter a time."), "required")]
    if not isinstance(ends, dt.time):
        found["ends_at"] = [problem(_("Enter a time."), "required")]
    if isinstance(starts, dt.time) and isinstance(ends, dt.time) and ends <= starts:
        found["ends_at"] = [problem(_("The end must be after the start."), "end_before_start")]
    return {field: problems for field, problems in found.items() if problems}


def repeat_problems(times: Any, weeks: Any) -> Problems:
    found = {"times": number_problems(times, 1, MOST_REPEATS), "weeks": number_problems(weeks, 1, 4)}
    return {field: problems for field, problems in found.items() if problems}


def repeated(
    first: dt.date, *, times: int, weeks: int = 1, without_holidays_of: str = "", closed: Collection[dt.date] = ()
) -> list[dt.date]:
    """`times` days, `weeks` apart; a public holiday of this country, or a day on which the door is `closed`, is left
    out, and made up at the end."""
    found: list[dt.date] = []
    day = first
    while len(found) < times:
        if day not in public_holidays(day.year, without_holidays_of) and day not in closed:
            found.append(day)
        day += dt.timedelta(weeks=weeks)
    return found


def attendance_problems(facts: Mapping[str, Any], *, date: SeriesDate, ticked: int = 0) -> Problems:
    """Counts that add up. `ticked`: how many of those registered are said to have come."""
    found: Problems = {"total": number_problems(facts.get("total"), 0, MOST_PEOPLE)}
    if date.date > timezone.localdate():
        found["total"] = [problem(_("This date is still to come, on %(day)s: note who came on that day."), "future",
                                  day=day_label(date.date))]  # fmt: skip
    if date.state in (State.CANCELLED, State.MOVED):
        found["total"] = [problem(_("This date did not take place: nobody can have come."), "not_held")]
    if facts.get("preparation_minutes") is not None:
        found["preparation_minutes"] = number_problems(facts["preparation_minutes"], 0, LONGEST_PREPARATION)
    if not found["total"]:
        total = facts["total"]
        found["margins"] = margin_problems(facts.get("margins"), total, date.margins)
        if ticked > total:
            found["present"] = [
                problem(_("%(ticked)s names are ticked, but only %(present)s came. Correct one of them."),
                        "more_ticked_than_present", ticked=ticked, present=total)
            ]  # fmt: skip
    return {field: problems for field, problems in found.items() if problems}


def not_given(margins: Mapping[str, Mapping[str, int]], name: str, total: int) -> int:
    """Of how many nothing was said in a margin in which each person counts once."""
    return max(0, total - sum(margins.get(name, {}).values()))


def staff_minutes(date: SeriesDate) -> int:
    """Minutes of work while it lasted: somebody was there, even where nobody said who."""
    return date.minutes * max(1, len(date.animators))


def last_day(dates: Iterable[SeriesDate]) -> dt.date | None:
    return max((one.date for one in dates if one.state != State.CANCELLED), default=None)

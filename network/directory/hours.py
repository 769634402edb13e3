"""The hours of one door, day by day from today: closings and public holidays are said on the day that they change."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.utils import formats, timezone
from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from maillage.reference.holidays import public_holidays
from network.directory.doors import week_of
from network.directory.sites import CardSite, closings_of
from tenants.premises.closings.words import closing_in_words
from tenants.premises.enums import ClosingReason
from tenants.premises.opening_hours import (
    Interval,
    OpeningHoursError,
    Week,
    hours_in_words,
    parse,
    short_lines,
    time_in_words,
)

TOLD_BEFORE = dt.timedelta(days=60)  # how long ahead a closing is told on the page; programs get all of them
LOOKED_AHEAD = 14  # days in which the next opening is looked for
A_WEEK = 7


@dataclass(frozen=True)
class DayOfHours:
    """A day in words: `label` is "Saturday 28 November", `exception` why it isn't an ordinary one."""

    day: dt.date
    label: str
    hours: str
    exception: str
    is_open: bool


def named_day(day: dt.date) -> str:
    """ "samedi 28 novembre", "dimanche 1er novembre" """
    text = formats.date_format(day, "l j F")
    return text.replace(" 1 ", " 1er ", 1) if (get_language() or "fr").startswith("fr") else text


def days_ahead(site: CardSite, today: dt.date, number: int = A_WEEK) -> list[DayOfHours]:
    """Today first; empty when the hours aren't known."""
    week = week_of(site)
    if week is None:
        return []
    return [_day(site, week, today + dt.timedelta(days=ahead)) for ahead in range(number)]


def _day(site: CardSite, week: Week, day: dt.date) -> DayOfHours:
    label = capfirst(named_day(day))
    usual = week.days[day.weekday()]
    reason = closing_on(site, day)
    if reason is not None:
        said = str(ClosingReason(reason).label) if reason in ClosingReason.values else ""
        return DayOfHours(day, label, _("closed"), said or _("exceptional closing"), is_open=False)
    if day in public_holidays(day.year, site.country):
        if week.closed_on_holidays:
            return DayOfHours(day, label, _("closed"), _("public holiday"), is_open=False)
        return DayOfHours(day, label, hours_in_words(usual), _("public holiday") if usual else "", bool(usual))
    return DayOfHours(day, label, hours_in_words(usual), "", bool(usual))


def closing_on(site: CardSite, day: dt.date) -> str | None:
    """The reason for which the door stays shut on a day, "" when none is said; None when it doesn't."""
    return next((reason for first, last, reason in closings_of(site) if first <= day <= last), None)


def intervals_on(site: CardSite, week: Week, day: dt.date) -> tuple[Interval, ...]:
    """When anybody may walk in on that very day."""
    if closing_on(site, day) is not None:
        return ()
    if week.closed_on_holidays and day in public_holidays(day.year, site.country):
        return ()
    return tuple(one for one in week.days[day.weekday()].intervals if one.certain)


@dataclass(frozen=True)
class Now:
    """Whether a door is open, and in words what comes next: "until 17:00", "opens on Monday at 9:00"."""

    is_open: bool
    text: str


def state_of(site: CardSite, now: dt.datetime) -> Now | None:
    """None when the hours aren't known, or when nobody may walk in without asking first."""
    week = week_of(site)
    if week is None or not any(one.certain for day in week.days for one in day.intervals):
        return None
    local = timezone.localtime(now)
    today, minute = local.date(), local.hour * 60 + local.minute
    for one in intervals_on(site, week, today):
        if one.start <= minute < one.end:
            return Now(True, _("Open now, until %(time)s") % {"time": time_in_words(one.end)})
        if minute < one.start:
            return Now(False, _("Closed now, opens today at %(time)s") % {"time": time_in_words(one.start)})
    for ahead in range(1, LOOKED_AHEAD + 1):
        day = today + dt.timedelta(days=ahead)
        if found := intervals_on(site, week, day):
            values = {"day": named_day(day), "time": time_in_words(found[0].start)}
            return Now(False, _("Closed now, opens on %(day)s at %(time)s") % values)
    return Now(False, _("Closed now"))


def closings_ahead(site: CardSite, today: dt.date) -> list[dict[str, object]]:
    """What closes now or soon, in words."""
    return [
        {"text": capfirst(closing_in_words(first, last, reason)), "now": first <= today}
        for first, last, reason in closings_of(site)
        if last >= today and first <= today + TOLD_BEFORE
    ]


def holidays_ahead(site: CardSite, today: dt.date) -> list[str]:
    """The public holidays that come soon and on which the door stays shut, though it is open on that weekday."""
    week = week_of(site)
    if week is None or not week.closed_on_holidays:
        return []
    last = today + TOLD_BEFORE
    days = sorted(day for year in {today.year, last.year} for day in public_holidays(year, site.country))
    return [capfirst(named_day(day)) for day in days if today <= day <= last and week.days[day.weekday()]]


def lines_of(text: str) -> list[str]:
    """Opening hours in words, a line a day or run of days; what we can't read is shown as it was written."""
    if not text.strip():
        return []
    try:
        return [str(line) for line in short_lines(parse(text))]
    except OpeningHoursError:
        return [text]

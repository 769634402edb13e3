"""Opening hours as a calendar that a phone subscribes to (iCalendar, RFC 5545), from what the card publishes.

A weekly period is one event that repeats, over the running year and the next one: a year ahead at least. On a day
when the clocks change, a period that holds the change would last an hour too long or too short: that day is
taken out of the repetition and stands alone. Public holidays are taken out where the hours say `PH off`, and so are
the days on which the EPN says that it is closed.
"""

from __future__ import annotations

import datetime as dt
import zlib
from collections.abc import Iterator
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from icalendar import Event

from maillage.reference.holidays import public_holidays
from network.directory.doors import week_of
from network.directory.models import Card
from network.directory.selectors import web_address
from network.directory.sites import CardSite, closings_of
from tenants.premises.calendars import at as _at
from tenants.premises.calendars import new_calendar, zone_of
from tenants.premises.opening_hours import (
    Interval,
    Week,
    clock,
    comment_in_words,
    short_lines,
)

WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
ASK_AGAIN = dt.timedelta(days=1)


def hours_feed(card: Card, sites: list[CardSite], *, network: str, today: dt.date) -> bytes:
    """The calendar of these sites of an EPN, in the reader's language. `network` is the federation's address.

    The same card on another day of the same year gives the same bytes.
    """
    name = sites[0].name if len(sites) == 1 else card.name
    title = _("%(name)s: opening hours") % {"name": name}
    first, last = dt.date(today.year, 1, 1), dt.date(today.year + 1, 12, 31)
    calendar = new_calendar(
        title, "opening hours", countries=[site.country for site in sites], first=first, last=last, ask_again=ASK_AGAIN
    )
    for site in sites:
        for event in _events(card, site, network, first, last):
            calendar.add_component(event)
    return bytes(calendar.to_ical())


def has_hours(site: CardSite) -> bool:
    """Whether its calendar would hold anything."""
    week = week_of(site)
    return week is not None and any(day.intervals for day in week.days)


def _events(card: Card, site: CardSite, network: str, first: dt.date, last: dt.date) -> Iterator[Event]:
    week = week_of(site)
    if week is None:
        return
    periods: dict[Interval, list[int]] = {}
    for weekday, day in enumerate(week.days):
        for interval in day.intervals:
            periods.setdefault(interval, []).append(weekday)
    holidays: set[dt.date] = set()
    if week.closed_on_holidays:
        holidays = {day for year in (first.year, last.year) for day in public_holidays(year, site.country)}
    for begins, ends, _reason in closings_of(site):
        holidays.update(_days(max(begins, first), min(ends, last)))
    zone = zone_of(site.country)
    for interval, weekdays in sorted(periods.items()):
        days = [day for day in _days(first, last) if day.weekday() in weekdays]
        closed = [day for day in days if day in holidays]
        odd = [day for day in days if day not in holidays and _changes_within(interval, day, zone)]
        usual = [day for day in days if day not in closed and day not in odd]
        stem = f"{card.epn_id}-{site.id}-{_code(interval)}"
        if usual:
            event = _event(card, site, week, interval, usual[0], zone)
            event.add("uid", f"{stem}@{network}.maillage")
            until = _at(last, 24 * 60, zone).astimezone(dt.UTC) - dt.timedelta(seconds=1)
            event.add("rrule", {"freq": "weekly", "until": until, "byday": [WEEKDAYS[number] for number in weekdays]})
            gone = sorted(day for day in (*closed, *odd) if day > usual[0])
            if gone:
                event.add("exdate", [_at(day, interval.start, zone) for day in gone])
            yield event
        for one in odd:
            event = _event(card, site, week, interval, one, zone)
            event.add("uid", f"{stem}-{one:%Y%m%d}@{network}.maillage")
            yield event


def _days(first: dt.date, last: dt.date) -> Iterator[dt.date]:
    for number in range((last - first).days + 1):
        yield first + dt.timedelta(days=number)


def _changes_within(interval: Interval, day: dt.date, zone: ZoneInfo) -> bool:
    start, end = _at(day, interval.start, zone), _at(day, interval.end, zone)
    return start.utcoffset() != end.utcoffset()


def _code(interval: Interval) -> str:
    """What makes a period this one, whatever the days: a day more is a change of the same event."""
    times = f"{clock(interval.start)}-{clock(interval.end)}".replace(":", "")
    remark = f"{interval.comment}{'' if interval.certain else '?'}"
    return f"{times}-{zlib.crc32(remark.encode()):08x}" if remark else times


def _event(card: Card, site: CardSite, week: Week, interval: Interval, day: dt.date, zone: ZoneInfo) -> Event:
    event = Event()
    stamp = card.updated_at.astimezone(dt.UTC).replace(microsecond=0)
    event.add("dtstamp", stamp)
    event.add("last-modified", stamp)
    event.add("dtstart", _at(day, interval.start, zone))
    event.add("dtend", _at(day, interval.end, zone))
    state = comment_in_words(interval.comment) if interval.comment else pgettext("a place", "open")
    event.add("summary", _("%(name)s: %(state)s") % {"name": site.name, "state": state})
    event.add("status", "CONFIRMED" if interval.certain else "TENTATIVE")
    event.add("transp", "TRANSPARENT")
    place = ", ".join(part for part in (site.address, f"{site.postcode} {site.town}".strip()) if part)
    if place:
        event.add("location", place)
    if site.latitude is not None and site.longitude is not None:
        event.add("geo", (site.latitude, site.longitude))
    if site.phone:
        event.add("contact", site.phone)
    if address := web_address(site.website):
        event.add("url", address)
    lines = [str(line) for line in short_lines(week)]
    if week.closed_on_holidays:
        lines.append(_("Closed on public holidays"))
    event.add("description", "\n".join(lines + ([site.phone] if site.phone else [])))
    return event

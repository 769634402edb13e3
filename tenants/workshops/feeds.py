"""The dates of a series as a calendar file (iCalendar, RFC 5545); what was called off says so."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from zoneinfo import ZoneInfo

from django.utils.translation import get_language
from icalendar import Calendar, Event, Timezone

from tenants.workshops.enums import State
from tenants.workshops.models import Series, SeriesDate

ZONES = {"be": ZoneInfo("Europe/Brussels"), "fr": ZoneInfo("Europe/Paris")}


def series_feed(series: Series, dates: Iterable[SeriesDate], *, epn: str) -> bytes:
    """`epn` is its address, so that the events of two EPN are never taken for one another. No name of anybody."""
    shown = list(dates)
    zone = ZONES.get(series.site.country, ZONES["be"])
    calendar = Calendar()
    calendar.add("prodid", "-//Maillage//workshops//" + (get_language() or "fr").upper())
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", series.title)
    if shown:
        days = [one.date for one in shown]
        calendar.add_component(
            Timezone.from_tzid(zone.key, first_date=min(days), last_date=max(days) + dt.timedelta(days=1))
        )
    for one in shown:
        calendar.add_component(_event(series, one, zone, epn))
    return bytes(calendar.to_ical())


def _event(series: Series, date: SeriesDate, zone: ZoneInfo, epn: str) -> Event:
    event = Event()
    event.add("uid", f"{date.key}@{epn.replace('/', '.')}.maillage")
    event.add("dtstamp", date.updated_at.astimezone(dt.UTC).replace(microsecond=0))
    event.add("dtstart", dt.datetime.combine(date.date, date.starts_at, zone))
    event.add("dtend", dt.datetime.combine(date.date, date.ends_at, zone))
    event.add("summary", series.title)
    event.add("status", "CANCELLED" if date.state in (State.CANCELLED, State.MOVED) else "CONFIRMED")
    site = date.site
    address = ", ".join(part for part in (site.name, site.address, f"{site.postcode} {site.town}".strip()) if part)
    event.add("location", date.place or address)
    if description := "\n".join(part for part in (series.goals, date.reason) if part):
        event.add("description", description)
    return event

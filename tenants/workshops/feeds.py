"""The dates of a series as a calendar file (iCalendar, RFC 5545); what was called off says so."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from zoneinfo import ZoneInfo

from django.utils import timezone
from icalendar import Event

from tenants.premises.calendars import ONE_DAY, address_line, new_calendar, zone_of
from tenants.workshops.enums import State
from tenants.workshops.models import Series, SeriesDate


def series_feed(series: Series, dates: Iterable[SeriesDate], *, epn: str) -> bytes:
    """`epn` is its address, so that the events of two EPN are never taken for one another. No name of anybody."""
    shown = list(dates)
    country = series.site.country
    days = [one.date for one in shown] or [timezone.localdate()]
    calendar = new_calendar(
        series.title, "workshops", countries=[country], first=min(days), last=max(days), ask_again=ONE_DAY
    )
    for one in shown:
        calendar.add_component(_event(series, one, zone_of(country), epn))
    return bytes(calendar.to_ical())


def _event(series: Series, date: SeriesDate, zone: ZoneInfo, epn: str) -> Event:
    event = Event()
    event.add("uid", f"{date.key}@{epn.replace('/', '.')}.maillage")
    event.add("dtstamp", date.updated_at.astimezone(dt.UTC).replace(microsecond=0))
    event.add("dtstart", dt.datetime.combine(date.date, date.starts_at, zone))
    event.add("dtend", dt.datetime.combine(date.date, date.ends_at, zone))
    event.add("summary", series.title)
    event.add("status", "CANCELLED" if date.state in (State.CANCELLED, State.MOVED) else "CONFIRMED")
    where = ", ".join(part for part in (date.site.name, address_line(date.site)) if part)
    event.add("location", date.place or where)
    if description := "\n".join(part for part in (series.goals, date.reason) if part):
        event.add("description", description)
    return event

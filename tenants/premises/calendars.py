"""What every iCalendar feed of ours (RFC 5545) begins with: who wrote it, how often to ask again, the time zones."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from zoneinfo import ZoneInfo

from django.utils.translation import get_language
from icalendar import Calendar, Timezone

from tenants.premises.models import Site

ZONES = {"be": ZoneInfo("Europe/Brussels"), "fr": ZoneInfo("Europe/Paris")}
ONE_DAY = dt.timedelta(days=1)


def zone_of(country: str) -> ZoneInfo:
    return ZONES.get(country, ZONES["be"])


def new_calendar(
    title: str, about: str, *, countries: Iterable[str], first: dt.date, last: dt.date, ask_again: dt.timedelta
) -> Calendar:
    """A calendar without events, whose zones know every change of the clocks from `first` to `last`."""
    calendar = Calendar()
    calendar.add("prodid", f"-//Maillage//{about}//" + (get_language() or "fr").upper())
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    for key in ("name", "x-wr-calname"):
        calendar.add(key, title)
    calendar.add("refresh-interval", ask_again, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "P1D" if ask_again >= ONE_DAY else f"PT{ask_again.seconds // 3600}H")
    for country in sorted(set(countries)):
        calendar.add_component(Timezone.from_tzid(zone_of(country).key, first_date=first, last_date=last + ONE_DAY))
    return calendar


def at(day: dt.date, minutes: int, zone: ZoneInfo) -> dt.datetime:
    """What the clock on the wall shows; 1440 is the next midnight."""
    start = dt.datetime.combine(day, dt.time.min) + dt.timedelta(minutes=minutes)
    return start.replace(tzinfo=zone)


def address_line(site: Site) -> str:
    return ", ".join(part for part in (site.address, f"{site.postcode} {site.town}".strip()) if part)

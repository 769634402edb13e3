"""Appointments as a calendar that a phone subscribes to (iCalendar, RFC 5545): times, places and themes, never a name.

Whoever knows the secret of the address reads it, in the space of that address and in no other.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db.models import Q, QuerySet
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from maillage.design.downloads import perimeter
from maillage.reference.selectors import label_of
from tenants.activity.selectors import animators
from tenants.appointments.enums import StopState
from tenants.appointments.models import Appointment, CalendarFeed, Stop
from tenants.appointments.selectors import appointments, standing
from tenants.premises.calendars import address_line, at, new_calendar, zone_of
from tenants.premises.models import Site
from tenants.registry.models import Space
from tenants.registry.selectors import digest_of

ASK_AGAIN = dt.timedelta(hours=1)
BACK, AHEAD = dt.timedelta(days=31), dt.timedelta(days=366)


def feeds(*, owner_id: int | None = None) -> list[CalendarFeed]:
    """One person's calendars; without a person everybody's."""
    found = CalendarFeed.objects.select_related("owner", "site").order_by("pk")
    return list(found if owner_id is None else found.filter(owner=owner_id))


def feed_at(secret: str, space: Space) -> CalendarFeed | None:
    """What this secret shows here: nothing once its owner has left, or when its site is closed."""
    feed: CalendarFeed | None = (
        CalendarFeed.objects.select_related("owner", "site").filter(digest=digest_of(secret)).first()
    )
    if feed is None or (feed.site is not None and feed.site.is_retired):
        return None
    here = {one.pk for one in animators(space.pk)}
    return feed if feed.owner_id in here else None


def calendar_of(feed: CalendarFeed, space: Space) -> bytes:
    """The calendar in its owner's language, from a month ago to a year ahead."""
    today = timezone.localdate()
    within = {"date__range": (today - BACK, today + AHEAD)}
    whose = Q(animator=feed.owner_id) if feed.site_id is None else Q(site=feed.site_id)
    booked = list(appointments().filter(whose, standing(), **within))
    stops: QuerySet[Stop] = Stop.objects.filter(whose, **within).exclude(state=StopState.CANCELLED)
    road = list(stops.select_related("site").order_by("date", "starts", "pk"))
    sites = {one.site.country for one in booked} | {one.site.country for one in road}
    with translation.override(feed.owner.language):
        title = _("%(name)s: appointments") % {"name": feed.site.name if feed.site else space.name}
        calendar = new_calendar(
            title, "appointments", countries=sites, first=today - BACK, last=today + AHEAD, ask_again=ASK_AGAIN
        )
        _add(calendar, booked, road)
        return bytes(calendar.to_ical())


def _add(calendar: Calendar, booked: Iterable[Appointment], road: Iterable[Stop]) -> None:
    for one in booked:
        theme = label_of("theme", one.theme) if one.theme else ""
        about = _("Appointment: %(theme)s") % {"theme": theme} if theme else _("Appointment")
        calendar.add_component(_event(f"appointment-{one.pk}", one, about))
    for stop in road:
        about = _("Stop: %(place)s") % {"place": stop.site.name}
        calendar.add_component(_event(f"stop-{stop.pk}", stop, about))


def _event(name: str, row: Appointment | Stop, summary: str) -> Event:
    site: Site = row.site
    zone = zone_of(site.country)
    event = Event()
    stamp = row.updated_at.astimezone(dt.UTC).replace(microsecond=0)
    event.add("uid", f"{name}@{perimeter().replace('/', '.')}.maillage")
    event.add("dtstamp", stamp)
    event.add("last-modified", stamp)
    event.add("dtstart", at(row.date, row.starts, zone))
    event.add("dtend", at(row.date, row.ends, zone))
    event.add("summary", summary)
    event.add("status", "CONFIRMED")
    event.add("location", ", ".join(part for part in (site.name, address_line(site)) if part))
    return event

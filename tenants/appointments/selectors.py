"""Reading appointments: the slots of a week, the appointments of a day, what waits to be noted."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import ngettext

from tenants.activity.selectors import animators
from tenants.appointments.enums import TAKES_A_PLACE, State, StopState
from tenants.appointments.models import SLOT_MINUTES, Appointment, SlotRule, Stop
from tenants.appointments.slots import DayOfSlots, Span, day_of_slots, hours_of
from tenants.premises.closings.selectors import closed_days
from tenants.premises.models import Closing, Site
from tenants.premises.selectors import week_of

LOOK_BACK = dt.timedelta(days=14)  # how long a forgotten appointment is shown
ONE_DAY = dt.timedelta(days=1)


def now() -> dt.datetime:
    """What the clock on the wall shows."""
    return timezone.localtime()


def appointments() -> QuerySet[Appointment]:
    """With what a line shows."""
    found: QuerySet[Appointment] = Appointment.objects.select_related("site", "animator", "visit")
    return found.order_by("date", "starts", "place", "pk")


def _others(without: int | None) -> QuerySet[Appointment]:
    """All but one that is being moved or changed."""
    return appointments() if without is None else appointments().exclude(pk=without)


def appointments_of_day(day: dt.date) -> list[Appointment]:
    return list(appointments().filter(date=day))


def standing() -> Q:
    """Those that take a place."""
    return Q(state__in=TAKES_A_PLACE)


def waiting() -> Q:
    """Those that have become no visit: also when the visit was deleted since."""
    return Q(state=State.BOOKED) | Q(state=State.CAME) & (Q(visit__isnull=True) | Q(visit__deleted_at__isnull=False))


def to_note(today: dt.date) -> list[Appointment]:
    """Of the last two weeks, those of which nobody has said how they went."""
    return list(appointments().filter(waiting(), date__gte=today - LOOK_BACK, date__lt=today))


# --- slots ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Rule:
    """How long an appointment at a site lasts, and how many at the same time; no place: no appointments there."""

    minutes: int
    places: int


DEFAULT_RULE = Rule(minutes=SLOT_MINUTES, places=1)


def rules(sites: Iterable[Site]) -> dict[int, Rule]:
    found = {
        one.site_id: Rule(one.slot_minutes, one.places)
        for one in SlotRule.objects.filter(site__in=[site.pk for site in sites])
    }
    return {site.pk: found.get(site.pk, DEFAULT_RULE) for site in sites}


@dataclass(frozen=True)
class DaySheet:
    """One day of a site: what is free, and who is expected."""

    slots: DayOfSlots
    appointments: list[Appointment]
    is_closing: bool = False  # one of the EPN's own closing days

    @property
    def day(self) -> dt.date:
        return self.slots.day


def days_of(site: Site, first: dt.date, last: dt.date, *, without: int | None = None) -> list[DaySheet]:
    """Each day from first to last. `without`: an appointment that is being moved takes no place."""
    rule = rules([site])[site.pk]
    week = week_of(site)
    expected: dict[dt.date, list[Appointment]] = {}
    for one in _others(without).filter(standing(), site=site, date__range=(first, last)):
        expected.setdefault(one.date, []).append(one)
    road: dict[dt.date, list[Stop]] = {}
    for stop in Stop.objects.filter(site=site, date__range=(first, last)):
        road.setdefault(stop.date, []).append(stop)
    closed = closed_days(site, first, last)
    sheets = []
    moment = now()
    for number in range((last - first).days + 1):
        day = first + number * ONE_DAY
        taken: list[Span] = [(one.starts, one.ends) for one in expected.get(day, ())]
        stops = [(one.starts, one.ends) for one in road.get(day, ()) if one.state != StopState.CANCELLED]
        # Where only a stop opens the door, a stop that is cancelled leaves it shut.
        shut = bool(road.get(day)) and not stops
        # Nobody receives on a closing day, even where a stop of a series still stands in the calendar.
        hours = [] if shut or not rule.places or day in closed else hours_of(week, day, site.country, stops)
        slots = day_of_slots(
            hours, day, country=site.country, minutes=rule.minutes, places=rule.places, taken=taken, now=moment
        )
        sheets.append(DaySheet(slots, expected.get(day, []), is_closing=day in closed))
    return sheets


def monday_of(day: dt.date) -> dt.date:
    return day - day.weekday() * ONE_DAY


# --- what a write must know -------------------------------------------------------------------------------------


def places_taken(*, site_id: int, day: dt.date, span: Span, without: int | None) -> list[int]:
    """The places of the appointments that overlap a time."""
    found = _others(without).filter(standing(), site=site_id, date=day, starts__lt=span[1], ends__gt=span[0])
    return list(found.values_list("place", flat=True))


def is_busy(*, animator_id: int, site_id: int, day: dt.date, span: Span, without: int | None) -> bool:
    """Whether this person is with somebody else then, or on the road to another place."""
    overlapping = Q(starts__lt=span[1], ends__gt=span[0], animator=animator_id, date=day)
    if _others(without).filter(standing(), overlapping).exists():
        return True
    road = Stop.objects.filter(overlapping).exclude(state=StopState.CANCELLED).exclude(site=site_id)
    return bool(road.exists())


# --- days that are about to be closed ---------------------------------------------------------------------------


def _in(closing: Closing) -> Q:
    days = Q(date__range=(closing.first_day, closing.last_day), date__gte=timezone.localdate())
    return days if closing.site_id is None else days & Q(site=closing.site_id)


def booked_in(closing: Closing) -> str:
    found = Appointment.objects.filter(_in(closing), state=State.BOOKED).count()
    text = ngettext(
        "%(n)s appointment is booked on these days. Move it, or cancel it.",
        "%(n)s appointments are booked on these days. Move them, or cancel them.",
        found,
    )
    return text % {"n": found} if found else ""


def stops_in(closing: Closing) -> str:
    found = Stop.objects.filter(_in(closing), state=StopState.PLANNED).count()
    text = ngettext(
        "%(n)s stop on the road is planned on these days. Cancel it, or change its day.",
        "%(n)s stops on the road are planned on these days. Cancel them, or change their days.",
        found,
    )
    return text % {"n": found} if found else ""


# --- home -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Panel:
    """Today's appointments that still wait, for a small panel on another page."""

    today: dt.date
    waiting: list[Appointment]
    later: int


MOST_IN_A_PANEL = 4


def panel() -> Panel:
    """In one statement."""
    today = timezone.localdate()
    found = list(appointments().filter(waiting(), date=today).order_by(F("starts"), "place", "pk"))
    return Panel(today, found[:MOST_IN_A_PANEL], max(0, len(found) - MOST_IN_A_PANEL))


__all__ = ["animators", "appointments", "appointments_of_day", "days_of", "panel", "rules", "to_note"]

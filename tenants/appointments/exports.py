"""Appointments and stops as files. A file travels: it never holds the name of somebody who came."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from maillage.design.csv_export import Cell
from maillage.reference.selectors import label_of
from tenants.appointments.enums import KitItem, State, StopReason, StopState
from tenants.appointments.models import Appointment
from tenants.appointments.stop_selectors import PlaceLine, StopLine
from tenants.premises.opening_hours import clock

APPOINTMENT_NAMES = (
    "appointment", "date", "starts", "ends", "site", "theme_code", "theme", "animator", "state_code", "state", "visit",
)  # fmt: skip
STOP_NAMES = (
    "stop", "date", "starts", "ends", "place", "commune", "animator", "state_code", "state", "reason", "kit",
    "to_pack", "packed", "visits", "attendances", "minutes",
)  # fmt: skip
PLACE_NAMES = (
    "place", "commune", "held", "planned", "cancelled", "visits", "attendances", "minutes", "visits_without_stop",
    "attendances_without_stop", "minutes_without_stop",
)  # fmt: skip


def appointment_header() -> list[Cell]:
    return [
        _("Number"), _("Day"), pgettext("hour", "From"), pgettext("hour", "To"), _("Site"), _("Code of the theme"),
        _("Theme"), _("Animator"), _("Code of the state"), _("State"), _("Number of the visit in this EPN"),
    ]  # fmt: skip


def appointment_rows(found: Iterable[Appointment]) -> Iterator[list[Cell]]:
    for one in found:
        yield [
            one.pk, one.date, clock(one.starts), clock(one.ends), one.site.name, one.theme,
            label_of("theme", one.theme) if one.theme else "", one.animator.name if one.animator else "", one.state,
            str(State(one.state).label), one.visit_id if one.noted else None,
        ]  # fmt: skip


def stop_header() -> list[Cell]:
    return [
        _("Number"), _("Day"), pgettext("hour", "From"), pgettext("hour", "To"), _("Place"), _("Commune"),
        _("Animator"), _("Code of the state"), _("State"), _("Reason"), _("Kit"), _("Things to pack"),
        _("Things packed"), _("Visits"), _("Attendances"), _("Minutes"),
    ]  # fmt: skip


def stop_rows(lines: Iterable[StopLine]) -> Iterator[list[Cell]]:
    for line in lines:
        stop = line.stop
        kit = [f"{item.label} ({stop.kit[item.value]})" for item in KitItem if item.value in stop.kit]
        kit += [stop.kit_other] if stop.kit_other else []
        yield [
            stop.pk, stop.date, clock(stop.starts), clock(stop.ends), stop.site.name, stop.site.commune_key,
            stop.animator.name if stop.animator else "", stop.state, str(StopState(stop.state).label),
            str(StopReason(stop.reason).label) if stop.reason else "", "|".join(kit),
            line.to_pack, line.packed, line.sums.visits, line.sums.attendances, line.sums.minutes,
        ]  # fmt: skip


def place_header() -> list[Cell]:
    return [
        _("Place"), _("Commune"), _("Stops held"), _("Stops planned"), _("Stops cancelled"), _("Visits"),
        _("Attendances"), _("Minutes"), _("Visits on days without a stop"), _("Attendances on days without a stop"),
        _("Minutes on days without a stop"),
    ]  # fmt: skip


def place_rows(lines: Iterable[PlaceLine]) -> Iterator[list[Cell]]:
    for line in lines:
        yield [
            line.name, line.site.commune_key if line.site else "", line.held, line.planned, line.cancelled,
            line.sums.visits, line.sums.attendances, line.sums.minutes, line.beside.visits, line.beside.attendances,
            line.beside.minutes,
        ]  # fmt: skip

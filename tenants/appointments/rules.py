"""What an appointment and the settings of a site must be. Pure checks: nothing is read or written here."""

from __future__ import annotations

import datetime as dt
from typing import Any, TypedDict

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from maillage.design.numbers import day_label
from maillage.design.personal_data import named
from maillage.reference.selectors import is_term, label_of
from tenants.activity.rules import number_problems, problem, unknown_code
from tenants.activity.undo import may_undo
from tenants.appointments.enums import State
from tenants.appointments.models import LONGEST_NAME, MIDNIGHT, Appointment

FURTHEST = dt.timedelta(days=366)  # a calendar beyond a year is never right
KEEP_NAMES_FOR = dt.timedelta(days=30)
SHORTEST_SLOT, LONGEST_SLOT = 5, 480
MOST_PLACES = 20

FEWEST_DIGITS_OF_A_PHONE = 8  # whatever it is, it is no name and too long a code

Problems = dict[str, list[ValidationError]]


class BookingFacts(TypedDict, total=False):
    """What one says of an appointment. A new one needs site_id, date and starts."""

    site_id: int
    date: dt.date
    starts: int
    name: str
    theme: str
    animator_id: int | None


def name_problems(name: Any) -> list[ValidationError]:
    """A first name or a code is enough; what would lead to a person is refused, and said kindly."""
    if not isinstance(name, str) or not name.isprintable():
        return [problem(_("This text holds a character that can't be shown."), "not_printable")]
    if len(name) > LONGEST_NAME:
        return [problem(_("This is too long: at most %(most)s characters."), "too_long", most=LONGEST_NAME)]
    if found := named(name):
        return [problem(_("This looks like %(found)s. A first name or a code is enough."), "personal", found=found)]
    if sum(one.isdigit() for one in name) >= FEWEST_DIGITS_OF_A_PHONE:
        return [
            problem(_("This is a long number, as a telephone has one. A first name or a code is enough."), "personal")
        ]
    return []


def theme_problems(theme: str, kept: str = "") -> list[ValidationError]:
    if not theme or theme == kept or is_term("theme", theme):
        return []
    return [unknown_code(Appointment._meta.get_field("theme").verbose_name, theme)]


def day_problems(day: Any, today: dt.date) -> list[ValidationError]:
    """An appointment, a stop: from today on, within a year."""
    if not isinstance(day, dt.date):
        return [problem(_("Enter a date."), "required")]
    if day < today:
        return [problem(_("%(day)s has passed. Choose today or a later day."), "past", day=day_label(day))]
    if day > today + FURTHEST:
        return [problem(_("%(day)s is too far away: at most one year ahead."), "too_far", day=day_label(day))]
    return []


def is_minute(value: Any, highest: int = MIDNIGHT) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= highest


def rule_problems(slot_minutes: Any, places: Any) -> Problems:
    found = {
        "slot_minutes": number_problems(slot_minutes, SHORTEST_SLOT, LONGEST_SLOT),
        "places": number_problems(places, 0, MOST_PLACES),
    }
    return {field: problems for field, problems in found.items() if problems}


def in_words(appointment: Appointment) -> str:
    """A name or a theme, whatever there is: what stands on a line."""
    theme = label_of("theme", appointment.theme) if appointment.theme else ""
    return " · ".join(part for part in (appointment.name, theme) if part) or _("Appointment without a name")


def check_may_change(appointment: Appointment) -> None:
    """Raise unless it still waits: what has become a visit, or was cancelled, is first brought back."""
    if appointment.state == State.CAME and not appointment.visit_was_deleted:
        raise problem(_("The visit of this appointment is saved already. Correct the visit in the journal."), "noted")
    if appointment.is_cancelled:
        raise problem(_("This appointment is cancelled. Bring it back first."), "cancelled")


def can_be_withdrawn(appointment: Appointment, person_id: int | None) -> bool:
    """Whoever booked may undo it for a quarter of an hour: it then never was."""
    return appointment.state == State.BOOKED and may_undo(
        by_id=appointment.booked_by_id, at=appointment.created_at, person_id=person_id
    )

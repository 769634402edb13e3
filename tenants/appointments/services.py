"""Writing appointments: booked, moved, cancelled, become a visit. Every write is journalled.

The last place of a slot is decided under a lock on its site, and by a constraint besides: of two people who book it
at the same time, the second gets a clear message.
"""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Unpack

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from maillage.audit.services import record
from maillage.design.two_versions import ChangedMeanwhile, version_of
from tenants.activity.models import Visit
from tenants.activity.rules import Actor, problem
from tenants.activity.selectors import known_people
from tenants.activity.services import delete_visit, record_visit
from tenants.appointments.enums import CANCELLED, State
from tenants.appointments.models import Appointment, SlotRule
from tenants.appointments.rules import (
    KEEP_NAMES_FOR,
    BookingFacts,
    Problems,
    can_be_withdrawn,
    check_may_change,
    day_problems,
    is_minute,
    name_problems,
    rule_problems,
    theme_problems,
)
from tenants.appointments.selectors import days_of, is_busy, places_taken
from tenants.appointments.slots import first_free_place
from tenants.premises.models import Site

MODE = "appointment"  # of the vocabulary of modes


def book(
    *, key: uuid.UUID | None = None, booked_by_id: int | None = None, **facts: Unpack[BookingFacts]
) -> Appointment:
    """Keep a slot. The same `key` twice with the same facts is one appointment: the first is given back.

    Raises ValidationError by field; with code `taken` on `starts` when somebody else was first.
    """
    one = Appointment(key=key or uuid.uuid4(), booked_by_id=booked_by_id, **_tidied(facts))
    _check(one)
    if (before := _same_before(one)) is not None:
        return before
    try:
        with transaction.atomic():
            _take_slot(one)
            one.save(force_insert=True)
            record(verb="appointment.booked", target=one.pk)
    except IntegrityError:
        if (before := _same_before(one)) is not None:
            return before
        raise _taken() from None
    return one


def change(*, appointment: Appointment, seen: str = "", **facts: Unpack[BookingFacts]) -> Appointment:
    """Correct name, theme and animator; `move` changes the time. Raises ValidationError by field.

    `seen`: the version that one has before one's eyes (two_versions.version_of). Raises ChangedMeanwhile when it
    was saved since.
    """
    with transaction.atomic():
        one = _locked(appointment)
        check_may_change(one)
        if seen and version_of(one) != seen:
            raise ChangedMeanwhile(one)
        kept_theme = one.theme
        for name, value in _tidied(facts).items():
            setattr(one, name, value)
        _check(one, kept_theme)
        _check_animator(one)
        _save(one, "appointment.changed", "name", "theme", "animator")
    return one


def move(*, appointment: Appointment, site_id: int, date: dt.date, starts: int) -> Appointment:
    """To another slot. Raises ValidationError by field; the appointment then stays where it was."""
    try:
        with transaction.atomic():
            one = _locked(appointment)
            check_may_change(one)
            before = {"site": one.site_id, "date": one.date.isoformat(), "starts": one.starts, "ends": one.ends}
            if (one.site_id, one.date, one.starts) == (site_id, date, starts):
                return one
            one.site_id, one.date, one.starts, one.moved_from = site_id, date, starts, before
            _check(one, one.theme)
            _take_slot(one)
            _save(one, "appointment.moved", "site", "date", "starts", "ends", "place", "moved_from")
    except IntegrityError:
        raise _taken() from None
    return one


def move_back(*, appointment: Appointment) -> Appointment:
    """Undo the last move, if the time is still free. Raises ValidationError."""
    with transaction.atomic():
        one = _locked(appointment)
        check_may_change(one)
        before = one.moved_from
        if before is None:
            return one
        one.site_id, one.date = before["site"], dt.date.fromisoformat(before["date"])
        one.starts, one.ends, one.moved_from = before["starts"], before["ends"], None
        _take_place(one)
        _save(one, "appointment.moved", "site", "date", "starts", "ends", "place", "moved_from")
    return one


def cancel(*, appointment: Appointment, state: str) -> Appointment:
    """With its reason, which is the state. The same twice is once. Raises ValidationError."""
    if state not in CANCELLED:
        raise ValidationError({"state": [problem(_("Say why it did not take place."), "required")]})
    with transaction.atomic():
        one = _locked(appointment)
        if one.state != state:
            check_may_change(one)
            if state == State.NO_SHOW and one.date > timezone.localdate():
                raise ValidationError({
                    "state": [problem(_("This appointment is still to come: nobody can have missed it."), "to_come")]
                })  # fmt: skip
            one.state = State(state)
            _save(one, "appointment.cancelled", "state")
    return one


def restore(*, appointment: Appointment) -> Appointment:
    """Bring a cancelled one back, if its time is still free. Raises ValidationError."""
    try:
        with transaction.atomic():
            one = _locked(appointment)
            if one.is_cancelled:
                one.state = State.BOOKED
                _take_place(one)
                _save(one, "appointment.restored", "state", "place")
    except IntegrityError:
        raise _taken() from None
    return one


@transaction.atomic
def withdraw(*, appointment: Appointment, by: Actor) -> None:
    """Undo a booking that was just made. Raises ValidationError when it is too late for it."""
    one = _locked(appointment)
    if not can_be_withdrawn(one, by.person_id):
        raise problem(_("It is too late to undo. Cancel the appointment, and say why."), "too_late")
    record(verb="appointment.withdrawn", target=one.pk)
    one.delete()


# --- a visit ----------------------------------------------------------------------------------------------------


@transaction.atomic
def note_visit(
    *, appointment: Appointment, by: Actor, outcome: str, theme: str = "", minutes: int | None = None
) -> Visit:
    """Make a visit of an appointment: place, day, theme, animator and minutes are known. Twice is one visit.

    Raises ValidationError by the visit's fields.
    """
    one = _locked(appointment)
    if one.noted:
        assert one.visit is not None
        return one.visit
    check_may_change(one)
    if one.date > timezone.localdate():
        raise ValidationError({"date": [problem(_("This appointment is still to come."), "future")]})
    if one.visit_was_deleted:
        one.visit_key = uuid.uuid4()  # what was deleted in the journal stays deleted
    visit = record_visit(
        key=one.visit_key,
        recorded_by_id=by.person_id,
        date=one.date,
        minutes=one.minutes if minutes is None else minutes,
        site_id=one.site_id,
        mode=MODE,
        themes=[said] if (said := theme or one.theme) else [],
        outcome=outcome,
        animator_id=one.animator_id or by.person_id,
    )
    one.visit, one.state = visit, State.CAME
    _save(one, "appointment.noted", "visit", "visit_key", "state")
    return visit


@transaction.atomic
def take_visit_back(*, appointment: Appointment, by: Actor) -> None:
    """Undo: the visit leaves the journal and the appointment waits again. Twice is once.

    Raises NotYours when the role doesn't allow it.
    """
    one = _locked(appointment)
    if not one.noted:
        return
    assert one.visit is not None
    delete_visit(visit=one.visit, by=by)
    one.visit, one.state, one.visit_key = None, State.BOOKED, uuid.uuid4()
    _save(one, "appointment.visit_taken_back", "visit", "visit_key", "state")


# --- settings, forgetting ---------------------------------------------------------------------------------------


@transaction.atomic
def set_slot_rule(*, site: Site, slot_minutes: int, places: int) -> SlotRule:
    """How a site receives by appointment; those that are booked stay as they are. Raises ValidationError by field."""
    found = rule_problems(slot_minutes, places)
    if found:
        raise ValidationError(dict(found))
    rule: SlotRule
    rule, _made = SlotRule.objects.update_or_create(
        site=site, defaults={"slot_minutes": slot_minutes, "places": places, "updated_at": timezone.now()}
    )
    record(verb="slot_rule.set", target=site.pk)
    return rule


@transaction.atomic
def erase_old_names(*, older_than: dt.timedelta = KEEP_NAMES_FOR, count_only: bool = False) -> int:
    """Forget the names of appointments whose day was longer ago. Returns how many; the journal says how many, too."""
    old = Appointment.objects.filter(date__lt=timezone.localdate() - older_than).exclude(name="")
    if count_only:
        return int(old.count())
    gone = int(old.update(name=""))
    if gone:
        record(verb="appointments.names_erased", target=f"{gone} appointments")
    return gone


# --- what is common ---------------------------------------------------------------------------------------------


def _tidied(facts: BookingFacts) -> BookingFacts:
    if isinstance(facts.get("name"), str):
        facts["name"] = " ".join(facts["name"].split(" ")).strip()
    return facts


def _locked(appointment: Appointment) -> Appointment:
    """As it stands now, until this transaction ends."""
    one: Appointment = (
        Appointment.objects.select_for_update(of=("self",)).select_related("visit").get(pk=appointment.pk)
    )
    return one


def _save(one: Appointment, verb: str, *fields: str) -> None:
    one.updated_at = timezone.now()
    one.save(force_update=True, update_fields=[*fields, "updated_at"])
    record(verb=verb, target=one.pk)


def _check(one: Appointment, kept_theme: str = "") -> None:
    found: Problems = {
        "name": name_problems(one.name),
        "theme": theme_problems(one.theme, kept_theme),
    }
    if one.animator_id is not None and one.animator_id not in known_people([one.animator_id]):
        found["animator_id"] = [problem(_("This person doesn't work here."), "unknown_animator")]
    if any(found.values()):
        raise ValidationError({field: problems for field, problems in found.items() if problems})


def _same_before(one: Appointment) -> Appointment | None:
    """The appointment that this form has booked already. Raises ValidationError when it says something else."""
    before: Appointment | None = Appointment.objects.filter(key=one.key).first()
    names = ("site_id", "date", "starts", "name", "theme", "animator_id")
    if before is not None and any(getattr(before, name) != getattr(one, name) for name in names):
        raise ValidationError(
            _("This page has already booked an appointment. Save again if this is another one."), code="key_reused"
        )
    return before


def _taken() -> ValidationError:
    return ValidationError({
        "starts": [problem(_("Somebody else has just taken this time. Nothing is lost: choose another time, and save."),
                           "taken")]
    })  # fmt: skip


def _take_slot(one: Appointment) -> None:
    """Under the lock of its site: a slot that exists, is to come, and has a place. Sets `ends` and `place`."""
    site = Site.objects.select_for_update(no_key=True).filter(pk=one.site_id, retired_at__isnull=True).first()
    if site is None:
        raise ValidationError({"site_id": [problem(_("This site doesn't exist here, or is closed."), "unknown_site")]})
    today = timezone.localdate()
    if wrong := day_problems(one.date, today):
        raise ValidationError({"date": wrong})
    [sheet] = days_of(site, one.date, one.date, without=one.pk)
    if not sheet.slots.is_open:
        raise ValidationError({"date": [problem(_("The door is closed that day: no time can be given."), "closed")]})
    slot = next((slot for slot in sheet.slots.slots if slot.starts == one.starts), None)
    if slot is None:
        now = timezone.localtime()
        if one.date == today and is_minute(one.starts) and one.starts < now.hour * 60 + now.minute:
            raise ValidationError({
                "starts": [problem(_("This time has passed. To note help that was given, log a visit."), "past")]
            })  # fmt: skip
        raise ValidationError({
            "starts": [problem(_("No appointment begins at this time. Choose one of the times shown."), "no_slot")]
        })  # fmt: skip
    if not slot.free:
        raise _taken()
    one.ends = slot.ends
    _take_place(one)


def _take_place(one: Appointment) -> None:
    """One of the places at that time, or a clear no. Locks the site."""
    Site.objects.select_for_update(no_key=True).get(pk=one.site_id)
    rule = SlotRule.objects.filter(site=one.site_id).first()
    taken = places_taken(site_id=one.site_id, day=one.date, span=(one.starts, one.ends), without=one.pk)
    place = first_free_place(max(1, rule.places) if rule else 1, taken)
    if place is None:
        raise _taken()
    one.place = place
    _check_animator(one)


def _check_animator(one: Appointment) -> None:
    if one.animator_id is not None and is_busy(
        animator_id=one.animator_id, site_id=one.site_id, day=one.date, span=(one.starts, one.ends), without=one.pk
    ):
        raise ValidationError({
            "animator_id": [problem(_("This person is already taken at that time. Choose another one, or nobody."),
                                    "busy")]
        })  # fmt: skip

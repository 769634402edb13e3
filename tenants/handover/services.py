"""Writing what somebody holds, and passing their work on. Every write is journalled by ids."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Unpack

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from maillage.audit.services import record
from tenants.activity.rules import Actor, NotYours
from tenants.activity.selectors import known_people
from tenants.appointments.handing_over import pass_appointment_on, pass_stops_on
from tenants.appointments.models import Appointment, Stop
from tenants.followup.services import hand_over
from tenants.handover.enums import Work
from tenants.handover.models import AccessKept, Handover, HeldThing
from tenants.handover.rules import ThingFacts, kept_problems, thing_problems
from tenants.handover.selectors import Item, items_of
from tenants.staff.models import StaffMember
from tenants.staff.wording import problem
from tenants.workshops.handing_over import pass_series_on
from tenants.workshops.models import Series


@dataclass(frozen=True)
class Move:
    """`to` is an account, but a thing's new holder is a member of the staff; None: given back to the EPN."""

    item: Item
    to: int | None


# --- passing on -----------------------------------------------------------------------------------------------------


def pass_on(*, by: Actor, member: StaffMember, moves: Sequence[Move]) -> Handover:
    """Everything that was chosen changes hands, or nothing. What the person recorded stays in their name.

    Raises ValidationError by the field of the item which could not be moved; NotYours for who doesn't coordinate.
    """
    if not by.coordinates:
        raise NotYours(_("Only a coordinator passes somebody's work on."))
    _check_takers(member, moves)
    with transaction.atomic():
        current = {item.field: item for item in items_of(member)}
        moved = []
        for move in moves:
            if move.item.field not in current:
                continue  # done, cancelled or moved meanwhile: nothing is left to pass on
            try:
                moved.append(_move(by, member, move))
            except ValidationError as error:
                raise ValidationError({move.item.field: error.messages}) from None
        if not moved:
            raise ValidationError(_("Nothing was chosen. Choose at least one line, and who takes it over."))
        handover: Handover = Handover.objects.create(
            member=member, by_id=by.person_id, from_account=member.account_id, moved=moved
        )
        record(verb="work.passed_on", target=handover.pk)
    return handover


def _check_takers(member: StaffMember, moves: Iterable[Move]) -> None:
    accounts = {move.to for move in moves if move.item.work != Work.THING and move.to is not None}
    strangers = accounts - known_people(accounts)
    holders = {move.to for move in moves if move.item.work == Work.THING and move.to is not None}
    strange_holders = holders - set(StaffMember.objects.filter(pk__in=holders).values_list("pk", flat=True))
    found = {}
    for move in moves:
        if move.item.work == Work.THING:
            wrong = move.to == member.pk or move.to in strange_holders
        else:
            wrong = move.to is None or move.to == member.account_id or move.to in strangers
        if wrong:
            found[move.item.field] = [problem(_("Choose somebody else who works here."), "unknown_taker")]
    if found:
        raise ValidationError(found)


def _move(by: Actor, member: StaffMember, move: Move) -> dict[str, object]:
    item, to = move.item, move.to
    line: dict[str, object] = {"work": item.work.value, "id": item.pk, "to": to}
    if item.work == Work.THING:
        _give(HeldThing.objects.get(pk=item.pk), to)
        return line
    assert member.account_id is not None
    assert to is not None
    if item.work == Work.STOPS:
        line["series"] = str(Stop.objects.get(pk=item.pk).series)
    _pass_work(by, line, member.account_id, to)
    return line


def _pass_work(by: Actor, line: dict[str, object], from_id: int, to_id: int) -> None:
    """What of `from_id`'s is named by a line goes to `to_id`."""
    pk = line["id"]
    match line["work"]:
        case Work.THREAD:
            hand_over(by=by, from_id=from_id, to_id=to_id, thread_ids=[int(str(pk))])
        case Work.APPOINTMENT:
            for one in Appointment.objects.filter(pk=pk, animator=from_id):
                pass_appointment_on(appointment=one, to_id=to_id)
        case Work.SERIES:
            for series in Series.objects.filter(pk=pk):
                pass_series_on(series=series, from_id=from_id, to_id=to_id)
        case Work.STOPS:
            pass_stops_on(series=uuid.UUID(str(line["series"])), from_id=from_id, to_id=to_id)


def _give(thing: HeldThing, to: int | None) -> None:
    if to is None:
        HeldThing.objects.filter(pk=thing.pk).update(returned_on=timezone.localdate())
    else:
        HeldThing.objects.filter(pk=thing.pk).update(member=to, returned_on=None)
    record(verb="held_thing.passed_on", target=thing.pk)


def take_back(*, by: Actor, handover: Handover) -> None:
    """Undo: what is still with whom it was passed on to goes back. Twice is once. Raises ValidationError."""
    if not by.coordinates:
        raise NotYours(_("Only a coordinator passes somebody's work on."))
    with transaction.atomic():
        found = Handover.objects.select_for_update(of=("self",)).get(pk=handover.pk)
        if found.taken_back_at is not None:
            return
        for line in found.moved:
            if line["work"] == Work.THING:
                HeldThing.objects.filter(pk=line["id"], member=line["to"] or found.member_id).update(
                    member=found.member_id, returned_on=None
                )
            else:
                _pass_work(by, line, line["to"], found.from_account)
        found.taken_back_at = timezone.now()
        found.save(update_fields=["taken_back_at"])
        record(verb="work.taken_back", target=found.pk)


# --- things held ----------------------------------------------------------------------------------------------------


def note_thing(*, member: StaffMember, **facts: Unpack[ThingFacts]) -> HeldThing:
    """Raises ValidationError by field."""
    _check_thing(facts)
    with transaction.atomic():
        thing: HeldThing = HeldThing.objects.create(member=member, **{**facts, "label": facts["label"].strip()})
        record(verb="held_thing.noted", target=thing.pk)
    return thing


def return_thing(*, thing: HeldThing) -> None:
    """Given back today. Twice is once."""
    with transaction.atomic():
        held = HeldThing.objects.filter(pk=thing.pk, returned_on__isnull=True)
        if held.update(returned_on=max(timezone.localdate(), thing.since)):
            record(verb="held_thing.returned", target=thing.pk)


def hold_again(*, thing: HeldThing) -> None:
    """Undo: it was not given back."""
    with transaction.atomic():
        if HeldThing.objects.filter(pk=thing.pk, returned_on__isnull=False).update(returned_on=None):
            record(verb="held_thing.held_again", target=thing.pk)


def _check_thing(facts: ThingFacts) -> None:
    if problems := thing_problems(facts):
        raise ValidationError(dict(problems))


# --- access without a contract ---------------------------------------------------------------------------------------


def keep_access(*, member: StaffMember, until: dt.date | None) -> None:
    """Up to and including `until` the person may sign in, whatever their contracts say. None: as the contracts say.

    Raises ValidationError.
    """
    if until is not None and (problems := kept_problems(until, timezone.localdate())):
        raise ValidationError({"until": problems})
    with transaction.atomic():
        if until is None:
            AccessKept.objects.filter(member=member).delete()
        else:
            AccessKept.objects.update_or_create(member=member, defaults={"until": until})
        record(verb="access.kept", target=member.pk)

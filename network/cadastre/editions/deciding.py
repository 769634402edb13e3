"""What the network does with a return: send it back with a comment, validate it, take that back, give more time.

Each deed locks the return, asks for the version that the person saw, and leaves a line in its history. Letters are
another matter (`letters.py`): they are written once the decision stands.
"""

from __future__ import annotations

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from maillage.audit.services import record
from network.cadastre.editions.answering import By
from network.cadastre.editions.enums import State, Step
from network.cadastre.editions.models import CensusReturn, ReturnStep
from network.cadastre.editions.opening import check_due
from tenants.registry.crossing import current_place

LONGEST_COMMENT = 2000
CHASING = (Step.REMINDED, Step.CALLED, Step.EXTENDED)  # what the network does while it waits


def _locked(pk: int, version: int | None) -> CensusReturn:
    """Raises ValidationError when the edition is frozen, or when somebody else has changed the return meanwhile."""
    found: CensusReturn = CensusReturn.objects.select_for_update().get(pk=pk)  # its edition is read after the wait
    if found.edition.is_frozen:
        raise ValidationError(_("This edition is frozen: nothing in it changes any more."))
    if version is not None and version != found.version:
        raise ValidationError(
            _("Somebody has changed this return since you opened the page. Look at it again, then decide.")
        )
    return found


def _decided(one: CensusReturn, by: By, step: Step, at: dt.datetime, text: str = "") -> None:
    one.version += 1
    one.save()
    ReturnStep.objects.create(
        census_return=one, step=step, at=at, by_id=by.person_id, by_name=by.name, for_network=True, text=text
    )


def _record(verb: str, one: CensusReturn) -> None:
    record(verb=verb, target=f"{one.edition.year}/{one.epn_id}", space_id=current_place().space_id)


@transaction.atomic
def send_back(*, pk: int, comment: str, by: By, version: int | None = None) -> CensusReturn:
    """The EPN gets its return back. Raises ValidationError without a comment, or when it isn't signed."""
    one = _locked(pk, version)
    comment = comment.strip()
    if not comment:
        raise ValidationError({"comment": _("Say what is to be corrected: the EPN can't guess it.")})
    if len(comment) > LONGEST_COMMENT:
        raise ValidationError({"comment": _("Use %(most)s characters at most.") % {"most": LONGEST_COMMENT}})
    if one.state != State.SUBMITTED:
        raise ValidationError(_("Only a signed return that isn't validated yet is sent back."))
    now = timezone.now()
    one.state, one.comment, one.decided_at = State.RETURNED, comment, now
    _decided(one, by, Step.RETURNED, now, comment)
    _record("census_return.sent_back", one)
    return one


@transaction.atomic
def validate_return(*, pk: int, by: By, version: int | None = None) -> CensusReturn:
    one = _locked(pk, version)
    if one.state != State.SUBMITTED:
        raise ValidationError(_("Only a signed return is validated."))
    now = timezone.now()
    one.state, one.decided_at = State.VALIDATED, now
    _decided(one, by, Step.VALIDATED, now)
    _record("census_return.validated", one)
    return one


@transaction.atomic
def undo_decision(*, pk: int, by: By, version: int | None = None) -> CensusReturn:
    """Undo the last decision: the return is signed, and waits, as before. What the EPN has changed since stays."""
    one = _locked(pk, version)
    if one.state not in (State.VALIDATED, State.RETURNED):
        raise ValidationError(_("There is no decision to take back."))
    last = one.steps.order_by("-at", "-pk").first()
    if one.state == State.RETURNED and (last is None or last.step not in (Step.RETURNED, *CHASING)):
        raise ValidationError(_("The EPN works on it again already: wait until it is signed."))
    one.state, one.decided_at = State.SUBMITTED, None
    _decided(one, by, Step.REOPENED, timezone.now())
    _record("census_return.decision_undone", one)
    return one


@transaction.atomic
def extend(*, pk: int, due_on: dt.date, by: By, version: int | None = None) -> CensusReturn:
    """More time for one EPN, never less than everybody has."""
    one = _locked(pk, version)
    check_due(due_on, timezone.localdate())
    if due_on <= one.edition.due_on:
        raise ValidationError({"due_on": _("All EPN have until then already: choose a later day.")})
    if one.state not in (State.OPEN, State.RETURNED):
        raise ValidationError(_("This return is signed: it needs no more time."))
    one.due_on = due_on
    _decided(one, by, Step.EXTENDED, timezone.now(), due_on.isoformat())
    _record("census_return.extended", one)
    return one


@transaction.atomic
def note_call(*, pk: int, by: By, text: str = "") -> CensusReturn:
    """Somebody phoned the EPN about its return: who looks at the board tomorrow sees it."""
    one = _locked(pk, None)
    ReturnStep.objects.create(
        census_return=one, step=Step.CALLED, by_id=by.person_id, by_name=by.name, for_network=True, text=text.strip()
    )
    _record("census_return.called", one)
    return one

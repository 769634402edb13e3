"""What the network writes about the label: decisions, visits on the spot, benefits, re-checks. In its own space."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from maillage.audit.services import record
from network.cadastre.recognition.enums import BenefitKind, Purpose, State, Verdict
from network.cadastre.recognition.models import Application, Benefit, Decision, Inspection
from network.cadastre.recognition.rules import GIVES, Before, decision_problems, inspection_problems, past_day
from network.cadastre.recognition.selectors import Standing, last_decisions, open_applications, running_labels
from network.cadastre.recognition.tasks import write_after_commit
from network.cadastre.services import (
    give_recognition_back,
    grant_recognition,
    take_back_recognition,
    withdraw_recognition,
)
from network.directory.selectors import epn_here
from tenants.registry.crossing import current_place

MOST_EUR = Decimal(1_000_000)
MOST = 10_000
SOMEBODY_ELSE = _("Somebody else has decided about this EPN meanwhile. Look at it before you decide.")


def _here() -> int:
    here = current_place().space_id
    assert here is not None
    return here


def _member(epn_id: int) -> Any:
    epn = epn_here(_here(), epn_id)
    if epn is None:
        raise ValidationError(_("This EPN is no member of the network."), code="stranger")
    return epn


@transaction.atomic
def decide(
    *,
    epn_id: int,
    verdict: str,
    decided_on: dt.date | None,
    since: dt.date | None = None,
    until: dt.date | None = None,
    recheck_on: dt.date | None = None,
    reason: str = "",
    conditions: str = "",
    standing: Standing | None = None,
    seen: int | None = None,
    by_id: int | None = None,
    by_name: str = "",
) -> Decision:
    """Decide about an EPN's label; it begins or ends by it. `standing` is kept as the evidence of that day.

    `seen` is the number of the last decision that the person knew (0: none). Raises ValidationError by field.
    """
    epn = _member(epn_id)
    last = last_decisions([epn_id]).get(epn_id)
    number = Decision.objects.filter(epn_id=epn_id).aggregate(last=Max("number"))["last"] or 0
    if seen is not None and seen != number:
        raise ValidationError(SOMEBODY_ELSE, code="meanwhile")
    application = open_applications([epn_id]).get(epn_id)
    signed = application if application is not None and application.state == State.SIGNED else None
    today = timezone.localdate()
    problems = decision_problems(
        verdict=verdict, decided_on=decided_on, since=since, until=until, recheck_on=recheck_on, reason=reason,
        conditions=conditions, today=today,
        before=Before(
            labelled_since=running_labels([epn_id]).get(epn_id),
            decided_on=last.decided_on if last else None,
            signed_on=timezone.localdate(signed.signed_at) if signed and signed.signed_at else None,
            archived=epn.space.archived_at is not None,
        ),
    )  # fmt: skip
    if problems:
        raise ValidationError(problems)
    recognition_id = None
    if verdict in GIVES:
        assert since is not None
        recognition_id = grant_recognition(epn_id=epn_id, since=since).pk
    elif verdict == Verdict.WITHDRAWN:
        assert until is not None
        recognition_id = withdraw_recognition(epn_id=epn_id, until=until).pk
    try:
        with transaction.atomic():
            decision: Decision = Decision.objects.create(
                epn_id=epn_id, number=number + 1, verdict=verdict, decided_on=decided_on,
                since=since if verdict in GIVES else None,
                until=until if verdict == Verdict.WITHDRAWN else None,
                recheck_on=None if verdict in (Verdict.REFUSED, Verdict.WITHDRAWN) else recheck_on,
                reason=reason.strip(), conditions=conditions.strip(), application=signed,
                evidence=[one.as_json() for one in standing.lines] if standing else [],
                recognition_id=recognition_id, by_id=by_id, by_name=by_name,
            )  # fmt: skip
    except IntegrityError as error:  # of two at the same moment the other was first
        raise ValidationError(SOMEBODY_ELSE, code="meanwhile") from error
    if signed is not None:
        signed.state = State.DECIDED
        signed.version += 1
        signed.save(update_fields=["state", "version"])
    record(verb="recognition.decided", target=epn_id, space_id=_here())
    return decision


@transaction.atomic
def undo_decision(*, epn_id: int, number: int, by_name: str = "") -> Decision:
    """Take back the last decision: the label is as it was before, the application open again.

    Raises ValidationError when it isn't the last one that counts, or something followed it.
    """
    last = last_decisions([epn_id]).get(epn_id)
    if last is None or last.number != number:
        raise ValidationError(_("Only the last decision can be undone."), code="not_the_last")
    decision: Decision = Decision.objects.select_for_update().get(pk=last.pk)
    if decision.undone_at is not None:
        raise ValidationError(_("Only the last decision can be undone."), code="not_the_last")
    if decision.recognition_id is not None:
        if decision.verdict in GIVES:
            take_back_recognition(recognition_id=decision.recognition_id)
        else:
            give_recognition_back(recognition_id=decision.recognition_id)
    application = decision.application
    if application is not None:
        if epn_id in open_applications([epn_id]):
            raise ValidationError(
                _("This EPN has begun another application since: this can't be undone."), code="too_late"
            )
        application.state = State.SIGNED
        application.version += 1
        application.save(update_fields=["state", "version"])
    decision.undone_at = timezone.now()
    decision.undone_by_name = by_name
    decision.save(update_fields=["undone_at", "undone_by_name"])
    record(verb="recognition.decision_undone", target=epn_id, space_id=_here())
    return decision


@transaction.atomic
def save_inspection(
    *,
    epn_id: int,
    on: dt.date | None,
    by_name: str,
    findings: Mapping[str, Mapping[str, str]],
    note: str = "",
    inspection: Inspection | None = None,
) -> Inspection:
    """Plan a visit on the spot, or write what it found. Raises ValidationError by field."""
    _member(epn_id)
    problems = inspection_problems(on, findings, timezone.localdate())
    if not by_name.strip():
        problems["by_name"] = ValidationError(_("Say who goes there."), code="required")
    if problems:
        raise ValidationError(problems)
    assert on is not None
    saved = inspection or Inspection(epn_id=epn_id)
    saved.on, saved.by_name, saved.note = on, by_name.strip(), note.strip()
    saved.findings = {kind: dict(one) for kind, one in findings.items()}
    saved.save()
    record(verb="inspection.saved", target=saved.pk, space_id=_here())
    return saved


@transaction.atomic
def remove_inspection(*, inspection: Inspection) -> None:
    """A visit that won't take place, or that was written for another EPN."""
    if Inspection.objects.filter(pk=inspection.pk).delete()[0]:
        record(verb="inspection.removed", target=inspection.pk, space_id=_here())


@transaction.atomic
def add_benefit(
    *,
    epn_id: int,
    on: dt.date | None,
    kind: str,
    label: str = "",
    quantity: int = 1,
    value_eur: Decimal | None = None,
) -> Benefit:
    """Note what an EPN received in kind. Raises ValidationError by field."""
    _member(epn_id)
    problems: dict[str, ValidationError] = {}
    if (problem := past_day(on, timezone.localdate())) is not None:
        problems["on"] = problem
    if kind not in BenefitKind.values:
        problems["kind"] = ValidationError(_("Choose one of the list."), code="required")
    if not 1 <= quantity <= MOST:
        problems["quantity"] = ValidationError(_("Choose a number from 1 to %(most)s."), params={"most": MOST})
    if value_eur is not None and not 0 <= value_eur <= MOST_EUR:
        problems["value_eur"] = ValidationError(_("Choose an amount from 0 to %(most)s."), params={"most": MOST_EUR})
    if kind == BenefitKind.OTHER and not label.strip():
        problems["label"] = ValidationError(_("Say in words what it is."), code="required")
    if problems:
        raise ValidationError(problems)
    given: Benefit = Benefit.objects.create(
        epn_id=epn_id, on=on, kind=kind, label=label.strip(), quantity=quantity, value_eur=value_eur
    )
    record(verb="benefit.added", target=given.pk, space_id=_here())
    return given


@transaction.atomic
def remove_benefit(*, benefit: Benefit) -> None:
    if Benefit.objects.filter(pk=benefit.pk).delete()[0]:
        record(verb="benefit.removed", target=benefit.pk, space_id=_here())


@transaction.atomic
def ask_for_recheck(*, epn_id: int, due_on: dt.date | None) -> Application:
    """Ask an EPN that has the label to say anew how it stands; the letter is sent by whoever calls.

    Asked again, it is the same application with a new day. Raises ValidationError.
    """
    epn = _member(epn_id)
    today = timezone.localdate()
    if epn.space.archived_at is not None:
        raise ValidationError(_("This EPN is archived. Open it again first."), code="archived")
    if epn_id not in running_labels([epn_id]):
        raise ValidationError(_("This EPN doesn't have the label."), code="no_label")
    if due_on is None or not today < due_on <= today + dt.timedelta(days=366):
        raise ValidationError({"due_on": _("Choose a day from tomorrow on, within a year.")})
    application = open_applications([epn_id]).get(epn_id)
    if application is not None and application.state == State.SIGNED:
        raise ValidationError(_("This EPN has signed already: it waits for you."), code="signed")
    if application is None:
        application = Application(epn_id=epn_id, purpose=Purpose.RECHECK)
    application.due_on, application.asked_at = due_on, timezone.now()
    application.save()
    record(verb="recheck.asked", target=epn_id, space_id=_here())
    return application


@transaction.atomic
def ask_all_who_are_due(standings: Sequence[Standing], *, due_on: dt.date | None) -> list[Application]:
    """Of these EPN, ask those whose re-check is due and that weren't asked yet; a job writes to each.

    Raises ValidationError as `ask_for_recheck` does: then nobody is asked.
    """
    today = timezone.localdate()
    asked = [ask_for_recheck(epn_id=one.member.epn_id, due_on=due_on) for one in standings if one.is_to_be_asked(today)]
    for row in asked:
        write_after_commit(_here(), row.pk)
    return asked

"""Writing the ledger: its lines, the steps of an application, and the way back. Every write is journalled."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from maillage.audit.services import record
from network.funding.enums import ApplicationState
from network.funding.ledger import rules
from network.funding.models import (
    Allocation,
    Application,
    ApplicationStep,
    Call,
    EpnCost,
    Expense,
    Funder,
    Grant,
    Instalment,
    Kept,
    Proposal,
    ReportDate,
)
from tenants.registry.crossing import current_place

OF_A_GRANT = (Allocation, Expense, Instalment, ReportDate)
WORDS: dict[type[Kept], str] = {
    Funder: "funder",
    Call: "call",
    Application: "application",
    Grant: "grant",
    Instalment: "instalment",
    ReportDate: "report-date",
    Allocation: "allocation",
    Expense: "expense",
    EpnCost: "epn-cost",
}


@transaction.atomic
def save_line(line: Kept, **facts: Any) -> Kept:
    """Write a line of the ledger, new or changed. Raises ValidationError, by field; nothing is then written."""
    grant = _lock(line, facts.get("grant"))
    if grant is not None:
        facts["grant"] = grant
    if isinstance(line, Application) and line.state != ApplicationState.DRAFT:
        raise ValidationError({"__all__": [_("It was sent. Take its steps back first, then correct it.")]})
    for name, value in facts.items():
        setattr(line, name, value)
    _obey(line)
    line.updated_at = timezone.now()
    line.save()
    _journal("money.saved", line)
    return line


@transaction.atomic
def delete_line(line: Kept) -> None:
    """It can be brought back. Raises ValidationError while something hangs on it. Twice is once."""
    _lock(line)
    if blocking := _what_hangs_on(line):
        raise ValidationError(blocking)
    if type(line).objects.filter(pk=line.pk, deleted_at__isnull=True).update(deleted_at=timezone.now()):
        _journal("money.deleted", line)


@transaction.atomic
def restore_line(line: Kept) -> None:
    """Raises ValidationError when it no longer fits, or what it hangs on is deleted. Twice is once."""
    _lock(line)
    for name in ("funder", "call", "application", "grant"):
        parent = getattr(line, name, None)
        if parent is not None and parent.deleted_at is not None:
            raise ValidationError(_("Bring “%(name)s” back first.") % {"name": parent})
    _obey(line)
    if type(line).objects.filter(pk=line.pk, deleted_at__isnull=False).update(deleted_at=None):
        _journal("money.restored", line)


def _journal(verb: str, line: Kept) -> None:
    record(verb=verb, target=f"{WORDS[type(line)]} {line.pk}", space_id=current_place().space_id)


def _lock(line: Kept, given: Grant | None = None) -> Grant | None:
    """One writer at a time in an account, so that two can't allocate the same rest."""
    if isinstance(line, Grant):
        if line.pk:
            Grant.objects.select_for_update().get(pk=line.pk)
        return None
    if not isinstance(line, OF_A_GRANT):
        return None
    pk = line.grant_id or (given.pk if given is not None else None)
    grant: Grant = Grant.objects.select_for_update().get(pk=pk)
    line.grant = grant
    return grant


def _others(line: Kept) -> Any:
    return type(line).objects.filter(grant=line.grant, deleted_at__isnull=True).exclude(pk=line.pk)  # type: ignore[attr-defined]


def _obey(line: Kept) -> None:
    found: rules.Problems = {}
    if isinstance(line, Funder):
        if Funder.objects.filter(code=line.code, deleted_at__isnull=True).exclude(pk=line.pk).exists():
            found = {"code": _("Another funder has this code.")}
    elif isinstance(line, Call):
        found = rules.call_problems(line)
    elif isinstance(line, Application):
        found = rules.application_problems(line)
    elif isinstance(line, EpnCost):
        same = EpnCost.objects.filter(epn_id=line.epn_id, valid_from=line.valid_from, deleted_at__isnull=True)
        if same.exclude(pk=line.pk).exists():
            found = {"valid_from": _("This EPN has a cost from this day on already: correct that one.")}
    elif isinstance(line, Grant):
        inside = [
            list(model.objects.filter(grant=line, deleted_at__isnull=True)) if line.pk else []
            for model in (Allocation, Expense)
        ]
        found = rules.grant_problems(line, *inside)
    elif isinstance(line, Allocation):
        found = rules.allocation_problems(line, list(_others(line)))
    elif isinstance(line, Expense):
        found = rules.expense_problems(line.grant, line.spent_on)
    elif isinstance(line, Instalment):
        found = rules.instalment_problems(line.amount_eur, _others(line).values_list("amount_eur", flat=True),
                                          line.grant)  # fmt: skip
    if found:
        raise ValidationError({name: [text] for name, text in found.items()})


def _what_hangs_on(line: Kept) -> str:
    models: tuple[type[Kept], ...] = ()
    if isinstance(line, Funder):
        models = (Call, Application, Grant)
    elif isinstance(line, Call):
        models = (Application,)
    elif isinstance(line, Application):
        models = (Grant, Proposal)
    name = WORDS[type(line)]
    if any(model.objects.filter(**{name: line}, deleted_at__isnull=True).exists() for model in models):
        return _("Something still hangs on it: its calls, applications, grants or documents. Delete those first.")
    return ""


@transaction.atomic
def move_application(
    application: Application, *, state: str, on: dt.date, amount_eur: Decimal | None = None, reason: str = "",
    by_id: int | None = None,
) -> ApplicationStep:  # fmt: skip
    """Sent, accepted, reduced, refused or withdrawn. Raises ValidationError on a step that can't be."""
    found: Application = Application.objects.select_for_update().get(pk=application.pk)
    last = found.steps.filter(undone_at__isnull=True).last()
    wrong = rules.step_problems(
        found, last, state=state, on=on, amount=amount_eur, reason=reason, today=timezone.localdate()
    )
    if wrong:
        raise ValidationError({name: [text] for name, text in wrong.items()})
    if state == ApplicationState.ACCEPTED:
        amount_eur = found.asked_eur
    elif state != ApplicationState.REDUCED:
        amount_eur = None
    step: ApplicationStep = ApplicationStep.objects.create(
        application=found, state=state, on=on, reason=reason, amount_eur=amount_eur, by_id=by_id
    )
    _take_state_of(found)
    record(verb="application.moved", target=f"{found.pk} {state}", space_id=current_place().space_id)
    return step


@transaction.atomic
def undo_step(application: Application, *, step_id: int) -> bool:
    """Take the last step back; it stays in the history. Returns whether it was the last one. Twice is once."""
    found: Application = Application.objects.select_for_update().get(pk=application.pk)
    last = found.steps.filter(undone_at__isnull=True).last()
    if last is None or last.pk != step_id:
        return False
    last.undone_at = timezone.now()
    last.save(update_fields=["undone_at"])
    _take_state_of(found)
    record(verb="application.step_undone", target=found.pk, space_id=current_place().space_id)
    return True


def _take_state_of(application: Application) -> None:
    last = application.steps.filter(undone_at__isnull=True).last()
    application.state = ApplicationState.DRAFT if last is None else last.state
    application.granted_eur = None if last is None else last.amount_eur
    application.updated_at = timezone.now()
    application.save(update_fields=["state", "granted_eur", "updated_at"])

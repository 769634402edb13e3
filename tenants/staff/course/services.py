"""Writing what happens in the course of a contract. Each verb is kept in its history, and moves the stocks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from maillage.audit.services import record
from tenants.registry.changes import ClockTime
from tenants.registry.hooks import epn_written
from tenants.staff.course.known_grants import known_grants
from tenants.staff.course.rules import ONE_DAY, Share, amendment_problems, break_problems, held_from, payer_problems
from tenants.staff.enums import ChangeKind
from tenants.staff.findings import completed
from tenants.staff.history import keep
from tenants.staff.models import Contract, ContractBreak, ContractChange, FormerTerms, PayerShare
from tenants.staff.rules import contract_problems
from tenants.staff.wording import Problems


def _locked(contract: Contract) -> Contract:
    found: Contract = Contract.objects.select_for_update(of=("self",)).get(pk=contract.pk)
    return found


def _refuse(problems: Problems) -> None:
    if problems:
        raise ValidationError(dict(problems))


def _written(contract: Contract, verb: str, **values: Any) -> None:
    """The contract is stamped too: who follows its changes hears of them, and an open form is told."""
    Contract.objects.filter(pk=contract.pk).update(**values, updated_at=ClockTime())
    record(verb=verb, target=contract.pk)
    epn_written()


# --- other hours from a day on ----------------------------------------------------------------------------------------


def amend_contract(
    *, contract: Contract, starts_on: dt.date, hours_per_week: Decimal, full_time_hours: Decimal
) -> None:
    """Other hours from `starts_on` on, up to the next change where there is one; the rest stays counted as it was.

    Raises ValidationError by field.
    """
    with transaction.atomic():
        stored = _locked(contract)
        hours = {"hours_per_week": hours_per_week, "full_time_hours": full_time_hours}
        wrong = contract_problems(completed(hours, stored), kept_type=stored.type)  # type: ignore[arg-type]
        _refuse({name: wrong[name] for name in hours if name in wrong})
        former = list(FormerTerms.objects.filter(contract=stored))
        _refuse(
            amendment_problems(stored, former, starts_on=starts_on, hours=hours_per_week, full_time=full_time_hours)
        )
        held = held_from(stored, former, starts_on)
        before = {"hours_per_week": held.hours_per_week, "full_time_hours": held.full_time_hours}
        FormerTerms.objects.create(contract=stored, until=starts_on - ONE_DAY, **before)
        if isinstance(held, FormerTerms):  # the hours of now came later, and stay
            FormerTerms.objects.filter(pk=held.pk).update(**hours)
        keep(ChangeKind.AMENDED, stored.pk, before, {"starts_on": starts_on, **hours})
        _written(stored, "contract.amended", **({} if isinstance(held, FormerTerms) else hours))


def remove_amendment(*, contract: Contract) -> ContractChange | None:
    """Take the latest change of hours back: the hours of before go on. None where there is none; `put_back` undoes."""
    with transaction.atomic():
        stored = _locked(contract)
        latest = FormerTerms.objects.filter(contract=stored).order_by("until").last()
        if latest is None:
            return None
        former = {"hours_per_week": latest.hours_per_week, "full_time_hours": latest.full_time_hours}
        gone = {
            "starts_on": latest.until + ONE_DAY,
            "hours_per_week": stored.hours_per_week,
            "full_time_hours": stored.full_time_hours,
        }
        latest.delete()
        line = keep(ChangeKind.AMENDMENT_REMOVED, stored.pk, gone, former)
        _written(stored, "contract.amendment_removed", **former)
    return line


# --- breaks -----------------------------------------------------------------------------------------------------------


def _facts(pause: ContractBreak) -> dict[str, Any]:
    return {"kind": pause.kind, "starts_on": pause.starts_on, "ends_on": pause.ends_on}


def add_break(*, contract: Contract, kind: str, starts_on: dt.date, ends_on: dt.date | None) -> ContractBreak:
    """A time without work inside a contract that goes on. Raises ValidationError by field."""
    with transaction.atomic():
        stored = _locked(contract)
        others = ContractBreak.objects.filter(contract=stored)
        _refuse(break_problems(stored, others, kind=kind, starts_on=starts_on, ends_on=ends_on))
        pause: ContractBreak = ContractBreak.objects.create(
            contract=stored, kind=kind, starts_on=starts_on, ends_on=ends_on
        )
        keep(ChangeKind.BREAK_ADDED, stored.pk, {}, _facts(pause))
        _written(stored, "contract.break_added")
    return pause


def change_break(*, pause: ContractBreak, kind: str, starts_on: dt.date, ends_on: dt.date | None) -> None:
    """Correct a break, or write its end. Raises ValidationError by field."""
    with transaction.atomic():
        stored = _locked(pause.contract)
        others = ContractBreak.objects.filter(contract=stored).exclude(pk=pause.pk)
        _refuse(break_problems(stored, others, kind=kind, starts_on=starts_on, ends_on=ends_on))
        before = _facts(pause)
        pause.kind, pause.starts_on, pause.ends_on = kind, starts_on, ends_on
        if before == _facts(pause):
            return
        pause.save(update_fields=["kind", "starts_on", "ends_on"])
        keep(ChangeKind.BREAK_CHANGED, stored.pk, before, _facts(pause))
        _written(stored, "contract.break_changed")


def remove_break(*, pause: ContractBreak) -> ContractChange:
    """Take out a break that was a mistake; `put_back` undoes it."""
    with transaction.atomic():
        stored = _locked(pause.contract)
        line = keep(ChangeKind.BREAK_REMOVED, stored.pk, _facts(pause), {})
        pause.delete()
        _written(stored, "contract.break_removed")
    return line


def put_back(*, change: ContractChange) -> None:
    """Undo a removal: of a break, or of a change of hours. Raises ValidationError where it no longer fits."""
    was = change.before
    if change.kind == ChangeKind.BREAK_REMOVED:
        ends = was["ends_on"]
        add_break(
            contract=change.contract,
            kind=was["kind"],
            starts_on=dt.date.fromisoformat(was["starts_on"]),
            ends_on=None if ends is None else dt.date.fromisoformat(ends),
        )
    elif change.kind == ChangeKind.AMENDMENT_REMOVED:
        amend_contract(
            contract=change.contract,
            starts_on=dt.date.fromisoformat(was["starts_on"]),
            hours_per_week=Decimal(was["hours_per_week"]),
            full_time_hours=Decimal(was["full_time_hours"]),
        )
    else:
        raise ValidationError(_("There is nothing here to put back."))


# --- who pays ---------------------------------------------------------------------------------------------------------


def set_payers(*, contract: Contract, shares: Sequence[Share]) -> None:
    """Who bears which part of the cost: together 100 %, or nobody is said. Raises ValidationError under `payers`."""
    tidy = [Share(one.payer.strip(), one.percent, one.grant) for one in shares]
    known = known_grants() if any(one.grant is not None for one in tidy) else {}
    with transaction.atomic():
        stored = _locked(contract)
        before = [Share(one.payer, one.percent, one.grant_id) for one in PayerShare.objects.filter(contract=stored)]
        # One that is over, and that the network doesn't offer any more, stays where it was said.
        _refuse(payer_problems(tidy, {*known, *(one.grant for one in before if one.grant is not None)}))
        if sorted(before, key=str) == sorted(tidy, key=str):
            return
        PayerShare.objects.filter(contract=stored).delete()
        PayerShare.objects.bulk_create(
            [PayerShare(contract=stored, payer=one.payer, percent=one.percent, grant_id=one.grant) for one in tidy]
        )
        keep(ChangeKind.PAYERS, stored.pk, {"payers": _as_rows(before)}, {"payers": _as_rows(tidy)})
        _written(stored, "contract.payers_set")


def _as_rows(shares: Sequence[Share]) -> list[list[str]]:
    """The grant stands third, where there is one."""
    return [
        [one.payer, str(one.percent.normalize()), *([] if one.grant is None else [str(one.grant)])] for one in shares
    ]

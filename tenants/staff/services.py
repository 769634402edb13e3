"""Writing who works here. Every write is journalled by ids, kept in the contract's history, and moves the stocks of the
federation."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection
from copy import copy
from typing import Any, Unpack

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from maillage.audit.services import record
from maillage.design.two_versions import locked_as_seen
from tenants.registry.changes import ClockTime
from tenants.registry.hooks import epn_written
from tenants.registry.keys import made_with
from tenants.staff.enums import ChangeKind
from tenants.staff.findings import FULL_TIME, NewMember, completed, contract_findings, member_problems
from tenants.staff.history import differences, keep
from tenants.staff.models import Contract, StaffMember
from tenants.staff.requirements import age_matters, known_type
from tenants.staff.rules import FIELDS, ContractFacts, contract_problems

__all__ = [  # what a form or a program needs with them comes along
    "FULL_TIME",
    "NewMember",
    "add_contract",
    "change_contract",
    "change_member",
    "delete_contract",
    "end_contract",
    "restore_contract",
]


def _check(
    member: StaffMember | NewMember,
    facts: ContractFacts,
    contract: Contract | None,
    confirmed: Collection[str],
    born_on: dt.date | None,
) -> dict[str, Any]:
    problems, concerns = contract_findings(member=member, facts=facts, contract=contract, born_on=born_on)
    unconfirmed = {code: text for code, text in concerns.items() if code not in confirmed}
    if unconfirmed:
        problems["confirmed"] = [ValidationError(text, code=code) for code, text in unconfirmed.items()]
    if problems:
        raise ValidationError(dict(problems))
    return completed(facts, contract)


# --- contracts ------------------------------------------------------------------------------------------------------


def add_contract(
    *,
    member: StaffMember | NewMember,
    confirmed: Collection[str] = (),
    key: uuid.UUID | None = None,
    born_on: dt.date | None = None,
    **facts: Unpack[ContractFacts],
) -> Contract:
    """Record a contract, and its person when they are new. `born_on` is kept only where a rule needs the age.

    The same `key` with the same facts is one contract: it is given back. Raises ValidationError by field; under
    `confirmed`, the concerns (by code) that ask for a second look; with code `key_reused` when `key` stands for
    something else.
    """
    before = _made_before(key, member, facts)
    if before is not None:
        return before
    try:
        checked = _check(member, facts, None, confirmed, born_on)
        # Reading the register leaves the space, which no transaction may span: the account was looked up in the check.
        with transaction.atomic():
            person = member if isinstance(member, StaffMember) else _save_member(member)
            contract: Contract = Contract.objects.create(member=person, key=key, **checked)
            _keep_birth(person, born_on, contract)
            record(verb="contract.added", target=contract.pk)
            keep(ChangeKind.ADDED, contract.pk)
            epn_written()
    except (ValidationError, IntegrityError):
        # Sent twice at the same moment: the other one was first, and its own person is the namesake.
        before = _made_before(key, member, facts)
        if before is None:
            raise
        return before
    return contract


def _made_before(key: uuid.UUID | None, member: StaffMember | NewMember, facts: ContractFacts) -> Contract | None:
    said = Contract(**completed(facts, None))
    same = {"member_id": member.pk} if isinstance(member, StaffMember) else {"member.name": member.name.strip()}
    same |= {name: getattr(said, name) for name in FIELDS}
    every = Contract.with_deleted.select_related("member")
    found: Contract | None = made_with(key, every, {**same, "deleted_at": None})
    return found


def change_contract(
    *,
    contract: Contract,
    member: StaffMember | NewMember | None = None,
    confirmed: Collection[str] = (),
    born_on: dt.date | None = None,
    seen: str = "",
    **changes: Unpack[ContractFacts],
) -> Contract:
    """Correct a contract, or write what became known. Raises as `add_contract` does; the row is then untouched.

    Raises ChangedMeanwhile when `seen`, the version that a form was filled from, isn't the one that stands there.
    """
    person = member if member is not None else contract.member
    checked = _check(person, changes, contract, confirmed, born_on)
    with transaction.atomic():
        stored = locked_as_seen(Contract.objects.select_related("member"), contract.pk, seen)
        saved = person if isinstance(person, StaffMember) else _save_member(person)
        before = copy(stored)
        for name, value in checked.items():
            setattr(stored, name, value)
        stored.member = saved
        _save(stored, before, ChangeKind.CHANGED, "contract.changed")
        _keep_birth(saved, born_on, stored)
    return _refreshed(contract, stored)


def end_contract(
    *, contract: Contract, ended_on: Any, end_reason: str | None = None, after_end: str | None = None
) -> Contract:
    """Write the last day of a contract that really ends, why, and what came after (None: nothing was said of it).

    The past stays as it was counted.
    """
    said: ContractFacts = {"ended_on": ended_on}
    if end_reason is not None:
        said["end_reason"] = end_reason
    if after_end is not None:
        said["after_end"] = after_end
    problems = contract_problems(completed(said, contract), kept_type=contract.type)
    # An old contract may break a rule that came later: only its end is judged here.
    if found := {name: problems[name] for name in said if name in problems}:
        raise ValidationError(dict(found))
    with transaction.atomic():
        stored = locked_as_seen(Contract.objects.select_related("member"), contract.pk, "")
        before = copy(stored)
        for name, value in said.items():
            setattr(stored, name, value)
        _save(stored, before, ChangeKind.ENDED, "contract.ended")
    return _refreshed(contract, stored)


def _save(stored: Contract, before: Contract, kind: ChangeKind, verb: str) -> None:
    """What differs, and no more: a correction of a note has nothing counted again but by its type."""
    was, became = differences(before, stored)
    changed = [name for name in (*FIELDS, "member_id") if getattr(before, name) != getattr(stored, name)]
    stored.updated_at = ClockTime()
    stored.save(update_fields=[*changed, "updated_at"])
    stored.refresh_from_db(fields=["updated_at"])
    record(verb=verb, target=stored.pk)
    if was:
        keep(kind, stored.pk, was, became)
    epn_written()


def _refreshed(contract: Contract, stored: Contract) -> Contract:
    """The caller's own row, as it stands now."""
    for name in (*FIELDS, "member_id", "updated_at"):
        setattr(contract, name, getattr(stored, name))
    contract.member = stored.member
    return contract


def delete_contract(*, contract: Contract) -> None:
    """Take out a contract that was a mistake: no figure counts it, past months included. Twice is once."""
    _set_deleted(contract, deleted=True)


def restore_contract(*, contract: Contract) -> None:
    """Undo a deletion."""
    _set_deleted(contract, deleted=False)


def _set_deleted(contract: Contract, *, deleted: bool) -> None:
    moment = timezone.now()
    with transaction.atomic():
        waiting = Contract.with_deleted.filter(pk=contract.pk, deleted_at__isnull=deleted)
        if waiting.update(deleted_at=moment if deleted else None, updated_at=ClockTime()):
            record(verb="contract.deleted" if deleted else "contract.restored", target=contract.pk)
            keep(ChangeKind.DELETED if deleted else ChangeKind.RESTORED, contract.pk)
            epn_written()
    contract.deleted_at = moment if deleted else None


# --- people -----------------------------------------------------------------------------------------------------------


def _save_member(member: NewMember) -> StaffMember:
    saved: StaffMember = StaffMember.objects.create(name=member.name.strip(), account_id=member.account_id)
    record(verb="staff_member.added", target=saved.pk)
    return saved


def _keep_birth(member: StaffMember, born_on: dt.date | None, contract: Contract) -> None:
    kind = known_type(contract.type)
    last_day = contract.ends_on or timezone.localdate()
    if born_on is None or born_on == member.born_on or kind is None or not age_matters(kind, last_day):
        return
    member.born_on = born_on
    member.save(update_fields=["born_on"])
    record(verb="staff_member.changed", target=member.pk)


def change_member(
    *, member: StaffMember, name: str, account_id: int | None, born_on: dt.date | None = None
) -> StaffMember:
    """Correct a name or a date of birth, or link (None: unlink) the account that this person signs in with."""
    problems = member_problems(name=name, account_id=account_id, member=member, born_on=born_on)
    if problems:
        raise ValidationError(dict(problems))
    with transaction.atomic():
        member.name, member.account_id, member.born_on = name.strip(), account_id, born_on
        member.save(update_fields=["name", "account", "born_on"])
        record(verb="staff_member.changed", target=member.pk)
    return member

"""Writing who works here. Every write is journalled by ids, and moves the stocks of the federation."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Unpack

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from maillage.audit.services import record
from tenants.registry.changes import ClockTime
from tenants.registry.crossing import current_place
from tenants.registry.hooks import epn_written
from tenants.registry.keys import made_with
from tenants.staff.enums import Concern, ContractRole
from tenants.staff.models import Contract, StaffMember
from tenants.staff.rules import (
    FIELDS,
    LONGEST_NAME,
    ContractFacts,
    Problems,
    contract_concerns,
    contract_problems,
    problem,
)
from tenants.staff.selectors import accounts_here, holder_of, namesake, other_contracts

FULL_TIME = Decimal(38)


@dataclass(frozen=True)
class NewMember:
    """Somebody who isn't in the list of staff yet; `account_id` links them to a sign-in of this EPN."""

    name: str
    account_id: int | None = None


# --- checks: what a form asks before it is sent, and what a write asks again -----------------------------------------


def contract_findings(
    *, member: StaffMember | NewMember | None, facts: ContractFacts, contract: Contract | None = None
) -> tuple[Problems, dict[str, str]]:
    """Problems by field, and concerns by code. Concerns are looked for only where there is no problem."""
    completed = _completed(facts, contract)
    problems = contract_problems(completed, kept_type=contract.type if contract is not None else "")
    concerns: dict[str, str] = {}
    if isinstance(member, NewMember):
        problems |= member_problems(name=member.name, account_id=member.account_id)
        if not problems and namesake(member.name) is not None:
            concerns[Concern.SAME_NAME] = _(
                "“%(name)s” is in your list already. Is this another person with the same name?"
            ) % {"name": member.name}
    if not problems:
        member_id = member.pk if isinstance(member, StaffMember) else None
        others = other_contracts(member_id, without=contract.pk if contract is not None else None)
        concerns |= contract_concerns(completed, others)
    return problems, concerns


def member_problems(*, name: str, account_id: int | None, member: StaffMember | None = None) -> Problems:
    found: Problems = {}
    if not name.strip():
        found["name"] = [problem(_("What is this person's name?"), "required")]
    elif "\0" in name:
        found["name"] = [problem(_("There is a character in it that can't be saved. Type it again."), "null")]
    elif len(name) > LONGEST_NAME:
        text = _("This is too long: at most %(longest)s characters.")
        found["name"] = [problem(text, "too_long", longest=LONGEST_NAME)]
    if account_id is not None and (member is None or member.account_id != account_id):
        found |= _account_problems(account_id, member)
    return found


def _account_problems(account_id: int, member: StaffMember | None) -> Problems:
    space_id = current_place().space_id
    if space_id is None or account_id not in {one.pk for one in accounts_here(space_id)}:
        return {"account": [problem(_("This account has no access to this EPN."), "unknown_account")]}
    holder = holder_of(account_id, without=None if member is None else member.pk)
    if holder is not None:
        text = _("This account is linked to %(name)s already. Choose this person in the list.")
        return {"account": [problem(text, "taken_account", name=holder.name)]}
    return {}


def _completed(facts: ContractFacts, contract: Contract | None) -> dict[str, Any]:
    """The facts with what was not said: as the contract has it, else the usual."""
    usual: dict[str, Any] = (
        {name: getattr(contract, name) for name in FIELDS}
        if contract is not None
        else {"role": ContractRole.ANIMATION, "full_time_hours": FULL_TIME, "legal_employer": "", "note": ""}
    )
    strange = set(facts) - set(FIELDS)
    if strange:
        raise TypeError(f"A contract has no {', '.join(sorted(strange))}.")
    given: dict[str, Any] = dict(facts)
    for name in ("legal_employer", "note"):
        if isinstance(given.get(name), str):
            given[name] = given[name].strip()
    return usual | given


def _check(
    member: StaffMember | NewMember, facts: ContractFacts, contract: Contract | None, confirmed: Collection[str]
) -> dict[str, Any]:
    problems, concerns = contract_findings(member=member, facts=facts, contract=contract)
    unconfirmed = {code: text for code, text in concerns.items() if code not in confirmed}
    if unconfirmed:
        problems["confirmed"] = [ValidationError(text, code=code) for code, text in unconfirmed.items()]
    if problems:
        raise ValidationError(dict(problems))
    return _completed(facts, contract)


# --- contracts ------------------------------------------------------------------------------------------------------


def add_contract(
    *,
    member: StaffMember | NewMember,
    confirmed: Collection[str] = (),
    key: uuid.UUID | None = None,
    **facts: Unpack[ContractFacts],
) -> Contract:
    """Record a contract, and its person when they are new.

    The same `key` with the same facts is one contract: it is given back. Raises ValidationError by field; under
    `confirmed`, the concerns (by code) that ask for a second look; with code `key_reused` when `key` stands for
    something else.
    """
    before = _made_before(key, member, facts)
    if before is not None:
        return before
    try:
        checked = _check(member, facts, None, confirmed)
        # Reading the register leaves the space, which no transaction may span: the account was looked up in the check.
        with transaction.atomic():
            person = member if isinstance(member, StaffMember) else _save_member(member)
            contract: Contract = Contract.objects.create(member=person, key=key, **checked)
            record(verb="contract.added", target=contract.pk)
            epn_written()
    except (ValidationError, IntegrityError):
        # Sent twice at the same moment: the other one was first, and its own person is the namesake.
        before = _made_before(key, member, facts)
        if before is None:
            raise
        return before
    return contract


def _made_before(key: uuid.UUID | None, member: StaffMember | NewMember, facts: ContractFacts) -> Contract | None:
    said = Contract(**_completed(facts, None))
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
    **changes: Unpack[ContractFacts],
) -> Contract:
    """Correct a contract, or write what became known. Raises as `add_contract` does; the row is then untouched."""
    person = member if member is not None else contract.member
    checked = _check(person, changes, contract, confirmed)
    with transaction.atomic():
        saved = person if isinstance(person, StaffMember) else _save_member(person)
        for name, value in checked.items():
            setattr(contract, name, value)
        contract.member = saved
        contract.updated_at = ClockTime()
        contract.save(update_fields=[*FIELDS, "member", "updated_at"])
        contract.refresh_from_db(fields=["updated_at"])
        record(verb="contract.changed", target=contract.pk)
        epn_written()
    return contract


def end_contract(*, contract: Contract, ended_on: Any) -> Contract:
    """Write the last day of a contract that really ends. The past stays as it was counted."""
    problems = contract_problems(_completed({"ended_on": ended_on}, contract), kept_type=contract.type)
    # An old contract may break a rule that came later: only its end is judged here.
    if "ended_on" in problems:
        raise ValidationError({"ended_on": problems["ended_on"]})
    with transaction.atomic():
        contract.ended_on, contract.updated_at = ended_on, ClockTime()
        contract.save(update_fields=["ended_on", "updated_at"])
        contract.refresh_from_db(fields=["updated_at"])
        record(verb="contract.ended", target=contract.pk)
        epn_written()
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
            epn_written()
    contract.deleted_at = moment if deleted else None


# --- people -----------------------------------------------------------------------------------------------------------


def _save_member(member: NewMember) -> StaffMember:
    saved: StaffMember = StaffMember.objects.create(name=member.name.strip(), account_id=member.account_id)
    record(verb="staff_member.added", target=saved.pk)
    return saved


def change_member(*, member: StaffMember, name: str, account_id: int | None) -> StaffMember:
    """Correct a name, or link (None: unlink) the account that this person signs in with."""
    problems = member_problems(name=name, account_id=account_id, member=member)
    if problems:
        raise ValidationError(dict(problems))
    with transaction.atomic():
        member.name, member.account_id = name.strip(), account_id
        member.save(update_fields=["name", "account"])
        record(verb="staff_member.changed", target=member.pk)
    return member

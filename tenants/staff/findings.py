"""What is found about a contract or a person before it is written: a form asks it, and a service asks it again."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from tenants.registry.crossing import current_place
from tenants.staff.by_type import birth_problem
from tenants.staff.enums import Concern, ContractRole
from tenants.staff.models import Contract, StaffMember
from tenants.staff.requirements import known_type
from tenants.staff.rules import (
    FIELDS,
    LONGEST_NAME,
    TEXTS,
    ContractFacts,
    contract_concerns,
    contract_problems,
)
from tenants.staff.selectors import accounts_here, federation_here, holder_of, namesake, other_contracts
from tenants.staff.wording import Problems, problem

FULL_TIME = Decimal(38)
SAID_OR_NOT = (*TEXTS, "end_reason", "after_end")


@dataclass(frozen=True)
class NewMember:
    """Somebody who isn't in the list of staff yet; `account_id` links them to a sign-in of this EPN."""

    name: str
    account_id: int | None = None
    born_on: dt.date | None = None


def contract_findings(
    *,
    member: StaffMember | NewMember | None,
    facts: ContractFacts,
    contract: Contract | None = None,
    born_on: dt.date | None = None,
) -> tuple[Problems, dict[str, str]]:
    """Problems by field, and concerns by code. Concerns are looked for only where there is no problem.

    `born_on`: a date of birth that is said together with the contract, else the person's own counts.
    """
    facts_whole = completed(facts, contract)
    birth = born_on or (member.born_on if member is not None else None)
    problems = contract_problems(facts_whole, kept_type=contract.type if contract is not None else "", born_on=birth)
    if _is_of_others(str(facts_whole.get("type") or "")):
        problems["type"] = [problem(_("This contract type doesn't exist. Choose one from the list."), "unknown_type")]
    problems |= _replacement_problems(member, facts_whole.get("replaces_id"), contract)
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
        concerns |= contract_concerns(facts_whole, others)
    return problems, concerns


def member_problems(
    *, name: str, account_id: int | None, member: StaffMember | None = None, born_on: dt.date | None = None
) -> Problems:
    found: Problems = birth_problem(born_on) if born_on is not None else {}
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


def _is_of_others(code: str) -> bool:
    """Whether this type is another network's own."""
    kind = known_type(code)
    return kind is not None and kind.federation_id is not None and kind.federation_id != federation_here()


def _replacement_problems(
    member: StaffMember | NewMember | None, replaces_id: int | None, contract: Contract | None
) -> Problems:
    if replaces_id is None:
        return {}
    replaced = Contract.objects.filter(pk=replaces_id).first()
    if replaced is None or (contract is not None and replaced.pk == contract.pk):
        return {
            "replaces_id": [problem(_("This contract isn't in your list. Choose another one."), "unknown_contract")]
        }
    if isinstance(member, StaffMember) and replaced.member_id == member.pk:
        return {"replaces_id": [problem(_("Nobody replaces themselves. Choose another person."), "own_contract")]}
    return {}


def completed(facts: ContractFacts, contract: Contract | None) -> dict[str, Any]:
    """The facts with what was not said: as the contract has it, else the usual."""
    usual: dict[str, Any] = (
        {name: getattr(contract, name) for name in FIELDS}
        if contract is not None
        else {"role": ContractRole.ANIMATION, "full_time_hours": FULL_TIME, **dict.fromkeys(SAID_OR_NOT, "")}
    )
    strange = set(facts) - set(FIELDS)
    if strange:
        raise TypeError(f"A contract has no {', '.join(sorted(strange))}.")
    given: dict[str, Any] = dict(facts)
    for name in TEXTS:
        if isinstance(given.get(name), str):
            given[name] = given[name].strip()
    return usual | given

"""What was done to a contract: written by the services, in the transaction of what they do, and read by its page.

A note may say anything of somebody, and who a contract is of is told by name: of these the history says that they
changed, and doesn't keep what stood there. It goes with the contract.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from maillage.audit.services import visitor
from tenants.staff.enums import ChangeKind
from tenants.staff.models import Contract, ContractChange
from tenants.staff.rules import FIELDS

TOLD_ONLY = frozenset({"note", "member_id"})


def differences(before: Contract, after: Contract) -> tuple[dict[str, Any], dict[str, Any]]:
    """The facts in which two states of a contract differ, as each of them has it."""
    names = [name for name in (*FIELDS, "member_id") if getattr(before, name) != getattr(after, name)]
    return {name: _kept(name, before) for name in names}, {name: _kept(name, after) for name in names}


def _kept(name: str, contract: Contract) -> Any:
    value = getattr(contract, name)
    return bool(value) if name in TOLD_ONLY else plain(value)


def plain(value: Any) -> Any:
    """As JSON holds it."""
    if isinstance(value, dt.date):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value


def keep(
    kind: ChangeKind, contract_id: int, before: Mapping[str, Any] | None = None, after: Mapping[str, Any] | None = None
) -> ContractChange:
    """By whoever is at the door; by nobody in a command."""
    made: ContractChange = ContractChange.objects.create(
        contract_id=contract_id,
        kind=kind,
        by_id=visitor().actor_id,
        before={name: plain(value) for name, value in (before or {}).items()},
        after={name: plain(value) for name, value in (after or {}).items()},
    )
    return made


def keep_all(kind: ChangeKind, contract_ids: Iterable[int]) -> None:
    """The same was done to many, at once."""
    by_id = visitor().actor_id
    ContractChange.objects.bulk_create([ContractChange(contract_id=pk, kind=kind, by_id=by_id) for pk in contract_ids])

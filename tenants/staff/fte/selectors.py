"""FTE and hours of an EPN over a period: each contract's, and their sums by type and role. Nothing is rounded."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models import Q
from django.utils.translation import gettext as _

from maillage.reference.selectors import label_of
from maillage.reference.sorting import Alphabetical
from tenants.staff.enums import ContractRole
from tenants.staff.known_ends import as_known
from tenants.staff.models import Contract
from tenants.staff.requirements import counts_in_fte
from tenants.staff.selectors import contracts
from tenants.staff.terms import fte_over, fte_sum, hours_over


@dataclass(frozen=True)
class Held:
    """What one contract was in the period. `fte` is the mean over all days of the period; None where none counts."""

    contract: Contract
    type_label: str
    first: dt.date
    last: dt.date
    fte: Decimal | None
    hours: Decimal


@dataclass
class Sum:
    """Contracts of one type, of one role, or all. Heads are people, each once, whatever their contracts."""

    label: str
    people: set[int] = field(default_factory=set)
    counted: set[int] = field(default_factory=set)
    contracts: int = 0
    fte: Decimal = Decimal(0)
    hours: Decimal = Decimal(0)
    hours_apart: Decimal = Decimal(0)  # of types that never count in FTE

    @property
    def heads(self) -> int:
        return len(self.people)

    @property
    def heads_counted(self) -> int:
        return len(self.counted)

    @property
    def heads_apart(self) -> int:
        """Who has no contract here that counts in FTE: volunteers, students, internships, civic service."""
        return len(self.people - self.counted)

    def add(self, held: Held) -> None:
        self.people.add(held.contract.member_id)
        self.contracts += 1
        if held.fte is None:
            self.hours_apart += held.hours
            return
        self.counted.add(held.contract.member_id)
        self.fte += held.fte
        self.hours += held.hours


@dataclass(frozen=True)
class Over:
    """A period, both days included, with or without the breaks."""

    first: dt.date
    last: dt.date
    without_breaks: bool
    held: list[Held]
    total: Sum
    by_type: list[Sum]
    by_role: list[Sum]

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1


def contracts_within(first: dt.date, last: dt.date) -> Iterable[Contract]:
    """Those that have a day within the period."""
    found = contracts().filter(Q(ended_on__gte=first) | Q(ended_on__isnull=True), starts_on__lte=last)
    ordered = found.order_by(Alphabetical("member__name"), "member_id", "starts_on", "pk")
    return [one for one in as_known(ordered) if one.ends_on is None or one.ends_on >= first]


def fte_of_period(first: dt.date, last: dt.date, *, without_breaks: bool = True) -> Over:
    held = [_held(one, first, last, without_breaks) for one in contracts_within(first, last)]
    total, by_type, by_role = Sum(_("Total")), dict[str, Sum](), dict[str, Sum]()
    for one in held:
        role = one.contract.role
        total.add(one)
        by_type.setdefault(one.contract.type, Sum(one.type_label)).add(one)
        by_role.setdefault(role, Sum(str(ContractRole(role).label))).add(one)
    return Over(first, last, without_breaks, held, total, _ordered(by_type), _ordered(by_role))


def fte_of_person(member_id: int, first: dt.date, last: dt.date) -> Decimal:
    """Of all contracts of one person that count, breaks left out."""
    found = as_known(contracts().filter(member=member_id))
    return fte_sum((one for one in found if counts_in_fte(one.type)), first, last)


def _held(contract: Contract, first: dt.date, last: dt.date, without_breaks: bool) -> Held:
    fte = fte_over(contract, first, last, without_breaks=without_breaks) if counts_in_fte(contract.type) else None
    return Held(
        contract=contract,
        type_label=label_of("contract_type", contract.type),
        first=max(first, contract.starts_on),
        last=min(last, contract.ends_on or last),
        fte=fte,
        hours=hours_over(contract, first, last, without_breaks=without_breaks),
    )


def _ordered(sums: dict[str, Sum]) -> list[Sum]:
    return sorted(sums.values(), key=lambda one: (-one.fte, -one.contracts, one.label))

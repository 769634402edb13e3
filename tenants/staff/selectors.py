"""Reading who works here: contracts in force, to come and ended, with totals in heads and FTE."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _

from maillage.accounts.models import Person
from maillage.design.numbers import day_label
from maillage.reference.models import ContractType
from maillage.reference.selectors import commune_label, contract_types, label_of
from maillage.reference.sorting import Alphabetical
from tenants.premises.models import Site
from tenants.registry.crossing import current_place, outside
from tenants.registry.models import Affiliation
from tenants.registry.selectors import people_of
from tenants.staff.enums import Employer
from tenants.staff.known_ends import as_known, known_ends
from tenants.staff.models import Contract, ContractBreak, ContractChange, StaffMember
from tenants.staff.requirements import Missing, age_matters, counts_in_fte, known_type, missing, reference_label
from tenants.staff.rules import most_at_once
from tenants.staff.terms import Stretch, break_on, terms_on
from tenants.staff.wording import hours_text

SOON = 90  # days
MOST_CHOICES = 300
LAST_DAY = Coalesce("ended_on", "planned_end")


def in_force(day: dt.date) -> Q:
    """Contracts in force on a day; the last day is one of them."""
    endless = Q(ended_on__isnull=True, planned_end__isnull=True)
    still = Q(ended_on__gte=day) | Q(ended_on__isnull=True, planned_end__gte=day)
    return Q(starts_on__lte=day) & (endless | still)


@dataclass(frozen=True)
class Line:
    """A contract as a list shows it on a day: the terms of that day, and the break that it is in.

    `ends_on` is the last day as far as anybody knows it (under article 60, the CPAS). `days_left` is negative for an
    ended one, None for one without end.
    """

    contract: Contract
    type_label: str
    counts_in_fte: bool
    ends_on: dt.date | None
    days_left: int | None
    terms: Stretch
    pause: ContractBreak | None
    missing: list[Missing]

    @property
    def hours(self) -> str:
        """Q, and S where it matters: "19 / 38"."""
        own = hours_text(self.terms.hours_per_week)
        return f"{own} / {hours_text(self.terms.full_time_hours)}" if self.counts_in_fte else own

    @property
    def fte(self) -> Decimal:
        return self.terms.fte

    @property
    def ends_soon(self) -> bool:
        return self.days_left is not None and 0 <= self.days_left <= SOON

    @property
    def state(self) -> str:
        if self.days_left is not None and self.days_left < 0:
            return _("ended")
        return _("to come") if self.contract.starts_on > timezone.localdate() else _("in force")


def _lines(found: Iterable[Contract], day: dt.date, known: dict[int, dt.date] | None = None) -> list[Line]:
    every = list(found)
    known = known_ends() if known is None and every else known or {}
    ends = [known.get(one.pk, one.ends_on) for one in every]
    return [
        Line(
            contract=one,
            type_label=label_of("contract_type", one.type),
            counts_in_fte=counts_in_fte(one.type),
            ends_on=ends_on,
            days_left=None if ends_on is None else (ends_on - day).days,
            terms=terms_on(one, day),
            pause=break_on(one, day),
            missing=missing(one),
        )
        for one, ends_on in zip(every, ends, strict=True)
    ]


def _in_force_as_known(day: dt.date, known: dict[int, dt.date]) -> Q:
    """In force, where an end that is known elsewhere wins over the planned one."""
    over, goes_on = ({pk for pk, end in known.items() if (end >= day) is still} for still in (False, True))
    return in_force(day) & ~Q(pk__in=over) | Q(pk__in=goes_on, starts_on__lte=day)


def contracts() -> QuerySet[Contract]:
    """Every contract that wasn't deleted, with its person, its terms over time and its breaks."""
    found: QuerySet[Contract] = Contract.objects.select_related("member")
    return with_terms(found)


def with_terms(found: QuerySet[Contract]) -> QuerySet[Contract]:
    """With what `terms` reads: the terms of before, and the breaks."""
    return found.prefetch_related("former_terms", "breaks")


def contracts_with_deleted() -> QuerySet[Contract]:
    """Those that were deleted as mistakes too: for who follows the changes."""
    found: QuerySet[Contract] = Contract.with_deleted.select_related("member")
    return with_terms(found)


def contract_lines(day: dt.date | None = None) -> list[Line]:
    """All of them for the export, latest start first."""
    return _lines(contracts().order_by("-starts_on", "-pk"), day or timezone.localdate())


def lines_in_force(day: dt.date) -> list[Line]:
    """The nearest end first; those without an end last, by name."""
    known = known_ends()
    found = contracts().filter(_in_force_as_known(day, known))
    lines = _lines(found.order_by(Alphabetical("member__name"), "pk"), day, known)
    return sorted(lines, key=lambda one: one.ends_on or dt.date.max)


def lines_to_come(day: dt.date) -> list[Line]:
    return _lines(contracts().filter(starts_on__gt=day).order_by("starts_on", Alphabetical("member__name"), "pk"), day)


def ended_contracts(day: dt.date) -> QuerySet[Contract]:
    """The latest end first."""
    begun = contracts().filter(starts_on__lte=day).exclude(_in_force_as_known(day, known_ends()))
    return begun.order_by(LAST_DAY.desc(), Alphabetical("member__name"), "pk")


def line_of(contract: Contract, day: dt.date) -> Line:
    return _lines([contract], day)[0]


def reference_label_of(contract: Contract) -> str:
    kind = known_type(contract.type)
    return (reference_label(kind) if kind is not None else "") or _("Number or reference")


def ended_lines(found: Iterable[Contract], day: dt.date) -> list[Line]:
    return _lines(found, day)


def lines_of(member: StaffMember, day: dt.date) -> list[Line]:
    """One person's contracts, latest start first."""
    return _lines(contracts().filter(member=member).order_by("-starts_on", "-pk"), day)


def age_matters_to(member: StaffMember) -> bool:
    """Whether a contract of theirs depends on the date of birth."""
    today = timezone.localdate()
    return any(
        kind is not None and age_matters(kind, one.ends_on or today)
        for one in Contract.objects.filter(member=member)
        for kind in [known_type(one.type)]
    )


def in_force_members(day: dt.date) -> QuerySet[StaffMember]:
    """Who has a contract on that day or later."""
    found: QuerySet[StaffMember] = StaffMember.objects.filter(
        pk__in=Contract.objects.filter(in_force(day) | Q(starts_on__gt=day)).values("member")
    )
    return found


def contracts_of_account(account_id: int, day: dt.date) -> list[Line]:
    """One's own, the latest start first: for whoever signs in with this account."""
    return _lines(contracts().filter(member__account=account_id).order_by("-starts_on", "-pk"), day)


def is_beyond_full_time(member_id: int) -> bool:
    """Whether this person holds more than one full time at some moment from now on."""
    return most_at_once(as_known(with_terms(Contract.objects.filter(member=member_id))), timezone.localdate()) > 1


def last_change(contract: Contract) -> ContractChange | None:
    found: ContractChange | None = (
        ContractChange.objects.filter(contract=contract.pk).select_related("by").order_by("-at", "-pk").first()
    )
    return found


@dataclass
class TypeTotal:
    """The contracts of one type: heads are people, each once."""

    label: str
    counts_in_fte: bool
    people: set[int] = field(default_factory=set)
    contracts: int = 0
    fte: Decimal = Decimal(0)
    hours: Decimal = Decimal(0)

    @property
    def hours_text(self) -> str:
        return hours_text(self.hours)

    @property
    def heads(self) -> int:
        return len(self.people)

    def add(self, line: Line) -> None:
        """Somebody in a break is still a head; their hours and FTE don't count meanwhile."""
        self.people.add(line.contract.member_id)
        self.contracts += 1
        if line.pause is None:
            self.hours += line.terms.hours_per_week
            if self.counts_in_fte:
                self.fte += line.fte


@dataclass(frozen=True)
class Totals:
    """In heads and in FTE (without breaks); types that don't count (volunteers …) apart, in heads and hours."""

    counted: TypeTotal
    apart: TypeTotal
    by_type: list[TypeTotal]


def totals(lines: Iterable[Line]) -> Totals:
    """Sums of the lines given; a person with two contracts is one head."""
    counted, apart = TypeTotal(_("Total"), counts_in_fte=True), TypeTotal(_("Total"), counts_in_fte=False)
    by_type: dict[str, TypeTotal] = {}
    for line in lines:
        (counted if line.counts_in_fte else apart).add(line)
        kind = by_type.setdefault(line.contract.type, TypeTotal(line.type_label, line.counts_in_fte))
        kind.add(line)
    ordered = sorted(by_type.values(), key=lambda one: (not one.counts_in_fte, -one.contracts, one.label))
    return Totals(counted, apart, ordered)


# --- what the form proposes -------------------------------------------------------------------------------------


def staff_members() -> QuerySet[StaffMember]:
    """Without those who came with an import that was taken back, and have no contract since."""
    came = Contract.with_deleted.filter(
        member=OuterRef("pk"), imported__made_person=True, imported__batch__undone_at__isnull=False
    )
    kept = Contract.objects.filter(member=OuterRef("pk"))
    found: QuerySet[StaffMember] = StaffMember.objects.exclude(Exists(came) & ~Exists(kept))
    return found.order_by(Alphabetical("name"), "pk")


def namesake(name: str, *, without: int | None = None) -> StaffMember | None:
    return next((one for one in staff_members().filter(name__iexact=name) if one.pk != without), None)


def holder_of(account_id: int, *, without: int | None = None) -> StaffMember | None:
    """The staff member that an account is linked to already."""
    found: StaffMember | None = StaffMember.objects.filter(account=account_id).exclude(pk=without).first()
    return found


def accounts_here(space_id: int) -> list[Person]:
    """Who may sign in to this EPN now. Memberships are the register's, so this looks outside the space."""
    with outside():
        return people_of(space_id)


def other_contracts(member_id: int | None, *, without: int | None = None) -> list[Contract]:
    if member_id is None:
        return []
    return as_known(Contract.objects.filter(member=member_id).exclude(pk=without))


def replaceable(contract: Contract | None) -> list[tuple[Any, str]]:
    """The contracts in whose place one may stand, as choices: the latest start first."""
    found = contracts().order_by("-starts_on", "-pk")[:MOST_CHOICES]
    rows = [
        (one.pk, f"{one.member.name}, {label_of('contract_type', one.type)}, {day_label(one.starts_on)}")
        for one in found
        if contract is None or one.member_id != contract.member_id
    ]
    kept = contract.replaces if contract is not None else None
    if kept is not None and kept.pk not in {pk for pk, _name in rows}:
        rows.append((kept.pk, f"{kept.member.name}, {day_label(kept.starts_on)}"))
    return [("", _("Nobody")), *rows]


def federation_here() -> int | None:
    """The network to which the EPN that one is in belongs now."""
    here = Affiliation.objects.filter(epn=current_place().space_id, until__isnull=True).order_by("-since")
    return here.values_list("federation", flat=True).first()


def offered_types(kept: str = "") -> list[ContractType]:
    """The types to choose from; `kept` is the one that a contract has already, even if retired since."""
    found = contract_types(federation_here())
    former = known_type(kept) if kept else None
    if former is not None and former.code not in {one.code for one in found}:
        found.append(former)
    return found


def suggested_employers(epn_name: str) -> dict[str, str]:
    """For each type, the legal employer to propose: the last one used for it, else what the type implies."""
    last: dict[str, str] = {}
    last_host = epn_name
    rows = Contract.objects.exclude(legal_employer="").order_by("created_at", "pk")
    for code, employer in rows.values_list("type", "legal_employer"):
        last[code] = employer
        kind = known_type(code)
        if kind is not None and kind.legal_employer in (Employer.HOST, Employer.HOST_OR_PARTNER):
            last_host = employer
    implied: dict[str, str] = {
        Employer.CPAS: cpas_here(),
        Employer.HOST: last_host,
        Employer.HOST_OR_PARTNER: last_host,
    }
    return {
        one.code: last.get(one.code) or implied.get(one.legal_employer, "") for one in contract_types(federation_here())
    }


def cpas_here() -> str:
    """The CPAS of the commune where the EPN has its site: under article 60 it is always the legal employer."""
    site = Site.objects.filter(retired_at__isnull=True).order_by("pk").first()
    if site is None or not site.commune:
        return _("CPAS")
    return _("CPAS %(commune)s") % {"commune": commune_label(site.commune)}


def last_full_time() -> Decimal | None:
    """S of the contract that was entered last: an employer's full time seldom changes."""
    found: Decimal | None = (
        Contract.objects.order_by("-created_at", "-pk").values_list("full_time_hours", flat=True).first()
    )
    return found

"""Reading the ledger: lists, one account with its balance, and what an application went through."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import DecimalField, F, QuerySet, Sum, Value
from django.db.models.functions import Round
from django.utils.translation import gettext as _

from maillage.spreadsheets.texts import folded
from network.funding.enums import AllocationKind, GrantKind
from network.funding.models import (
    CENT,
    Allocation,
    Application,
    ApplicationStep,
    Call,
    Expense,
    Funder,
    Grant,
    Instalment,
    Kept,
    Proposal,
    ReportDate,
)
from tenants.registry.selectors import epn_ever_in

ZERO = Decimal(0)
# As Expense.charged: to the cent, half up.
CHARGED = Round(
    F("amount_eur") * F("percent") * Value(CENT), 2, output_field=DecimalField(max_digits=16, decimal_places=2)
)


def epn_names(federation_id: int) -> dict[int, str]:
    """Also of EPN that left: old money keeps its place."""
    found = epn_ever_in(federation_id).values_list("pk", "space__name")
    return dict(sorted(found, key=lambda one: (folded(one[1]), one[0])))


def funders() -> QuerySet[Funder]:
    found: QuerySet[Funder] = Funder.objects.filter(deleted_at__isnull=True).order_by("name", "pk")
    return found


def calls() -> list[Call]:
    """Those that are still open first, the nearest deadline on top; then those that are over."""
    found = list(Call.objects.filter(deleted_at__isnull=True).select_related("funder"))
    return sorted(found, key=lambda one: (one.deadline or dt.date.max, one.pk))


def applications() -> QuerySet[Application]:
    found: QuerySet[Application] = (
        Application.objects.filter(deleted_at__isnull=True).select_related("funder", "call").order_by("-year", "-pk")
    )
    return found


def grants() -> QuerySet[Grant]:
    found: QuerySet[Grant] = (
        Grant.objects.filter(deleted_at__isnull=True).select_related("funder").order_by("-starts_on", "-pk")
    )
    return found


def expenses_of(grant: Grant) -> QuerySet[Expense]:
    """The latest first."""
    found: QuerySet[Expense] = Expense.objects.filter(grant=grant, deleted_at__isnull=True)
    return found.order_by("-spent_on", "-pk")


def deleted(model: type[Kept], grant: Grant | None = None) -> list[Kept]:
    """What can be brought back, the last deleted first."""
    found = model.objects.filter(deleted_at__isnull=False).order_by("-deleted_at", "-pk")
    return list(found if grant is None else found.filter(grant=grant))[:20]


def applicants(application: Application, names: dict[int, str]) -> str:
    if not application.epn_ids:
        return _("the whole network")
    told = [names.get(one, _("an EPN that is gone")) for one in application.epn_ids]
    return ", ".join(sorted(told, key=folded))


def history_of(application: Application) -> list[ApplicationStep]:
    return list(application.steps.select_related("by").order_by("pk"))


def documents_of(application: Application) -> list[Proposal]:
    """What goes with it, without the bytes."""
    return list(application.proposals.filter(deleted_at__isnull=True).defer("content"))


def allocation_name(one: Allocation, names: dict[int, str]) -> str:
    """To whom or what, in words."""
    epn = names.get(one.epn_id or 0, _("an EPN that is gone") if one.epn_id else "")
    what = epn if one.kind == AllocationKind.EPN else str(one.get_kind_display())
    return " · ".join(part for part in (what, one.label or (epn if one.kind != AllocationKind.EPN else "")) if part)


@dataclass(frozen=True)
class Balance:
    """Of one account, in euros. `to_repay` is what was received and not spent, once the grant is over."""

    granted: Decimal
    asked: Decimal
    received: Decimal
    allocated: Decimal
    spent: Decimal
    repaid: Decimal
    over: bool

    @property
    def left(self) -> Decimal:
        return self.granted - self.spent

    @property
    def to_allocate(self) -> Decimal:
        return self.granted - self.allocated

    @property
    def to_repay(self) -> Decimal:
        return max(ZERO, self.received - self.spent - self.repaid) if self.over else ZERO


@dataclass(frozen=True)
class Account:
    grant: Grant
    instalments: list[Instalment]
    report_dates: list[ReportDate]
    allocations: list[Allocation]
    balance: Balance


def accounts(found: Iterable[Grant], today: dt.date) -> list[Account]:
    """Each grant with what stands in it, in a few statements whatever their number."""
    everything = list(found)

    def of(model: Any, order: tuple[str, ...]) -> dict[int, list[Any]]:
        rows = model.objects.filter(grant__in=[one.pk for one in everything], deleted_at__isnull=True)
        sorted_out: dict[int, list[Any]] = {}
        for row in rows.order_by(*order):
            sorted_out.setdefault(row.grant_id, []).append(row)
        return sorted_out

    instalments, dates = of(Instalment, ("due_on", "pk")), of(ReportDate, ("due_on", "pk"))
    allocations = of(Allocation, ("pk",))
    lines = Expense.objects.filter(grant__in=[one.pk for one in everything], deleted_at__isnull=True)
    spent = dict(lines.order_by().values("grant").annotate(total=Sum(CHARGED)).values_list("grant", "total"))
    made = []
    for grant in everything:
        own = allocations.get(grant.pk, [])
        for one in own:
            one.grant = grant
        parts = instalments.get(grant.pk, [])
        balance = _balance(grant, parts, own, spent.get(grant.pk, ZERO), today)
        made.append(Account(grant, parts, dates.get(grant.pk, []), own, balance))
    return made


def _balance(grant: Grant, parts: list[Instalment], own: list[Allocation], spent: Decimal, today: dt.date) -> Balance:
    received = sum((one.amount_eur for one in parts if one.received_on), ZERO)
    if grant.kind in (GrantKind.OWN, GrantKind.IN_KIND) and not parts:
        received = grant.amount_eur  # nobody sends it: it is there
    return Balance(
        granted=grant.amount_eur,
        asked=sum((one.amount_eur for one in parts if one.asked_on or one.received_on), ZERO),
        received=received,
        allocated=sum((one.euros for one in own), ZERO),
        spent=spent,
        repaid=grant.repaid_eur,
        over=today > grant.ends_on and grant.kind == GrantKind.SUBSIDY,
    )

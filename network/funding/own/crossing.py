"""What an EPN may know of the network's money: what is allocated to it, and by whom. Nothing of another EPN's part."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from django.db import models

from network.funding.enums import AllocationKind
from network.funding.ledger.overview import over_years
from network.funding.models import Allocation
from tenants.registry.to_the_federation import NotInANetworkError, at_the_federation
from tenants.staff.course.known_grants import KnownGrant


@dataclass(frozen=True)
class OwnMoney:
    """An allocation to this EPN. `by_year`: its euros over the years of the grant's period, by days."""

    pk: int
    grant: int
    funder: str
    title: str
    kind: str
    label: str
    starts_on: dt.date
    ends_on: dt.date
    amount_eur: Decimal
    by_year: dict[int, Decimal]

    @property
    def kind_label(self) -> str:
        return str(AllocationKind(self.kind).label)

    def runs(self, day: dt.date) -> bool:
        return self.starts_on <= day <= self.ends_on


def own_money() -> list[OwnMoney]:
    """The latest period first; empty where the EPN is in no network."""
    try:
        with at_the_federation() as (epn_id, *_network):
            found = list(
                Allocation.objects.filter(epn_id=epn_id, deleted_at__isnull=True, grant__deleted_at__isnull=True)
                .select_related("grant__funder")
                .order_by("-grant__starts_on", "pk")
            )
    except NotInANetworkError:
        return []
    return [
        OwnMoney(
            one.pk, one.grant_id, one.grant.funder.name, one.grant.title, one.kind, one.label, one.grant.starts_on,
            one.grant.ends_on, one.euros, over_years(one.euros, one.grant.starts_on, one.grant.ends_on),
        )
        for one in found
    ]  # fmt: skip


def grants_that_pay_here() -> list[KnownGrant]:
    """The grants of which something is allocated to this EPN, or to the whole network: they may pay a post."""
    try:
        with at_the_federation() as (epn_id, *_network):
            found = (
                Allocation.objects.filter(deleted_at__isnull=True, grant__deleted_at__isnull=True)
                .filter(models.Q(epn_id=epn_id) | models.Q(epn_id__isnull=True, kind=AllocationKind.POST))
                .order_by("-grant__starts_on", "grant_id")
                .values_list("grant_id", "grant__funder__name", "grant__title")
            )
            return [KnownGrant(*row) for row in dict.fromkeys(found)]
    except NotInANetworkError:
        return []

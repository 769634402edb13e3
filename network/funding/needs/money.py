"""What an EPN costs in a year, and what is secured for it: the cost models, and the grants of the ledger by year."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from django.utils import timezone

from network.cadastre.members import Member
from network.funding.ledger.overview import by_year, over_years
from network.funding.ledger.selectors import grants
from network.funding.models import Allocation, CostModel
from network.funding.needs.rows import EpnCost
from network.funding.selectors import cost_models

ZERO = Decimal(0)


def counted_on(year: int, today: dt.date) -> dt.date:
    """The day on which the EPN of a year are counted: its last one; today while it runs or is still to come."""
    return min(dt.date(year, 12, 31), today)


@dataclass(frozen=True)
class Costs:
    """The cost models, and the costs of their own that some EPN have; the latest first."""

    models: list[CostModel]
    own: Mapping[int, list[EpnCost]]

    def model_of(self, year: int) -> CostModel | None:
        """As in the cadastre: of the year's last day, or of today while it runs."""
        today = timezone.localdate()
        day = today if year == today.year else dt.date(year, 12, 31)
        return next((one for one in self.models if one.valid_from <= day), None)

    def own_of(self, epn_id: int, year: int) -> EpnCost | None:
        last = dt.date(year, 12, 31)
        return next((one for one in self.own.get(epn_id, ()) if one.valid_from <= last), None)

    def of(self, epn_id: int, year: int) -> Decimal | None:
        """None: not known, which isn't zero."""
        if (own := self.own_of(epn_id, year)) is not None:
            return Decimal(own.amount_eur)
        model = self.model_of(year)
        return None if model is None else model.amount_eur


def costs() -> Costs:
    """In two statements."""
    own: dict[int, list[EpnCost]] = defaultdict(list)
    for one in EpnCost.objects.filter(deleted_at__isnull=True).order_by("-valid_from", "-pk"):
        own[one.epn_id].append(one)
    return Costs(cost_models(), own)


@dataclass
class Secured:
    """Euros of grants by year. What is allocated to no EPN, or not allocated at all, stands apart."""

    of_epn: dict[tuple[int, int], Decimal] = field(default_factory=lambda: defaultdict(Decimal))
    of_network: dict[int, Decimal] = field(default_factory=lambda: defaultdict(Decimal))
    free: dict[int, Decimal] = field(default_factory=lambda: defaultdict(Decimal))

    def to(self, epn_id: int, year: int) -> Decimal:
        return self.of_epn.get((epn_id, year), ZERO)


def secured() -> Secured:
    """In two statements. A grant, and each part of it, counts in a year by the days of its period."""
    found = Secured()
    known = {grant.pk: grant for grant in grants()}
    left = {pk: by_year(grant) for pk, grant in known.items()}
    for one in Allocation.objects.filter(grant__in=known, deleted_at__isnull=True).order_by("pk"):
        one.grant = grant = known[one.grant_id]
        for year, amount in over_years(one.euros, grant.starts_on, grant.ends_on).items():
            left[grant.pk][year] -= amount
            if one.epn_id is None:
                found.of_network[year] += amount
            else:
                found.of_epn[one.epn_id, year] += amount
    for shares in left.values():
        for year, amount in shares.items():
            found.free[year] += amount
    return found


@dataclass(frozen=True)
class EpnNeed:
    """One EPN in one year. `own` is its own cost, where it has one. No need known: no gap either."""

    member: Member
    need: Decimal | None
    secured: Decimal
    own: EpnCost | None = None

    @property
    def gap(self) -> Decimal | None:
        return None if self.need is None else max(ZERO, self.need - self.secured)


@dataclass(frozen=True)
class Total:
    """Of several EPN. Too much for one fills no other's gap: `over` is what is secured above the need of its EPN."""

    epn: int
    need: Decimal | None
    secured: Decimal
    gap: Decimal | None
    paid: int  # EPN for which something is secured

    @property
    def over(self) -> Decimal:
        return ZERO if self.need is None or self.gap is None else self.secured + self.gap - self.need


def total_of(rows: Iterable[EpnNeed]) -> Total:
    kept = list(rows)
    need: Decimal | None = ZERO
    gap: Decimal | None = ZERO
    for one in kept:
        need = None if need is None or one.need is None else need + one.need
        gap = None if gap is None or one.gap is None else gap + one.gap
    return Total(len(kept), need, sum((one.secured for one in kept), ZERO), gap, sum(bool(one.secured) for one in kept))

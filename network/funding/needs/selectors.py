"""Need, secured and gap: by EPN, by commune, for the network, year beside year. Inside a federation's space."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import QuerySet
from django.utils import timezone

from maillage.reference.selectors import commune_label
from network.cadastre.enums import Perimeter
from network.cadastre.members import Member, members
from network.funding.kept import Kept
from network.funding.models import CostModel
from network.funding.needs.money import Costs, EpnNeed, Secured, Total, costs, counted_on, secured, total_of
from network.funding.needs.rows import EpnCost, Proposal, Scenario, ScenarioMeasure

ZERO = Decimal(0)
BESIDE = 1  # years shown on either side


@dataclass(frozen=True)
class YearOfNeed:
    """Apart from what is secured for the EPN that are there: `network` is allocated to no EPN, `free` isn't allocated
    yet, `gone` is allocated to EPN that aren't there on the day."""

    year: int
    day: dt.date  # on which its EPN are counted
    model: CostModel | None
    rows: list[EpnNeed]
    network: Decimal
    free: Decimal
    gone: Decimal

    @property
    def all(self) -> Total:
        return total_of(self.rows)

    @property
    def labelled(self) -> Total:
        return total_of(one for one in self.rows if one.member.labelled)

    def of(self, perimeter: str) -> list[EpnNeed]:
        return [one for one in self.rows if one.member.labelled or perimeter != Perimeter.LABELLED]


@dataclass(frozen=True)
class Needs:
    year: YearOfNeed
    years: list[YearOfNeed]  # the one asked for, between those beside it
    perimeter: Perimeter
    as_of: dt.datetime
    own_costs: list[EpnCost]

    @property
    def rows(self) -> list[EpnNeed]:
        return self.year.of(self.perimeter)

    @property
    def total(self) -> Total:
        return total_of(self.rows)

    @property
    def communes(self) -> list[tuple[str, str, Total]]:
        """Code, name and total of each, by name; an EPN counts in the commune of its card."""
        found: dict[str, list[EpnNeed]] = defaultdict(list)
        for one in self.rows:
            found[one.member.commune].append(one)
        named = [(key, commune_label(key) if key else "", total_of(rows)) for key, rows in found.items()]
        return sorted(named, key=lambda one: (not one[0], one[1].casefold()))


def needs(federation_id: int, *, year: int, perimeter: str = Perimeter.ALL) -> Needs:
    """In seven statements, whatever the number of EPN."""
    prices, funds, today = costs(), secured(), timezone.localdate()
    years = [_year(federation_id, one, prices, funds, today) for one in range(year - BESIDE, year + BESIDE + 1)]
    own = [one for rows in prices.own.values() for one in rows]
    return Needs(years[BESIDE], years, Perimeter(perimeter), timezone.now(), own)


def _year(federation_id: int, year: int, prices: Costs, funds: Secured, today: dt.date) -> YearOfNeed:
    day = counted_on(year, today)
    there = [one for one in members(federation_id, day, day) if one.open]
    rows = needs_of(there, year, prices, funds)
    to_epn = sum((amount for (_epn, of), amount in funds.of_epn.items() if of == year), ZERO)
    return YearOfNeed(
        year=year,
        day=day,
        model=prices.model_of(year),
        rows=rows,
        network=funds.of_network.get(year, ZERO),
        free=funds.free.get(year, ZERO),
        gone=to_epn - sum((one.secured for one in rows), ZERO),
    )


def needs_of(there: list[Member], year: int, prices: Costs, funds: Secured) -> list[EpnNeed]:
    return [
        EpnNeed(
            member=one,
            need=prices.of(one.epn_id, year),
            secured=funds.to(one.epn_id, year),
            own=prices.own_of(one.epn_id, year),
        )
        for one in there
    ]


def scenarios() -> QuerySet[Scenario]:
    found: QuerySet[Scenario] = Scenario.objects.filter(deleted_at__isnull=True).order_by("-year", "name", "pk")
    return found


def measures_of(chosen: list[Scenario]) -> dict[int, list[ScenarioMeasure]]:
    """Of each scenario, in the order in which they were written; in one statement."""
    found: dict[int, list[ScenarioMeasure]] = {one.pk: [] for one in chosen}
    rows = ScenarioMeasure.objects.filter(scenario__in=found, deleted_at__isnull=True).order_by("pk")
    for one in rows:
        found[one.scenario_id].append(one)
    return found


def last_assumptions() -> Scenario | None:
    """The scenario that was written last: its assumptions begin the next one."""
    found: Scenario | None = Scenario.objects.filter(deleted_at__isnull=True).order_by("-updated_at", "-pk").first()
    return found


def proposals() -> QuerySet[Proposal]:
    """Without their bytes, the latest first."""
    found: QuerySet[Proposal] = (
        Proposal.objects.filter(deleted_at__isnull=True)
        .select_related("application__funder", "by")
        .defer("content")
        .order_by("-pk")
    )
    return found


def deleted(model: type[Kept], **of: object) -> list[Kept]:
    """What can be brought back, the last deleted first."""
    return list(model.objects.filter(deleted_at__isnull=False, **of).order_by("-deleted_at", "-pk")[:20])

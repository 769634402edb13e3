"""Of which EPN a report tells, and which part of their work counts for its grants.

A grant with allocations to EPN is about those; grants without any are about all EPN that were members in the months. A
key is the part of an EPN's work of a year, in percent; those of all grants together are 100 at most.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_DOWN, Decimal

from django.db.models import Q, QuerySet

from maillage.reference.selectors import commune_label
from network.cadastre.members import members
from network.funding.ledger.overview import by_year as euros_by_year
from network.funding.ledger.selectors import epn_names
from network.funding.models import Allocation, Grant
from network.funding.selectors import cost_models
from network.reports.counting import CENT, WHOLE, last_day
from network.reports.enums import HELD
from network.reports.models import ActivityKey, Report
from tenants.registry.crossing import current_place

ZERO = Decimal(0)
Keyed = tuple[int, int]  # an EPN and a year


@dataclass(frozen=True)
class PlaceIn:
    """An EPN of a perimeter. `keys` by year, of the grants together; `unkeyed`: years in which a grant has none yet."""

    epn: int
    name: str
    commune: str
    keys: dict[int, Decimal]
    unkeyed: tuple[int, ...] = ()


@dataclass(frozen=True)
class Perimeter:
    """`network`: all EPN of it. A grant that names no EPN is for all of them, as in the funder's space."""

    places: list[PlaceIn]
    network: bool
    years: list[int] = field(default_factory=list)
    taken: dict[Keyed, Decimal] = field(default_factory=dict)  # by the keys of other grants

    @property
    def equal_keys(self) -> bool:
        """Whether all of them have the same key, year by year."""
        return len({tuple(sorted(one.keys.items())) for one in self.places}) <= 1

    @property
    def unkeyed(self) -> list[PlaceIn]:
        return [one for one in self.places if one.unkeyed]

    @property
    def epn(self) -> list[int]:
        return [one.epn for one in self.places]


def federation_id() -> int:
    here = current_place().space_id
    assert here is not None
    return here


def allocated(grants: Collection[Grant]) -> dict[int, list[Allocation]]:
    """By grant, the parts that go to an EPN."""
    found: dict[int, list[Allocation]] = defaultdict(list)
    by_pk = {one.pk: one for one in grants}
    rows = Allocation.objects.filter(grant__in=by_pk, deleted_at__isnull=True, epn_id__isnull=False)
    for one in rows.order_by("pk"):  # money, equipment or a post
        one.grant = by_pk[one.grant_id]
        found[one.grant_id].append(one)
    return found


def perimeter(grants: Sequence[Grant], first: dt.date, last: dt.date) -> Perimeter:
    """Five statements, however many EPN. `first` and `last` are first days of months."""
    years = list(range(first.year, last.year + 1))
    parts = allocated(grants)
    there = {one.epn_id: one for one in members(federation_id(), first, last_day(last))}
    whom = {part.epn_id for some in parts.values() for part in some if part.epn_id is not None}
    spread = any(not parts[one.pk] for one in grants)
    names = {pk: one.name for pk, one in there.items()}
    if whom - set(names):
        names = epn_names(federation_id()) | names
    keys: dict[int, dict[int, Decimal]] = defaultdict(lambda: dict.fromkeys(years, ZERO))
    known: dict[Keyed, set[int]] = defaultdict(set)
    own, others = {one.pk for one in grants}, dict[Keyed, Decimal]()
    rows = ActivityKey.objects.filter(Q(grant__in=own) | _binding(), year__in=years)
    for grant_id, epn, year, percent in rows.order_by("pk").values_list("grant", "epn_id", "year", "percent"):
        if grant_id in own:
            keys[epn][year] += percent
            known[epn, year].add(grant_id)
        else:
            others[epn, year] = others.get((epn, year), ZERO) + percent
    running = {
        grant.pk: [year for year in years if grant.starts_on.year <= year <= grant.ends_on.year] for grant in grants
    }
    places = []
    for epn in [*(one for one in there if spread or one in whom), *sorted(whom - set(there))]:
        wanted = {
            (grant.pk, year)
            for grant in grants
            for year in running[grant.pk]
            if not parts[grant.pk] or any(part.epn_id == epn for part in parts[grant.pk])
        }
        unkeyed = sorted({year for grant, year in wanted if grant not in known[epn, year]})
        commune = there[epn].commune if epn in there else ""
        label = commune_label(commune) if commune else ""
        places.append(PlaceIn(epn, names.get(epn, str(epn)), label, dict(keys[epn]), tuple(unkeyed)))
    return Perimeter(places, whom.issuperset(there) or spread, years, others)


def wants(grants: Sequence[Grant], found: Perimeter) -> dict[int, list[Keyed]]:
    """By grant, the EPN and years for which it needs a key."""
    parts = allocated(grants)
    wanted: dict[int, list[Keyed]] = {}
    for grant in grants:
        own = {part.epn_id for part in parts[grant.pk]}
        years = [year for year in found.years if grant.starts_on.year <= year <= grant.ends_on.year]
        wanted[grant.pk] = [
            (place.epn, year) for place in found.places if not own or place.epn in own for year in years
        ]
    return wanted


def taken(keyed: Iterable[Keyed], *, beside: Collection[int]) -> dict[Keyed, dict[int, Decimal]]:
    """What other grants' keys take, by EPN and year, then by grant."""
    wanted = set(keyed)
    rows = ActivityKey.objects.filter(
        _binding(), epn_id__in={epn for epn, _year in wanted}, year__in={year for _epn, year in wanted}
    ).exclude(grant__in=beside)
    found: dict[Keyed, dict[int, Decimal]] = defaultdict(dict)
    for grant, epn, year, percent in rows.order_by("pk").values_list("grant", "epn_id", "year", "percent"):
        if (epn, year) in wanted:
            found[epn, year][grant] = percent
    return found


def _binding() -> Q:
    """Keys that take something: not of a grant that was deleted, unless a report of it stands with its funder."""
    return Q(grant__deleted_at__isnull=True) | Q(grant__in=Grant.objects.filter(reports__in=held_reports()))


def held_reports() -> QuerySet[Report]:
    """Signed, sent or accepted: what they tell stands, and so do the keys behind it."""
    found: QuerySet[Report] = Report.objects.filter(state__in=HELD, deleted_at__isnull=True)
    return found


def proposals(grants: Sequence[Grant], found: Perimeter) -> dict[int, dict[Keyed, Decimal]]:
    """The part of an EPN's cost that a grant pays, at most what the other grants leave.

    By grant, then EPN and year. Without a cost model nothing: what the others leave would tell the funder their part.
    """
    wanted = wants(grants, found)
    every = {one for some in wanted.values() for one in some}
    own = {one.pk for one in grants}
    kept = {
        (one.grant_id, one.epn_id, one.year): one.percent
        for one in ActivityKey.objects.filter(grant__in=own, year__in=found.years)
    }
    used: dict[Keyed, Decimal] = defaultdict(Decimal)
    for keyed, some in taken(every, beside=own).items():
        used[keyed] += sum(some.values(), ZERO)
    for (_grant, epn, year), percent in kept.items():
        used[epn, year] += percent
    costs = _costs(found.years)
    parts = allocated(grants)
    made: dict[int, dict[Keyed, Decimal]] = {}
    for grant in grants:
        years = euros_by_year(grant)
        made[grant.pk] = {}
        for epn, year in wanted[grant.pk]:
            if (grant.pk, epn, year) in kept:
                continue
            left = max(ZERO, WHOLE - used[epn, year])
            percent = ZERO
            if cost := costs[year]:
                share = _share(grant, parts[grant.pk], epn, len(found.places)) * years.get(year, ZERO)
                percent = min(left, (share * WHOLE / cost).quantize(CENT, ROUND_DOWN))
            made[grant.pk][epn, year] = percent
            used[epn, year] += percent
    return made


def _costs(years: Iterable[int]) -> Mapping[int, Decimal]:
    """What one EPN costs in each year; 0: nobody has said."""
    models = cost_models()
    return {
        year: next((one.amount_eur for one in models if one.valid_from <= dt.date(year, 12, 31)), ZERO)
        for year in years
    }


def _share(grant: Grant, parts: Iterable[Allocation], epn: int, places: int) -> Decimal:
    """Which part of the grant is this EPN's: its allocations, else an equal part of a grant of the whole network."""
    own = list(parts)
    if own:
        here: Decimal = sum((one.euros for one in own if one.epn_id == epn), ZERO)
        return here / Decimal(grant.amount_eur)
    return Decimal(1) / places if places else ZERO

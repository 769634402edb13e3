"""What an import would do: which places are new, which changed and in which cells, which stay as they are.

The cells of the last import say what the file said then. A field of an EPN follows the file when what its cells
say has changed since; what the EPN edited itself stays, as long as the file goes on saying the same.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.db import transaction
from django.utils import timezone

from network.cadastre.census.columns import Layout
from network.cadastre.census.parsing import Census, ParsedPlace, parse_row
from network.cadastre.census.reading import Row
from network.cadastre.census.towns import agreed
from network.cadastre.models import CensusPlace
from tenants.registry.addresses import free_slug
from tenants.registry.crossing import within_transaction
from tenants.registry.models import Affiliation, Domain, Federation


@dataclass(frozen=True)
class KnownPlace:
    """A place of an earlier import. `member`: its EPN still belongs to the federation."""

    source_id: str
    epn_id: int
    name: str
    cells: dict[str, str]
    member: bool


@dataclass(frozen=True)
class Difference:
    """A cell of the file that isn't what it was; or a field (a town's spelling) that other rows have changed."""

    column: str
    old: str
    new: str


@dataclass(frozen=True)
class ChangedPlace:
    known: KnownPlace
    after: ParsedPlace
    differences: list[Difference]
    fields: frozenset[str]  # of the site, the card or the census row: what is to be written


@dataclass(frozen=True)
class NewPlace:
    slug: str
    place: ParsedPlace


@dataclass(frozen=True)
class Plan:
    created: list[NewPlace]
    changed: list[ChangedPlace]
    unchanged: list[KnownPlace]
    absent: list[KnownPlace]  # imported before, not in this file: left alone
    departed: list[KnownPlace]  # in this file, but their EPN has left the federation: left alone

    @property
    def writes(self) -> bool:
        return bool(self.created or self.changed)


def plan_import(census: Census, federation: Federation | None, *, slug: str) -> Plan:
    """`federation` is None when it is still to be made. To be called where no space is."""
    known = {} if federation is None else {one.source_id: one for one in known_places(federation)}
    layout, today = census.sheet.layout, timezone.localdate()
    before = {
        key: parse_row(Row(0, one.cells), layout, census.country, today) for key, one in known.items() if one.cells
    }
    after = {place.source_id: _with_older_columns(place, known.get(place.source_id), census) for place in census.places}
    towns_before = agreed((one.postcode, one.town) for one in before.values())
    towns = agreed((one.postcode, one.town) for one in (before | after).values())
    new, changed, unchanged, departed = [], [], [], []
    for key, place in after.items():
        settled, earlier = place.settled(towns), known.get(key)
        if earlier is None:
            new.append(settled)
        elif not earlier.member:
            departed.append(earlier)
        elif change := _change(earlier, before[key].settled(towns_before), settled, layout):
            changed.append(change)
        else:
            unchanged.append(earlier)
    absent = [one for key, one in known.items() if key not in after]
    return Plan(_addressed(new, slug), changed, unchanged, absent, departed)


def known_places(federation: Federation) -> list[KnownPlace]:
    with transaction.atomic(), within_transaction(federation.space.place):
        rows = list(CensusPlace.objects.order_by("pk").values_list("source_id", "epn_id", "cells"))
    affiliations = Affiliation.objects.filter(federation=federation, until__isnull=True)
    names = dict(affiliations.values_list("epn_id", "epn__space__name"))
    return [
        KnownPlace(source_id, epn_id, names.get(epn_id, source_id), cells, epn_id in names)
        for source_id, epn_id, cells in rows
    ]


def _with_older_columns(place: ParsedPlace, known: KnownPlace | None, census: Census) -> ParsedPlace:
    """A column that this file doesn't have says nothing about what an earlier file said there."""
    if known is None:
        return place
    layout = census.sheet.layout
    here = {layout.identity(heading) for heading in layout.headings}
    older = {heading: value for heading, value in known.cells.items() if layout.identity(heading) not in here}
    if not older:
        return place
    whole = parse_row(Row(place.line, place.cells | older), layout, census.country, timezone.localdate())
    return replace(whole, source_id=place.source_id, doubts=place.doubts)


def _change(known: KnownPlace, before: ParsedPlace, after: ParsedPlace, layout: Layout) -> ChangedPlace | None:
    old = {layout.identity(heading): (heading, value) for heading, value in before.cells.items()}
    new = {layout.identity(heading): (heading, value) for heading, value in after.cells.items()}
    differences = [
        Difference((new.get(key) or old[key])[0], old.get(key, ("", ""))[1], new.get(key, ("", ""))[1])
        for key in {**new, **old}
        if old.get(key, ("", ""))[1] != new.get(key, ("", ""))[1]
    ]
    fields = frozenset(
        name
        for name in (*after.site(), "labels", "department")
        if before.value(name) != after.value(name) and name != "country"
    )
    if "town" in fields and not differences:
        differences.append(Difference("town", before.town, after.town))
    return ChangedPlace(known, after, differences, fields) if differences else None


def _addressed(places: Iterable[ParsedPlace], federation_slug: str) -> list[NewPlace]:
    """The name alone where only one place has it, else with its town, else with a number."""
    places = list(places)
    used = Domain.objects.filter(domain__startswith=f"{federation_slug}/").values_list("domain", flat=True)
    taken = {path.split("/", 1)[1] for path in used}
    stems = {place.source_id: free_slug(place.name, taken=set()) for place in places}
    times = Counter(stems.values())
    addressed = []
    for place in places:
        stem = stems[place.source_id]
        ambiguous = stem in taken or times[stem] > 1
        slug = free_slug(f"{place.name} {place.town}" if ambiguous else place.name, taken=taken)
        taken.add(slug)
        addressed.append(NewPlace(slug, place))
    return addressed

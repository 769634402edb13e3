"""How well the network covers its territory: EPN, hours, staff and visits for 10,000 inhabitants, commune by commune.

The *territory* is every commune of the districts (the first two digits of a Belgian code, the département of a French
one) in which the network has a door or did something in the year: so a commune with nothing is seen too. A rate needs
the number of inhabitants: where it isn't known there is none, and the totals leave that commune out of both sides.

EPN and hours are those of the cards today (the register keeps no former timetable); staff and visits are the year's.
An EPN is counted in each commune in which it has a door, its staff in that of its first one. Stops on the road count by
the presence that took place, averaged over the weeks of the year so far, unless the place has hours of its own.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any

from maillage.reference.models import Commune
from maillage.reference.selectors import commune_label, communes
from network.cadastre.coverage.models import AreaIndicator, AreaValue, ContextFigure, Target
from network.cadastre.enums import Perimeter
from network.cadastre.reading import Counted, Year, read_counted, read_year
from network.directory.models import Card
from network.directory.sites import DOORS, kept_sites, read_doors
from network.figures.catalogue import STOPS, VISITS
from network.figures.selectors import Cut, Moment
from tenants.premises.opening_hours import OpeningHoursError, parse

# With or without another thing than the commune kept apart: visits are added up by it.
STOP_CUT = Cut(STOPS.name, "timetable", frozenset({"commune", "value"}))
CUTS = (Cut(VISITS.name, by=frozenset({"commune"})), STOP_CUT)
PER = 10_000
HOME = "be"


@dataclass(frozen=True)
class Area:
    """A commune. `hours` are open a week, `stop_hours` what stops on the road add to them.

    `population` None: not known, then no rate is. `indicator` is the value of the one that was loaded, if any.
    """

    key: str
    name: str
    population: int | None
    epn: int
    hours: Decimal
    stop_hours: Decimal
    fte: Decimal
    visits: int
    indicator: Decimal | None = None
    priority: bool = False

    @property
    def all_hours(self) -> Decimal:
        return self.hours + self.stop_hours

    def per_10000(self, number: Decimal | int) -> Decimal | None:
        return None if not self.population else Decimal(number) * PER / self.population

    @property
    def epn_rate(self) -> Decimal | None:
        return self.per_10000(self.epn)

    @property
    def hours_rate(self) -> Decimal | None:
        return self.per_10000(self.all_hours)

    @property
    def fte_rate(self) -> Decimal | None:
        return self.per_10000(self.fte)

    @property
    def visits_rate(self) -> Decimal | None:
        return self.per_10000(self.visits)

    @property
    def has_nothing(self) -> bool:
        """Neither a door nor a stop."""
        return not self.epn and not self.stop_hours

    def fte_gap(self, target: Target | None) -> Decimal | None:
        """Full-time helpers that are missing; zero where there are enough, None where it can't be said."""
        if target is None or target.inhabitants_per_fte is None or self.population is None:
            return None
        return max(Decimal(0), Decimal(self.population) / target.inhabitants_per_fte - self.fte)

    def is_desert(self, target: Target | None) -> bool:
        """No door and no stop, or fewer hours for its inhabitants than the network aims at."""
        if self.has_nothing:
            return True
        if target is None or target.hours_per_10000 is None or self.hours_rate is None:
            return False
        return self.hours_rate < target.hours_per_10000


@dataclass(frozen=True)
class Door:
    """Where somebody is received, for the points of a map."""

    name: str
    latitude: float
    longitude: float


@dataclass(frozen=True)
class Coverage:
    year: int
    perimeter: Perimeter
    moment: Moment
    in_perimeter: int
    areas: list[Area]
    doors: list[Door]
    target: Target | None
    indicator: AreaIndicator | None
    unknown_hours: int  # sites whose opening hours aren't known or can't be read
    weeks: Decimal  # over which stops are averaged

    @property
    def whole(self) -> Area:
        """All communes whose inhabitants are known, together. An EPN with doors in two of them is counted in both."""
        known = [one for one in self.areas if one.population]
        return _together(known, name="")

    @property
    def deserts(self) -> list[Area]:
        return [one for one in self.areas if one.is_desert(self.target)]

    @property
    def fte_gap(self) -> Decimal | None:
        """What is missing in the communes that lack some: too much in one doesn't help another."""
        gaps = [gap for one in self.areas if (gap := one.fte_gap(self.target)) is not None]
        return sum(gaps, Decimal(0)) if gaps else None


def _together(areas: Collection[Area], *, name: str) -> Area:
    return Area(
        key="",
        name=name,
        population=sum(one.population or 0 for one in areas),
        epn=sum(one.epn for one in areas),
        hours=sum((one.hours for one in areas), Decimal(0)),
        stop_hours=sum((one.stop_hours for one in areas), Decimal(0)),
        fte=sum((one.fte for one in areas), Decimal(0)),
        visits=sum(one.visits for one in areas),
    )


def coverage(
    federation_id: int,
    *,
    year: int,
    perimeter: str = Perimeter.ALL,
    indicator: AreaIndicator | None = None,
    known: Year | None = None,
    counted: Counted | None = None,
) -> Coverage:
    """Everything of the page, in seven statements whatever the number of EPN. Raises ValidationError on a bad year.

    `known` is what `read_year` gave of this very year, `counted` what `read_counted` did (visits by commune, and `CUTS`
    or at least `STOP_CUT`), where they were read already.
    """
    known = known or read_year(federation_id, year, perimeter)
    ids = set(known.epn_ids)
    names = {one.epn_id: one.name for one in known.members if one.epn_id in ids}
    place = {one.epn_id: one.commune for one in known.members}
    counted = counted or read_counted(known, CUTS)
    visits: dict[str, int] = defaultdict(int)
    stop_minutes: dict[str, int] = defaultdict(int)
    for cell in counted.cells:
        if cell.commune is None:
            continue
        if cell.figure == VISITS.name:
            visits[cell.commune] += cell.count
        elif cell.figure == STOPS.name and cell.value == "no":
            stop_minutes[cell.commune] += cell.minutes
    fte: dict[str, Decimal] = defaultdict(Decimal)
    for held in counted.held:
        if not held.dimension:
            fte[place.get(held.epn_id or 0, "")] += held.fte
    doors = _doors(read_doors(names), names)
    weeks = _weeks(known.first, known.day)
    values = _values(indicator)
    keys = {*doors.epn, *visits, *stop_minutes, *(key for key, amount in fte.items() if amount)}
    areas = [
        Area(
            key=key,
            name=commune_label(key),
            population=commune.population if commune else None,
            epn=len(doors.epn.get(key, ())),
            hours=doors.hours.get(key, Decimal(0)),
            stop_hours=Decimal(stop_minutes.get(key, 0)) / 60 / weeks,
            fte=fte.get(key, Decimal(0)),
            visits=visits.get(key, 0),
            indicator=values.get(key),
            priority=_has_priority(indicator, values.get(key)),
        )
        for key, commune in _territory(keys)
    ]
    return Coverage(
        year=year,
        perimeter=known.perimeter,
        moment=known.moment,
        in_perimeter=len(ids),
        areas=sorted(areas, key=lambda one: one.name.casefold()),
        doors=doors.points,
        target=target_on(known.day),
        indicator=indicator,
        unknown_hours=doors.unknown,
        weeks=weeks,
    )


def _weeks(first: dt.date, last: dt.date) -> Decimal:
    """Of the year so far: one at least, so that January isn't divided by nothing."""
    return max(Decimal((last - first).days + 1) / 7, Decimal(1))


@dataclass(frozen=True)
class _Doors:
    """By commune: the EPN with a door there, and their hours a week; `unknown` sites have none that can be read."""

    epn: dict[str, set[int]]
    hours: dict[str, Decimal]
    points: list[Door]
    unknown: int


def _doors(cards: Iterable[Mapping[str, Any]], names: Mapping[int, str]) -> _Doors:
    epn: dict[str, set[int]] = defaultdict(set)
    hours: dict[str, Decimal] = defaultdict(Decimal)
    points: list[Door] = []
    unknown = 0
    for card in cards:
        for site in kept_sites(card):
            key = site["key"]
            epn[key].add(card["epn_id"])
            minutes = _minutes_a_week(site["opening_hours"])
            unknown += minutes is None
            hours[key] += Decimal(minutes or 0) / 60
            if site["latitude"] is not None and site["longitude"] is not None:
                points.append(Door(names[card["epn_id"]], site["latitude"], site["longitude"]))
    return _Doors(epn, hours, points, unknown)


@dataclass(frozen=True)
class PublicCoverage:
    """What the cards say, and nothing that was counted: anybody may see it."""

    areas: list[Area]
    doors: list[Door]
    epn: int
    as_of: dt.datetime | None  # when the last of the cards changed


def public_coverage() -> PublicCoverage:
    """EPN and hours by commune, today, in one statement."""
    cards = list(Card.objects.filter(archived_at__isnull=True).values(*DOORS, "updated_at"))
    doors = _doors(cards, {one["epn_id"]: one["name"] for one in cards})
    nothing = Decimal(0)
    areas = [
        Area(
            key=key,
            name=commune_label(key),
            population=known.population if known else None,
            epn=len(doors.epn.get(key, ())),
            hours=doors.hours.get(key, nothing),
            stop_hours=nothing,
            fte=nothing,
            visits=0,
        )
        for key, known in _territory(set(doors.epn))
    ]
    return PublicCoverage(
        areas=sorted(areas, key=lambda one: one.name.casefold()),
        doors=doors.points,
        epn=len(cards),
        as_of=max((one["updated_at"] for one in cards), default=None),
    )


@lru_cache(4096)
def _minutes_a_week(opening_hours: str) -> int | None:
    """In which anybody may walk in; None when they aren't known or can't be read. Most sites keep theirs for years."""
    if not opening_hours:
        return None
    try:
        return parse(opening_hours).minutes_per_week()
    except OpeningHoursError:
        return None


def _district(code: str, country: str) -> str:
    """`21` of 21004, `fr-58` of fr-58194: a Belgian arrondissement, a French département."""
    return code[:2] if country == HOME else code[: code.index("-") + 3]


def _territory(keys: Collection[str]) -> list[tuple[str, Commune | None]]:
    """The communes to show with what is known of them: those of the keys, and their neighbours of the same district."""
    listed = {one.nis: one for one in communes()}
    districts = {_district(key, listed[key].country) for key in keys if key in listed}
    around = {key for key, one in listed.items() if _district(key, one.country) in districts}
    return [(key, listed.get(key)) for key in sorted(around | set(keys))]


def _values(indicator: AreaIndicator | None) -> dict[str, Decimal]:
    if indicator is None:
        return {}
    return dict(AreaValue.objects.filter(indicator=indicator).values_list("commune", "value"))


def _has_priority(indicator: AreaIndicator | None, value: Decimal | None) -> bool:
    return (
        indicator is not None
        and value is not None
        and indicator.priority_from is not None
        and value >= indicator.priority_from
    )


def target_on(day: dt.date) -> Target | None:
    found: Target | None = Target.objects.filter(valid_from__lte=day).order_by("-valid_from").first()
    return found


def targets() -> list[Target]:
    """All of them, the latest first."""
    return list(Target.objects.all())


def indicators() -> list[AreaIndicator]:
    return list(AreaIndicator.objects.all())


def context_figures(*, retired: bool = False) -> list[ContextFigure]:
    return list(ContextFigure.objects.filter(retired_at__isnull=not retired))

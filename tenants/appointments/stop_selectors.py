"""Reading stops: the calendar of a month, and what came of them, counted from the visits."""

from __future__ import annotations

import calendar
import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, field

from django.db.models import Count, QuerySet, Sum
from django.utils.translation import gettext as _

from maillage.reference.sorting import Alphabetical
from tenants.activity.selectors import visits
from tenants.appointments.enums import KitItem, StopState
from tenants.appointments.models import Stop
from tenants.appointments.stop_rules import OTHER
from tenants.premises.models import Site

MODE = "itinerant"  # of the vocabulary of modes: help on the road


def stops() -> QuerySet[Stop]:
    found: QuerySet[Stop] = Stop.objects.select_related("site", "animator")
    return found.order_by("date", "starts", "pk")


def places() -> list[Site]:
    """Open sites, those on the road first."""
    found = list(Site.objects.filter(retired_at__isnull=True).order_by(Alphabetical("name"), "pk"))
    return sorted(found, key=lambda site: MODE not in site.modes)


@dataclass(frozen=True)
class Sums:
    """What the visits of a stop add up to. Somebody who comes twice counts twice in attendances."""

    visits: int = 0
    attendances: int = 0
    minutes: int = 0

    def __add__(self, other: Sums) -> Sums:
        return Sums(self.visits + other.visits, self.attendances + other.attendances, self.minutes + other.minutes)


def sums_by_day(first: dt.date, last: dt.date) -> dict[tuple[int, dt.date], Sums]:
    """For each site and day, the visits on the road: a visit belongs to a stop by its site, its day and its mode."""
    rows = (
        visits()
        .filter(mode=MODE, date__range=(first, last))
        .order_by()
        .values_list("site", "date")
        .annotate(n=Count("pk"), people=Sum("attendances"), time=Sum("minutes"))
    )
    return {(site, day): Sums(n, people, time) for site, day, n, people, time in rows}


@dataclass(frozen=True)
class StopLine:
    stop: Stop
    sums: Sums
    packed: int
    to_pack: int

    @property
    def is_packed(self) -> bool:
        return self.packed >= self.to_pack


def month_bounds(month: dt.date) -> tuple[dt.date, dt.date]:
    return month.replace(day=1), month.replace(day=calendar.monthrange(month.year, month.month)[1])


def month_of_stops(month: dt.date) -> list[StopLine]:
    """The stops of a month in their order, each with what came of it."""
    first, last = month_bounds(month)
    found = list(stops().filter(date__range=(first, last)))
    sums = sums_by_day(first, last) if found else {}
    return [_line(one, sums) for one in found]


def _line(stop: Stop, sums: dict[tuple[int, dt.date], Sums]) -> StopLine:
    counted = Sums() if stop.state == StopState.CANCELLED else sums.get((stop.site_id, stop.date), Sums())
    kit = kit_lines(stop)
    return StopLine(stop, counted, sum(one.packed for one in kit), len(kit))


@dataclass(frozen=True)
class KitLine:
    code: str
    label: str
    count: int
    packed: bool


def kit_lines(stop: Stop) -> list[KitLine]:
    """What is to be packed, in the order of the list; what is written beside it last."""
    lines = [
        KitLine(item.value, str(item.label), stop.kit[item.value], item.value in stop.packed)
        for item in KitItem
        if item.value in stop.kit
    ]
    if stop.kit_other:
        lines.append(KitLine(OTHER, stop.kit_other, 1, OTHER in stop.packed))
    return lines


@dataclass
class PlaceLine:
    """One place over a while. `beside`: help on the road there on days without a stop in the calendar."""

    site: Site | None
    held: int = 0
    planned: int = 0
    cancelled: int = 0
    sums: Sums = field(default_factory=Sums)
    beside: Sums = field(default_factory=Sums)

    @property
    def name(self) -> str:
        return self.site.name if self.site is not None else _("All places")

    @property
    def visits_a_stop(self) -> float | None:
        """Over the stops that took place, as far as somebody has said so."""
        return self.sums.visits / self.held if self.held else None


def places_over(first: dt.date, last: dt.date) -> tuple[list[PlaceLine], PlaceLine]:
    """Each place with its stops and visits from first to last, and the whole. Nothing is counted twice."""
    sums = sums_by_day(first, last)
    lines: dict[int, PlaceLine] = defaultdict(lambda: PlaceLine(None))
    matched = set()
    for stop in stops().filter(date__range=(first, last)):
        line = lines[stop.site_id]
        line.site = stop.site
        if stop.state == StopState.CANCELLED:
            line.cancelled += 1
            continue
        if stop.state == StopState.HELD:
            line.held += 1
        else:
            line.planned += 1
        line.sums += sums.get((stop.site_id, stop.date), Sums())
        matched.add((stop.site_id, stop.date))
    sites = Site.objects.in_bulk({site for site, _day in sums})
    for key, counted in sums.items():
        if key not in matched:
            lines[key[0]].site = sites[key[0]]
            lines[key[0]].beside += counted
    whole = PlaceLine(None)
    for line in lines.values():
        whole.held += line.held
        whole.planned += line.planned
        whole.cancelled += line.cancelled
        whole.sums += line.sums
        whole.beside += line.beside
    return sorted(lines.values(), key=lambda line: line.name.casefold()), whole

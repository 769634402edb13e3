"""What fills a census return in from daily work: one entry a name that an indicator may give as its `source`.

Read inside the federation, from what has crossed already: the figures, and the card. Nothing is read in an EPN. An
EPN that noted nothing at all in the year has no number rather than nought: it may not keep its visits here.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from maillage.reference.selectors import contract_types
from network.cadastre.selectors import ARTICLE_60, CROSS
from network.directory.models import Card
from network.directory.sites import sites_of
from network.figures.catalogue import COUNTER_SESSIONS, TURNED_AWAY, VISITS, WORKSHOPS
from network.figures.models import Stock
from network.figures.selectors import Cut, Moment, flows, moment_of, stocks
from tenants.premises.opening_hours import OpeningHoursError, parse
from tenants.staff.enums import ContractRole

VOLUNTEER = "volunteer"
MINUTES_AN_HOUR = Decimal(60)
Computed = Decimal | list[dict[str, Any]] | None


@dataclass(frozen=True)
class Sums:
    count: int = 0
    attendances: int = 0
    minutes: int = 0


@dataclass
class Facts:
    """What is known of one EPN in one year. Without figures, contracts or a card the part is None: not known."""

    flows: dict[str, Sums] | None = None
    themes: dict[str, int] = field(default_factory=dict)
    heads: dict[tuple[str, str], int] | None = None  # (role, contract type) → people
    fte: dict[str, Decimal] = field(default_factory=dict)  # by contract type
    sites: int | None = None
    minutes_a_week: int | None = None
    as_of: dt.datetime | None = None
    card_as_of: dt.datetime | None = None


@dataclass(frozen=True)
class Source:
    """`figure` is the name in the catalogue of figures, or the card; `label` says it to a reader."""

    name: str
    figure: str
    label: str | Promise
    read: Callable[[Facts], Computed]

    def as_of(self, facts: Facts) -> dt.datetime | None:
        return facts.card_as_of if self.figure == CARD else facts.as_of


CARD = "card"


def _flow(figure: str, measure: str) -> Callable[[Facts], Computed]:
    def read(facts: Facts) -> Computed:
        if facts.flows is None:
            return None
        return Decimal(getattr(facts.flows.get(figure, Sums()), measure))

    return read


def _hours_of_help(facts: Facts) -> Computed:
    return None if facts.flows is None else Decimal(facts.flows.get(VISITS.name, Sums()).minutes) / MINUTES_AN_HOUR


def _by_theme(facts: Facts) -> Computed:
    """The commonest first."""
    found = sorted(facts.themes.items(), key=lambda one: (-one[1], one[0]))
    return [{"theme": code, "visits": str(count)} for code, count in found] or None


def _heads(wanted: Callable[[str, str], bool]) -> Callable[[Facts], Computed]:
    def read(facts: Facts) -> Computed:
        if facts.heads is None:
            return None
        return Decimal(sum(heads for (role, kind), heads in facts.heads.items() if wanted(role, kind)))

    return read


def _is_animation(role: str, kind: str) -> bool:
    """As the cadastre counts them: of the types that count in full-time equivalents."""
    return role == ContractRole.ANIMATION and kind in {
        one.code for one in contract_types(every=True) if one.counts_in_fte
    }


def _is_article60(role: str, kind: str) -> bool:
    return role == ContractRole.ANIMATION and kind == ARTICLE_60


def _is_volunteer(_role: str, kind: str) -> bool:
    return kind == VOLUNTEER


def _fte(facts: Facts) -> Computed:
    return None if facts.heads is None else sum(facts.fte.values(), Decimal(0))


def _by_type(facts: Facts) -> Computed:
    """In the order of the reference list."""
    if not facts.heads:
        return None
    heads: dict[str, int] = defaultdict(int)
    for (_role, kind), people in facts.heads.items():
        heads[kind] += people
    order = {one.code: position for position, one in enumerate(contract_types(every=True))}
    return [
        {
            "contract_type": kind,
            "heads": str(heads[kind]),
            "fte": str(facts.fte.get(kind, Decimal(0)).quantize(Decimal("0.01"))),
        }
        for kind in sorted(heads, key=lambda code: (order.get(code, len(order)), code))
    ]


def _hours_a_week(facts: Facts) -> Computed:
    return None if facts.minutes_a_week is None else Decimal(facts.minutes_a_week) / MINUTES_AN_HOUR


def _sites(facts: Facts) -> Computed:
    return None if facts.sites is None else Decimal(facts.sites)


SOURCES: dict[str, Source] = {
    one.name: one
    for one in (
        Source("visits.count", VISITS.name, _("visits noted in the year"), _flow(VISITS.name, "count")),
        Source(
            "visits.attendances", VISITS.name, _("people at the visits of the year"), _flow(VISITS.name, "attendances")
        ),
        Source("visits.hours", VISITS.name, _("minutes of the visits of the year"), _hours_of_help),
        Source("visits.by_theme", VISITS.name, _("themes of the visits of the year"), _by_theme),
        Source(
            "workshops.count", WORKSHOPS.name, _("dates of workshops and courses held"), _flow(WORKSHOPS.name, "count")
        ),
        Source(
            "workshops.attendances",
            WORKSHOPS.name,
            _("attendance noted at workshops and courses"),
            _flow(WORKSHOPS.name, "attendances"),
        ),
        Source(
            "turned_away.count",
            TURNED_AWAY.name,
            _("people turned away, noted at the desk"),
            _flow(TURNED_AWAY.name, "count"),
        ),
        Source("premises.hours_week", CARD, _("opening hours of your sites"), _hours_a_week),
        Source("premises.sites", CARD, _("sites that are open"), _sites),
        Source("staff.by_type", "contracts", _("contracts in force on the reference day"), _by_type),
        Source("staff.animation", "contracts", _("contracts in force on the reference day"), _heads(_is_animation)),
        Source("staff.article60", "contracts", _("contracts in force on the reference day"), _heads(_is_article60)),
        Source("staff.fte", "contracts", _("contracts in force on the reference day"), _fte),
        Source("staff.volunteers", "contracts", _("contracts in force on the reference day"), _heads(_is_volunteer)),
    )
}


def facts_of(epn_ids: Collection[int], *, year: int, reference_day: dt.date) -> dict[int, Facts]:
    """In five statements, however many EPN."""
    moment = moment_of(reference_day)
    found = {epn_id: Facts(as_of=moment.as_of) for epn_id in epn_ids}
    if found:
        _read_flows(found, year)
        _read_stocks(found, moment)
        _read_cards(found)
    return found


def _read_flows(found: Mapping[int, Facts], year: int) -> None:
    by_epn = frozenset({"epn"})
    cuts = [Cut(one.name, by=by_epn) for one in (VISITS, WORKSHOPS, TURNED_AWAY, COUNTER_SESSIONS)]
    cuts.append(Cut(VISITS.name, "theme", frozenset({"epn", "value"})))
    cells = flows(cuts, first=dt.date(year, 1, 1), last=dt.date(year, 12, 1), epn_ids=found)
    for cell in cells:
        facts = found[cell.epn_id or 0]
        if cell.dimension:
            facts.themes[cell.value or ""] = cell.count
        else:
            facts.flows = facts.flows or {}
            facts.flows[cell.figure] = Sums(cell.count, cell.attendances, cell.minutes)


def _read_stocks(found: Mapping[int, Facts], moment: Moment) -> None:
    """Nobody under contract that day is nought where there was a contract once; else it isn't known."""
    known = Stock.objects.filter(epn_id__in=list(found), day__lte=moment.day).values_list("epn_id", flat=True)
    for epn_id in known.distinct().order_by("epn_id"):
        found[epn_id].heads = {}
    for cell in stocks(moment, ["role×type", "type"], epn_ids=found, by_epn=True):
        facts = found[cell.epn_id or 0]
        if cell.dimension == "type":
            facts.fte[cell.value] = cell.fte
        else:
            role, _cross, kind = cell.value.partition(CROSS)
            facts.heads = facts.heads or {}
            facts.heads[role, kind] = cell.heads


def _read_cards(found: Mapping[int, Facts]) -> None:
    for card in Card.objects.filter(epn_id__in=list(found)):
        facts, sites = found[card.epn_id], sites_of(card)
        facts.sites, facts.card_as_of = len(sites), card.updated_at
        minutes = [_minutes(one.opening_hours) for one in sites if one.opening_hours]
        known = [one for one in minutes if one is not None]
        facts.minutes_a_week = sum(known) if known else None


def _minutes(hours: str) -> int | None:
    try:
        return parse(hours).minutes_per_week()
    except OpeningHoursError:
        return None

"""What a scenario changes: euros, hours, cover and cliff. Pure arithmetic on what is there; nothing is rounded here.

*More in each EPN* counts in each EPN of the scenario, in the commune of its card. *Stops* count in their commune;
without one, in the network as a whole. *Keeping people* counts those whose contract ends within the months said, as of
the day of the stocks; it adds no hours, since theirs are there today. What is secured is what the grants of the
ledger allocate to these EPN in the scenario's year, and fills the gap of its own EPN only.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from django.utils import timezone

from network.cadastre.coverage.selectors import Area, Coverage, coverage
from network.cadastre.enums import Perimeter
from network.cadastre.members import Member
from network.cadastre.reading import Year, read_year
from network.figures.catalogue import CONTRACTS_ENDING
from network.figures.selectors import stocks
from network.funding.kept import to_the_cent
from network.funding.needs.enums import WITHIN, MeasureKind, Reach
from network.funding.needs.money import Costs, EpnNeed, Secured, total_of
from network.funding.needs.rows import Scenario, ScenarioMeasure

ZERO = Decimal(0)


@dataclass(frozen=True)
class People:
    """Contracts, their FTE, and how many EPN they are in."""

    heads: int = 0
    fte: Decimal = ZERO
    epn: int = 0


@dataclass(frozen=True)
class Ground:
    """What is there before any scenario: the network in a year, or today for a year that is still to come."""

    year: int
    known: Year
    cover: Coverage
    staff: People
    ending: Mapping[int, Mapping[int, People]]  # months → EPN → whose contract ends

    @property
    def there(self) -> list[Member]:
        return [one for one in self.known.members if one.open]

    @property
    def hours(self) -> Decimal:
        """Open a week, in every commune."""
        return sum((one.all_hours for one in self.cover.areas), ZERO)

    @property
    def empty(self) -> list[Area]:
        return [one for one in self.cover.areas if one.has_nothing]

    def ends(self, months: int, epn_ids: set[int] | None = None) -> People:
        found = [one for epn, one in self.ending[months].items() if epn_ids is None or epn in epn_ids]
        return People(
            sum(one.heads for one in found),
            sum((one.fte for one in found), ZERO),
            sum(bool(one.heads) for one in found),
        )


def ground_of(federation_id: int, year: int) -> Ground:
    """In nine statements, whatever the number of EPN. Raises ValidationError on a year out of range."""
    known = read_year(federation_id, year, Perimeter.ALL)
    cover = coverage(federation_id, year=year, known=known)
    ids = known.epn_ids
    ending: dict[int, dict[int, People]] = {months: {} for months in WITHIN}
    for cell in stocks(known.moment, ["within"], epn_ids=ids, by_epn=True, figure=CONTRACTS_ENDING.name):
        if cell.heads:
            ending[int(cell.value)][cell.epn_id or 0] = People(cell.heads, cell.fte, 1)
    staff = [one for one in stocks(known.moment, [""], epn_ids=ids, by_epn=True) if one.heads]
    everybody = People(sum(one.heads for one in staff), sum((one.fte for one in staff), ZERO), len(staff))
    return Ground(year, known, cover, everybody, ending)


def year_of_ground(scenario: Scenario) -> int:
    return min(scenario.year, timezone.localdate().year)


@dataclass(frozen=True)
class Line:
    """What one measure comes to. `times`: EPN, stops or FTE; `each`: the price of one, None where they differ."""

    measure: ScenarioMeasure
    euros: Decimal | None
    times: Decimal
    each: Decimal | None
    fte: Decimal = ZERO
    hours: Decimal = ZERO
    kept: int = 0


@dataclass(frozen=True)
class Effect:
    scenario: Scenario
    ground: Ground
    epn: list[Member]
    lines: list[Line]
    euros: Decimal | None
    secured: Decimal
    gap: Decimal | None
    paid: int  # EPN for which something is secured
    over: Decimal
    network: Decimal
    hours: Decimal  # added, a week
    fte: Decimal  # added
    hours_where_known: Decimal  # of these, in communes whose inhabitants are known, or in no commune that is said
    fte_where_known: Decimal
    filled: frozenset[str] = frozenset()  # communes in which there was nothing
    kept: Mapping[int, People] = field(default_factory=dict)  # months → whose contract would have ended

    @property
    def empty(self) -> list[Area]:
        return [one for one in self.ground.empty if one.key not in self.filled]

    def rate(self, now: Decimal, more: Decimal) -> Decimal | None:
        return self.ground.cover.whole.per_10000(now + more)


def members_of(scenario: Scenario, ground: Ground) -> list[Member]:
    if scenario.reach == Reach.CHOSEN:
        ticked = set(scenario.epn_ids)
        return [one for one in ground.there if one.epn_id in ticked]
    return [one for one in ground.there if one.labelled or scenario.reach == Reach.ALL]


def effect_of(
    scenario: Scenario, measures: Sequence[ScenarioMeasure], ground: Ground, prices: Costs, funds: Secured
) -> Effect:
    epn = members_of(scenario, ground)
    hours: dict[str, Decimal] = defaultdict(Decimal)
    fte: dict[str, Decimal] = defaultdict(Decimal)
    needed: dict[int, Decimal | None] = dict.fromkeys((one.epn_id for one in epn), ZERO)
    kept: Mapping[int, People] = {}
    lines = []
    for measure in measures:
        if measure.kind == MeasureKind.EACH:
            line = _each(measure, scenario, epn, prices, needed)
            for one in epn:
                hours[one.commune] += line.hours / len(epn)
                fte[one.commune] += line.fte / len(epn)
        elif measure.kind == MeasureKind.EXTEND:
            kept = kept_by(measure, ground, {one.epn_id for one in epn})
            of = kept[measure.within or WITHIN[-1]]
            price = measure.amount_eur or ZERO
            line = Line(measure, to_the_cent(of.fte * price), of.fte, price, kept=of.heads)
        else:
            times = Decimal(measure.number or 0) if measure.kind == MeasureKind.STOPS else Decimal(1)
            line = _several(measure, times)
            hours[measure.commune] += line.hours
            fte[measure.commune] += line.fte
        lines.append(line)
    rows = [EpnNeed(one, needed[one.epn_id], funds.to(one.epn_id, scenario.year)) for one in epn]
    total = total_of(rows)
    beyond = sum((one.euros or ZERO for one in lines if one.measure.kind != MeasureKind.EACH), ZERO)
    populated = {one.key for one in ground.cover.areas if one.population} | {""}
    return Effect(
        scenario=scenario,
        ground=ground,
        epn=epn,
        lines=lines,
        euros=None if total.need is None else total.need + beyond,
        secured=total.secured,
        gap=None if total.gap is None else total.gap + beyond,
        paid=total.paid,
        over=total.over,
        network=funds.of_network.get(scenario.year, ZERO) + funds.free.get(scenario.year, ZERO),
        hours=sum(hours.values(), ZERO),
        fte=sum(fte.values(), ZERO),
        hours_where_known=sum((value for key, value in hours.items() if key in populated), ZERO),
        fte_where_known=sum((value for key, value in fte.items() if key in populated), ZERO),
        filled=frozenset(key for key, value in hours.items() if value > 0),
        kept=kept,
    )


def _each(
    measure: ScenarioMeasure, scenario: Scenario, epn: list[Member], prices: Costs, needed: dict[int, Decimal | None]
) -> Line:
    """Adds to what each EPN needs. Without an amount, it is what the EPN costs by the model or by itself."""
    each: set[Decimal | None] = set()
    euros: Decimal | None = ZERO
    for one in epn:
        price = prices.of(one.epn_id, scenario.year) if measure.amount_eur is None else measure.amount_eur
        before = needed[one.epn_id]
        needed[one.epn_id] = None if price is None or before is None else before + price
        euros = None if price is None or euros is None else euros + price
        each.add(price)
    times, fte = Decimal(len(epn)), measure.fte or ZERO
    hours = fte * scenario.hours_per_fte if measure.hours_a_week is None else measure.hours_a_week
    return Line(measure, euros, times, each.pop() if len(each) == 1 else None, fte * times, hours * times)


def _several(measure: ScenarioMeasure, times: Decimal) -> Line:
    price = measure.amount_eur or ZERO
    fte, hours = measure.fte or ZERO, measure.hours_a_week or ZERO
    return Line(measure, price * times, times, price, fte * times, hours * times)


def kept_by(measure: ScenarioMeasure, ground: Ground, epn_ids: set[int]) -> dict[int, People]:
    """Of the contracts that end within 3, 6, 12 months, those that the measure keeps: the ones that end first."""
    found = {}
    for months in WITHIN:
        of = ground.ends(min(months, measure.within or months), epn_ids)
        heads = of.heads if measure.number is None else min(of.heads, measure.number)
        fte = of.fte if heads == of.heads else of.fte * heads / of.heads
        found[months] = People(heads, fte, of.epn)
    return found

"""The cadastre of a year, inside the federation's space: what is out there, who works there, what it would need.

31 December is the *reference day* of a year: it decides which EPN are members and open, which carry the label,
which contracts are in force and which cost model holds. While the year runs, it is today, save for contracts:
they are known as of the latest day on which they were counted, and that is the day that is shown. Visits and
people turned away are those of the whole year. The perimeter `labelled` keeps the EPN that carry the label on
the reference day; the number of EPN, of labelled ones, and the needs are of the whole federation in either.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, fields
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from maillage.reference.selectors import contract_types
from network.cadastre.enums import Perimeter
from network.cadastre.members import Member
from network.cadastre.reading import Counted, Year, read_counted, read_year
from network.figures.catalogue import ARTICLE60_ENDS, TURNED_AWAY, VISITS
from network.figures.selectors import Cut, FlowCell, Moment, StockCell, flows, stocks
from network.funding.models import CostModel
from network.funding.selectors import need_eur
from tenants.staff.enums import AfterEnd, ContractRole

ARTICLE_60 = "art60"
CROSS = "×"


@dataclass(frozen=True)
class Summary:
    """The cadastre in a few numbers, by the names that scripts rely on.

    `fte` counts every contract in force whose type counts in FTE, whatever the role; `animation_contracts`
    counts heads, of the role animation only. A share or a need that can't be known is None, never zero.
    """

    as_of: dt.datetime | None
    year: int
    reference_day: dt.date
    perimeter: Perimeter
    epn: int
    epn_labelled: int
    animation_contracts: int
    article60_contracts: int
    article60_share: Decimal | None
    fte: Decimal
    need_labelled_eur: Decimal | None
    need_all_eur: Decimal | None
    visits: int
    attendances: int
    minutes: int
    turned_away: int

    def as_json(self) -> dict[str, Any]:
        return {one.name: _plain(getattr(self, one.name)) for one in fields(self)}


def _plain(value: Any) -> Any:
    if isinstance(value, dt.date):  # a moment is one too
        return value.isoformat()
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return str(value) if isinstance(value, Perimeter) else value


@dataclass(frozen=True)
class Numbers:
    """Flows of a month, a theme, a commune or an EPN."""

    visits: int = 0
    attendances: int = 0
    minutes: int = 0
    turned_away: int = 0


@dataclass(frozen=True)
class TypeRow:
    """Contracts in force of one type: heads in animation, heads in other roles, FTE of both."""

    type: str
    animation: int
    others: int
    fte: Decimal
    counts_in_fte: bool

    @property
    def heads(self) -> int:
        return self.animation + self.others


@dataclass(frozen=True)
class EpnRow:
    """One EPN of a year. `last_month` is the last one with a visit; heads are those that count in FTE, and others."""

    member: Member
    numbers: Numbers
    last_month: dt.date | None
    contracts: int
    outside_fte: int


@dataclass(frozen=True)
class Cadastre:
    """All that the page of a year shows."""

    summary: Summary
    moment: Moment
    counted_on: dt.date  # of EPN, labels and cost model: the reference day, or today while the year runs
    cost_model: CostModel | None
    in_perimeter: int
    months: list[tuple[dt.date, Numbers]]
    themes: list[tuple[str, Numbers]]
    communes: list[tuple[str, int, Numbers]]  # key, EPN open on the reference day, what they did
    types: list[TypeRow]
    ends: list[tuple[Any, int]]  # article 60 contracts that ended in the year, by what came after
    activity: list[tuple[str, Numbers]]  # by the type of the animator's contract that day
    epn: list[EpnRow]

    @property
    def article60_fte(self) -> Decimal:
        """Of `summary.fte`, what is under article 60."""
        return sum((row.fte for row in self.types if row.type == ARTICLE_60), Decimal(0))

    @property
    def article60_share_of_fte(self) -> Decimal | None:
        """Of all roles, as the FTE is; the share by heads is of the animation contracts. None where nobody works."""
        return self.article60_fte / self.summary.fte if self.summary.fte else None


def cadastre_summary(federation_id: int, *, year: int, perimeter: str = Perimeter.ALL) -> Summary:
    """The contract's numbers, in five statements. Raises ValidationError on a year out of range."""
    known = read_year(federation_id, year, perimeter)
    sums = flows([Cut(VISITS.name), Cut(TURNED_AWAY.name)], first=known.first, last=known.last, epn_ids=known.flow_ids)
    held = stocks(known.moment, ["", "role×type"], epn_ids=known.epn_ids)
    return _summary(known, _added(sums), held)


def _added(cells: list[FlowCell]) -> Numbers:
    """One line from the cells of the figures themselves, never from those of a dimension."""
    visits = attendances = minutes = turned_away = 0
    for cell in cells:
        if cell.figure == VISITS.name:
            visits += cell.count
            attendances += cell.attendances
            minutes += cell.minutes
        elif cell.figure == TURNED_AWAY.name:
            turned_away += cell.count
    return Numbers(visits, attendances, minutes, turned_away)


def _summary(known: Year, numbers: Numbers, held: list[StockCell]) -> Summary:
    rows = _types(held)
    animation = sum(row.animation for row in rows if row.counts_in_fte)
    article60 = sum(row.animation for row in rows if row.type == ARTICLE_60)
    share = None if not animation else (Decimal(article60) / animation).quantize(Decimal("0.0001"))
    epn = sum(one.open for one in known.members)
    labelled = sum(one.labelled for one in known.members)
    return Summary(
        as_of=known.moment.as_of,
        year=known.year,
        reference_day=known.moment.day,
        perimeter=known.perimeter,
        epn=epn,
        epn_labelled=labelled,
        animation_contracts=animation,
        article60_contracts=article60,
        article60_share=share,
        fte=sum((cell.fte for cell in held if cell.dimension == ""), Decimal(0)).quantize(Decimal("0.01")),
        need_labelled_eur=need_eur(known.cost_model, labelled),
        need_all_eur=need_eur(known.cost_model, epn),
        visits=numbers.visits,
        attendances=numbers.attendances,
        minutes=numbers.minutes,
        turned_away=numbers.turned_away,
    )


def _types(held: list[StockCell]) -> list[TypeRow]:
    """By contract type, in the order of the reference list; types that nobody has are left out."""
    heads: dict[tuple[str, bool], int] = defaultdict(int)
    fte: dict[str, Decimal] = defaultdict(Decimal)
    for cell in held:
        if cell.dimension != "role×type":
            continue
        role, _cross, code = cell.value.partition(CROSS)
        heads[code, role == ContractRole.ANIMATION] += cell.heads
        fte[code] += cell.fte
    counting = {one.code: one.counts_in_fte for one in contract_types(every=True)}
    order = {code: position for position, code in enumerate(counting)}
    codes = sorted({code for code, _ in heads}, key=lambda code: (order.get(code, len(order)), code))
    return [
        TypeRow(code, heads[code, True], heads[code, False], fte[code], counting.get(code, False)) for code in codes
    ]


def cadastre(
    federation_id: int,
    *,
    year: int,
    perimeter: str = Perimeter.ALL,
    known: Year | None = None,
    counted: Counted | None = None,
) -> Cadastre:
    """Everything of a year's page, in five statements whatever the number of EPN. Raises as `cadastre_summary`.

    `known` is what `read_year` gave of this very year, `counted` what `read_counted` did, where they were read already.
    """
    known = known or read_year(federation_id, year, perimeter)
    counted = counted or read_counted(known)
    cells, held = counted.cells, counted.held
    ends = [cell for cell in cells if cell.figure == ARTICLE60_ENDS.name]
    cells = [cell for cell in cells if cell.figure != ARTICLE60_ENDS.name]
    whole = [cell for cell in cells if cell.epn_id is None and not cell.dimension]
    rows = _epn_rows(known, [cell for cell in cells if cell.epn_id is not None], held)
    return Cadastre(
        summary=_summary(known, _added(whole), held),
        moment=known.moment,
        counted_on=known.day,
        cost_model=known.cost_model,
        in_perimeter=len(known.epn_ids),
        months=_months(known, whole),
        themes=_by_value([cell for cell in cells if cell.dimension == "theme"]),
        communes=_communes(known, whole),
        types=_types(held),
        ends=_ends(ends),
        activity=_by_value([cell for cell in cells if cell.dimension == "contract_type"]),
        epn=rows,
    )


def _ends(cells: list[FlowCell]) -> list[tuple[Any, int]]:
    """Each outcome with its label, those that nobody had as well; last what nobody has written yet."""
    by_outcome = {cell.value: cell.count for cell in cells if cell.dimension}
    ended = sum(cell.count for cell in cells if not cell.dimension)
    written = [(one.label, by_outcome.get(one.value, 0)) for one in AfterEnd]
    return [*written, (_("Not written yet"), ended - sum(count for _label, count in written))]


def _months(known: Year, whole: list[FlowCell]) -> list[tuple[dt.date, Numbers]]:
    """The months of the year that are known: neither before the federation's first figure nor after the last sweep."""
    by_month: dict[dt.date, list[FlowCell]] = defaultdict(list)
    for cell in whole:
        if cell.month is not None:
            by_month[cell.month].append(cell)
    months = [dt.date(known.year, number, 1) for number in range(1, 13)]
    return [(month, _added(by_month[month])) for month in months if month in by_month or known.moment.knows(month)]


def _by_value(cells: list[FlowCell]) -> list[tuple[str, Numbers]]:
    found = [(cell.value or "", Numbers(cell.count, cell.attendances, cell.minutes)) for cell in cells]
    return sorted(found, key=lambda row: (-row[1].visits, row[0]))


def _communes(known: Year, whole: list[FlowCell]) -> list[tuple[str, int, Numbers]]:
    by_commune: dict[str, list[FlowCell]] = defaultdict(list)
    for cell in whole:
        by_commune[cell.commune or ""].append(cell)
    epn: dict[str, int] = defaultdict(int)
    chosen = set(known.epn_ids)
    for one in known.members:
        if one.epn_id in chosen:
            epn[one.commune] += 1
    rows = [(key, epn.get(key, 0), _added(by_commune[key])) for key in {*by_commune, *epn}]
    return sorted(rows, key=lambda row: (-row[2].visits, -row[1], row[0]))


def _epn_rows(known: Year, cells: list[FlowCell], held: list[StockCell]) -> list[EpnRow]:
    """The EPN of the perimeter, and in `all` those that did something in the year before they closed or left."""
    by_epn: dict[int, list[FlowCell]] = defaultdict(list)
    for cell in cells:
        by_epn[cell.epn_id or 0].append(cell)
    counting = {one.code for one in contract_types(every=True) if one.counts_in_fte}
    heads: dict[tuple[int, bool], int] = defaultdict(int)
    for one in held:
        if one.dimension == "role×type":
            heads[one.epn_id or 0, one.value.partition(CROSS)[2] in counting] += one.heads
    chosen = set(known.epn_ids)
    rows = []
    for member in known.members:
        mine = by_epn.get(member.epn_id, [])
        if member.epn_id not in chosen and (known.flow_ids is not None or not mine):
            continue
        active = [cell.month for cell in mine if cell.month is not None]
        rows.append(
            EpnRow(
                member=member,
                numbers=_added(mine),
                last_month=max(active, default=None),
                contracts=heads[member.epn_id, True],
                outside_fte=heads[member.epn_id, False],
            )
        )
    return rows


@dataclass(frozen=True)
class EpnYear:
    """One EPN's year, by month. Contracts are heads, as in the table of the cadastre."""

    member: Member
    moment: Moment
    numbers: Numbers
    months: list[tuple[dt.date, Numbers]]
    contracts: int
    outside_fte: int


def epn_year(federation_id: int, epn_id: int, *, year: int) -> EpnYear | None:
    """The figures of one EPN; None when it wasn't a member in that year. Raises as `cadastre_summary`."""
    known = read_year(federation_id, year, Perimeter.ALL)
    member = next((one for one in known.members if one.epn_id == epn_id), None)
    if member is None:
        return None
    by = frozenset({"month"})
    cells = flows(
        [Cut(VISITS.name, by=by), Cut(TURNED_AWAY.name, by=by)], first=known.first, last=known.last, epn_ids=[epn_id]
    )
    held = stocks(known.moment, ["role×type"], epn_ids=[epn_id] if member.open else [])
    types = _types(held)
    return EpnYear(
        member=member,
        moment=known.moment,
        numbers=_added(cells),
        months=_months(known, cells),
        contracts=sum(row.heads for row in types if row.counts_in_fte),
        outside_fte=sum(row.heads for row in types if not row.counts_in_fte),
    )

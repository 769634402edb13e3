"""Whom the network loses before a month, and how many hours: from the figures ahead of its EPN, without a name.

All of it is known ends, on the day on which each EPN's outlook was taken. The perimeter keeps the EPN that carry the
label on that day.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from django.utils import timezone

from network.cadastre.enums import Perimeter
from network.cadastre.members import Member, members
from network.figures.models import Sweep
from network.figures.outlook.catalogue import ENDING, NOBODY, ONE_PERSON, OPENING, STAFF, STAFF_AHEAD, UNCOVERED
from network.figures.outlook.selectors import OutlookCell, outlooks
from tenants.cover.ends import WITHIN, add_months
from tenants.cover.enums import Holding

A_YEAR = 12  # months
CROSS = "×"
ZERO = Decimal(0)


@dataclass(frozen=True)
class Amount:
    """People, their hours a week, and their FTE (of the contract types that count in it)."""

    people: int = 0
    hours: Decimal = ZERO
    fte: Decimal = ZERO

    def __add__(self, other: Amount) -> Amount:
        return Amount(self.people + other.people, self.hours + other.hours, self.fte + other.fte)


@dataclass(frozen=True)
class EpnRisk:
    """One EPN before the month. `known` says whether its outlook was ever taken."""

    member: Member
    known: bool
    staff: Amount
    lost: Amount
    half_days: Decimal
    uncovered: Decimal
    weeks_nobody: int
    weeks_one_person: int

    @property
    def one_person(self) -> bool:
        """Today, all of it rests on one person."""
        return self.staff.people == 1

    @property
    def share_lost(self) -> Decimal | None:
        return self.lost.hours / self.staff.hours if self.staff.hours else None

    @property
    def share_uncovered(self) -> Decimal | None:
        return self.uncovered / self.half_days if self.half_days else None

    @property
    def rank(self) -> tuple[object, ...]:
        """The greatest risk first: weeks with nobody, then half-days that nobody covers, then the hours that end."""
        return (
            -self.weeks_nobody,
            -(self.share_uncovered or ZERO),
            -(self.share_lost or ZERO),
            not self.one_person,
            self.member.name.casefold(),
        )


@dataclass(frozen=True)
class Month:
    """One month ahead: who is there on its last day, whose contract ends in it, what nobody covers in it."""

    month: dt.date
    staff: Amount
    lost: Amount
    half_days: Decimal
    uncovered: Decimal
    weeks_nobody: int


@dataclass(frozen=True)
class Cliff:
    as_of: dt.datetime | None
    day: dt.date | None  # the earliest day on which an EPN's outlook was taken
    before: dt.date  # the first day that doesn't count any more
    perimeter: Perimeter
    all_epn: int
    labelled: int
    staff: Amount
    lost: Amount
    lost_by_holding: dict[Holding, Amount]
    by_holding: dict[Holding, Amount]
    within: dict[int, Amount]
    months: list[Month]
    epn: list[EpnRisk] = field(default_factory=list)

    @property
    def in_perimeter(self) -> int:
        return len(self.epn)

    @property
    def unknown(self) -> int:
        return sum(not one.known for one in self.epn)

    @property
    def with_nobody(self) -> int:
        return sum(bool(one.weeks_nobody) for one in self.epn)

    @property
    def on_one_person(self) -> int:
        return sum(one.one_person for one in self.epn)

    @property
    def uncovered(self) -> Decimal:
        return sum((one.uncovered for one in self.epn), ZERO)

    @property
    def half_days(self) -> Decimal:
        return sum((one.half_days for one in self.epn), ZERO)


def months_to_choose(today: dt.date) -> list[dt.date]:
    """The first days of the twelve months that follow."""
    first = today.replace(day=1)
    return [add_months(first, number) for number in range(1, A_YEAR + 1)]


def usual_month(today: dt.date) -> dt.date:
    """Half a year ahead, this month apart: time enough to do something about it."""
    return add_months(today.replace(day=1), 7)


def cliff(federation_id: int, *, before: dt.date, perimeter: str = Perimeter.ALL) -> Cliff:
    """Everything of the page, in four statements whatever the number of EPN."""
    today = timezone.localdate()
    everybody = [one for one in members(federation_id, today, today) if one.open]
    chosen = [one for one in everybody if one.labelled or perimeter != Perimeter.LABELLED]
    ids = [one.epn_id for one in chosen]
    until = f"{add_months(before, -1):%Y-%m}"
    by_month = [(figure.name, "month") for figure in (OPENING, UNCOVERED, NOBODY, ENDING)]
    own = outlooks([*by_month, (ONE_PERSON.name, "month"), (STAFF.name, "")], epn_ids=ids, by_epn=True, until=until)
    whole = outlooks(
        [*by_month, (STAFF_AHEAD.name, "month"), (STAFF.name, ""), (STAFF.name, "holding"), (ENDING.name, "within"),
         (ENDING.name, "month×holding")],
        epn_ids=ids,
    )  # fmt: skip
    table = _Table(whole)
    rows = _risks(chosen, own)
    day = min((cell.day for cell in whole), default=None)
    return Cliff(
        as_of=Sweep.objects.values_list("as_of", flat=True).first(),
        day=day,
        before=before,
        perimeter=Perimeter(perimeter),
        all_epn=len(everybody),
        labelled=sum(one.labelled for one in everybody),
        staff=table.amount(STAFF.name, "", ""),
        lost=sum((one.lost for one in rows), Amount()),
        lost_by_holding=_lost_by_holding(whole, until),
        by_holding={kind: table.amount(STAFF.name, "holding", kind.value) for kind in Holding},
        within={months: table.amount(ENDING.name, "within", str(months)) for months in WITHIN},
        months=_months(table, day) if day is not None else [],
        epn=sorted(rows, key=lambda one: one.rank),
    )


class _Table:
    """Cells by what they are, with zero for those that there aren't."""

    def __init__(self, cells: Iterable[OutlookCell]) -> None:
        self.cells = {(cell.figure, cell.dimension, cell.value): cell for cell in cells}

    def amount(self, *key: str) -> Amount:
        cell = self.cells.get((key[0], key[1], key[2]))
        return Amount() if cell is None else Amount(cell.people, cell.hours, cell.fte)

    def count(self, *key: str) -> Decimal:
        cell = self.cells.get((key[0], key[1], key[2]))
        return ZERO if cell is None else cell.count


def _months(table: _Table, day: dt.date) -> list[Month]:
    firsts = [add_months(day.replace(day=1), number) for number in range(A_YEAR)]
    return [
        Month(
            month=first,
            staff=table.amount(STAFF_AHEAD.name, "month", value),
            lost=table.amount(ENDING.name, "month", value),
            half_days=table.count(OPENING.name, "month", value),
            uncovered=table.count(UNCOVERED.name, "month", value),
            weeks_nobody=int(table.count(NOBODY.name, "month", value)),
        )
        for first, value in ((first, f"{first:%Y-%m}") for first in firsts)
    ]


def _lost_by_holding(cells: Iterable[OutlookCell], until: str) -> dict[Holding, Amount]:
    found: dict[Holding, Amount] = defaultdict(Amount)
    for cell in cells:
        month, _cross, kind = cell.value.partition(CROSS)
        if cell.dimension == "month×holding" and month <= until:
            found[Holding(kind)] += Amount(cell.people, cell.hours, cell.fte)
    return {kind: found[kind] for kind in Holding if kind in found}


def _risks(chosen: list[Member], cells: Iterable[OutlookCell]) -> list[EpnRisk]:
    own: dict[int, list[OutlookCell]] = defaultdict(list)
    for cell in cells:
        own[cell.epn_id or 0].append(cell)
    found = []
    for member in chosen:
        table = _Table(own[member.epn_id])
        found.append(
            EpnRisk(
                member=member,
                known=(STAFF.name, "", "") in table.cells,
                staff=table.amount(STAFF.name, "", ""),
                lost=table.amount(ENDING.name, "month", ""),
                half_days=table.count(OPENING.name, "month", ""),
                uncovered=table.count(UNCOVERED.name, "month", ""),
                weeks_nobody=int(table.count(NOBODY.name, "month", "")),
                weeks_one_person=int(table.count(ONE_PERSON.name, "month", "")),
            )
        )
    return found

"""What ties the cells of a calendar year together: every relation that a reader of the published tables knows.

Months add up to quarters and years, EPN to communes and the network, values to the whole as their dimension says.
Each becomes a relation of the `Problem`, over the cells of this release and of every release before it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from network.releases.catalogue import TABLES, PublishedTable
from network.releases.cells import Key, Part
from network.releases.disclosure.problem import FAR, Problem, State
from network.releases.enums import Adds, CellKind, Grain, PeriodKind
from network.releases.periods import month_code, read

LONGEST_VISIT = 1440  # minutes
DEAREST = 1e5  # what one cell costs at most when it is withheld: less than proving one is worth
MONEY_ROOM = 10  # percent of the amount
GRAINS = (Grain.FEDERATION, Grain.COMMUNE, Grain.EPN)


@dataclass(frozen=True)
class Entry:
    """A cell with what is known of it: `before` is what an earlier version of it said, if it was shown."""

    numbers: tuple[int, ...]
    state: State
    before: int | None = None


class Links:
    """Builds the problem of one year. `company` are the values of one row, which aren't withheld alone."""

    def __init__(
        self,
        entries: Mapping[Key, Entry],
        published: Collection[tuple[str, str]],
        parts: Mapping[Part, tuple[int, ...]],
    ):
        self.entries = entries
        self.published = published  # by table and period
        self.parts = parts
        self.periods = {code: read(code) for code in sorted({code for _table, code in published})}
        self.problem = Problem()
        self.company: list[list[int]] = []
        self.tables = {name: TABLES[name] for name in sorted({key.table for key in entries})}
        self.by_subject = {(one.subject, one.dimension, one.grain): one for one in self.tables.values()}
        self.part_of: dict[Part, int] = {}
        # The communes in which an EPN did anything that year; of more than one, nobody knows how much in which.
        self.homes: dict[str, list[str]] = defaultdict(list)
        for epn, commune in sorted({part[1:] for part in parts}):
            self.homes[epn].append(commune)
        self.by_month: dict[tuple[Any, ...], list[int]] = {}
        # By table and period: place, value → variable.
        self.cells: dict[tuple[str, str], dict[tuple[str, str], int]] = defaultdict(dict)
        for key, entry in entries.items():
            if entry.numbers[0] or entry.state == State.WITHHELD:
                self._add(key, entry)
        self._months_add_up()
        for table in self.tables.values():
            self._places_add_up(table)
            self._values_add_up(table)
            self._within(table)
        self._parts_add_up()

    def _add(self, key: Key, entry: Entry) -> None:
        table = self.tables[key.table]
        value = entry.numbers[0]
        low, high = _known_bounds(table, entry)
        if table.grain == Grain.EPN and table.dimension:
            high = min(high, self._room_in_the_months(key, table))
        # The last thing to withhold is what the whole network did.
        cost = (value + 3.0) * (100 if table.grain == Grain.FEDERATION and not table.dimension else 1)
        room = max(4, value * MONEY_ROOM // 100) if table.kind == CellKind.MONEY else 4
        number = self.problem.add(key, value, low=low, high=high, room=room, state=entry.state, cost=min(cost, DEAREST))
        self.cells[key.table, key.period][key.place, key.value] = number

    def _room_in_the_months(self, key: Key, table: PublishedTable) -> int:
        """A value of an EPN's year can't exceed, month by month, what that EPN did nor what the network had of it."""
        whole = self._table(table.subject, "", Grain.EPN)
        everywhere = self._table(table.subject, table.dimension, Grain.FEDERATION)
        if whole is None or everywhere is None or not table.flow:
            return FAR
        of_the_epn = self._by_month(whole.name, key.period, key.place, "", _same_measure(whole, table))
        of_the_network = self._by_month(everywhere.name, key.period, "", key.value, 0)
        return sum(map(min, of_the_epn, of_the_network))

    def _by_month(self, *which: Any) -> list[int]:
        """What is said of each month, or FAR where nothing is or it is withheld."""
        if which not in self.by_month:
            table, period, place, value, measure = which
            said: list[int] = []
            for code in map(month_code, self.periods[period].months):
                entry = self.entries.get(Key(table, code, place, value))
                if (table, code) not in self.published or (entry is not None and entry.state == State.WITHHELD):
                    said.append(FAR)
                else:
                    said.append(0 if entry is None else entry.numbers[measure])
            self.by_month[which] = said
        return self.by_month[which]

    def _table(self, subject: str, dimension: str, grain: str) -> PublishedTable | None:
        return self.by_subject.get((subject, dimension, Grain(grain)))

    def _months_add_up(self) -> None:
        """A year (a quarter) is the sum of its months, and of nothing else, once all of them are published."""
        for period in self.periods.values():
            inner = list(map(month_code, period.months))
            if period.kind == PeriodKind.MONTH:
                continue
            for table in self.tables.values():
                if not table.flow or not all((table.name, code) in self.published for code in inner):
                    continue
                for where, whole in self.cells[table.name, period.code].items():
                    parts = [self.cells[table.name, code].get(where) for code in inner]
                    self._sum(whole, [one for one in parts if one is not None])

    def _sum(self, whole: int, parts: Iterable[int]) -> None:
        self.problem.relate([(whole, 1), *((part, -1) for part in parts)])

    def _places_add_up(self, table: PublishedTable) -> None:
        """The network is the sum of its communes and of its EPN; a commune that of what its EPN do there."""
        if table.grain == Grain.FEDERATION:
            return
        for coarser in GRAINS[: GRAINS.index(Grain(table.grain))]:
            wider = self._table(table.subject, table.dimension, coarser)
            for code in self.periods:
                if wider is None or not self.cells[table.name, code]:
                    continue
                if coarser == Grain.COMMUNE:
                    self._communes(wider, table, code)
                    continue
                groups: dict[str, list[int]] = defaultdict(list)
                for (_place, value), number in self.cells[table.name, code].items():
                    groups[value].append(number)
                for value, numbers in groups.items():
                    if (whole := self.cells[wider.name, code].get(("", value))) is not None:
                        self._sum(whole, numbers)

    def _communes(self, wider: PublishedTable, table: PublishedTable, code: str) -> None:
        inside: dict[str, list[int]] = defaultdict(list)
        for (epn, value), number in self.cells[table.name, code].items():
            if value:
                return  # attributes by commune are no table of ours
            homes = self.homes.get(epn, [])
            if len(homes) == 1:
                inside[homes[0]].append(number)
                continue
            parts = []
            for commune in homes:
                there = self.parts.get((code, epn, commune), (0,))[0]
                part = self.problem.latent((code, epn, commune), there)
                self.part_of[code, epn, commune] = part
                parts.append(part)
                inside[commune].append(part)
            if parts:
                self._sum(number, parts)
        for (commune, _value), whole in self.cells[wider.name, code].items():
            self._sum(whole, inside.pop(commune, []))
        for parts in inside.values():  # nothing was done there, and that is published
            self.problem.relate((part, 1) for part in parts)

    def _parts_add_up(self) -> None:
        """What an EPN did in one of its communes in a year is what it did there in its months."""
        for (code, epn, commune), whole in self.part_of.items():
            inner = list(map(month_code, self.periods[code].months))
            if len(inner) > 1 and all(("visits_by_epn", one) in self.published for one in inner):
                parts = [self.part_of.get((one, epn, commune)) for one in inner]
                self._sum(whole, [one for one in parts if one is not None])

    def _values_add_up(self, table: PublishedTable) -> None:
        if not table.dimension:
            return
        parent = self._table(table.subject, "", table.grain)
        for code in self.periods:
            groups: dict[str, list[int]] = defaultdict(list)
            for (place, _value), number in self.cells[table.name, code].items():
                groups[place].append(number)
            for place, numbers in groups.items():
                self.company.append(numbers)
                if parent is None or (whole := self.cells[parent.name, code].get((place, ""))) is None:
                    continue
                total = self.entries[Key(parent.name, code, place, "")].numbers[_same_measure(parent, table)]
                self._parts_of(table, whole, total, numbers)

    def _parts_of(self, table: PublishedTable, whole: int, total: int, numbers: list[int]) -> None:
        """`total` counts what the parts count; it moves with `whole`, which may count visits and they people."""
        relate, latent, value = self.problem.relate, self.problem.latent, self.problem.value
        together = sum(value[number] for number in numbers)
        if table.adds == Adds.EXACT:
            self._sum(whole, numbers)
        elif table.adds == Adds.REST:
            rest = latent((table.name, "rest", whole), total - together)
            self._sum(whole, [*numbers, rest])
        else:
            for number in numbers:
                self._sum(whole, [number, latent((table.name, "without", number), total - value[number])])
        if table.adds == Adds.OVERLAP:
            again = latent((table.name, "twice", whole), together - total)
            relate([*((number, 1) for number in numbers), (whole, -1), (again, -1)])

    def _within(self, table: PublishedTable) -> None:
        """A cell of a narrower perimeter is part of the same cell of the wider one."""
        wider = self._table(table.within, table.dimension, table.grain) if table.within else None
        if wider is None:
            return
        for code in self.periods:
            for where, number in self.cells[table.name, code].items():
                if (whole := self.cells[wider.name, code].get(where)) is not None:
                    outside = self.problem.value[whole] - self.problem.value[number]
                    self._sum(whole, [number, self.problem.latent((table.name, code, where, "outside"), outside)])


def _same_measure(whole: PublishedTable, table: PublishedTable) -> int:
    sources = [measure.source for measure in whole.measures]
    source = table.measures[0].source
    return sources.index(source) if source in sources else 0


def _known_bounds(table: PublishedTable, entry: Entry) -> tuple[int, int]:
    """What anybody knows: a withheld cell isn't zero, and the other measures of its row bound it.

    The worlds that a move stands for keep attendances - visits and minutes - visits of each row as they are: that fits
    as long as nobody is helped for more than a day. Full-time equivalents are at most as many as heads. Of a cell
    that is corrected, one may suppose that things were only added (or only taken away).
    """
    value = entry.numbers[0]
    low, high = 1, FAR
    sources = [measure.source for measure in table.measures]
    if table.kind == CellKind.PEOPLE and "minutes" in sources[1:]:
        low = max(low, -((value - entry.numbers[sources.index("minutes")]) // (LONGEST_VISIT - 1)))
    if table.kind == CellKind.STAFF and len(table.measures) > 1:
        low = max(low, -(-entry.numbers[1] // 10 ** table.measures[1].decimals))
    if entry.before is not None and value >= entry.before:
        low = max(low, entry.before)
    elif entry.before is not None:
        high = entry.before
    return low, high

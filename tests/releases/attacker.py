"""Somebody who wants to know what is withheld, with everything that a funder or the public can get, and a solver.

Written from the published documents alone: their names, what they say of themselves, and where the cards say that an
EPN is. Nothing of the auditor's is used here. It supposes what anybody may: a withheld cell isn't zero, a visit has
somebody in it and takes from a minute to a day.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from scipy.optimize import Bounds, linprog, milp
from scipy.sparse import coo_matrix, csr_matrix
from scipy.sparse.csgraph import connected_components

Document = Mapping[str, Any]  # as the API gives a table
Cell = tuple[str, str, str, str]  # table, period, place, value
CANDIDATES = 5
MOST_MINUTES = 1440
FAR = 10**6


def place_of(document: Document, row: Mapping[str, Any]) -> str:
    return str(row.get("epn", row.get("commune", "")))


def value_of(document: Document, row: Mapping[str, Any]) -> str:
    return str(row[document["dimension"]]) if document["dimension"] else ""


def family_of(table: str) -> str:
    """What a table is about: the tables of a family add up with each other."""
    if table.startswith("workshop_attendances"):
        return "workshops"
    return "staff" if table.startswith("staff") else "visits"


def inner_periods(code: str) -> list[list[str]]:
    """The ways in which a period is made of shorter ones."""
    if "-Q" in code:
        year, quarter = code.split("-Q")
        return [[f"{year}-{month:02}" for month in range(3 * int(quarter) - 2, 3 * int(quarter) + 1)]]
    if "-" in code:
        return []
    return [[f"{code}-{month:02}" for month in range(1, 13)], [f"{code}-Q{quarter}" for quarter in range(1, 5)]]


def months_in(code: str) -> list[str]:
    """Of a period, by the code of each."""
    return next(iter(inner_periods(code)), [code])


@dataclass(frozen=True)
class Claim:
    """What somebody says of the cells of some places, months (2026-03) and one value: together they are `number`.

    None: that it is withheld. With `withheld` cells in it, the number is of the others. `below`: it was rounded down,
    by less than this.
    """

    table: str
    measure: str
    places: tuple[str, ...]
    months: tuple[str, ...]
    number: float | None
    withheld: int = 0
    value: str = ""
    below: float = 0


@dataclass
class System:
    """`equal`: weighted sums that are known; every unknown with its bounds."""

    names: list[Any] = field(default_factory=list)
    number: dict[Any, int] = field(default_factory=dict)
    low: list[float] = field(default_factory=list)
    high: list[float] = field(default_factory=list)
    rows: list[tuple[dict[int, float], float]] = field(default_factory=list)

    def unknown(self, name: Any, low: float = 0, high: float = FAR) -> int:
        if name not in self.number:
            self.number[name] = len(self.names)
            self.names.append(name)
            self.low.append(low)
            self.high.append(high)
        return self.number[name]

    def equal(self, weights: dict[int, float], total: float) -> None:
        if weights:
            self.rows.append((weights, total))


class Attacker:
    """`homes`: the communes in which an EPN has a door, by its number. `thorough`: all measures of a row together."""

    def __init__(self, documents: Iterable[Document], homes: Mapping[str, set[str]], *, thorough: bool = True) -> None:
        self.thorough = thorough
        self.documents = sorted(documents, key=lambda one: one["release"])
        self.homes = homes
        self.about: dict[str, Document] = {}
        self.said: dict[Cell, dict[str, float] | None] = {}  # None: withheld
        self.periods: dict[str, set[str]] = defaultdict(set)
        for one in self.documents:
            self.about[one["table"]] = one
            self.periods[one["table"]].update(one["periods"])
            for row in one["rows"]:
                cell = (one["table"], row["period"], place_of(one, row), value_of(one, row))
                self.said[cell] = None if row["withheld"] else {name: row[name] for name in one["measures"]}
        self.system = System()
        self.learned = 0
        self.leaks: list[tuple[Claim, float]] = []  # what tells more than the releases, with what those tell
        self._build()

    @property
    def withheld(self) -> list[Cell]:
        return [cell for cell, said in self.said.items() if said is None and self._hides(cell[0])]

    def _hides(self, table: str) -> bool:
        return family_of(table) != "visits" or table.startswith(("visits", "attendances_by"))

    def _term(self, cell: Cell, measure: str) -> tuple[int | None, float]:
        """The unknown, or the number that is known; a cell without a row is zero."""
        said = self.said.get(cell, {})
        if said is None:
            return self.system.unknown((cell, measure), 0 if measure == "fte" else 1), 0
        return None, said.get(measure, 0)

    def _sum(self, measure: str, whole: Cell, parts: Iterable[Cell], *, rest: Any = None, more: Any = None,
             hidden: Iterable[Any] = ()) -> None:  # fmt: skip
        """whole = parts (+ rest, which nobody publishes) (- what is counted more than once) (+ each of `hidden`)."""
        weights: dict[int, float] = defaultdict(float)
        total = 0.0
        for sign, cell in [(1.0, whole), *((-1.0, part) for part in parts)]:
            unknown, known = self._term(cell, measure)
            if unknown is not None:
                weights[unknown] += sign
            total -= sign * known
        for name in hidden:
            weights[self.system.unknown(name)] -= 1
        if not weights:
            return
        if rest is not None:
            weights[self.system.unknown(rest)] -= 1
        if more is not None:
            weights[self.system.unknown(more)] += 1
        self.system.equal(dict(weights), total)

    def _build(self) -> None:
        keys: dict[str, dict[str, set[tuple[str, str]]]] = defaultdict(lambda: defaultdict(set))
        for table, period, place, value in self.said:
            keys[table][period].add((place, value))
        for table, document in self.about.items():
            if not self._hides(table):
                continue
            for period in self.periods[table]:
                self._over_time(document, period, keys[table])
                self._over_places(document, period, keys)
                self._over_values(document, period, keys[table][period])
        self._measures()

    def _over_time(self, document: Document, period: str, keys: Mapping[str, set[tuple[str, str]]]) -> None:
        if family_of(document["table"]) == "staff":
            return
        table = document["table"]
        for inner in inner_periods(period):
            if not self.periods[table] >= set(inner):
                continue
            for where in {pair for code in [period, *inner] for pair in keys.get(code, ())}:
                for measure in self._measured(document):
                    self._sum(measure, (table, period, *where), [(table, code, *where) for code in inner])

    def _measured(self, document: Document) -> list[str]:
        return list(document["measures"]) if self.thorough else document["measures"][:1]

    def _other(self, document: Document, grain: str, dimension: str) -> Document | None:
        family = family_of(document["table"])
        return next(
            (
                one
                for name, one in self.about.items()
                if self._hides(name) and (family_of(name), one["grain"], one["dimension"]) == (family, grain, dimension)
            ),
            None,
        )

    def _over_places(self, document: Document, period: str, keys: Any) -> None:
        finer, wider = document["grain"], {"epn": ["federation", "commune"], "commune": ["federation"]}
        for grain in wider.get(finer, []):
            other = self._other(document, grain, document["dimension"])
            if other is None or period not in self.periods[other["table"]]:
                continue
            groups: dict[tuple[str, str], list[Cell]] = defaultdict(list)
            shared: dict[str, list[str]] = defaultdict(list)  # EPN with doors in several communes
            for place, value in keys[document["table"]][period]:
                homes = self.homes.get(place, set())
                if grain == "commune" and len(homes) != 1:
                    for home in homes:
                        shared[home].append(place)
                    for measure in self._measured(document):
                        names = [(period, place, home, measure) for home in sorted(homes)]
                        self._sum(measure, (document["table"], period, place, value), [], hidden=names)
                    continue
                groups["" if grain == "federation" else min(homes), value].append(
                    (document["table"], period, place, value)
                )
            for place, value in [*groups, *((home, "") for home in shared if (home, "") not in groups)]:
                for measure in self._measured(document):
                    names = [(period, epn, place, measure) for epn in shared[place]] if not value else []
                    parts = groups.get((place, value), [])
                    self._sum(measure, (other["table"], period, place, value), parts, hidden=names)

    def _over_values(self, document: Document, period: str, keys: set[tuple[str, str]]) -> None:
        parent = self._other(document, document["grain"], "") if document["dimension"] else None
        if parent is None or period not in self.periods[parent["table"]]:
            return
        groups: dict[str, list[Cell]] = defaultdict(list)
        for place, value in keys:
            groups[place].append((document["table"], period, place, value))
        for place, parts in groups.items():
            whole = (parent["table"], period, place, "")
            for measure in self._measured(document):
                name = (document["table"], period, place, measure)
                if document["adds"] == "exact":
                    self._sum(measure, whole, parts)
                elif document["adds"] == "rest":
                    self._sum(measure, whole, parts, rest=(*name, "rest"))
                else:
                    for part in parts:
                        self._sum(measure, whole, [part], rest=(*name, part[3], "without"))
                    if document["adds"] == "overlap":
                        self._sum(measure, whole, parts, more=(*name, "twice"))

    def _measures(self) -> None:
        """Of a withheld row: visits ≤ attendances, visits ≤ minutes ≤ a day each; FTE ≤ heads."""
        for cell in self.withheld:
            measures = self._measured(self.about[cell[0]])
            first = self.system.unknown((cell, measures[0]), 1)
            for other in measures[1:]:
                unknown = self.system.unknown((cell, other), 0 if other == "fte" else 1)
                if measures[0] == "visits":
                    self.system.equal({unknown: 1, first: -1, self.system.unknown((cell, other, "over")): -1}, 0)
                if other == "minutes":
                    under = self.system.unknown((cell, other, "under"), 0, 1e9)
                    self.system.equal({first: MOST_MINUTES, unknown: -1, under: -1}, 0)
                if other == "fte":
                    self.system.equal({first: 1, unknown: -1, self.system.unknown((cell, other, "under")): -1}, 0)

    # --- what others say of the same cells ---------------------------------------------------------------------------

    def learn(self, claims: Iterable[Claim]) -> None:
        """A number that isn't the sum of the published ones says something of the others: then it is a leak, and where
        it says what everything adds up to, an equation more."""
        for claim in claims:
            codes = self._tiles(claim.table, claim.months)
            if claim.number is None or codes is None or not self._measured_at_all(claim):
                continue
            cells = [(claim.table, code, place, claim.value) for code in codes for place in claim.places]
            terms = [self._term(cell, claim.measure) for cell in cells]
            shown = sum(known for unknown, known in terms if unknown is None)
            self.learned += 1
            if not claim.number <= shown <= claim.number + claim.below:
                self.leaks.append((claim, shown))
            hidden = {unknown: 1.0 for unknown, _known in terms if unknown is not None}
            if hidden and not claim.withheld:
                slack = self.system.unknown((claim, "rounded"), 0, claim.below)
                self.system.equal({**hidden, slack: -1.0}, claim.number - shown)

    def _measured_at_all(self, claim: Claim) -> bool:
        about = self.about.get(claim.table)
        return about is not None and self._hides(claim.table) and claim.measure in self._measured(about)

    def _tiles(self, table: str, months: Iterable[str]) -> list[str] | None:
        """The widest periods that make up these months; None where one of them isn't in the documents at all."""
        left, found = set(months), []
        widest = sorted(self.periods[table], key=lambda code: (len(months_in(code)), code), reverse=True)
        for code in widest:
            inside = set(months_in(code))
            if inside <= left:
                found.append(code)
                left -= inside
        return None if left else found

    # --- solving ----------------------------------------------------------------------------------------------------

    def narrow(self, *, rounds: int = 60, seed: int = 1) -> dict[Cell, tuple[float, float]]:
        """The withheld cells of which fewer than five whole numbers are possible, with the range that is left.

        First it looks for solutions that differ; whatever they don't move by enough is asked alone, smallest and
        greatest by linear programming, and where that is close, number by number by an integer program.
        """
        system, size = self.system, len(self.system.names)
        if not size:
            return {}
        data = [
            (row, column, weight) for row, (weights, _) in enumerate(system.rows) for column, weight in weights.items()
        ]
        rows, columns, weights = zip(*data, strict=True) if data else ((), (), ())
        matrix = coo_matrix((weights, (rows, columns)), shape=(len(system.rows), size)).tocsc()
        totals = np.array([total for _, total in system.rows])
        low, high = np.array(system.low, float), np.array(system.high, float)
        wanted = {cell: system.number[cell, self.about[cell[0]]["measures"][0]] for cell in self.withheld}
        least = dict.fromkeys(wanted, np.inf)
        most = dict.fromkeys(wanted, -np.inf)
        chance = np.random.default_rng(seed)
        for turn in range(rounds):
            left = [cell for cell in wanted if most[cell] - least[cell] < CANDIDATES - 1]
            if not left:
                break
            cost = np.zeros(size)
            sign = 1 if turn == 0 else -1 if turn == 1 else chance.choice((1, -1), len(left))
            cost[[wanted[cell] for cell in left]] = sign * chance.uniform(0.5, 1.5, len(left))
            found = solved(cost, matrix, totals, low, high)
            assert found is not None, "what is published can't be true"
            for cell, number in wanted.items():
                if abs(found[number] - round(found[number])) < 1e-6:
                    least[cell], most[cell] = min(least[cell], found[number]), max(most[cell], found[number])
        hard = [cell for cell in wanted if most[cell] - least[cell] < CANDIDATES - 1]
        groups = connected_components(csr_matrix((matrix.T != 0).astype(int) @ (matrix != 0).astype(int)))[1]
        return {cell: span for cell in hard if (span := _alone(wanted[cell], groups, matrix, totals, low, high))}


def _alone(number: int, groups: Any, matrix: Any, totals: Any, low: Any, high: Any) -> tuple[float, float] | None:
    """None when five numbers or more are possible; else the range."""
    columns = np.flatnonzero(groups == groups[number])
    sub = matrix[:, columns].tocsr()
    rows = np.flatnonzero(np.diff(sub.indptr) > 0)
    sub, total = sub[rows], totals[rows]
    cost = np.zeros(len(columns))
    where = int(np.searchsorted(columns, number))
    ends = []
    for sign in (1.0, -1.0):
        cost[where] = sign
        found = solved(cost, sub, total, low[columns], high[columns])
        assert found is not None
        ends.append(found[where])
    first, last = int(np.ceil(ends[0] - 1e-6)), int(np.floor(ends[1] + 1e-6))
    if last - first + 1 < CANDIDATES:
        return ends[0], ends[1]
    possible = 0
    for candidate in range(first, min(last, first + 40) + 1):
        below, above = low[columns].copy(), high[columns].copy()
        below[where] = above[where] = candidate
        if solved(np.zeros(len(columns)), sub, total, below, above, whole=True) is not None:
            possible += 1
        if possible == CANDIDATES:
            return None
    return ends[0], ends[1]


def solved(cost: Any, matrix: Any, totals: Any, low: Any, high: Any, *, whole: bool = False) -> Any:
    if whole:
        found = milp(cost, constraints=(matrix, totals, totals) if len(totals) else (), integrality=np.ones(len(cost)),
                     bounds=Bounds(low, high))  # fmt: skip
    else:
        found = linprog(
            cost, A_eq=matrix if len(totals) else None, b_eq=totals if len(totals) else None,
            bounds=np.column_stack([low, high]), method="highs",
        )  # fmt: skip
    return found.x


# --- reading what people read ---------------------------------------------------------------------------------------


def rows_of_html(page: str) -> list[list[str]]:
    """The texts of every table row of a page, the data tables of the drawings as well."""
    rows = []
    for row in re.findall(r"<tr>(.*?)</tr>", page, re.DOTALL):
        cells = re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL)
        rows.append([re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", cell)).strip() for cell in cells])
    return rows

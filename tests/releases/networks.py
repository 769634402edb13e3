"""Invented networks of visits, small enough to be attacked many times, and what a release of them publishes."""

from __future__ import annotations

import datetime as dt
import random
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from unittest import mock

from network.figures.selectors import Cut, FlowCell
from network.releases.catalogue import TABLES
from network.releases.enums import Withheld
from network.releases.history import History, Known
from network.releases.periods import Period
from network.releases.preparing import Prepared, prepare
from network.releases.selectors import Number

Atom = tuple[str, str, str, dt.date, int, str]  # figure, dimension, value, month, EPN, commune
THEMES, MODES, OUTCOMES = (
    ("tax", "bank", "health", "job"),
    ("individual", "phone"),
    ("solved", "redirected", "abandoned"),
)
GENDERS, AGES, AUDIENCES = ("f", "m", "x"), ("18_24", "25_64", "65_plus"), ("seniors", "jobseekers")
OBSTACLES, PROVIDERS = ("closed", "queue"), ("bank", "cpas")


class Network:
    """EPN number `e` is in the commune of its number modulo `communes`. Visits are drawn one by one."""

    def __init__(self, seed: int, *, epn: int, communes: int, busy: float, months: Sequence[dt.date]) -> None:
        self.atoms: dict[Atom, list[int]] = defaultdict(lambda: [0, 0, 0])
        self.homes = {str(number): {f"c{number % communes}"} for number in range(1, epn + 1)}
        for number in range(4, epn + 1, 4):  # has a door in the next commune too
            self.homes[str(number)].add(f"c{(number + 1) % communes}")
        chance = random.Random(seed)
        for number in range(1, epn + 1):
            size = busy * chance.choice((0.1, 0.5, 1, 2))
            for month in months:
                for _ in range(int(chance.expovariate(1 / size)) if size else 0):
                    self.visit(chance, number, month)

    def visit(self, chance: random.Random, epn: int, month: dt.date) -> None:
        people = chance.choice((1, 1, 1, 1, 2, 3))
        minutes = chance.choice((5, 15, 30, 60))
        commune = chance.choice(sorted(self.homes[str(epn)]))

        def count(dimension: str, value: str, *numbers: int) -> None:
            held = self.atoms["visits", dimension, value, month, epn, commune]
            for place, number in enumerate(numbers):
                held[place] += number

        of_the_visit = (1, people, minutes)
        count("", "", *of_the_visit)
        for theme in chance.sample(THEMES, chance.choice((1, 1, 2))):
            count("theme", theme, *of_the_visit)
        count("mode", chance.choices(MODES, (9, 1))[0], *of_the_visit)
        count("outcome", chance.choices(OUTCOMES, (6, 3, 1))[0], *of_the_visit)
        if chance.random() < 0.4:
            count("obstacle", chance.choice(OBSTACLES), *of_the_visit)
            count("provider", chance.choice(PROVIDERS), *of_the_visit)
        for dimension, values in (("gender", GENDERS), ("age_band", AGES), ("audience", AUDIENCES)):
            if chance.random() < 0.8:
                count(dimension, chance.choice(values), 1, people, 0)

    def flows(self, cuts: Sequence[Cut], *, first: dt.date, last: dt.date) -> list[FlowCell]:
        """As the figures' own reading gives them."""
        sums: dict[Any, list[int]] = defaultdict(lambda: [0, 0, 0])
        for (figure, dimension, value, month, epn, commune), numbers in self.atoms.items():
            for cut in cuts:
                if (cut.figure, cut.dimension) == (figure, dimension) and first <= month <= last:
                    by = {"month": month, "commune": commune, "value": value, "epn": epn}
                    key = (figure, dimension, *(by[name] if name in cut.by else None for name in by))
                    for place, number in enumerate(numbers):
                        sums[key, id(cut)][place] += number
        return [FlowCell(*key, *numbers) for (key, _cut), numbers in sums.items()]


@contextmanager
def read_from(network: Network) -> Iterator[None]:
    """The figures are those of this network; no app gives cells of its own."""
    own = [name for name, table in TABLES.items() if table.cells is not None]  # their apps read a database
    with mock.patch("network.releases.cells.flows", network.flows), mock.patch.dict(TABLES):
        for name in own:
            del TABLES[name]
        yield


class Publisher:
    """Releases one period after the other, and keeps what it published as the API would give it."""

    def __init__(self, network: Network, *, minimum_cell: int = 5) -> None:
        self.network = network
        self.minimum_cell = minimum_cell
        self.history = History()
        self.documents: list[dict[str, Any]] = []
        self.number = 0

    def release(self, period: Period, *, correcting: bool = False) -> Prepared:
        with read_from(self.network):
            prepared = prepare(1, period, history=self.history, minimum_cell=self.minimum_cell, correcting=correcting)
        self.number += 1
        for told in prepared.tables:
            which = {(told["name"], code) for code in told["periods"]}
            (self.history.left_out if told["left_out"] else self.history.published).update(which)
        for cell, withheld in prepared.cells:
            self.history.cells[cell.key] = Known(cell.numbers, bool(withheld))
        for one in prepared.frozen:
            self.history.frozen.setdefault(one.month, []).append(one)
        self.documents += documents(prepared, self.number)
        return prepared


def documents(prepared: Prepared, number: int) -> list[dict[str, Any]]:
    rows: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for cell, withheld in prepared.cells:
        table = TABLES[cell.key.table]
        numbers: Collection[Number | None] = cell.numbers if withheld == Withheld.NO else [None] * len(cell.numbers)
        row: dict[str, Any] = {"period": cell.key.period, "withheld": withheld != Withheld.NO}
        row |= {"epn": cell.key.place} if table.grain == "epn" else {"commune": cell.key.place}
        row |= {table.dimension: cell.key.value} if table.dimension else {}
        row |= dict(zip((measure.name for measure in table.measures), numbers, strict=True))
        rows[table.name].append(row)
    periods: dict[str, list[str]] = defaultdict(list)
    for told in prepared.tables:
        if not told["left_out"]:
            periods[told["name"]] += told["periods"]
    return [
        {
            "release": number, "table": name, "grain": str(TABLES[name].grain), "dimension": TABLES[name].dimension,
            "adds": str(TABLES[name].adds), "measures": [one.name for one in TABLES[name].measures],
            "periods": codes, "rows": rows[name],
        }
        for name, codes in periods.items()
        if TABLES[name].guarded
    ]  # fmt: skip

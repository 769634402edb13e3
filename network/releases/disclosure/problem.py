"""The cells of a publication and what ties them together, as numbers: nothing here knows a table.

A *variable* is a cell that isn't zero (a zero is published as zero), or something that no table publishes and that
everybody knows to be there (how many visits say nothing of their obstacle). A *relation* says that a weighted sum of
variables doesn't change: `1·network - 1·EPN a - 1·EPN b`. Somebody who knows the shown cells knows a withheld one up to
the *moves* that keep every relation and every bound. Protecting is making sure that there are enough of them.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from enum import IntEnum

FAR = 10**9


class State(IntEnum):
    OPEN = 0  # shown, unless the protection withholds it
    SHOWN = 1  # published already: known for good
    WITHHELD = 2
    LATENT = 3  # in no table: never shown, and nobody's secret


class Problem:
    """`room` is how far apart the smallest and the greatest candidate of a withheld cell have to be."""

    def __init__(self) -> None:
        self.numbers: dict[Hashable, int] = {}
        self.keys: list[Hashable] = []
        self.value: list[int] = []
        self.low: list[int] = []
        self.high: list[int] = []
        self.cost: list[float] = []
        self.room: list[int] = []
        self.state: list[State] = []
        self.rows: list[int] = []
        self.columns: list[int] = []
        self.weights: list[int] = []
        self.relations = 0

    def __len__(self) -> int:
        return len(self.keys)

    def add(
        self,
        key: Hashable,
        value: int,
        *,
        state: State = State.OPEN,
        low: int = 1,
        high: int = FAR,
        room: int = 4,
        cost: float | None = None,
    ) -> int:
        """A variable. The value itself is always within the bounds: what is true is a candidate."""
        self.numbers[key] = len(self.keys)
        self.keys.append(key)
        self.value.append(value)
        self.low.append(min(low, value))
        self.high.append(max(high, value))
        self.room.append(room)
        self.cost.append(value + 3.0 if cost is None else cost)
        self.state.append(state)
        return len(self.keys) - 1

    def latent(self, key: Hashable, value: int) -> int:
        return self.add(key, value, state=State.LATENT, low=0, room=0, cost=0.0)

    def relate(self, terms: Iterable[tuple[int, int]]) -> None:
        """One relation: pairs of a variable and its weight."""
        for variable, weight in terms:
            self.rows.append(self.relations)
            self.columns.append(variable)
            self.weights.append(weight)
        self.relations += 1

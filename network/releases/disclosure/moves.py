"""Moves: other values of the withheld cells that fit all that is published. Each is a proof, of the cells it moves.

A cell is safe when two moves put it at least `room` apart: with 4, an attacker is left with five whole numbers or more,
whatever the solver. Many cells are moved at once, so a release takes tens of linear programs, not two for each cell.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_matrix, hstack
from scipy.sparse.csgraph import connected_components

from network.releases.disclosure.problem import Problem, State

ROUNDS = 8
REWARD = 1e7  # of moving what must move, against the cost of withholding one more
EXACT = 1e-6
SECONDS = 20.0
SMALL = 60

Numbers = Any  # an array of numpy: its type parameters say nothing here


class Moves:
    """The problem as arrays, the withheld cells, and how far each has been moved down and up so far."""

    def __init__(self, problem: Problem) -> None:
        self.size = len(problem)
        self.value = np.array(problem.value, dtype=np.int64)
        self.down = self.value - np.array(problem.low, dtype=np.int64)
        self.up = np.array(problem.high, dtype=np.int64) - self.value
        self.room = np.array(problem.room, dtype=np.int64)
        self.cost = np.array(problem.cost, dtype=float)
        state = np.array(problem.state, dtype=np.int8)
        self.open = state == State.OPEN
        self.latent = state == State.LATENT
        self.withheld = state == State.WITHHELD
        self.least = np.zeros(self.size, dtype=np.int64)
        self.most = np.zeros(self.size, dtype=np.int64)
        self.matrix = csr_matrix(
            (np.array(problem.weights, dtype=float), (problem.rows, problem.columns)),
            shape=(problem.relations, self.size),
        )
        self.by_column = self.matrix.tocsc()

    def unproven(self) -> Numbers:
        return np.flatnonzero(self.withheld & (self.most - self.least < self.room))

    def search(self, seed: int) -> None:
        """Try to prove every withheld cell by moves of withheld cells alone."""
        chance = np.random.default_rng(seed)
        every, everywhere = self._around(np.flatnonzero(self.withheld | self.latent))
        group = _groups(every)
        low = np.where(self.latent, -self.down, -np.minimum(self.down, self.room * 2))
        high = np.where(self.latent, self.up, np.minimum(self.up, self.room * 2))
        idle, patience = 0, 1 if seed else 2
        for turn in range(ROUNDS):
            wanted = np.intersect1d(self.unproven(), everywhere)
            if not len(wanted) or idle == patience:
                return
            inside = np.isin(group, group[np.searchsorted(everywhere, wanted)])
            columns, matrix = everywhere[inside], every[:, inside]
            weight = np.zeros(self.size)
            sign = (1.0, -1.0)[turn] if turn < 2 else chance.choice((1.0, -1.0), len(wanted))
            weight[wanted] = sign * chance.uniform(0.5, 1.5, len(wanted))
            move = _solve(_without_empty_rows(matrix), -weight[columns], low[columns], high[columns])
            if move is not None:
                self._note(columns, move)
            idle = idle + 1 if len(np.intersect1d(self.unproven(), everywhere)) == len(wanted) else 0

    def _around(self, columns: Numbers) -> tuple[Any, Numbers]:
        """The relations that speak of a withheld cell, and the columns that are in one of them.

        What stands in no relation may be anything within its bounds, which is noted at once.
        """
        rows = np.unique(self.by_column[:, np.flatnonzero(self.withheld)].indices)
        while True:  # what is published nowhere may stand in relations of its own
            seen = np.unique(self.matrix[rows].indices)
            more = np.unique(self.by_column[:, seen[self.latent[seen]]].indices)
            both = np.union1d(rows, more)
            if len(both) == len(rows):
                break
            rows = both
        sub = self.matrix[rows]
        used = np.zeros(self.size, dtype=bool)
        used[np.unique(sub.indices)] = True
        free = self.withheld & ~used
        self.most[free] = np.minimum(self.up[free], self.room[free])
        self.least[free] = -np.minimum(self.down[free], self.room[free])
        kept = columns[used[columns]]
        return sub[:, kept].tocsc(), kept

    def _note(self, columns: Numbers, move: Numbers) -> None:
        self.most[columns] = np.maximum(self.most[columns], move)
        self.least[columns] = np.minimum(self.least[columns], move)

    def extend(self) -> Numbers:
        """Withhold what it takes to move some of the unproven cells, at the least cost; gives what was withheld.

        No two cells of one relation are moved at a time: they may well balance each other. Where several still hold
        each other up, each is moved alone.
        """
        left = self.unproven()
        batch = self._apart(left)
        for wanted in (batch, *(left[number : number + 1] for number in range(len(left)))):
            for direction, biggest in ((1, SMALL), (1, None), (-1, None)):
                added = self._extend(wanted, direction, biggest)
                if len(added) or len(self.unproven()) < len(left):
                    return added
        return np.array([], dtype=int)

    def _apart(self, wanted: Numbers) -> Numbers:
        """The smallest first: they can only grow, and the great ones that make room for it are proven with them."""
        taken: set[int] = set()
        chosen = []
        for one in wanted[np.argsort(self.value[wanted], kind="stable")]:
            rows = self.by_column.indices[self.by_column.indptr[one] : self.by_column.indptr[one + 1]]
            if taken.isdisjoint(rows):
                taken.update(rows.tolist())
                chosen.append(one)
        return np.array(chosen, dtype=int)

    def _extend(self, wanted: Numbers, direction: int, biggest: int | None) -> Numbers:
        """Among the shown cells that are no bigger than that: a program of a fifth of the size nearly always does."""
        candidates = self.open if biggest is None else self.open & (self.value <= biggest)
        columns = np.flatnonzero(candidates | self.withheld | self.latent)
        matrix = self.by_column[:, columns]
        matrix = _without_empty_rows(matrix)
        cost = np.where(self.withheld | self.latent, 0.0, self.cost)[columns]
        down, up = self.down[columns], np.minimum(self.up[columns], 10**6)
        where = np.searchsorted(columns, wanted)
        fees = np.concatenate([cost, cost])
        most = np.concatenate([up, down]).astype(float)
        gain = where if direction > 0 else where + len(columns)
        loss = where + len(columns) if direction > 0 else where
        missing = self.room[wanted] - (self.most - self.least)[wanted]
        step = np.where(missing > 0, self.room[wanted], 0)
        fees[gain] = -REWARD
        most[gain] = np.minimum(most[gain], step)
        most[loss] = 0
        both = hstack([matrix, -matrix], format="csc")
        solved = _solve(both, fees, np.zeros(len(fees)), most)
        if solved is None:
            return np.array([], dtype=int)
        move = solved[: len(columns)] - solved[len(columns) :]
        self._note(columns, move)
        added = columns[(move != 0) & self.open[columns]]
        self.open[added] = False
        self.withheld[added] = True
        return added


def _groups(matrix: Any) -> Numbers:
    """Of each column, which it can push: columns that no chain of relations joins are of different groups."""
    together = (matrix.T != 0).astype(np.int8) @ (matrix != 0).astype(np.int8)
    return connected_components(together, directed=False)[1]


def _without_empty_rows(matrix: Any) -> Any:
    rows = matrix.tocsr()
    return rows[np.diff(rows.indptr) > 0]


def _solve(matrix: Any, cost: Numbers, low: Numbers, high: Numbers) -> Numbers | None:
    """The cheapest whole move that keeps every relation. Most come whole by themselves: sums within sums."""
    if not len(cost):
        return None
    rules = LinearConstraint(matrix, 0, 0) if matrix.shape[0] else ()
    for whole in (0, 1):
        found = milp(
            cost, constraints=rules, bounds=Bounds(low, high), integrality=whole * np.ones(len(cost)),
            options={"time_limit": SECONDS, "presolve": bool(whole)},
        )  # fmt: skip
        if found.x is None:
            return None
        move = np.rint(found.x)
        if np.abs(found.x - move).max() < EXACT:
            return move.astype(np.int64)
    return None

"""Primary suppression is decided before; here others join what is withheld until each of them is safe."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from network.releases.disclosure.problem import Problem, State

TURNS = 60


class NotProtectableError(Exception):
    """Some withheld cell can be worked out whatever else is withheld: nothing of this may be published."""


@dataclass(frozen=True)
class Protection:
    """Numbers of variables: withheld so that others can't be worked out; and the width that was proven of each."""

    complementary: list[int]
    proven: dict[int, int]


def protect(problem: Problem, *, company: Collection[Collection[int]] = ()) -> Protection:
    """Beside what is withheld: one more in each group of `company` where one would be alone, and what it takes.

    Always the same for the same problem. Raises NotProtectableError.
    """
    from network.releases.disclosure.moves import Moves  # its solver takes a quarter of a second of whatever loads it

    joined = _not_alone(problem, company)
    moves = Moves(problem)
    before = moves.withheld.copy()
    for turn in range(TURNS):
        moves.search(seed=turn)
        left = set(moves.unproven().tolist())
        if not left:
            break
        added = moves.extend()
        if not len(added) and left == set(moves.unproven().tolist()):
            raise NotProtectableError([problem.keys[number] for number in sorted(left)])
    else:
        raise NotProtectableError([problem.keys[number] for number in sorted(moves.unproven().tolist())])
    complementary = [*joined, *(moves.withheld & ~before).nonzero()[0].tolist()]
    for number in complementary:
        problem.state[number] = State.WITHHELD
    width = moves.most - moves.least
    return Protection(complementary, {number: int(width[number]) for number in moves.withheld.nonzero()[0].tolist()})


def _not_alone(problem: Problem, company: Collection[Collection[int]]) -> list[int]:
    """Of the values of one row, a single withheld one would be known to be small: the smallest joins it."""
    joined = []
    for group in company:
        if sum(problem.state[number] == State.WITHHELD for number in group) != 1:
            continue
        others = [number for number in group if problem.state[number] == State.OPEN]
        if others:
            least = min(others, key=lambda number: (problem.value[number], number))
            problem.state[least] = State.WITHHELD
            joined.append(least)
    return joined

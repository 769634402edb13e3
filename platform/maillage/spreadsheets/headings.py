"""Which column each heading of a file is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from maillage.spreadsheets.texts import folded


def guess(headings: Iterable[str], habits: Mapping[str, str], names: Mapping[str, Iterable[str]]) -> dict[int, str]:
    """Position of a heading → the column that it is: as the last time, by its name, or by one of its usual names.

    `names`: of each column, its own name and then the others. A column is guessed once, the better name first.
    """
    ranks: dict[str, tuple[str, int]] = {}
    for column, known_as in names.items():
        for rank, name in enumerate(known_as):
            ranks.setdefault(folded(name), (column, rank if rank else 3))
    best: dict[str, tuple[int, int]] = {}
    for position, heading in enumerate(headings):
        word = folded(heading)
        if word in habits:
            candidate = (habits[word], -1)
        elif word in ranks:
            candidate = ranks[word]
        else:
            continue
        name, rank = candidate
        if name and (name not in best or rank < best[name][1]):
            best[name] = (position, rank)
    return {position: name for name, (position, _rank) in sorted(best.items(), key=lambda one: one[1])}

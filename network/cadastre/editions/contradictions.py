"""Whether what a questionnaire asks can be answered at all: bounds and rules together, exactly.

Each rule is a line `sum(a·x) ≤ 0`, each bound one of a number alone. Phase one of the simplex in fractions, by Bland's
rule (it ends), says whether one answer fits all lines. When none does, lines are left out as long as none fits: what is
left are the lines that contradict each other, and each of them is needed for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from network.cadastre.editions.enums import Comparison


@dataclass(frozen=True)
class Bounds:
    """What one indicator may hold."""

    code: str
    minimum: Decimal | None
    maximum: Decimal | None


@dataclass(frozen=True)
class Relation:
    """`left` stands so to the sum of `right`."""

    left: str
    comparison: str
    right: tuple[str, ...]


Saying = Bounds | Relation
Terms = dict[str, Fraction]


def _lines(one: Relation) -> list[Terms]:
    """`sum(terms) ≤ 0`, twice for an equality."""
    terms: Terms = {one.left: Fraction(1)}
    for code in one.right:
        terms[code] = terms.get(code, Fraction(0)) - 1
    turned = {code: -amount for code, amount in terms.items()}
    return {Comparison.AT_MOST: [terms], Comparison.AT_LEAST: [turned], Comparison.EQUAL: [terms, turned]}[
        Comparison(one.comparison)
    ]


def fits(sayings: Sequence[Saying]) -> bool:
    """Whether one answer fits everything. Without a minimum, a number may be below zero."""
    relations = [one for one in sayings if isinstance(one, Relation)]
    used = {code for one in relations for code in (one.left, *one.right)}
    bounds = {one.code: one for one in sayings if isinstance(one, Bounds)}
    if any(None not in (one.minimum, one.maximum) and one.minimum > one.maximum for one in bounds.values()):  # type: ignore[operator]
        return False
    # A number with a minimum is that and what is above it; one without is what is above zero less what is below.
    least = {code: Fraction(one.minimum) for code, one in bounds.items() if one.minimum is not None}
    columns = [(code, Fraction(1)) for code in sorted(used)]
    columns += [(code, Fraction(-1)) for code in sorted(used) if code not in least]
    lines: list[tuple[Terms, Fraction]] = [(line, Fraction(0)) for one in relations for line in _lines(one)]
    for code in sorted(used & set(bounds)):
        if (most := bounds[code].maximum) is not None:
            lines.append(({code: Fraction(1)}, Fraction(most)))
    rows = []
    for terms, limit in lines:
        moved = limit - sum((amount * least.get(code, 0) for code, amount in terms.items()), Fraction(0))
        rows.append([*(terms.get(code, Fraction(0)) * sign for code, sign in columns), moved])
    return _has_a_point(rows)


def _has_a_point(rows: list[list[Fraction]]) -> bool:
    """Whether some x ≥ 0 has `row[:-1]·x ≤ row[-1]` for every row."""
    width = len(rows[0]) - 1 if rows else 0
    table: list[dict[int, Fraction]] = []  # few cells of a row aren't zero; -1 is what it comes to
    base: list[int] = []
    goal: dict[int, Fraction] = {}
    for at, row in enumerate(rows):
        cells = {place: cell for place, cell in enumerate(row[:-1]) if cell}
        cells[width + at], cells[-1] = Fraction(1), row[-1]
        if row[-1] < 0:  # an artificial number, to be brought down to zero, stands for what is missing
            cells = {place: -cell for place, cell in cells.items()}
            base.append(width + len(rows) + at)
            for place, cell in cells.items():
                goal[place] = goal.get(place, Fraction(0)) + cell
        else:
            base.append(width + at)
        table.append(cells)
    while (
        entering := min((place for place, cell in goal.items() if place >= 0 and cell > 0), default=None)
    ) is not None:
        # There is a row that leaves: what the artificial numbers come to can't go below zero.
        _ratio, _who, leaving = min(
            (row.get(-1, Fraction(0)) / row[entering], base[at], at)
            for at, row in enumerate(table)
            if row.get(entering, 0) > 0
        )
        pivot = table[leaving][entering]
        turning = table[leaving] = {place: cell / pivot for place, cell in table[leaving].items()}
        for cells in (*(cells for at, cells in enumerate(table) if at != leaving), goal):
            if factor := cells.get(entering):
                for place, cell in turning.items():
                    if left := cells.get(place, Fraction(0)) - factor * cell:
                        cells[place] = left
                    else:
                        cells.pop(place, None)
        base[leaving] = entering
    return not goal.get(-1)


def contradiction(sayings: Sequence[Saying]) -> list[Saying]:
    """The sayings that can't all hold, each of which is needed for it; none when everything fits."""
    if fits(sayings):
        return []
    left, size = list(sayings), len(sayings) // 2
    while size:  # first half of them at once, then fewer
        for start in range(0, len(left), size):
            others = left[:start] + left[start + size :]
            if len(others) < len(left) and not fits(others):
                left = others
                break
        else:
            size //= 2
    return left

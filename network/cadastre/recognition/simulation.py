"""What if the thresholds were others: who would lose the label, who could have it. Nothing is written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from network.cadastre.recognition.enums import Effect, Outcome
from network.cadastre.recognition.evaluating import Asked, Line, evaluate, whole
from network.cadastre.recognition.selectors import Standing


@dataclass(frozen=True)
class Row:
    standing: Standing
    lines: list[Line]
    effect: Effect


@dataclass(frozen=True)
class Place:
    """A commune: how many of its labelled EPN would lose the label, of how many."""

    key: str
    labelled: int
    loses: int
    unknown: int
    gains: int


def thresholds_of(criteria: Sequence[Asked]) -> dict[str, Decimal]:
    return {one.kind: one.threshold for one in criteria if one.threshold is not None}


def with_thresholds(criteria: Sequence[Asked], wanted: Mapping[str, Decimal | None]) -> list[Asked]:
    """The same criteria with other numbers; what has none is asked no more."""
    asked = []
    for one in criteria:
        if one.threshold is None:
            asked.append(one)
        elif (threshold := wanted.get(one.kind, one.threshold)) is not None:
            asked.append(replace(one, threshold=threshold))
    return asked


def effect_of(standing: Standing, lines: Sequence[Line]) -> Effect:
    now, then = standing.whole, whole(lines)
    if standing.labelled_since is None:
        if then != Outcome.MET:
            return Effect.WITHOUT
        return Effect.COULD if now == Outcome.MET else Effect.GAINS
    if then == Outcome.NOT_MET:
        return Effect.FAILS if now == Outcome.NOT_MET else Effect.LOSES
    return Effect.KEEPS if then == Outcome.MET else Effect.UNKNOWN


def simulate(standings: Sequence[Standing], wanted: Mapping[str, Decimal | None]) -> list[Row]:
    """One row an EPN: first who would lose the label, then as the effects follow each other."""
    rows = []
    for one in standings:
        lines = evaluate(with_thresholds(one.criteria.asked, wanted), one.facts)
        rows.append(Row(one, lines, effect_of(one, lines)))
    order = list(Effect)
    return sorted(rows, key=lambda row: order.index(row.effect))


def by_commune(rows: Sequence[Row]) -> list[Place]:
    """Communes that something would change in, the most losses first."""
    grouped: dict[str, list[Row]] = {}
    for row in rows:
        grouped.setdefault(row.standing.member.commune, []).append(row)
    places = []
    for key, here in grouped.items():
        places.append(
            Place(
                key,
                labelled=sum(row.standing.labelled_since is not None for row in here),
                loses=sum(row.effect in (Effect.LOSES, Effect.FAILS) for row in here),
                unknown=sum(row.effect == Effect.UNKNOWN for row in here),
                gains=sum(row.effect == Effect.GAINS for row in here),
            )
        )
    kept = [one for one in places if one.labelled or one.gains]
    return sorted(kept, key=lambda one: (-one.loses, -one.unknown, one.key))

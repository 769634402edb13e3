"""How an EPN stands to criteria: pure. The same facts and criteria give the same lines."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from network.cadastre.recognition.enums import Outcome
from network.cadastre.recognition.kinds import KINDS, YES


@dataclass(frozen=True)
class Asked:
    """A criterion as it holds: at least `threshold`, or yes. `label` is the set's own, "" for its kind's."""

    kind: str
    threshold: Decimal | None
    label: str = ""
    source: str = ""


@dataclass(frozen=True)
class Fact:
    """What is known of an EPN. None: not known. `partly`: it is this much at least, some of it isn't known."""

    value: Decimal | None
    origin: str
    as_of: dt.date | None = None
    partly: bool = False


@dataclass(frozen=True)
class Line:
    asked: Asked
    fact: Fact
    outcome: Outcome

    def as_json(self) -> dict[str, Any]:
        return {
            "kind": self.asked.kind,
            "threshold": None if self.asked.threshold is None else str(self.asked.threshold),
            "label": self.asked.label,
            "rule_source": self.asked.source,
            "value": None if self.fact.value is None else str(self.fact.value),
            "origin": str(self.fact.origin),
            "as_of": None if self.fact.as_of is None else self.fact.as_of.isoformat(),
            "partly": self.fact.partly,
            "outcome": str(self.outcome),
        }


def line_of(row: Mapping[str, Any]) -> Line:
    """A line as it was kept."""

    def number(text: str | None) -> Decimal | None:
        return None if text is None else Decimal(text)

    day = None if row["as_of"] is None else dt.date.fromisoformat(row["as_of"])
    return Line(
        Asked(row["kind"], number(row["threshold"]), row["label"], row["rule_source"]),
        Fact(number(row["value"]), row["origin"], day, row["partly"]),
        Outcome(row["outcome"]),
    )


def outcome_of(asked: Asked, fact: Fact) -> Outcome:
    if fact.value is None:
        return Outcome.UNKNOWN
    wanted = YES if KINDS[asked.kind].yes_no else asked.threshold
    assert wanted is not None
    if fact.value >= wanted:
        return Outcome.MET
    return Outcome.UNKNOWN if fact.partly else Outcome.NOT_MET


def evaluate(criteria: Sequence[Asked], facts: Mapping[str, Fact]) -> list[Line]:
    """One line a criterion, in their order. What isn't among the facts isn't known."""
    lines = []
    for asked in criteria:
        fact = facts.get(asked.kind) or Fact(None, KINDS[asked.kind].origin)
        lines.append(Line(asked, fact, outcome_of(asked, fact)))
    return lines


def whole(lines: Iterable[Line]) -> Outcome:
    """All met; or one isn't; else it isn't known. Without criteria nothing is known."""
    outcomes = [one.outcome for one in lines]
    if Outcome.NOT_MET in outcomes:
        return Outcome.NOT_MET
    return Outcome.MET if outcomes and Outcome.UNKNOWN not in outcomes else Outcome.UNKNOWN

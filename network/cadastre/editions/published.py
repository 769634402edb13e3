"""What of a frozen edition may be published as totals of the network: things, staff and money, never a visit.

Visits and attendances are published from the figures, under the protection of the releases; a corrected total beside
them would say by how much an EPN was corrected. Staff and money come with each EPN's part: a total of fewer than three
isn't published, nor one that a single EPN nearly makes up.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from network.cadastre.editions.checking import decimal_of
from network.cadastre.editions.enums import Kind
from network.cadastre.editions.models import Edition, Indicator
from network.cadastre.editions.totals import answers_of, indicators_of, who

THINGS = frozenset({"sites", "devices"})
STAFF, PREMISES = "staff.", "premises."


@dataclass(frozen=True)
class PublishableTotal:
    """`kind`: things, staff or money. Numbers are whole: `decimals` says by how many tens they were multiplied."""

    indicator: Indicator
    kind: str
    total: int
    decimals: int
    contributions: tuple[int, ...]
    asked: int

    @property
    def answered(self) -> int:
        return len(self.contributions)


def kind_of(indicator: Indicator) -> str:
    """ "" for what isn't published: also for what we can't tell."""
    if indicator.kind == Kind.MONEY:
        return "money"
    if indicator.kind != Kind.NUMBER:
        return ""
    if indicator.source.startswith(STAFF):
        return "staff"
    return "things" if indicator.source.startswith(PREMISES) or indicator.unit in THINGS else ""


def publishable_totals(edition: Edition, perimeter: str) -> list[PublishableTotal]:
    """Inside the federation; nothing of an edition that is open, nor of a perimeter that it didn't ask."""
    whose = who(edition, perimeter)
    if not edition.is_frozen or not whose.is_known:
        return []
    answers = answers_of(whose, [Kind.NUMBER, Kind.MONEY])
    found = []
    for one in indicators_of(edition):
        if not (kind := kind_of(one)):
            continue
        numbers = [decimal_of(value) for _epn, value in sorted(answers.get(one.code, {}).items())]
        parts = tuple(_whole(number, one.decimals) for number in numbers if number is not None)
        if parts:
            found.append(PublishableTotal(one, kind, sum(parts), one.decimals, parts, whose.asked))
    return found


def _whole(number: Decimal, decimals: int) -> int:
    return int(number.scaleb(decimals).to_integral_value())

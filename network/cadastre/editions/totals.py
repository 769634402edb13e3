"""What an edition adds up to: sums of numbers and amounts, counts of choices, with how many EPN they come from.

Of a frozen edition the validated returns count; while it is open, the signed ones as well, and the page says so.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from network.cadastre.editions.checking import NUMERIC, decimal_of
from network.cadastre.editions.enums import Kind, State
from network.cadastre.editions.models import CensusReturn, Edition, Indicator, ReturnValue
from network.cadastre.enums import Perimeter


@dataclass(frozen=True)
class Who:
    """Whose answers count, of how many that were asked."""

    edition: Edition
    perimeter: str
    counted: dict[int, CensusReturn]  # by the id of the return
    asked: int

    @property
    def is_known(self) -> bool:
        """An edition that asked the labelled EPN only says nothing of all of them."""
        return self.edition.perimeter == Perimeter.ALL or self.perimeter == Perimeter.LABELLED

    @property
    def is_provisional(self) -> bool:
        return not self.edition.is_frozen


@dataclass
class Total:
    """One indicator. `sum` is None where nobody answered: not known, never nought. Tables and texts have neither."""

    indicator: Indicator
    sum: Decimal | None = None
    answered: int = 0
    choices: Counter[str] = field(default_factory=Counter)

    @property
    def is_number(self) -> bool:
        return self.indicator.kind in NUMERIC


def counting_states(edition: Edition) -> list[str]:
    return [State.VALIDATED] if edition.is_frozen else [State.SUBMITTED, State.VALIDATED]


def who(edition: Edition, perimeter: str) -> Who:
    returns = CensusReturn.objects.filter(edition=edition)
    if perimeter == Perimeter.LABELLED:
        returns = returns.filter(labelled=True)
    found = list(returns)
    states = counting_states(edition)
    return Who(edition, perimeter, {one.pk: one for one in found if one.state in states}, len(found))


Answers = dict[str, dict[int, Any]]  # code → EPN → value


def answers_of(whose: Who, kinds: Collection[str]) -> Answers:
    """What was answered, by code and EPN. An explained gap is no value."""
    found: Answers = defaultdict(dict)
    rows = (
        ReturnValue.objects.filter(
            census_return__edition=whose.edition,
            census_return__state__in=counting_states(whose.edition),
            indicator__kind__in=list(kinds),
            value__isnull=False,
        )
        .order_by("pk")
        .values_list("indicator__code", "census_return_id", "value")
    )
    for code, return_id, value in rows:
        if return_id in whose.counted and value not in ("", [], {}):
            found[code][whose.counted[return_id].epn_id] = value
    return found


def totals(whose: Who, indicators: Iterable[Indicator]) -> list[Total]:
    answers = answers_of(whose, [*NUMERIC, Kind.CHOICE])
    return [_total(one, answers.get(one.code, {})) for one in indicators]


def _total(indicator: Indicator, answers: dict[int, Any]) -> Total:
    total = Total(indicator)
    if indicator.kind in NUMERIC:
        numbers = [number for value in answers.values() if (number := decimal_of(value)) is not None]
        total.answered = len(numbers)
        total.sum = sum(numbers, Decimal(0)) if numbers else None
    elif indicator.kind == Kind.CHOICE:
        total.choices = Counter(str(value) for value in answers.values())
        total.answered = len(answers)
    return total


def indicators_of(edition: Edition) -> list[Indicator]:
    return list(Indicator.objects.filter(questionnaire=edition.questionnaire_id))

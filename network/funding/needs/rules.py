"""What costs and scenarios must obey: pure checks that give what is wrong by field, in words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from maillage.design.numbers import day_label, euros
from network.funding.models import CostModel
from network.funding.needs.enums import MeasureKind, Reach
from network.funding.needs.rows import CostItem, Scenario, ScenarioMeasure

Problems = dict[str, str | Promise]
MOST_EUR = Decimal(10) ** 8  # what one EPN may cost a year, which is what its column holds
MOST_COMPARED = 4
ZERO = Decimal(0)


def sum_of(items: Iterable[CostItem]) -> Decimal:
    return sum((one.yearly for one in items), ZERO)


def is_in_use(model: CostModel, today: dt.date) -> bool:
    """Whether a year that is over or that runs is counted with it."""
    return model.valid_from <= today


def amount_problems(known: CostModel | None, items: Sequence[CostItem], amount: Decimal, replace: bool) -> Problems:
    """Of an amount for a day; `known` is the model of that day, with its items."""
    if amount < 0:
        return {"amount_eur": _("The amount can't be below zero.")}
    if known is None or known.amount_eur == amount:
        return {}
    if items:
        text = _("This amount is the sum of its items: correct those instead.")
        return {"amount_eur": text}
    if not replace:
        text = _(
            "From %(day)s on, one EPN costs %(amount)s. To change that for the years counted with it, tick the box."
        )
        return {"replace": text % {"day": day_label(known.valid_from), "amount": euros(known.amount_eur)}}
    return {}


def items_problems(model: CostModel, items: Sequence[CostItem], replace: bool, today: dt.date) -> Problems:
    total = sum_of(items)
    if total >= MOST_EUR:
        return {"__all__": _("Together these items are more than an EPN can cost: please check them.")}
    if items and total != model.amount_eur and is_in_use(model, today) and not replace:
        text = _(
            "The items come to %(total)s, and the years from %(day)s on are counted with %(amount)s. To change that, "
            "tick the box below; or add a cost from another day."
        )
        words = {"total": euros(total), "day": day_label(model.valid_from), "amount": euros(model.amount_eur)}
        return {"replace": text % words}
    return {}


def amount_fits(model: CostModel, items: Sequence[CostItem]) -> bool:
    """The rule that whoever reads `amount_eur` relies on."""
    return not items or model.amount_eur == sum_of(items)


def scenario_problems(scenario: Scenario) -> Problems:
    if scenario.reach == Reach.CHOSEN and not scenario.epn_ids:
        return {"epn_ids": _("Tick one EPN at least, or choose all of them above.")}
    return {}


def measure_problems(measure: ScenarioMeasure, others: Sequence[ScenarioMeasure]) -> Problems:
    """`others` are those of the same scenario besides it."""
    if measure.kind == MeasureKind.EXTEND and any(one.kind == MeasureKind.EXTEND for one in others):
        return {"within": _("This scenario keeps people already: correct that line instead. Nobody is kept twice.")}
    unpriced = [one for one in (measure, *others) if one.kind == MeasureKind.EACH and one.amount_eur is None]
    if measure in unpriced and len(unpriced) > 1:
        return {"amount_eur": _("Another line counts what one EPN costs already: write an amount here.")}
    return {}

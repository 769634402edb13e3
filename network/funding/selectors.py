"""Reading what an EPN costs, inside a federation's space."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from network.funding.models import CostModel


def cost_model_on(day: dt.date) -> CostModel | None:
    """The cost model in force on a day; None when there was none yet."""
    found: CostModel | None = CostModel.objects.filter(valid_from__lte=day).order_by("-valid_from").first()
    return found


def cost_models() -> list[CostModel]:
    """All of them, the latest first."""
    return list(CostModel.objects.order_by("-valid_from"))


def need_eur(model: CostModel | None, epn: int) -> Decimal | None:
    """Euros a year for this number of EPN; None (not zero) without a cost model."""
    return None if model is None else model.amount_eur * epn

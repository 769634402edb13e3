"""Writing the cost model: one row a date, so that a past year keeps the amount it was asked with."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from maillage.audit.services import record
from network.funding.models import CostModel
from tenants.registry.crossing import current_place


@transaction.atomic
def set_cost_model(*, valid_from: dt.date, amount_eur: Decimal, source: str = "") -> CostModel:
    """What one EPN needs for a year (euros) from this day on; the same day again replaces it.

    Raises ValidationError on a negative amount.
    """
    if amount_eur < 0:
        raise ValidationError({"amount_eur": _("The amount can't be below zero.")})
    model: CostModel
    model, _created = CostModel.objects.update_or_create(
        valid_from=valid_from, defaults={"amount_eur": amount_eur, "source": source.strip()}
    )
    record(verb="cost_model.set", target=model.pk, space_id=current_place().space_id)
    return model

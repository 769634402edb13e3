"""Writing the cost model: one row a date, so that a past year keeps the amount it was asked with."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from maillage.audit.services import record
from maillage.design.two_versions import ChangedMeanwhile, version_of
from network.funding.models import CostModel
from network.funding.needs import rules
from network.funding.needs.rows import CostItem
from tenants.registry.crossing import current_place


@transaction.atomic
def set_cost_model(*, valid_from: dt.date, amount_eur: Decimal, source: str = "", replace: bool = False) -> CostModel:
    """What one EPN needs for a year (euros) from this day on.

    Raises ValidationError on a negative amount; on another amount for a day that has one, unless told to `replace` it;
    and where the amount is the sum of items.
    """
    known = CostModel.objects.select_for_update().filter(valid_from=valid_from).first()
    items = list(known.items.all()) if known is not None else []
    _refuse(rules.amount_problems(known, items, amount_eur, replace))
    model: CostModel = known or CostModel(valid_from=valid_from, version=0)
    model.amount_eur, model.source = amount_eur, source.strip()
    return _written(model)


@transaction.atomic
def set_cost_items(model: CostModel, *, items: Sequence[CostItem], seen: str = "", replace: bool = False) -> CostModel:
    """These instead of the former items; the amount becomes their sum. No items: the amount stays as it is.

    `seen`: the version that one had before one's eyes. Raises ChangedMeanwhile when another one stands, and
    ValidationError when years that are over or running would be counted otherwise without being told to `replace`.
    """
    found: CostModel = CostModel.objects.select_for_update().get(pk=model.pk)
    if seen and version_of(found) != seen:
        raise ChangedMeanwhile(found)
    _refuse(rules.items_problems(found, items, replace, timezone.localdate()))
    found.items.all().delete()
    for position, one in enumerate(items):
        one.pk, one.cost_model, one.position = None, found, position
    CostItem.objects.bulk_create(items)
    if items:
        found.amount_eur = rules.sum_of(items)
    assert rules.amount_fits(found, items), "whoever reads the amount relies on it"
    return _written(found)


def _written(model: CostModel) -> CostModel:
    model.version += 1
    model.save()
    record(verb="cost_model.set", target=model.pk, space_id=current_place().space_id)
    return model


def _refuse(found: rules.Problems) -> None:
    if found:
        raise ValidationError({name: [text] for name, text in found.items()})

"""What rows of money have in common: euros with cents, and a place that a deleted row keeps."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.db import models
from django.utils import timezone

from tenants.registry.models import SpaceModel

CENT = Decimal("0.01")


def to_the_cent(amount: Decimal) -> Decimal:
    """Half up, as people round by hand."""
    return amount.quantize(CENT, ROUND_HALF_UP)


def share_of(amount: Decimal, percent: Decimal) -> Decimal:
    """Part of an amount, to the cent."""
    return to_the_cent(amount * percent / 100)


def money(**options: Any) -> models.DecimalField[Any, Any]:
    """A column of euros, below ten thousand million, with cents."""
    return models.DecimalField(max_digits=12, decimal_places=2, **options)


class Kept(SpaceModel):
    """A row that may be deleted and brought back."""

    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(default=timezone.now, editable=False)
    deleted_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta(SpaceModel.Meta):
        abstract = True

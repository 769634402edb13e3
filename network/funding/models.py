"""What an EPN costs and what is asked for: so far, the cost model."""

from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from tenants.registry.models import SpaceModel


class CostModel(SpaceModel):
    """Euros that one EPN needs for a year, valid from a date. The need is this, times the number of EPN."""

    valid_from = models.DateField(_("valid from"), unique=True)
    amount_eur = models.DecimalField(
        _("euros for one EPN and one year"),
        max_digits=10,
        decimal_places=2,
        validators=[MinValueValidator(0)],
    )
    source = models.CharField(_("source"), max_length=200, blank=True)

    def __str__(self) -> str:
        return f"{self.amount_eur} € from {self.valid_from}"

"""What is needed: the items of a cost model, scenarios with their measures, and the proposals made of them.

They stand in this app beside the ledger; keys to its tables are by name, since it imports this module.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from maillage.accounts.enums import Language
from network.funding.kept import Kept, money, to_the_cent
from network.funding.needs.enums import CostKind, MeasureKind, Reach
from tenants.registry.models import SpaceModel


def _decimal(digits: int, places: int, **options: Any) -> models.DecimalField[Any, Any]:
    return models.DecimalField(max_digits=digits, decimal_places=places, **options)


class CostItem(SpaceModel):
    """Part of what one EPN costs: so many units at so much, spread over so many years.

    `hours_a_week` are the opening hours that it makes possible, where it does.
    """

    cost_model = models.ForeignKey("funding.CostModel", on_delete=models.CASCADE, related_name="items")
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=14, choices=CostKind)
    label = models.CharField(max_length=120, blank=True)
    unit_eur = money()
    quantity = _decimal(8, 3, default=1)
    years = models.PositiveSmallIntegerField(default=1)
    hours_a_week = _decimal(6, 2, null=True, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["position", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=CostKind.values), name="kind_of_cost_item_is_known"),
            models.CheckConstraint(
                condition=Q(unit_eur__gte=0, quantity__gt=0, years__gte=1), name="a_cost_item_can_be_counted"
            ),
        ]

    def __str__(self) -> str:
        return self.label or self.kind

    @property
    def yearly(self) -> Decimal:
        """Euros a year, to the cent."""
        return to_the_cent(self.unit_eur * self.quantity / self.years)


class EpnCost(Kept):
    """What one EPN costs instead of the model's amount, from a day on, and why."""

    epn_id = models.BigIntegerField()
    valid_from = models.DateField()
    amount_eur = money()
    reason = models.CharField(max_length=200)

    class Meta:
        ordering: ClassVar[list[str]] = ["-valid_from", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["epn_id", "valid_from"], condition=Q(deleted_at__isnull=True), name="one_cost_an_epn_and_day"
            ),
            models.CheckConstraint(condition=Q(amount_eur__gte=0) & ~Q(reason=""), name="a_cost_of_its_own_has_reason"),
        ]

    def __str__(self) -> str:
        return self.reason


class Scenario(Kept):
    """A year as the network would like it. `version` grows with each change of it or of its measures.

    Its assumptions are data of its own: hours at the desk a week that one full-time helper makes possible, and weeks a
    year in which an EPN is open.
    """

    name = models.CharField(max_length=120)
    year = models.PositiveSmallIntegerField()
    reach = models.CharField(max_length=10, choices=Reach, default=Reach.ALL)
    epn_ids = ArrayField(models.BigIntegerField(), default=list, blank=True)
    note = models.TextField(blank=True)
    hours_per_fte = _decimal(5, 2)
    weeks_open = models.PositiveSmallIntegerField()
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        ordering: ClassVar[list[str]] = ["-year", "name", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(reach__in=Reach.values), name="reach_of_scenario_is_known"),
            models.CheckConstraint(
                condition=Q(hours_per_fte__gte=0, hours_per_fte__lte=168, weeks_open__gte=1, weeks_open__lte=53),
                name="assumptions_fit_in_a_week_and_a_year",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ScenarioMeasure(Kept):
    """One thing that a scenario does. Which columns count depends on its kind.

    each: `amount_eur` and `fte` for each EPN; no amount: what the EPN costs by the cost model; `hours_a_week` in each,
    else FTE times the scenario's hours. stops: `number` of them, amount, FTE and hours of one. extend: contracts that
    end in `within` months, at most `number` of them, `amount_eur` for one full-time helper a year. other: as a whole.
    """

    scenario = models.ForeignKey(Scenario, on_delete=models.CASCADE, related_name="measures")
    kind = models.CharField(max_length=10, choices=MeasureKind)
    label = models.CharField(max_length=160, blank=True)
    amount_eur = money(null=True, blank=True)
    fte = _decimal(8, 2, null=True, blank=True)
    number = models.PositiveIntegerField(null=True, blank=True)
    hours_a_week = _decimal(7, 2, null=True, blank=True)
    commune = models.CharField(max_length=10, blank=True)
    within = models.PositiveSmallIntegerField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        ordering: ClassVar[list[str]] = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=MeasureKind.values), name="kind_of_measure_is_known"),
            models.CheckConstraint(
                condition=Q(kind=MeasureKind.EACH) | Q(amount_eur__isnull=False), name="a_measure_has_its_price"
            ),
            models.CheckConstraint(
                condition=Q(amount_eur__isnull=True) | Q(amount_eur__gte=0), name="price_of_measure_not_below_zero"
            ),
        ]

    def __str__(self) -> str:
        return self.label or self.kind


class Proposal(Kept):
    """What the network sends: a document made of scenarios. Once it is kept, its bytes are what was sent.

    Its fate is the state of its application.
    """

    title = models.CharField(max_length=200)
    text = models.TextField(blank=True)
    language = models.CharField(max_length=2, choices=Language)
    scenario_ids = ArrayField(models.BigIntegerField())
    application = models.ForeignKey(
        "funding.Application", on_delete=models.PROTECT, related_name="proposals", null=True, blank=True
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.DO_NOTHING, db_constraint=False, related_name="+", null=True
    )
    version = models.PositiveIntegerField(default=1, editable=False)
    kept_at = models.DateTimeField(null=True, editable=False)
    content = models.BinaryField(null=True)
    sha256 = models.CharField(max_length=64, blank=True, editable=False)

    class Meta:
        ordering: ClassVar[list[str]] = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kept_at__isnull=True, content__isnull=True, sha256="")
                | (Q(kept_at__isnull=False, content__isnull=False, application__isnull=False) & ~Q(sha256="")),
                name="a_kept_proposal_has_its_bytes",
            ),
        ]

    def __str__(self) -> str:
        return self.title

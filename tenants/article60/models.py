"""The convention of an article 60 contract with its CPAS, its evaluations, and which alerts were given."""

from decimal import Decimal
from typing import ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tenants.article60.enums import MONTHS_BEFORE
from tenants.registry.models import SpaceModel
from tenants.staff.models import LONGEST_WEEK, Contract

MOST_CENTS = 1_000_000  # 10,000 € a month
MOST_PRIOR_DAYS = 2000
LONGEST_LINE = 160
LONGEST_DAY = Decimal(12)  # hours


class Convention(SpaceModel):
    """What the CPAS and the EPN agreed on for one contract. Empty is "not known" throughout, and is said so."""

    contract = models.OneToOneField(Contract, on_delete=models.CASCADE, related_name="convention")
    cpas = models.CharField(_("CPAS"), max_length=LONGEST_LINE, blank=True)  # empty: the contract's legal employer
    contribution_cents = models.PositiveIntegerField(
        _("contribution a month, in euro cents"), null=True, blank=True, validators=[MaxValueValidator(MOST_CENTS)]
    )
    tasks = models.TextField(_("tasks"), blank=True)
    # Of the whole contract with the CPAS, where part of it isn't at the EPN: all of it counts for unemployment.
    hours_per_week = models.DecimalField(
        _("hours a week at the CPAS"),
        max_digits=4,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal("0.25")), MaxValueValidator(LONGEST_WEEK)],
    )
    hours_per_day = models.DecimalField(
        _("hours a day"),
        max_digits=4,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal("0.25")), MaxValueValidator(LONGEST_DAY)],
    )
    signed_on = models.DateField(_("signed on"), null=True, blank=True)
    cpas_end = models.DateField(_("end date of the CPAS"), null=True, blank=True)
    prior_days = models.PositiveSmallIntegerField(
        _("days known from before"), null=True, blank=True, validators=[MaxValueValidator(MOST_PRIOR_DAYS)]
    )
    contact = models.CharField(_("contact at the CPAS"), max_length=LONGEST_LINE, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("convention")
        constraints = [
            models.CheckConstraint(
                condition=Q(contribution_cents__isnull=True) | Q(contribution_cents__lte=MOST_CENTS),
                name="contribution_within_bounds",
            ),
            models.CheckConstraint(
                condition=Q(prior_days__isnull=True) | Q(prior_days__lte=MOST_PRIOR_DAYS),
                name="prior_days_within_bounds",
            ),
        ]

    def __str__(self) -> str:
        return f"convention {self.contract_id}"

    @property
    def contribution(self) -> Decimal | None:
        """In euros."""
        return None if self.contribution_cents is None else Decimal(self.contribution_cents) / 100


class Evaluation(SpaceModel):
    """A meeting about how it goes, with the CPAS: planned, done, or both."""

    convention = models.ForeignKey(Convention, on_delete=models.CASCADE, related_name="evaluations")
    planned_on = models.DateField(_("planned on"), null=True, blank=True)
    done_on = models.DateField(_("done on"), null=True, blank=True)
    conclusion = models.TextField(_("conclusion"), blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("evaluation")
        ordering: ClassVar[list[str]] = ["planned_on", "done_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(planned_on__isnull=False) | Q(done_on__isnull=False), name="an_evaluation_has_a_day"
            ),
        ]

    def __str__(self) -> str:
        return f"evaluation {self.pk}"


class Alert(SpaceModel):
    """That the coordinators were told of an end so many months before it. Each once."""

    contract = models.ForeignKey(Contract, on_delete=models.CASCADE, related_name="article60_alerts")
    months = models.PositiveSmallIntegerField(_("months before"))
    ends_on = models.DateField(_("end that was told"))
    told_on = models.DateField(_("told on"))
    people = models.PositiveSmallIntegerField(_("people told"), default=0)

    class Meta:
        verbose_name = _("alert")
        ordering: ClassVar[list[str]] = ["-told_on", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["contract", "months", "ends_on"], name="each_alert_once"),
            models.CheckConstraint(condition=Q(months__in=MONTHS_BEFORE), name="alert_at_known_months"),
        ]

    def __str__(self) -> str:
        return f"{self.contract_id} {self.months} {self.ends_on}"

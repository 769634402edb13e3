"""What an EPN costs and is asked for, who gives it, and what it was spent on.

A row that was deleted keeps its place (`deleted_at`), so that it can be brought back. Amounts are euros.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from network.funding.enums import (
    AllocationKind,
    ApplicationState,
    DueKind,
    ExpenseCategory,
    FunderKind,
    GrantKind,
    WhoMayApply,
)
from network.funding.kept import CENT, Kept, money, share_of
from network.funding.needs.rows import CostItem, EpnCost, Proposal, Scenario, ScenarioMeasure
from tenants.registry.models import SpaceModel

__all__ = [
    "CENT", "Allocation", "Application", "ApplicationStep", "Call", "CostItem", "CostModel", "EpnCost", "Expense",
    "ExpenseImport", "Funder", "Grant", "HeadingHabit", "Instalment", "Kept", "Proposal", "Reminder", "ReportDate",
    "Scenario", "ScenarioMeasure", "share_of",
]  # fmt: skip


class CostModel(SpaceModel):
    """Euros that one EPN needs for a year, valid from a date. The need is this, times the number of EPN.

    Where it has items, the amount is their sum: whoever reads it needn't know.
    """

    valid_from = models.DateField(_("valid from"), unique=True)
    amount_eur = models.DecimalField(
        _("euros for one EPN and one year"),
        max_digits=10,
        decimal_places=2,
        validators=[MinValueValidator(0)],
    )
    source = models.CharField(_("source"), max_length=200, blank=True)
    version = models.PositiveIntegerField(default=1, db_default=1, editable=False)

    def __str__(self) -> str:
        return f"{self.amount_eur} € from {self.valid_from}"


class Funder(Kept):
    """`code` is the word that the role of a funder's reviewer carries (Membership.funder)."""

    code = models.CharField(max_length=60)
    name = models.CharField(max_length=160)
    kind = models.CharField(max_length=12, choices=FunderKind, default=FunderKind.OTHER)

    class Meta:
        ordering: ClassVar[list[str]] = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["code"], condition=Q(deleted_at__isnull=True), name="one_funder_a_code"),
            models.CheckConstraint(condition=Q(kind__in=FunderKind.values), name="kind_of_funder_is_known"),
        ]

    def __str__(self) -> str:
        return self.name


class Call(Kept):
    """A programme or a call: who may ask for how much, until when."""

    funder = models.ForeignKey(Funder, on_delete=models.PROTECT, related_name="calls")
    title = models.CharField(max_length=200)
    opens_on = models.DateField(null=True, blank=True)
    deadline = models.DateField(null=True, blank=True)  # null: one may ask at any time
    budget_eur = money(null=True, blank=True)
    who = models.CharField(max_length=12, choices=WhoMayApply, default=WhoMayApply.ANYBODY)
    rules = models.TextField(blank=True)
    url = models.URLField(max_length=300, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-deadline", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(who__in=WhoMayApply.values), name="who_may_apply_is_known"),
            models.CheckConstraint(
                condition=Q(opens_on__isnull=True) | Q(deadline__isnull=True) | Q(deadline__gte=models.F("opens_on")),
                name="a_call_closes_after_it_opens",
            ),
            models.CheckConstraint(
                condition=Q(budget_eur__isnull=True) | Q(budget_eur__gte=0), name="budget_of_call_not_below_zero"
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Application(Kept):
    """What is asked of a funder. No EPN named: the whole network asks. `state` is that of its last step."""

    funder = models.ForeignKey(Funder, on_delete=models.PROTECT, related_name="applications")
    call = models.ForeignKey(Call, on_delete=models.PROTECT, related_name="applications", null=True, blank=True)
    title = models.CharField(max_length=200)
    year = models.PositiveSmallIntegerField()
    epn_ids = ArrayField(models.BigIntegerField(), default=list, blank=True)
    asked_eur = money()
    cofunding_eur = money(default=0)
    purpose = models.TextField(blank=True)
    state = models.CharField(max_length=10, choices=ApplicationState, default=ApplicationState.DRAFT)
    granted_eur = money(null=True, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-year", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=ApplicationState.values), name="state_of_application_known"),
            models.CheckConstraint(condition=Q(asked_eur__gt=0, cofunding_eur__gte=0), name="application_asks_money"),
        ]

    def __str__(self) -> str:
        return self.title


class ApplicationStep(SpaceModel):
    """One change of state: when, by whom, and why. One that was taken back stays in the history."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="steps")
    state = models.CharField(max_length=10, choices=ApplicationState)
    on = models.DateField()
    reason = models.TextField(blank=True)
    amount_eur = money(null=True, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.DO_NOTHING, db_constraint=False, related_name="+", null=True
    )
    at = models.DateTimeField(default=timezone.now, editable=False)
    undone_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        ordering: ClassVar[list[str]] = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state__in=[ApplicationState.REFUSED, ApplicationState.REDUCED]) | ~Q(reason=""),
                name="a_refusal_has_its_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.application_id} {self.state}"


class Grant(Kept):
    """Money (or help in kind, by its value) that is there for a period. Each has an account of its own."""

    funder = models.ForeignKey(Funder, on_delete=models.PROTECT, related_name="grants")
    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="grants", null=True, blank=True)
    kind = models.CharField(max_length=10, choices=GrantKind, default=GrantKind.SUBSIDY)
    title = models.CharField(max_length=200)
    reference = models.CharField(max_length=80, blank=True)
    starts_on = models.DateField()
    ends_on = models.DateField()  # the last day counts
    amount_eur = money()
    conditions = models.TextField(blank=True)
    repaid_eur = money(default=0)

    class Meta:
        ordering: ClassVar[list[str]] = ["-starts_on", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=GrantKind.values), name="kind_of_grant_is_known"),
            models.CheckConstraint(condition=Q(ends_on__gte=models.F("starts_on")), name="a_grant_ends_after_start"),
            models.CheckConstraint(condition=Q(amount_eur__gt=0, repaid_eur__gte=0), name="a_grant_is_some_money"),
        ]

    def __str__(self) -> str:
        return self.title

    def covers(self, day: dt.date) -> bool:
        return self.starts_on <= day <= self.ends_on


class Instalment(Kept):
    """Part of a grant that is asked for and received; neither date: still to come."""

    grant = models.ForeignKey(Grant, on_delete=models.CASCADE, related_name="instalments")
    label = models.CharField(max_length=120)
    due_on = models.DateField()
    amount_eur = money()
    asked_on = models.DateField(null=True, blank=True)
    received_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["due_on", "pk"]
        constraints = [models.CheckConstraint(condition=Q(amount_eur__gt=0), name="an_instalment_is_some_money")]

    def __str__(self) -> str:
        return self.label


class ReportDate(Kept):
    """A day on which the funder expects something."""

    grant = models.ForeignKey(Grant, on_delete=models.CASCADE, related_name="report_dates")
    label = models.CharField(max_length=120)
    due_on = models.DateField()
    done_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["due_on", "pk"]

    def __str__(self) -> str:
        return self.label


class Allocation(Kept):
    """What part of a grant is for: an amount, or a share of the whole in percent."""

    grant = models.ForeignKey(Grant, on_delete=models.CASCADE, related_name="allocations")
    kind = models.CharField(max_length=10, choices=AllocationKind)
    epn_id = models.BigIntegerField(null=True, blank=True)
    label = models.CharField(max_length=160, blank=True)
    amount_eur = money(null=True, blank=True)
    percent = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=AllocationKind.values), name="kind_of_allocation_is_known"),
            models.CheckConstraint(
                condition=Q(amount_eur__gt=0, percent__isnull=True)
                | Q(amount_eur__isnull=True, percent__gt=0, percent__lte=100),
                name="an_allocation_is_an_amount_or_a_share",
            ),
            models.CheckConstraint(
                condition=~Q(kind=AllocationKind.EPN) | Q(epn_id__isnull=False), name="an_allocation_to_an_epn_names_it"
            ),
        ]

    def __str__(self) -> str:
        return self.label or self.kind

    @property
    def euros(self) -> Decimal:
        """Of the grant, which must be at hand."""
        if self.percent is not None:
            return share_of(self.grant.amount_eur, self.percent)
        return self.amount_eur or Decimal(0)


class ExpenseImport(SpaceModel):
    """A ledger as a file on its way, then what came of it. Its content is forgotten once it is in."""

    grant = models.ForeignKey(Grant, on_delete=models.CASCADE, related_name="imports")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.DO_NOTHING, db_constraint=False, related_name="+", null=True
    )
    filename = models.CharField(max_length=200)
    content = models.BinaryField(null=True)
    headings = ArrayField(models.TextField(), default=list)
    columns = models.JSONField(default=dict)  # position of a heading, from 0 → column of an expense
    rows = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    written_at = models.DateTimeField(null=True, editable=False)
    undone_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        ordering: ClassVar[list[str]] = ["-pk"]

    def __str__(self) -> str:
        return self.filename


class HeadingHabit(SpaceModel):
    """What a heading of this network's ledgers was the last time, folded. Blank: nothing, on purpose."""

    said = models.CharField(max_length=200, unique=True)
    meant = models.CharField(max_length=40, blank=True)

    def __str__(self) -> str:
        return f"{self.said} → {self.meant}"


class Expense(Kept):
    """A cost, and the share of it that is charged to a grant. `reference` is the number of the invoice or the entry."""

    grant = models.ForeignKey(Grant, on_delete=models.CASCADE, related_name="expenses")
    spent_on = models.DateField()
    category = models.CharField(max_length=14, choices=ExpenseCategory)
    label = models.CharField(max_length=200)
    reference = models.CharField(max_length=80, blank=True)
    amount_eur = money()
    percent = models.DecimalField(max_digits=5, decimal_places=2, default=100)
    batch = models.ForeignKey(ExpenseImport, on_delete=models.SET_NULL, null=True, related_name="expenses")

    class Meta:
        ordering: ClassVar[list[str]] = ["-spent_on", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(category__in=ExpenseCategory.values), name="category_of_expense_known"),
            models.CheckConstraint(
                condition=Q(amount_eur__gt=0, percent__gt=0, percent__lte=100), name="an_expense_is_some_money"
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def charged(self) -> Decimal:
        return share_of(self.amount_eur, self.percent)


class Reminder(SpaceModel):
    """That the coordinators were told of something due, so many days before. Each once."""

    kind = models.CharField(max_length=10, choices=DueKind)
    item_id = models.BigIntegerField()
    due_on = models.DateField()
    days = models.PositiveSmallIntegerField()
    told_on = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "item_id", "due_on", "days"], name="each_reminder_once"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.item_id} {self.days}"

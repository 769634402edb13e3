"""Who works at the EPN, under which contract, until when."""

import datetime as dt
from decimal import Decimal
from typing import Any, ClassVar

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tenants.registry.changes import ClockTime
from tenants.registry.models import SpaceManager, SpaceModel
from tenants.staff.enums import ContractRole

LONGEST_WEEK = Decimal(48)


class StaffMember(SpaceModel):
    """Somebody who works here; they need no account. What they recorded stays when they leave."""

    name = models.CharField(_("name"), max_length=120)
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("account"),
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("staff member")
        ordering: ClassVar[list[str]] = ["name", "pk"]

    def __str__(self) -> str:
        return self.name


class KeptContracts(SpaceManager):
    """Without the contracts that were deleted as mistakes: no list and no sum may count them by oversight."""

    def get_queryset(self) -> Any:
        return super().get_queryset().filter(deleted_at__isnull=True)


class Contract(SpaceModel):
    """One engagement of one person: type, legal employer, dates, and hours Q over the employer's full time S.

    A deleted contract keeps its row, so that a deletion can be undone and the visits that name it stay
    whole; `objects` doesn't know it, `with_deleted` does.
    """

    objects: ClassVar[SpaceManager] = KeptContracts()
    with_deleted: ClassVar[SpaceManager] = SpaceManager()

    member = models.ForeignKey(
        StaffMember, on_delete=models.PROTECT, related_name="contracts", verbose_name=_("person")
    )
    type = models.CharField(_("contract type"), max_length=40)
    role = models.CharField(_("role"), max_length=12, choices=ContractRole, default=ContractRole.ANIMATION)
    legal_employer = models.CharField(_("legal employer"), max_length=160, blank=True)
    starts_on = models.DateField(_("start"))
    planned_end = models.DateField(_("planned end"), null=True, blank=True)
    ended_on = models.DateField(_("real end"), null=True, blank=True)
    hours_per_week = models.DecimalField(
        _("hours a week (Q)"),
        max_digits=4,
        decimal_places=2,
        validators=[MinValueValidator(Decimal("0.25")), MaxValueValidator(LONGEST_WEEK)],
    )
    full_time_hours = models.DecimalField(
        _("full-time hours of the employer (S)"),
        max_digits=4,
        decimal_places=2,
        default=Decimal(38),
        validators=[MinValueValidator(Decimal(20)), MaxValueValidator(LONGEST_WEEK)],
    )
    note = models.TextField(_("note"), blank=True)
    key = models.UUIDField(null=True, blank=True, unique=True, editable=False)  # of the call that made it
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(db_default=ClockTime(), editable=False)
    deleted_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("contract")
        base_manager_name = "with_deleted"
        constraints = [
            models.CheckConstraint(
                condition=Q(planned_end__isnull=True) | Q(planned_end__gte=F("starts_on")),
                name="contract_planned_end_after_start",
            ),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True) | Q(ended_on__gte=F("starts_on")),
                name="contract_real_end_after_start",
            ),
            models.CheckConstraint(
                condition=Q(hours_per_week__gt=0, full_time_hours__gt=0, hours_per_week__lte=F("full_time_hours")),
                name="contract_hours_within_full_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.starts_on}"

    @property
    def fte(self) -> Decimal:
        """Q ÷ S as a full-time equivalent, unrounded; whether it counts is the contract type's to say."""
        return self.hours_per_week / self.full_time_hours

    @property
    def ends_on(self) -> dt.date | None:
        """The last day: the real one, else the planned one; None for a contract without an end."""
        return self.ended_on or self.planned_end

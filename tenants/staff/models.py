"""Who works at the EPN, under which contract, until when."""

import datetime as dt
from decimal import Decimal
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tenants.registry.changes import ClockTime
from tenants.registry.models import SpaceManager, SpaceModel
from tenants.staff.enums import AfterEnd, BreakKind, ChangeKind, ContractRole, EndReason, TrainingKind

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
    # Asked only where a rule depends on the age: article 60 before 2026-03-01, first-job agreement, civic service.
    born_on = models.DateField(_("date of birth"), null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("staff member")
        ordering: ClassVar[list[str]] = ["name", "pk"]

    def __str__(self) -> str:
        return self.name


class KeptRows(SpaceManager):
    """Without the rows that were deleted as mistakes: no list and no sum may count them by oversight."""

    def get_queryset(self) -> Any:
        return super().get_queryset().filter(deleted_at__isnull=True)


class Contract(SpaceModel):
    """One engagement of one person: type, legal employer, dates, and hours Q over the employer's full time S.

    Q and S are those after the last amendment; what they were before stands in `FormerTerms`. A deleted contract keeps
    its row, so that a deletion can be undone and the visits that name it stay whole; `objects` doesn't know it,
    `with_deleted` does.
    """

    objects: ClassVar[SpaceManager] = KeptRows()
    with_deleted: ClassVar[SpaceManager] = SpaceManager()

    member = models.ForeignKey(
        StaffMember, on_delete=models.PROTECT, related_name="contracts", verbose_name=_("person")
    )
    type = models.CharField(_("contract type"), max_length=40)
    role = models.CharField(_("role"), max_length=12, choices=ContractRole, default=ContractRole.ANIMATION)
    legal_employer = models.CharField(_("legal employer"), max_length=160, blank=True)
    host = models.CharField(_("host"), max_length=160, blank=True, db_default="")  # empty: the EPN's own organisation
    reference = models.CharField(_("reference"), max_length=60, blank=True, db_default="")  # post, subsidy, enterprise
    replaces = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        related_name="replacements",
        null=True,
        blank=True,
        verbose_name=_("replaces"),
    )
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
    hours_per_year = models.DecimalField(
        _("hours a year"), max_digits=6, decimal_places=2, null=True, blank=True, validators=[MinValueValidator(1)]
    )
    end_reason = models.CharField(
        _("why it ended"), max_length=14, choices=EndReason, blank=True, default="", db_default=""
    )
    after_end = models.CharField(
        _("what came after"), max_length=14, choices=AfterEnd, blank=True, default="", db_default=""
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
            models.CheckConstraint(condition=~Q(replaces=F("id")), name="contract_replaces_another"),
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


class FormerTerms(SpaceModel):
    """Q and S as they were up to and including a day, before an amendment.

    The terms of a day are those of the earliest row that reaches it; after the last row, the contract's own.
    """

    contract = models.ForeignKey(Contract, on_delete=models.CASCADE, related_name="former_terms")
    until = models.DateField(_("up to and including"))
    hours_per_week = models.DecimalField(_("hours a week (Q)"), max_digits=4, decimal_places=2)
    full_time_hours = models.DecimalField(_("full-time hours of the employer (S)"), max_digits=4, decimal_places=2)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("former terms")
        ordering: ClassVar[list[str]] = ["contract", "until"]
        constraints = [
            models.UniqueConstraint(fields=["contract", "until"], name="one_former_terms_a_day"),
            models.CheckConstraint(
                condition=Q(hours_per_week__gt=0, full_time_hours__gt=0, hours_per_week__lte=F("full_time_hours")),
                name="former_hours_within_full_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.contract_id} {self.until}"


class ContractBreak(SpaceModel):
    """A time without work inside a contract that goes on: a long leave, a suspension. Both days belong to it."""

    contract = models.ForeignKey(Contract, on_delete=models.CASCADE, related_name="breaks")
    kind = models.CharField(_("kind"), max_length=12, choices=BreakKind)
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"), null=True, blank=True)  # empty: not known yet
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("break")
        ordering: ClassVar[list[str]] = ["contract", "starts_on"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")), name="break_end_after_start"
            ),
            models.CheckConstraint(condition=Q(kind__in=BreakKind.values), name="break_kind_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.contract_id} {self.kind} {self.starts_on}"


class PayerShare(SpaceModel):
    """Who bears which part of a contract's cost. The shares of a contract add up to 100 %, or there are none.

    `grant_id`: the network's grant that it is, by its number there.
    """

    contract = models.ForeignKey(Contract, on_delete=models.CASCADE, related_name="payers")
    payer = models.CharField(_("who pays"), max_length=160)
    percent = models.DecimalField(_("share (%)"), max_digits=5, decimal_places=2)
    grant_id = models.BigIntegerField(null=True, blank=True)

    class Meta:
        verbose_name = _("payer")
        ordering: ClassVar[list[str]] = ["contract", "-percent", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(percent__gt=0, percent__lte=100), name="share_within_a_whole"),
            models.UniqueConstraint(fields=["contract", "payer"], name="one_share_a_payer"),
        ]

    def __str__(self) -> str:
        return f"{self.payer} {self.percent} %"


class ContractChange(SpaceModel):
    """What was done to a contract, with the facts that differed, by their names. Goes with the contract."""

    contract = models.ForeignKey(Contract, on_delete=models.CASCADE, related_name="changes")
    at = models.DateTimeField(db_default=ClockTime(), editable=False)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        related_name="+",
        null=True,
        editable=False,
    )
    kind = models.CharField(max_length=20, choices=ChangeKind)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)

    class Meta:
        ordering: ClassVar[list[str]] = ["at", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=ChangeKind.values), name="contract_change_kind_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.contract_id} {self.kind} {self.at}"


class Training(SpaceModel):
    """A training that somebody followed or a badge that they hold, until it expires.

    One that was removed can come back for a month, then its row goes.
    """

    objects: ClassVar[SpaceManager] = KeptRows()
    with_deleted: ClassVar[SpaceManager] = SpaceManager()

    member = models.ForeignKey(StaffMember, on_delete=models.CASCADE, related_name="trainings")
    kind = models.CharField(_("kind"), max_length=10, choices=TrainingKind)
    title = models.CharField(_("title"), max_length=160)
    provider = models.CharField(_("given by"), max_length=160, blank=True)
    obtained_on = models.DateField(_("followed or obtained on"))
    expires_on = models.DateField(_("valid until"), null=True, blank=True)
    hours = models.DecimalField(_("hours"), max_digits=6, decimal_places=2, null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    deleted_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("training")
        base_manager_name = "with_deleted"
        ordering: ClassVar[list[str]] = ["-obtained_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_on__isnull=True) | Q(expires_on__gte=F("obtained_on")),
                name="training_expires_after_it_was_obtained",
            ),
            models.CheckConstraint(condition=Q(kind__in=TrainingKind.values), name="training_kind_is_known"),
        ]

    def __str__(self) -> str:
        return self.title


class StaffImport(SpaceModel):
    """A spreadsheet of the staff on its way, then what came of it. Its content is forgotten once it is in."""

    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.DO_NOTHING, db_constraint=False, related_name="+", null=True
    )
    filename = models.CharField(max_length=200)
    content = models.BinaryField(null=True)
    headings = ArrayField(models.TextField(), default=list)
    columns = models.JSONField(default=dict)  # position of a heading, from 0 → column of a contract
    values = models.JSONField(default=dict)  # column → {what the cells say, folded: code}
    rows = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    written_at = models.DateTimeField(null=True, editable=False)
    undone_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        ordering: ClassVar[list[str]] = ["-pk"]

    def __str__(self) -> str:
        return self.filename


class ImportedContract(SpaceModel):
    """Which line of which import a contract was, and whether its person came with it."""

    batch = models.ForeignKey(StaffImport, on_delete=models.CASCADE, related_name="contracts")
    contract = models.OneToOneField(Contract, on_delete=models.CASCADE, related_name="imported")
    line = models.PositiveIntegerField()
    made_person = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"{self.batch_id}:{self.line}"


class StaffHabit(SpaceModel):
    """What this EPN's own words stood for the last time, folded: of a cell of a column, or (no column) of a heading."""

    column = models.CharField(max_length=40, blank=True)
    said = models.CharField(max_length=200)
    meant = models.CharField(max_length=60, blank=True)  # blank: nothing, on purpose

    class Meta:
        constraints = [models.UniqueConstraint(fields=["column", "said"], name="staff_habit_once")]

    def __str__(self) -> str:
        return f"{self.said} → {self.meant}"

"""What happens at the EPN: individual help, and half-days at the desk. Anonymous by default."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q, Value
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tenants.activity.counter.tables import CounterTap, OpenRequest, TallySheet, Ticket
from tenants.activity.enums import ChangeKind, Channel
from tenants.premises.models import Site
from tenants.registry.changes import ClockTime
from tenants.registry.models import SpaceModel
from tenants.staff.models import Contract

__all__ = [
    "LONGEST_DAY",
    "CounterSession",
    "CounterTap",
    "OpenRequest",
    "TallySheet",
    "Ticket",
    "Visit",
    "VisitChange",
]

LONGEST_DAY = 24 * 60


class Visit(SpaceModel):
    """One help given. Codes are those of the vocabularies in reference data.

    `margins` counts people and never invents one: {"gender": {"woman": 1}, "audience": {"senior": 1}}.
    A deleted visit keeps its row for a while, so that a deletion can be undone; no figure counts it.
    """

    key = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    date = models.DateField(_("date"))
    minutes = models.PositiveSmallIntegerField(
        _("minutes"), validators=[MinValueValidator(1), MaxValueValidator(LONGEST_DAY)]
    )
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="visits", verbose_name=_("site"))
    mode = models.CharField(_("mode"), max_length=40)
    themes = ArrayField(models.CharField(max_length=40), verbose_name=_("themes"))
    autonomy = models.CharField(_("autonomy"), max_length=40, blank=True)
    outcome = models.CharField(_("outcome"), max_length=40)
    attendances = models.PositiveSmallIntegerField(_("people present"), default=1, validators=[MinValueValidator(1)])
    obstacle_provider = models.CharField(_("obstacle: whose service"), max_length=40, blank=True)
    obstacle_channel = models.CharField(_("obstacle: where"), max_length=10, choices=Channel, blank=True)
    obstacle_kind = models.CharField(_("obstacle: what"), max_length=40, blank=True)
    obstacle_cost_eur = models.DecimalField(
        _("cost borne by the person (€)"),
        max_digits=8,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
    )
    obstacle_minutes_lost = models.PositiveSmallIntegerField(
        _("time lost by the person (minutes)"), null=True, blank=True
    )
    exceptional = models.BooleanField(_("exceptional case"), default=False, db_default=False)
    causes = ArrayField(
        models.CharField(max_length=40), default=list, db_default=[], blank=True, verbose_name=_("causes")
    )
    referral = models.CharField(_("referred to"), max_length=40, blank=True, default="", db_default="")
    referral_to = models.CharField(_("name of the organisation"), max_length=80, blank=True, default="", db_default="")
    language = models.CharField(_("language of the exchange"), max_length=40, blank=True, default="", db_default="")
    # Sensitive: in no figure, in no table that leaves the EPN, and never beside what could tell who it was.
    accessibility = ArrayField(
        models.CharField(max_length=40), default=list, db_default=[], blank=True, verbose_name=_("access needs")
    )
    margins = models.JSONField(_("audience"), default=dict, blank=True)
    note = models.TextField(_("note"), blank=True)
    animator = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("animator"),
    )
    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="visits", null=True, blank=True)
    # Who typed it: on the PC of the counter, one person often logs for another.
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        related_name="+",
        null=True,
        blank=True,
        editable=False,
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(db_default=ClockTime(), editable=False)
    deleted_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("visit")
        ordering: ClassVar[list[str]] = ["-date", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(minutes__gte=1, minutes__lte=LONGEST_DAY), name="visit_minutes_within_a_day"
            ),
            models.CheckConstraint(condition=Q(attendances__gte=1), name="visit_has_somebody"),
            models.CheckConstraint(condition=Q(themes__len__gte=1), name="visit_has_a_theme"),
        ]
        indexes = [
            models.Index(fields=["date", "id"], name="visit_by_date", condition=Q(deleted_at__isnull=True)),
            models.Index(fields=["deleted_at"], name="visit_deleted", condition=Q(deleted_at__isnull=False)),
            models.Index(fields=["updated_at", "id"], name="visit_by_change"),  # deleted ones are changes too
        ]

    def __str__(self) -> str:
        return f"{self.date} {','.join(self.themes)}"


class VisitChange(SpaceModel):
    """What was done to a visit, with the facts that differed, by the names of its columns. Erased with the visit."""

    # Without a constraint: who empties the table of visits by hand need not know of their history.
    visit = models.ForeignKey(Visit, on_delete=models.CASCADE, db_constraint=False, related_name="changes")
    at = models.DateTimeField(db_default=ClockTime(), editable=False)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        related_name="+",
        null=True,
        editable=False,
    )
    kind = models.CharField(max_length=10, choices=ChangeKind)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)

    class Meta:
        ordering: ClassVar[list[str]] = ["at", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=ChangeKind.values), name="visit_change_kind_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.visit_id} {self.kind} {self.at}"


class CounterSession(SpaceModel):
    """A half-day at the desk (a *permanence*). `turned_away` is lack of room; a refusal, the EPN label forbids.

    One that was opened at the counter has `opened_at`, and is open until it has `closed_at`; its `ends_at` is what the
    opening hours say until then. One that was noted afterwards has neither.
    """

    date = models.DateField(_("date"))
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="counter_sessions", verbose_name=_("site"))
    starts_at = models.TimeField(_("from"))
    ends_at = models.TimeField(_("to"))
    tickets = models.PositiveSmallIntegerField(_("tickets handed out"), null=True, blank=True)
    arrivals = models.PositiveSmallIntegerField(_("people who came"), null=True, blank=True)
    turned_away = models.PositiveSmallIntegerField(_("people turned away for lack of room"), default=0)
    opened_at = models.DateTimeField(null=True, blank=True, editable=False)
    closed_at = models.DateTimeField(null=True, blank=True, editable=False)
    ticket_limit = models.PositiveSmallIntegerField(_("tickets that there are"), null=True, blank=True)
    animators = ArrayField(  # accounts: no constraint, as from every space to people
        models.BigIntegerField(), verbose_name=_("animators present"), default=list, db_default=Value("{}"), blank=True
    )
    open_access_minutes = models.PositiveIntegerField(_("accompanied open access: minutes"), null=True, blank=True)
    open_access_users = models.PositiveSmallIntegerField(_("accompanied open access: people"), null=True, blank=True)
    workstations = models.PositiveSmallIntegerField(_("workstations in use"), null=True, blank=True)
    note = models.TextField(_("note"), blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("counter session")
        ordering: ClassVar[list[str]] = ["-date", "-starts_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="counter_session_ends_after_start"),
            models.UniqueConstraint(
                fields=["site"],
                condition=Q(opened_at__isnull=False, closed_at__isnull=True),
                name="one_open_counter_session_a_site",
            ),
        ]
        indexes = [models.Index(fields=["date"], name="counter_session_by_date")]

    def __str__(self) -> str:
        return f"{self.date} {self.starts_at:%H:%M}"

    @property
    def is_open(self) -> bool:
        return self.opened_at is not None and self.closed_at is None

"""What an EPN owes to its volunteers and keeps of them: the information note, insurance, and what is paid back."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from maillage.accounts.enums import Language
from tenants.registry.models import SpaceManager, SpaceModel
from tenants.staff.models import Contract
from tenants.volunteers.enums import CostsPolicy, DefrayalKind, MustDeclare, Status


class Organisation(SpaceModel):
    """The organisation's own facts, said once for all its information notes. One row an EPN."""

    name = models.CharField(_("organisation"), max_length=160)
    status = models.CharField(_("legal status"), max_length=12, choices=Status)
    responsible = models.CharField(_("who answers for it"), max_length=200, blank=True)
    aim = models.TextField(_("aim"))
    insurer = models.CharField(_("insurer"), max_length=120, blank=True)
    policy = models.CharField(_("policy number"), max_length=60, blank=True)
    insured_until = models.DateField(_("insured until"), null=True, blank=True)
    other_cover = models.TextField(_("other insurance"), blank=True)
    costs = models.CharField(_("costs paid back"), max_length=16, choices=CostsPolicy)
    costs_details = models.TextField(_("when and how much"), blank=True)
    secrecy = models.BooleanField(_("professional secrecy"), default=True)
    updated_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("organisation")
        constraints = [
            models.CheckConstraint(condition=Q(id=1), name="one_organisation_an_epn"),
            models.CheckConstraint(condition=Q(status__in=Status.values), name="status_is_known"),
            models.CheckConstraint(condition=Q(costs__in=CostsPolicy.values), name="costs_policy_is_known"),
        ]

    def __str__(self) -> str:
        return self.name


class VolunteerFile(SpaceModel):
    """What was done before a volunteer's first day, one for each volunteer contract. Without a row: nothing yet."""

    contract = models.OneToOneField(Contract, on_delete=models.PROTECT, related_name="volunteer_file")
    note_signed_on = models.DateField(_("note signed on"), null=True, blank=True)
    note_language = models.CharField(_("language of the note"), max_length=2, choices=Language, default=Language.FRENCH)
    must_declare = models.CharField(
        _("must declare first"), max_length=8, choices=MustDeclare, default=MustDeclare.UNKNOWN
    )
    declared_on = models.DateField(_("C45B sent on"), null=True, blank=True)
    updated_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("volunteer's file")
        constraints = [
            models.CheckConstraint(condition=Q(must_declare__in=MustDeclare.values), name="must_declare_is_known"),
            models.CheckConstraint(
                condition=Q(declared_on__isnull=True) | Q(must_declare=MustDeclare.YES),
                name="declared_only_by_who_must",
            ),
        ]

    def __str__(self) -> str:
        return f"file of contract {self.contract_id}"


class KeptDefrayals(SpaceManager):
    """Without the lines that were taken out, and those of contracts that were: no sum may count them by oversight."""

    def get_queryset(self) -> Any:
        return super().get_queryset().filter(deleted_at__isnull=True, contract__deleted_at__isnull=True)


class Defrayal(SpaceModel):
    """Something paid back to a volunteer for a day, in cents. A line that was taken out keeps its row.

    A correction is a new line that `replaces` the former one, so that a correction can be undone as well.
    """

    objects: ClassVar[SpaceManager] = KeptDefrayals()
    with_deleted: ClassVar[SpaceManager] = SpaceManager()

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="defrayals")
    day = models.DateField(_("day"))
    kind = models.CharField(_("kind"), max_length=6, choices=DefrayalKind)
    cents = models.PositiveIntegerField(_("amount in cents"))
    km = models.DecimalField(_("kilometres"), max_digits=6, decimal_places=1, null=True, blank=True)
    what = models.CharField(_("what for"), max_length=160, blank=True)
    justification = models.TextField(_("justification"), blank=True)
    batch = models.UUIDField(null=True, blank=True, editable=False)  # of the call that made it, with its other days
    replaces = models.ForeignKey(
        "self", on_delete=models.SET_NULL, related_name="corrections", null=True, blank=True, editable=False
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    deleted_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("defrayal")
        base_manager_name = "with_deleted"
        ordering: ClassVar[list[str]] = ["day", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=DefrayalKind.values), name="defrayal_kind_is_known"),
            models.CheckConstraint(condition=Q(cents__gt=0), name="defrayal_is_something"),
            models.CheckConstraint(
                condition=Q(kind=DefrayalKind.TRAVEL, km__gt=0) | (~Q(kind=DefrayalKind.TRAVEL) & Q(km__isnull=True)),
                name="travel_has_kilometres",
            ),
            models.CheckConstraint(condition=~Q(kind=DefrayalKind.REAL) | ~Q(what=""), name="real_costs_say_what_for"),
            models.UniqueConstraint(fields=["batch", "day"], name="one_line_a_day_of_a_call"),
        ]
        indexes = [models.Index(fields=["contract", "day"], name="defrayal_by_contract_and_day")]

    def __str__(self) -> str:
        return f"{self.contract_id} {self.day} {self.kind}"

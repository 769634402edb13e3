"""The label's papers, in the federation's space: criteria, applications, visits on the spot, decisions, benefits.

Who carries the label from when to when is `network.cadastre.models.Recognition`: a decision begins and ends its rows.
An EPN reaches its own application, and no other, through `dossiers.py`.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from network.cadastre.recognition.enums import BenefitKind, Kind, Purpose, State, Verdict
from tenants.registry.models import SpaceModel


class CriteriaSet(SpaceModel):
    """The network's own criteria for a region from a day on, until its next ones. Never changed once they hold."""

    region = models.CharField(_("region"), max_length=10)
    valid_from = models.DateField(_("valid from"))
    source = models.CharField(_("source"), max_length=200, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    created_by_id = models.BigIntegerField(null=True, blank=True)

    class Meta:
        verbose_name = _("criteria of the label")
        ordering: ClassVar[list[str]] = ["region", "-valid_from"]
        constraints = [
            models.UniqueConstraint(fields=["region", "valid_from"], name="one_set_of_criteria_a_region_and_day"),
        ]

    def __str__(self) -> str:
        return f"{self.region} {self.valid_from}"


class Criterion(SpaceModel):
    """One of a set. Without words of its own it has those of its kind; a yes-or-no kind has no threshold."""

    criteria_set = models.ForeignKey(CriteriaSet, on_delete=models.CASCADE, related_name="criteria")
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=20, choices=Kind)
    threshold = models.DecimalField(max_digits=9, decimal_places=2, null=True, blank=True)
    label_fr = models.CharField(max_length=120, blank=True)
    label_nl = models.CharField(max_length=120, blank=True)
    label_en = models.CharField(max_length=120, blank=True)

    class Meta:
        verbose_name = _("criterion")
        ordering: ClassVar[list[str]] = ["criteria_set", "position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["criteria_set", "kind"], name="one_criterion_a_kind"),
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="kind_of_criterion_is_known"),
            models.CheckConstraint(
                condition=Q(threshold__isnull=True) | Q(threshold__gt=0), name="threshold_of_criterion_is_positive"
            ),
            models.CheckConstraint(
                condition=Q(threshold__isnull=False) | Q(kind=Kind.NOBODY_REFUSED), name="criterion_has_its_threshold"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.threshold}"

    @property
    def label(self) -> str:
        """In the reader's language, else in French; "" when the set gives no words of its own."""
        text: str = getattr(self, f"label_{(get_language() or 'fr')[:2]}", "")
        return text or self.label_fr


class Application(SpaceModel):
    """What an EPN says of itself and signs. `declared` are numbers by kind, as text ("12.5"; yes is "1", no "0").

    `evidence` is how each criterion stood when it was signed (`evaluating.Line`), and never changes afterwards.
    """

    epn_id = models.BigIntegerField()
    purpose = models.CharField(max_length=8, choices=Purpose, default=Purpose.FIRST)
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    version = models.PositiveIntegerField(default=1)  # goes up with every change: the second of two people is told
    declared = models.JSONField(default=dict, blank=True)
    remark = models.TextField(_("remark"), blank=True)
    evidence = models.JSONField(default=list, blank=True)
    opened_at = models.DateTimeField(default=timezone.now)
    due_on = models.DateField(null=True, blank=True)  # of a re-check that the network asked for
    asked_at = models.DateTimeField(null=True, blank=True)  # when the last letter about it left
    signed_at = models.DateTimeField(null=True, blank=True)
    signed_name = models.CharField(_("name"), max_length=120, blank=True)
    signed_role = models.CharField(_("in what quality"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("application")
        ordering: ClassVar[list[str]] = ["epn_id", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["epn_id"], condition=Q(state__in=[State.DRAFT, State.SIGNED]),
                name="one_open_application_an_epn",
            ),
            models.CheckConstraint(condition=Q(state__in=State.values), name="state_of_application_is_known"),
            models.CheckConstraint(condition=Q(purpose__in=Purpose.values), name="purpose_of_application_is_known"),
            models.CheckConstraint(
                condition=~Q(state__in=[State.SIGNED, State.DECIDED])
                | (Q(signed_at__isnull=False) & ~Q(signed_name="") & ~Q(signed_role="")),
                name="signed_applications_have_a_name",
            ),
        ]  # fmt: skip
        indexes = [models.Index(fields=["epn_id", "-signed_at"], name="application_by_signature")]

    def __str__(self) -> str:
        return f"{self.epn_id} {self.state}"

    @property
    def is_open(self) -> bool:
        return self.state in (State.DRAFT, State.SIGNED)


class Inspection(SpaceModel):
    """A visit on the spot by the network: planned, then what was found of each criterion.

    `findings` are `{kind: {"seen": Seen, "note": text}}`; empty while it is planned.
    """

    epn_id = models.BigIntegerField()
    on = models.DateField(_("day of the visit"))
    by_name = models.CharField(_("who goes there"), max_length=120)
    findings = models.JSONField(default=dict, blank=True)
    note = models.TextField(_("remark"), blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("visit on the spot")
        ordering: ClassVar[list[str]] = ["epn_id", "-on", "-pk"]
        indexes = [models.Index(fields=["epn_id", "-on"], name="inspection_by_epn")]

    def __str__(self) -> str:
        return f"{self.epn_id} {self.on}"

    @property
    def is_done(self) -> bool:
        return bool(self.findings)


class Decision(SpaceModel):
    """What the network decided, with the evidence of that day. `number` counts those of an EPN: one at a time.

    An undone one stays, marked: it counts no more. `recognition_id` is the label's row that it began or ended.
    """

    epn_id = models.BigIntegerField()
    number = models.PositiveIntegerField()
    verdict = models.CharField(max_length=12, choices=Verdict)
    decided_on = models.DateField(_("decided on"))
    since = models.DateField(_("the label begins on"), null=True, blank=True)
    until = models.DateField(_("the label ends on"), null=True, blank=True)
    recheck_on = models.DateField(_("re-check before"), null=True, blank=True)
    reason = models.TextField(_("reason"), blank=True)
    conditions = models.TextField(_("conditions"), blank=True)
    evidence = models.JSONField(default=list, blank=True)
    application = models.ForeignKey(Application, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    recognition_id = models.BigIntegerField(null=True, blank=True)
    by_id = models.BigIntegerField(null=True, blank=True)
    by_name = models.CharField(max_length=120, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by_name = models.CharField(max_length=120, blank=True)

    class Meta:
        verbose_name = _("decision")
        ordering: ClassVar[list[str]] = ["epn_id", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["epn_id", "number"], name="one_decision_a_number"),
            models.CheckConstraint(condition=Q(verdict__in=Verdict.values), name="verdict_of_decision_is_known"),
            models.CheckConstraint(
                condition=~Q(verdict__in=[Verdict.REFUSED, Verdict.WITHDRAWN]) | ~Q(reason=""),
                name="refused_or_withdrawn_with_a_reason",
            ),
            models.CheckConstraint(
                condition=~Q(verdict=Verdict.CONDITIONAL) | ~Q(conditions=""), name="conditions_are_said"
            ),
            models.CheckConstraint(
                condition=~Q(verdict__in=[Verdict.RECOGNISED, Verdict.CONDITIONAL]) | Q(since__isnull=False),
                name="recognised_from_a_day",
            ),
            models.CheckConstraint(
                condition=~Q(verdict=Verdict.WITHDRAWN) | Q(until__isnull=False), name="withdrawn_from_a_day"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.epn_id} {self.verdict} {self.decided_on}"


class Benefit(SpaceModel):
    """What an EPN received in kind. `value_eur` is for all of it; None: not known."""

    epn_id = models.BigIntegerField()
    on = models.DateField(_("received on"))
    kind = models.CharField(_("what"), max_length=12, choices=BenefitKind)
    label = models.CharField(_("in words"), max_length=160, blank=True)
    quantity = models.PositiveIntegerField(_("how many"), default=1)
    value_eur = models.DecimalField(_("value in euros"), max_digits=10, decimal_places=2, null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("benefit in kind")
        ordering: ClassVar[list[str]] = ["-on", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=BenefitKind.values), name="kind_of_benefit_is_known"),
            models.CheckConstraint(condition=Q(quantity__gte=1), name="benefit_is_something"),
            models.CheckConstraint(
                condition=Q(value_eur__isnull=True) | Q(value_eur__gte=0), name="benefit_costs_nothing_or_more"
            ),
        ]
        indexes = [models.Index(fields=["epn_id", "-on"], name="benefit_by_epn")]

    def __str__(self) -> str:
        return f"{self.quantity} {self.kind}"

"""A yearly census of the network: what is asked, what each EPN answers, and what is frozen at the end.

The rows stand in the federation's space. An EPN reaches its own return, and no other, through the crossing of
documents (`crossing.py`). Nothing about a visitor and no name of a member of staff is asked for; the names
here are those of people who sign, comment and decide.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from network.cadastre.editions.enums import Comparison, Kind, Provenance, State, Step
from network.cadastre.enums import Perimeter
from tenants.registry.models import SpaceModel


def in_language(row: Any, name: str) -> str:
    """A text that is kept in three languages, in the reader's; French stands in for one that isn't written."""
    text: str = getattr(row, f"{name}_{(get_language() or 'fr')[:2]}", "")
    return text or getattr(row, f"{name}_fr")


class Questionnaire(SpaceModel):
    """What an edition asks: a version, never changed once an edition uses it."""

    number = models.PositiveSmallIntegerField(_("version"), unique=True)
    note = models.CharField(_("what is new in it"), max_length=300, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    created_by_id = models.BigIntegerField(null=True, blank=True)

    class Meta:
        verbose_name = _("questionnaire")
        ordering: ClassVar[list[str]] = ["-number"]

    def __str__(self) -> str:
        return str(self.number)


class Indicator(SpaceModel):
    """One question. `code` is what editions are compared by; `replaces` names the codes of earlier versions that it
    stands for (several: their sum).

    `source` names what fills it in from daily work (`sources.py`); empty: declared by the EPN. `choices` are
    `[{"code", "fr", "nl", "en"}]`; `columns` of a table the same with a `kind` of number or text, and `rows` its fixed
    rows, if any.
    """

    questionnaire = models.ForeignKey(Questionnaire, on_delete=models.CASCADE, related_name="indicators")
    code = models.SlugField(max_length=50)
    position = models.PositiveSmallIntegerField()
    section_fr = models.CharField(max_length=120)
    section_nl = models.CharField(max_length=120, blank=True)
    section_en = models.CharField(max_length=120, blank=True)
    kind = models.CharField(max_length=8, choices=Kind)
    label_fr = models.CharField(max_length=200)
    label_nl = models.CharField(max_length=200, blank=True)
    label_en = models.CharField(max_length=200, blank=True)
    help_fr = models.CharField(max_length=500, blank=True)
    help_nl = models.CharField(max_length=500, blank=True)
    help_en = models.CharField(max_length=500, blank=True)
    unit = models.CharField(max_length=40, blank=True)
    source = models.CharField(max_length=60, blank=True)
    required = models.BooleanField(default=True)
    decimals = models.PositiveSmallIntegerField(default=0)
    minimum = models.DecimalField(max_digits=14, decimal_places=4, null=True, blank=True)
    maximum = models.DecimalField(max_digits=14, decimal_places=4, null=True, blank=True)
    choices = models.JSONField(default=list, blank=True)
    columns = models.JSONField(default=list, blank=True)
    rows = models.JSONField(default=list, blank=True)
    replaces = models.JSONField(default=list, blank=True)

    class Meta:
        verbose_name = _("indicator")
        ordering: ClassVar[list[str]] = ["questionnaire", "position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["questionnaire", "code"], name="one_indicator_a_code"),
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="kind_of_indicator_is_known"),
            models.CheckConstraint(condition=Q(decimals__lte=4), name="indicator_has_four_decimals_at_most"),
            models.CheckConstraint(
                condition=Q(minimum__isnull=True) | Q(maximum__isnull=True) | Q(minimum__lte=F("maximum")),
                name="indicator_minimum_below_maximum",
            ),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def label(self) -> str:
        return in_language(self, "label")

    @property
    def section(self) -> str:
        return in_language(self, "section")

    @property
    def help(self) -> str:
        return in_language(self, "help")


class Rule(SpaceModel):
    """Answers that must agree: `left` stands so to the sum of `right` (codes of numbers and amounts)."""

    questionnaire = models.ForeignKey(Questionnaire, on_delete=models.CASCADE, related_name="rules")
    left = models.SlugField(max_length=50)
    comparison = models.CharField(max_length=8, choices=Comparison)
    right = models.JSONField(default=list)
    message_fr = models.CharField(max_length=300)
    message_nl = models.CharField(max_length=300, blank=True)
    message_en = models.CharField(max_length=300, blank=True)

    class Meta:
        verbose_name = _("rule")
        ordering: ClassVar[list[str]] = ["questionnaire", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(comparison__in=Comparison.values), name="comparison_of_rule_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.left} {self.comparison} {'+'.join(self.right)}"

    @property
    def message(self) -> str:
        return in_language(self, "message")


class Edition(SpaceModel):
    """The census of a year. Asked is who was a member, open and in the perimeter on `reference_day`, its last day."""

    year = models.PositiveSmallIntegerField(_("year"), unique=True)
    perimeter = models.CharField(_("who is asked"), max_length=10, choices=Perimeter, default=Perimeter.ALL)
    questionnaire = models.ForeignKey(Questionnaire, on_delete=models.PROTECT, related_name="editions")
    reference_day = models.DateField(_("reference day"))
    due_on = models.DateField(_("to be sent by"))
    opened_at = models.DateTimeField(default=timezone.now, editable=False)
    opened_by_id = models.BigIntegerField(null=True, blank=True)
    frozen_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("edition")
        ordering: ClassVar[list[str]] = ["-year"]
        constraints = [
            models.CheckConstraint(condition=Q(perimeter__in=Perimeter.values), name="perimeter_of_edition_is_known"),
        ]

    def __str__(self) -> str:
        return str(self.year)

    @property
    def is_frozen(self) -> bool:
        return self.frozen_at is not None


class CensusReturn(SpaceModel):
    """The answer of one EPN to an edition. Its name, commune and label are those of the reference day."""

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="returns")
    epn_id = models.BigIntegerField()
    name = models.CharField(max_length=160)
    commune = models.CharField(max_length=120, blank=True)
    labelled = models.BooleanField(default=False)
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    version = models.PositiveIntegerField(default=1)  # goes up with every change: the second of two people is told
    due_on = models.DateField(null=True, blank=True)  # its own, where it was given more time
    prefilled_at = models.DateTimeField(null=True, blank=True)
    submitted_at = models.DateTimeField(null=True, blank=True)
    signed_name = models.CharField(_("name"), max_length=120, blank=True)
    signed_role = models.CharField(_("in what quality"), max_length=120, blank=True)
    on_behalf = models.BooleanField(default=False)  # entered and signed by the network, for the EPN
    decided_at = models.DateTimeField(null=True, blank=True)
    comment = models.TextField(blank=True)  # of the last time it was sent back

    class Meta:
        verbose_name = _("census return")
        ordering: ClassVar[list[str]] = ["edition", "name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["edition", "epn_id"], name="one_return_an_epn_and_edition"),
            models.CheckConstraint(condition=Q(state__in=State.values), name="state_of_return_is_known"),
            models.CheckConstraint(
                condition=~Q(state=State.RETURNED) | ~Q(comment=""), name="sent_back_with_a_comment"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[State.SUBMITTED, State.VALIDATED])
                | (Q(submitted_at__isnull=False) & ~Q(signed_name="") & ~Q(signed_role="")),
                name="sent_returns_are_signed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.edition_id} {self.name}"


class ReturnValue(SpaceModel):
    """The answer to one indicator. Numbers and amounts are kept as text, exactly as they are meant ("12.5").

    `computed` is what daily work gave, `computed_as_of` as of when, and stays beside a correction. `explanation` says
    why there is no value ("nobody under contract from May to August"): that counts as answered.
    """

    census_return = models.ForeignKey(CensusReturn, on_delete=models.CASCADE, related_name="values")
    indicator = models.ForeignKey(Indicator, on_delete=models.PROTECT, related_name="+")
    value = models.JSONField(null=True, blank=True)
    provenance = models.CharField(max_length=10, choices=Provenance, blank=True)
    computed = models.JSONField(null=True, blank=True)
    computed_from = models.CharField(max_length=60, blank=True)
    computed_as_of = models.DateTimeField(null=True, blank=True)
    explanation = models.CharField(max_length=500, blank=True)
    by_id = models.BigIntegerField(null=True, blank=True)
    by_name = models.CharField(max_length=120, blank=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("answer")
        ordering: ClassVar[list[str]] = ["census_return", "indicator"]
        constraints = [
            models.UniqueConstraint(fields=["census_return", "indicator"], name="one_answer_an_indicator"),
            models.CheckConstraint(
                condition=Q(provenance__in=[*Provenance.values, ""]), name="provenance_of_answer_is_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.census_return_id} {self.indicator_id}"


class ReturnFile(SpaceModel):
    """What was attached to an indicator of kind file."""

    value = models.OneToOneField(ReturnValue, on_delete=models.CASCADE, related_name="file")
    name = models.CharField(max_length=160)
    content_type = models.CharField(max_length=100)
    content = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    added_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.name


class ReturnStep(SpaceModel):
    """One line of a return's history. `by_name` is the person's name at that time."""

    census_return = models.ForeignKey(CensusReturn, on_delete=models.CASCADE, related_name="steps")
    at = models.DateTimeField(default=timezone.now)
    step = models.CharField(max_length=10, choices=Step)
    by_id = models.BigIntegerField(null=True, blank=True)
    by_name = models.CharField(max_length=120, blank=True)
    for_network = models.BooleanField(default=False)  # done by somebody of the network
    text = models.TextField(blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["census_return", "at", "pk"]

    def __str__(self) -> str:
        return f"{self.census_return_id} {self.step}"


class FrozenEdition(SpaceModel):
    """What an edition was when it closed: one file, the same bytes for the same answers, and its hash.

    `facts` are the network's own numbers of that moment (EPN, contracts, cost model): what daily work says later
    may be another thing, and the file must be made again from the rows alone.
    """

    edition = models.OneToOneField(Edition, on_delete=models.PROTECT, related_name="frozen")
    content = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    facts = models.JSONField(default=dict, db_default=models.Value({}, models.JSONField()))
    made_at = models.DateTimeField(default=timezone.now)
    made_by_id = models.BigIntegerField(null=True, blank=True)

    def __str__(self) -> str:
        return self.sha256


class LetterRun(SpaceModel):
    """Letters to several EPN at once, sent by a worker. `origin` is the site's address as the person who asked saw it:
    a worker knows none. Who got one stands in the steps of the returns."""

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="letter_runs")
    kind = models.CharField(max_length=10, choices=[(one.value, one.label) for one in (Step.OPENED, Step.REMINDED)])
    origin = models.CharField(max_length=200)
    returns = models.JSONField(default=list)  # ids
    again = models.BooleanField(default=False)  # also to who has had one today
    asked_at = models.DateTimeField(default=timezone.now)
    asked_by_id = models.BigIntegerField(null=True, blank=True)
    asked_by_name = models.CharField(max_length=120, blank=True)
    sent = models.PositiveIntegerField(default=0)
    unsent = models.PositiveIntegerField(default=0)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-asked_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.edition_id} {self.kind} {self.asked_at:%Y-%m-%d}"

"""What a funder asks of the network (packs), and what it was told (reports), frozen version by version."""

from __future__ import annotations

import hashlib
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from maillage.accounts.enums import Language
from network.funding.models import Funder, Grant, Kept, ReportDate
from network.reports.enums import Format, LineKind, PackState, State, Step
from tenants.registry.models import SpaceModel


def by_person() -> models.ForeignKey[Any, Any]:
    """Who did it; a person's row may be gone."""
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.DO_NOTHING, db_constraint=False, related_name="+", null=True
    )


def number(**options: Any) -> models.DecimalField[Any, Any]:
    """A column for any number of a report, with cents."""
    return models.DecimalField(max_digits=16, decimal_places=2, null=True, blank=True, **options)


class Pack(Kept):
    """What a funder wants to be told, version after version."""

    funder = models.ForeignKey(Funder, on_delete=models.PROTECT, related_name="packs")
    title = models.CharField(max_length=160)

    class Meta:
        ordering: ClassVar[list[str]] = ["title", "pk"]

    def __str__(self) -> str:
        return self.title


class PackVersion(SpaceModel):
    """Its lines stay as they are from the day it is in use: a report names the version it was made with."""

    pack = models.ForeignKey(Pack, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=10, choices=PackState, default=PackState.DRAFT)
    introduction = models.TextField(blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    used_since = models.DateTimeField(null=True, editable=False)

    class Meta:
        ordering: ClassVar[list[str]] = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["pack", "number"], name="reports_one_version_a_number"),
            models.UniqueConstraint(fields=["pack"], condition=Q(state="draft"), name="reports_one_draft_a_pack"),
            models.UniqueConstraint(fields=["pack"], condition=Q(state="in_use"), name="reports_one_version_in_use"),
            models.CheckConstraint(condition=Q(state__in=PackState.values), name="state_of_pack_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.pack_id} v{self.number}"


class PackLine(SpaceModel):
    """One indicator, or one text, of a pack.

    `source`: of a figure, a published table of the network and a measure (`visits.visits`, `visits_by_theme.visits`);
    of money, a `MoneyOf`, and for what was spent perhaps a category (`spent.staff`). A ratio divides the line of the
    code `numerator` by that of `denominator`. `target`: what is aimed at in twelve months.
    """

    version = models.ForeignKey(PackVersion, on_delete=models.CASCADE, related_name="lines")
    position = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=40)
    kind = models.CharField(max_length=10, choices=LineKind)
    label_fr = models.CharField(max_length=200)
    label_nl = models.CharField(max_length=200, blank=True)
    label_en = models.CharField(max_length=200, blank=True)
    help = models.CharField(max_length=300, blank=True)
    unit = models.CharField(max_length=60, blank=True)
    source = models.CharField(max_length=80, blank=True)
    numerator = models.CharField(max_length=40, blank=True)
    denominator = models.CharField(max_length=40, blank=True)
    by_epn = models.BooleanField(default=False)
    required = models.BooleanField(default=True)
    target = number()

    class Meta:
        ordering: ClassVar[list[str]] = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["version", "code"], name="reports_one_line_a_code"),
            models.CheckConstraint(condition=Q(kind__in=LineKind.values), name="kind_of_report_line_is_known"),
            models.CheckConstraint(
                condition=~Q(kind__in=[LineKind.FIGURE, LineKind.MONEY]) | ~Q(source=""),
                name="a_computed_report_line_has_a_source",
            ),
            models.CheckConstraint(
                condition=~Q(kind=LineKind.RATIO) | (~Q(numerator="") & ~Q(denominator="")),
                name="a_ratio_has_both_its_lines",
            ),
        ]

    def __str__(self) -> str:
        return self.code

    def label(self, language: str) -> str:
        """In a language; where nobody wrote it, in French."""
        return getattr(self, f"label_{language}", "") or self.label_fr


class ActivityKey(SpaceModel):
    """Which part of an EPN's work of a year counts for a grant, in percent. Of all grants together: 100 at most."""

    grant = models.ForeignKey(Grant, on_delete=models.CASCADE, related_name="activity_keys")
    epn_id = models.BigIntegerField()
    year = models.PositiveSmallIntegerField()
    percent = models.DecimalField(max_digits=5, decimal_places=2)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["grant", "epn_id", "year"], name="reports_one_key_an_epn_and_year"),
            models.CheckConstraint(condition=Q(percent__gte=0, percent__lte=100), name="a_key_is_a_share"),
        ]

    def __str__(self) -> str:
        return f"{self.grant_id} {self.epn_id} {self.year}"


class Report(Kept):
    """What one funder is told of some months (`first` and `last` are first days of months) about some of its grants.

    `number` is that of the last version that was signed; `version` counts every change, so that two people notice.
    """

    pack_version = models.ForeignKey(PackVersion, on_delete=models.PROTECT, related_name="reports")
    grants: Any = models.ManyToManyField(Grant, through="ReportGrant", related_name="reports")
    title = models.CharField(max_length=200)
    first = models.DateField()
    last = models.DateField()
    language = models.CharField(max_length=2, choices=Language, default=Language.FRENCH)
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    number = models.PositiveSmallIntegerField(default=0)
    version = models.PositiveIntegerField(default=1)
    report_date = models.ForeignKey(ReportDate, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        ordering: ClassVar[list[str]] = ["-last", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=State.values), name="state_of_report_is_known"),
            models.CheckConstraint(condition=Q(last__gte=F("first")), name="a_report_ends_after_its_start"),
            models.CheckConstraint(
                condition=Q(state=State.DRAFT) | Q(number__gt=0), name="a_report_that_left_has_a_version"
            ),
        ]

    def __str__(self) -> str:
        return self.title


class ReportGrant(SpaceModel):
    """A grant of which a report tells."""

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="+")
    grant = models.ForeignKey(Grant, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["report", "grant"], name="reports_each_grant_once")]

    def __str__(self) -> str:
        return f"{self.report_id} {self.grant_id}"


class ReportValue(SpaceModel):
    """What somebody wrote in a line: a number, a text, or a word beside a computed value."""

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="values")
    code = models.CharField(max_length=40)
    number = number()
    text = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["report", "code"], name="reports_one_value_a_line")]

    def __str__(self) -> str:
        return self.code

    @property
    def version(self) -> str:
        """Of what stands in it: two people who write in the same line notice it (`two_versions.version_of`)."""
        said = f"{'' if self.number is None else f'{self.number:.2f}'}|{self.text}"
        return hashlib.sha256(said.encode()).hexdigest()[:16]


class FrozenReport(SpaceModel):
    """A signed version: `content` is the file that its hash is of (see content.py). Nothing of it changes any more."""

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="frozen")
    number = models.PositiveSmallIntegerField()
    content = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    as_of = models.DateTimeField(null=True)
    signed_at = models.DateTimeField()
    signed_by = by_person()
    sent_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        ordering: ClassVar[list[str]] = ["-number"]
        constraints = [models.UniqueConstraint(fields=["report", "number"], name="reports_one_frozen_a_number")]

    def __str__(self) -> str:
        return f"{self.report_id} {self.number}"


class ReportFile(SpaceModel):
    """A frozen version as a file, made once and kept byte by byte."""

    frozen = models.ForeignKey(FrozenReport, on_delete=models.PROTECT, related_name="files")
    format = models.CharField(max_length=4, choices=Format)
    content = models.BinaryField()
    sha256 = models.CharField(max_length=64, db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["frozen", "format"], name="reports_one_file_a_format"),
            models.CheckConstraint(condition=Q(format__in=Format.values), name="format_of_report_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.frozen_id} {self.format}"


class ReportStep(SpaceModel):
    """One thing that happened to a report: who, when, with which words, on which side."""

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="steps")
    number = models.PositiveSmallIntegerField()
    step = models.CharField(max_length=10, choices=Step)
    at = models.DateTimeField(default=timezone.now)
    by = by_person()
    by_name = models.CharField(max_length=160, blank=True)
    for_funder = models.BooleanField(default=False)
    text = models.TextField(blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["at", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(step__in=Step.values), name="step_of_report_is_known"),
            models.CheckConstraint(
                condition=~Q(step__in=[Step.RETURNED, Step.REFUSED, Step.COMMENTED]) | ~Q(text=""),
                name="what_a_funder_sends_back_has_its_words",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.report_id} {self.step}"

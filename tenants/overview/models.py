"""The yearly report: the EPN's own words, its logo, and the figures as they were when it was made."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from maillage.accounts.enums import Language
from tenants.overview.enums import Picture, ReportState
from tenants.registry.models import SpaceModel

LONGEST_WORDS = 5000
EARLIEST_YEAR, LATEST_YEAR = 2000, 2100


class Logo(SpaceModel):
    """A picture of the EPN, as bytes: checked, and rid of everything but the picture itself. Never changed: a report
    that was made with it keeps it."""

    kind = models.CharField(max_length=4, choices=Picture)
    content = models.BinaryField()
    width = models.PositiveSmallIntegerField()
    height = models.PositiveSmallIntegerField()
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("logo")

    def __str__(self) -> str:
        return f"{self.kind} {self.width}×{self.height}"


class YearlyReport(SpaceModel):
    """What the EPN says of a year, as it stands now."""

    year = models.PositiveSmallIntegerField(_("year"), unique=True)
    state = models.CharField(max_length=10, choices=ReportState, default=ReportState.DRAFT)
    language = models.CharField(_("language of the report"), max_length=2, choices=Language)
    introduction = models.TextField(_("introduction"), blank=True)
    highlights = models.TextField(_("highlights of the year"), blank=True)
    thanks = models.TextField(_("thanks"), blank=True)
    logo = models.ForeignKey(
        Logo, on_delete=models.PROTECT, related_name="reports", null=True, blank=True, verbose_name=_("logo")
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("yearly report")
        ordering: ClassVar[list[str]] = ["-year"]
        constraints = [
            models.CheckConstraint(
                condition=Q(year__gte=EARLIEST_YEAR, year__lte=LATEST_YEAR), name="report_year_is_plausible"
            ),
        ]

    def __str__(self) -> str:
        return str(self.year)


class ReportVersion(SpaceModel):
    """A report as it was made: figures, words, logo and language. Never changed; making again makes another one."""

    report = models.ForeignKey(YearlyReport, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    language = models.CharField(max_length=2, choices=Language)
    epn = models.CharField(max_length=160)
    network = models.CharField(max_length=160, blank=True)
    introduction = models.TextField(blank=True)
    highlights = models.TextField(blank=True)
    thanks = models.TextField(blank=True)
    logo = models.ForeignKey(Logo, on_delete=models.PROTECT, related_name="versions", null=True, blank=True)
    figures = models.JSONField()
    as_of = models.DateTimeField()
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        related_name="+",
        null=True,
        blank=True,
    )

    class Meta:
        verbose_name = _("version of a yearly report")
        ordering: ClassVar[list[str]] = ["-number"]
        constraints = [models.UniqueConstraint(fields=["report", "number"], name="one_version_a_number")]

    def __str__(self) -> str:
        return f"{self.report_id} v{self.number}"

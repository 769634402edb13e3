"""What coverage is measured against: targets, priority areas, and context figures of others."""

from __future__ import annotations

from typing import ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from network.cadastre.coverage.enums import Topic
from tenants.registry.models import SpaceModel


class Target(SpaceModel):
    """What the network aims at from a day on. Either number may be left out: then nothing is said to be missing."""

    valid_from = models.DateField(_("valid from"), unique=True)
    inhabitants_per_fte = models.PositiveIntegerField(
        _("inhabitants for one full-time helper"), null=True, blank=True, validators=[MinValueValidator(1)]
    )
    hours_per_10000 = models.DecimalField(
        _("hours open a week for 10,000 inhabitants"),
        max_digits=6, decimal_places=2, null=True, blank=True, validators=[MinValueValidator(0)],
    )  # fmt: skip
    source = models.CharField(_("source"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("target")
        ordering: ClassVar[list[str]] = ["-valid_from"]
        constraints = [
            models.CheckConstraint(
                condition=Q(inhabitants_per_fte__isnull=False) | Q(hours_per_10000__isnull=False),
                name="target_aims_at_something",
            ),
            models.CheckConstraint(
                condition=Q(inhabitants_per_fte__isnull=True) | Q(inhabitants_per_fte__gte=1),
                name="target_inhabitants_above_zero",
            ),
        ]

    def __str__(self) -> str:
        return f"from {self.valid_from}"


class AreaIndicator(SpaceModel):
    """A number by commune that somebody else publishes, by which areas have priority. Loaded by the operator."""

    code = models.SlugField(max_length=50, unique=True)
    label = models.CharField(max_length=160)
    unit = models.CharField(max_length=60, blank=True)
    source = models.CharField(max_length=300)
    year = models.PositiveSmallIntegerField()
    priority_from = models.DecimalField(max_digits=14, decimal_places=4, null=True, blank=True)
    loaded_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("indicator of areas")
        ordering: ClassVar[list[str]] = ["label", "pk"]

    def __str__(self) -> str:
        return self.code


class AreaValue(SpaceModel):
    indicator = models.ForeignKey(AreaIndicator, on_delete=models.CASCADE, related_name="values")
    commune = models.CharField(max_length=10)
    value = models.DecimalField(max_digits=14, decimal_places=4)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["indicator", "commune"], name="one_value_an_area")]

    def __str__(self) -> str:
        return f"{self.indicator_id} {self.commune}"


class ContextFigure(SpaceModel):
    """A figure of somebody else that explains why the network is needed, with its source and year.

    `value` is written as it was published ("46 %"): nothing is computed with it.
    """

    topic = models.CharField(_("topic"), max_length=16, choices=Topic)
    text_fr = models.CharField(_("what it says, in French"), max_length=300)
    text_nl = models.CharField(_("what it says, in Dutch"), max_length=300, blank=True)
    text_en = models.CharField(_("what it says, in English"), max_length=300, blank=True)
    value = models.CharField(_("figure"), max_length=40)
    year = models.PositiveSmallIntegerField(_("year"), validators=[MinValueValidator(1990), MaxValueValidator(2100)])
    area = models.CharField(_("where"), max_length=80)
    source = models.CharField(_("source"), max_length=300)
    url = models.URLField(_("link to the source"), max_length=300, blank=True)
    added_at = models.DateTimeField(default=timezone.now, editable=False)
    retired_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("context figure")
        ordering: ClassVar[list[str]] = ["topic", "text_fr", "year", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(topic__in=Topic.values), name="topic_of_context_figure_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.value} {self.year}"

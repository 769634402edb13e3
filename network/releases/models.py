"""Numbered releases: what left the network, cell by cell. Nothing here changes once it is released."""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from network.releases.enums import PeriodKind, ReleaseState, Withheld
from network.releases.periods import Period
from tenants.registry.models import SpaceModel


class Release(SpaceModel):
    """A closed period. Without a number it is a draft, of which there is one at a time: the next takes its place."""

    number = models.PositiveIntegerField(null=True, blank=True, unique=True)
    kind = models.CharField(max_length=10, choices=PeriodKind)
    first = models.DateField()
    state = models.CharField(max_length=10, choices=ReleaseState, default=ReleaseState.PREPARING)
    progress = models.PositiveSmallIntegerField(default=0)  # percent, while it is being prepared
    corrects = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="corrections")
    reason = models.TextField(_("reason"), blank=True, default="")
    minimum_cell = models.PositiveSmallIntegerField()
    as_of = models.DateTimeField(null=True, blank=True)  # of the figures
    prepared_at = models.DateTimeField(default=timezone.now)
    released_at = models.DateTimeField(null=True, blank=True)
    released_by_id = models.BigIntegerField(null=True, blank=True)
    latest = models.PositiveIntegerField(default=0)  # number of the release after which it was prepared
    tables: Any = models.JSONField(default=list)  # of each: name, cells, withheld by reason, share that is shown

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state=ReleaseState.RELEASED, number__isnull=False, released_at__isnull=False)
                | (~Q(state=ReleaseState.RELEASED) & Q(number__isnull=True, released_at__isnull=True)),
                name="releases_a_number_says_released",
            ),
            models.CheckConstraint(
                condition=Q(corrects__isnull=True) | ~Q(reason=""), name="releases_a_correction_has_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"release {self.number or 'draft'} {self.period}"

    @property
    def period(self) -> Period:
        return Period(self.first, PeriodKind(self.kind))


class ReleasedCell(SpaceModel):
    """One row of a published table. The numbers of a withheld one are kept, for the protection of later releases."""

    release = models.ForeignKey(Release, on_delete=models.CASCADE, related_name="cells")
    table = models.CharField(max_length=60)
    period = models.CharField(max_length=7)
    place = models.CharField(max_length=120, blank=True)
    value = models.CharField(max_length=120, blank=True)
    numbers: Any = ArrayField(models.BigIntegerField())
    withheld = models.PositiveSmallIntegerField(choices=Withheld, default=Withheld.NO)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["release", "table", "period", "place", "value"], name="releases_one_row_a_cell"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.table} {self.period} {self.place} {self.value}"


class FrozenMonth(SpaceModel):
    """What one EPN did in a month that was released, finer than any table: later sums are made of it. Never shown."""

    release = models.ForeignKey(Release, on_delete=models.CASCADE, related_name="frozen")
    month = models.DateField()
    epn_id = models.BigIntegerField()
    commune = models.CharField(max_length=120, blank=True)
    cells: Any = models.JSONField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["release", "month", "epn_id", "commune"], name="releases_one_frozen_month_a_place"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.epn_id} {self.month:%Y-%m}"

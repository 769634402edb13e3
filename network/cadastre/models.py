"""What the federation keeps about its EPN as a network: recognitions, and the places of an imported census."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tenants.registry.models import SpaceModel


class Recognition(SpaceModel):
    """An EPN carries the network's label from a day to another ("recognition", since a label is a caption)."""

    epn_id = models.BigIntegerField()
    since = models.DateField(_("since"))
    until = models.DateField(_("until"), null=True, blank=True)
    note = models.CharField(_("note"), max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["epn_id"], condition=Q(until__isnull=True), name="one_running_recognition_an_epn"
            ),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gt=F("since")), name="recognition_ends_after_it_starts"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.epn_id} since {self.since}"


class CensusPlace(SpaceModel):
    """One row of an imported census: which EPN it made, and every cell as it stood in the file."""

    source_id = models.CharField(max_length=120, unique=True)
    epn_id = models.BigIntegerField(unique=True)
    department = models.CharField(max_length=10, blank=True)
    cells = models.JSONField()
    doubts = models.JSONField(default=list)
    imported_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar[list[str]] = ["source_id"]

    def __str__(self) -> str:
        return self.source_id

"""Which EPN of the network turned out to be one place, and which were looked at and are two."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from tenants.registry.models import SpaceModel


class Merge(SpaceModel):
    """The EPN `merged_id` was the same place as `kept_id`. Until `undone_at`, it is archived and its addresses
    lead to the kept one. Both names are as on that day.

    `paths` are the addresses that were handed over, `doors` the sites that were added to the kept one: each as
    `{"from": its number in the merged EPN, "to": its number in the kept one}`. What went along of the label: the number
    of the decision by which the kept one got it (or the label's row, where nobody had decided), and the application.
    """

    kept_id = models.BigIntegerField()
    merged_id = models.BigIntegerField()
    kept_name = models.CharField(max_length=160)
    merged_name = models.CharField(max_length=160)
    slug = models.CharField(max_length=50)  # the merged one's, before
    paths = models.JSONField(default=list)
    doors = models.JSONField(default=list)
    label_decision = models.PositiveIntegerField(null=True, blank=True)
    label_id = models.BigIntegerField(null=True, blank=True)
    application_id = models.BigIntegerField(null=True, blank=True)
    merged_at = models.DateTimeField(default=timezone.now)
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-merged_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["merged_id"], condition=Q(undone_at__isnull=True), name="an_epn_is_merged_once"
            ),
            models.CheckConstraint(condition=~Q(kept_id=F("merged_id")), name="an_epn_is_merged_into_another"),
        ]

    def __str__(self) -> str:
        return f"{self.merged_id} into {self.kept_id}"

    @property
    def with_label(self) -> bool:
        """The kept one got the label of the other."""
        return self.label_decision is not None or self.label_id is not None


class Apart(SpaceModel):
    """Somebody looked at these two and said that they are two places: they aren't proposed again."""

    first_id = models.BigIntegerField()
    second_id = models.BigIntegerField()
    said_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar[list[str]] = ["-said_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["first_id", "second_id"], name="two_epn_are_told_apart_once"),
            models.CheckConstraint(condition=Q(first_id__lt=F("second_id")), name="the_lower_number_comes_first"),
        ]

    def __str__(self) -> str:
        return f"{self.first_id} is not {self.second_id}"

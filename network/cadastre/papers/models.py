"""The whole cadastre of a year as one document, made by a job and kept a day."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from maillage.accounts.enums import Language
from network.cadastre.enums import Perimeter
from network.cadastre.papers.enums import Format
from tenants.activity.journal.enums import FileState
from tenants.registry.models import SpaceModel


class Paper(SpaceModel):
    """What was asked for, by whom, how far it is (`done` of `steps`), and its bytes once it is ready."""

    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.DO_NOTHING, db_constraint=False, related_name="+", editable=False
    )
    year = models.PositiveSmallIntegerField()
    perimeter = models.CharField(max_length=10, choices=Perimeter)
    format = models.CharField(max_length=4, choices=Format)
    language = models.CharField(max_length=2, choices=Language)
    state = models.CharField(max_length=10, choices=FileState, default=FileState.WAITING)
    steps = models.PositiveSmallIntegerField(default=1)
    done = models.PositiveSmallIntegerField(default=0)
    filename = models.CharField(max_length=200)
    content = models.BinaryField(null=True)
    size = models.PositiveIntegerField(default=0)
    asked_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar[list[str]] = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=FileState.values), name="state_of_paper_is_known"),
            models.CheckConstraint(condition=Q(format__in=Format.values), name="format_of_paper_is_known"),
            models.CheckConstraint(
                condition=~Q(state=FileState.READY) | Q(content__isnull=False), name="a_ready_paper_has_content"
            ),
        ]

    def __str__(self) -> str:
        return self.filename

    @property
    def percent(self) -> int:
        return min(100, 100 * self.done // max(1, self.steps))

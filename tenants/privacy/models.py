"""What is left of people who were forgotten: a count."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from tenants.registry.models import SpaceModel


class ForgettingRun(SpaceModel):
    """A night on which former staff were made anonymous. It says how many, and nothing else."""

    day = models.DateField(_("day"))
    people = models.PositiveIntegerField(_("people made anonymous"))

    class Meta:
        verbose_name = _("anonymisation")
        ordering: ClassVar[list[str]] = ["-day", "-pk"]

    def __str__(self) -> str:
        return f"{self.day}: {self.people}"

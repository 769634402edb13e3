"""A network's charter on the data of its EPN's staff: its versions, and which EPN has agreed to which. In public."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tenants.registry.models import Epn, Federation


class Charter(models.Model):
    """One version, in the three languages; never changed once it is published."""

    federation = models.ForeignKey(Federation, on_delete=models.CASCADE, related_name="charters")
    number = models.PositiveSmallIntegerField(_("version"))
    text_fr = models.TextField(_("text in French"))
    text_nl = models.TextField(_("text in Dutch"))
    text_en = models.TextField(_("text in English"))
    published_at = models.DateTimeField(default=timezone.now, editable=False)
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("charter")
        ordering: ClassVar[list[str]] = ["federation", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["federation", "number"], name="one_charter_a_number"),
            models.CheckConstraint(condition=Q(number__gte=1), name="charters_are_numbered_from_one"),
        ]

    def __str__(self) -> str:
        return f"{self.federation_id} {self.number}"

    def text_in(self, language: str) -> str:
        """French stands in for a language that it isn't written in."""
        text: str = getattr(self, f"text_{language[:2]}", "")
        return text or self.text_fr


class Agreement(models.Model):
    """An EPN agreed to a version: who said so, in which quality. It stays when they leave."""

    charter = models.ForeignKey(Charter, on_delete=models.CASCADE, related_name="agreements")
    epn = models.ForeignKey(Epn, on_delete=models.CASCADE, related_name="agreements")
    agreed_at = models.DateTimeField(default=timezone.now, editable=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    quality = models.CharField(_("in what quality"), max_length=120)

    class Meta:
        verbose_name = _("agreement")
        ordering: ClassVar[list[str]] = ["charter", "epn"]
        constraints = [models.UniqueConstraint(fields=["charter", "epn"], name="one_agreement_an_epn")]

    def __str__(self) -> str:
        return f"{self.epn_id} to {self.charter_id}"

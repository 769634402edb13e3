"""What stands at a site for the public: computers, tablets, printers, card readers. Counted, never one by one."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tenants.premises.models import Site
from tenants.registry.models import SpaceModel

MOST = 999


class Equipment(SpaceModel):
    """How many of a kind (vocabulary `equipment`) work and may be used by anybody. No row: nobody counted; 0: none."""

    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="equipment", verbose_name=_("site"))
    kind = models.CharField(_("kind of equipment"), max_length=40)
    count = models.PositiveSmallIntegerField(_("how many"))
    counted_on = models.DateField(_("counted on"))

    class Meta:
        verbose_name = _("equipment")
        ordering: ClassVar[list[str]] = ["site", "kind"]
        constraints = [
            models.UniqueConstraint(fields=["site", "kind"], name="one_count_a_site_and_kind"),
            models.CheckConstraint(condition=Q(count__lte=MOST), name="equipment_can_be_counted"),
        ]

    def __str__(self) -> str:
        return f"{self.count} {self.kind}"

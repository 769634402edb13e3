"""What open data asks for and no card says: under which number the State knows a house."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from tenants.registry.models import SpaceModel


class OfficialNumber(SpaceModel):
    """SIRET, RNA or RIDET in France; enterprise or establishment unit number in Belgium. Of an organisation, never of
    a person. Several EPN may have the same one."""

    epn_id = models.BigIntegerField(primary_key=True)
    number = models.CharField(_("official number"), max_length=14)

    class Meta:
        ordering: ClassVar[list[str]] = ["epn_id"]

    def __str__(self) -> str:
        return self.number

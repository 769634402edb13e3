from django.db import models
from django.utils.translation import gettext_lazy as _


class ContractRole(models.TextChoices):
    """What a person does at the EPN. Contract types are reference data: `reference.ContractType`."""

    ANIMATION = "animation", _("Animation")
    COORDINATION = "coordination", _("Coordination")
    RECEPTION = "reception", _("Reception")
    TECHNICAL = "technical", _("Technical support")

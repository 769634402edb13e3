from django.db import models
from django.utils.translation import gettext_lazy as _


class Perimeter(models.TextChoices):
    """Whose figures a cadastre shows. The number of EPN and the needs are always of the whole network."""

    ALL = "all", _("All EPN")
    LABELLED = "labelled", _("Labelled EPN")

from django.db import models
from django.utils.translation import gettext_lazy as _


class Measure(models.TextChoices):
    """What the map of coverage shows, always for 10,000 inhabitants."""

    HOURS = "hours", _("Hours open a week")
    EPN = "epn", _("EPN")
    FTE = "fte", _("Full-time equivalents")
    VISITS = "visits", _("Visits in the year")


class Topic(models.TextChoices):
    """What an entry of the library of context figures is about."""

    VULNERABILITY = "vulnerability", _("Digital vulnerability")
    ADMINISTRATION = "administration", _("Online public services")
    EQUIPMENT = "equipment", _("Equipment and connection")
    POPULATION = "population", _("Inhabitants")
    OTHER = "other", _("Something else")

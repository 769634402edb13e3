from django.db import models
from django.utils.translation import gettext_lazy as _


class CostKind(models.TextChoices):
    """What one EPN costs, by kind."""

    STAFF = "staff", _("Staff at the desk")
    COORDINATION = "coordination", _("Coordination")
    ARTICLE60 = "article60", _("Contributions for article 60")
    VOLUNTEERS = "volunteers", _("Volunteers' costs")
    RENT = "rent", _("Rent and charges")
    EQUIPMENT = "equipment", _("Equipment")
    OTHER = "other", _("Other costs")


class Reach(models.TextChoices):
    """Which EPN a scenario is about: those that are there on the day, not those of when it was written."""

    ALL = "all", _("All EPN")
    LABELLED = "labelled", _("Labelled EPN")
    CHOSEN = "chosen", _("The EPN that you tick")


class MeasureKind(models.TextChoices):
    """What a scenario does. Each has its own form, and its own way of being counted (needs/effects.py)."""

    EACH = "each", _("More in each EPN")
    STOPS = "stops", _("Itinerant stops")
    EXTEND = "extend", _("Keep the people whose contract ends")
    OTHER = "other", _("Something else")


# Months within which a contract ends: the values of the figure `contracts_ending`.
WITHIN = (3, 6, 12)

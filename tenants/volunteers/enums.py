from django.db import models
from django.utils.translation import gettext_lazy as _


class Status(models.TextChoices):
    """What the organisation is in law: the information note says it (law of 3 July 2005, art. 4)."""

    ASSOCIATION = "association", _("Non-profit association (ASBL)")
    PUBLIC = "public", _("Public service: commune, CPAS …")
    FOUNDATION = "foundation", _("Foundation")
    DE_FACTO = "de_facto", _("De facto association, without legal personality")
    OTHER = "other", _("Another organisation without profit")


class CostsPolicy(models.TextChoices):
    """Which costs the organisation pays back."""

    NONE = "none", _("It pays nothing back")
    FLAT = "flat", _("A flat amount a day, without receipts")
    FLAT_AND_TRAVEL = "flat_and_travel", _("A flat amount a day, and travel by the kilometre")
    REAL = "real", _("The real costs, with receipts")


class DefrayalKind(models.TextChoices):
    """In one calendar year, a person gets flat amounts or real costs, never both (art. 10); travel goes with either."""

    FLAT = "flat", _("Flat amount for the day")
    REAL = "real", _("Real costs, with receipts")
    TRAVEL = "travel", _("Travel, by the kilometre")


class MustDeclare(models.TextChoices):
    """Whether somebody must tell the unemployment office first. Nothing more of their situation is asked."""

    UNKNOWN = "unknown", _("Not asked yet")
    NO = "no", _("No, nothing to declare")
    YES = "yes", _("Yes, to be declared first")

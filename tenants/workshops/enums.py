from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Kind(models.TextChoices):
    """Each date of a workshop stands alone; a course is followed from its first date to its last. Codes of `mode`."""

    WORKSHOP = "workshop", _("Workshop")
    COURSE = "course", _("Course")


class Level(models.TextChoices):
    """How somebody manages today. A series without a level is for everybody."""

    FIRST_STEPS = "first_steps", _("First steps")
    WITH_HELP = "with_help", _("Manages with help")
    ALONE = "alone", _("Manages alone")


class Spoken(models.TextChoices):
    """The language that a series is held in. Few, and fixed: what is asked at the door of an EPN."""

    FRENCH = "fr", _("French")
    DUTCH = "nl", _("Dutch")
    ENGLISH = "en", _("English")
    ARABIC = "ar", _("Arabic")
    TURKISH = "tr", _("Turkish")
    SPANISH = "es", _("Spanish")
    UKRAINIAN = "uk", _("Ukrainian")
    OTHER = "other", _("Another language")


class State(models.TextChoices):
    """Of a date. Only a held one counts in the figures. A date that was moved says to which one."""

    PLANNED = "planned", pgettext_lazy("a date of a workshop", "Planned")
    HELD = "held", pgettext_lazy("a date of a workshop", "Held")
    CANCELLED = "cancelled", pgettext_lazy("a date of a workshop", "Cancelled")
    MOVED = "moved", pgettext_lazy("a date of a workshop", "Moved")

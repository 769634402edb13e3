from django.db import models
from django.utils.translation import gettext_lazy as _


class WeekState(models.TextChoices):
    """How a week stands, the worst that is true of it."""

    NOBODY = "nobody", _("nobody")
    SHORT = "short", _("not enough hours")
    ONE = "one", _("one person only")
    HELD = "held", _("held by several")
    CLOSED = "closed", _("closed")
    UNKNOWN = "unknown", _("opening hours not known")


class Holding(models.TextChoices):
    """What an hour of service rests on. Each contract is in one of these."""

    ARTICLE_60 = "art60", _("contracts under article 60")
    ENDING = "ending", _("other contracts with an end")
    LASTING = "lasting", _("contracts without end")
    APART = "apart", _("volunteers, students, trainees")

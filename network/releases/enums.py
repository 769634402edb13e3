from django.db import models
from django.utils.translation import gettext_lazy as _


class Grain(models.TextChoices):
    """Whom a row of a published table speaks of."""

    FEDERATION = "federation", _("the whole network")
    COMMUNE = "commune", _("each commune")
    EPN = "epn", _("each EPN")


class CellKind(models.TextChoices):
    """What a cell counts decides what may be said of it."""

    THINGS = "things", _("things: no threshold")
    PEOPLE = "people", _("people: a threshold")
    STAFF = "staff", _("staff: at least three EPN")
    MONEY = "money", _("money: at least three EPN")


class Adds(models.TextChoices):
    """How the values of a dimension relate to the figure without it. The reader knows, and so does an attacker."""

    EXACT = "exact", _("the values add up to the whole")
    REST = "rest", _("the values add up to a part of the whole: not every visit says it")
    OVERLAP = "overlap", _("a visit may have several values, and has one at least")
    SOME = "some", _("a visit may have several values, or none")


class Withheld(models.IntegerChoices):
    """Why a cell is withheld. The network's coordinator sees the reason, nobody else: it would tell the size."""

    NO = 0, _("published")
    PRIMARY = 1, _("withheld: too few")
    COMPLEMENTARY = 2, _("withheld: another one could be worked out from it")
    EARLIER = 3, _("withheld: it was in an earlier release")


class PeriodKind(models.TextChoices):
    MONTH = "month", _("month")
    QUARTER = "quarter", _("quarter")
    YEAR = "year", _("year")


class ReleaseState(models.TextChoices):
    PREPARING = "preparing", _("being prepared")
    DRAFT = "draft", _("prepared, not released")
    FAILED = "failed", _("could not be prepared")
    RELEASED = "released", _("released")

from django.db import models
from django.utils.translation import gettext_lazy as _

from tenants.staff.enums import AfterEnd

ARTICLE_60 = "art60"  # the contract type of the reference data

# The months before an end at which the coordinators are told.
MONTHS_BEFORE = (6, 3, 1)


class EndOf(models.TextChoices):
    """Where the day on which a contract ends is known from. The order is that of what wins."""

    REAL = "real", _("the real end")
    CPAS = "cpas", _("the date of the CPAS")
    PLANNED = "planned", _("the planned end")
    ESTIMATE = "estimate", _("our estimate")


# What came after, in the order in which a table shows it.
OUTCOMES = (
    AfterEnd.JOB,
    AfterEnd.JOB_HERE,
    AfterEnd.TRAINING,
    AfterEnd.UNEMPLOYMENT,
    AfterEnd.OTHER,
    AfterEnd.UNKNOWN,
)

from django.db import models
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    """What an indicator asks for."""

    NUMBER = "number", _("number")
    MONEY = "money", _("amount in euros")
    CHOICE = "choice", _("choice")
    TEXT = "text", _("text")
    TABLE = "table", _("table")
    FILE = "file", _("file")


class Comparison(models.TextChoices):
    """How one indicator must stand to the sum of others."""

    AT_MOST = "at_most", _("at most")
    AT_LEAST = "at_least", _("at least")
    EQUAL = "equal", _("exactly")


class State(models.TextChoices):
    """A census return on its way. Freezing is the edition's: it locks all its returns at once."""

    OPEN = "open", _("to fill in")
    SUBMITTED = "submitted", _("signed")
    RETURNED = "returned", _("sent back")
    VALIDATED = "validated", _("validated")


class Provenance(models.TextChoices):
    """Where a value comes from."""

    COMPUTED = "computed", _("computed from daily work")
    DECLARED = "declared", _("declared by the EPN")
    CORRECTED = "corrected", _("corrected by the EPN")


class Step(models.TextChoices):
    """What happened to a return."""

    OPENED = "opened", _("opened")
    PREFILLED = "prefilled", _("filled in from daily work")
    SAVED = "saved", _("saved")
    IMPORTED = "imported", _("read from a spreadsheet")
    SUBMITTED = "submitted", _("signed and sent")
    RETURNED = "returned", _("sent back")
    REOPENED = "reopened", _("taken back")
    VALIDATED = "validated", _("validated")
    EXTENDED = "extended", _("given more time")
    REMINDED = "reminded", _("reminded")
    CALLED = "called", _("phoned")
    TOLD = "told", _("told by letter")
    FROZEN = "frozen", _("frozen")

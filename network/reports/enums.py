from django.db import models
from django.utils.translation import gettext_lazy as _


class PackState(models.TextChoices):
    """Of a version of a pack. One that is in use never changes: the next version takes its place."""

    DRAFT = "draft", _("being made")
    IN_USE = "in_use", _("in use")
    REPLACED = "replaced", _("replaced by a later version")


class LineKind(models.TextChoices):
    """Where a line of a report takes its value from."""

    FIGURE = "figure", _("a published figure")
    MONEY = "money", _("the account of the grant")
    RATIO = "ratio", _("one line divided by another")
    DECLARED = "declared", _("a number that you write")
    TEXT = "text", _("a text that you write")


class MoneyOf(models.TextChoices):
    """What a line of money says of the funder's own grants, in the months of the report."""

    GRANTED = "granted", _("granted, by the days of its period")
    RECEIVED = "received", _("received")
    SPENT = "spent", _("spent and charged to the grant")
    LEFT = "left", _("left to spend at the end, since the grant began")


class State(models.TextChoices):
    """A report on its way. From `SIGNED` on it is frozen; sent back, it is corrected and signed as a next version."""

    DRAFT = "draft", _("being made")
    SIGNED = "signed", _("signed, not sent")
    SENT = "sent", _("sent, waits for the funder")
    RETURNED = "returned", _("sent back by the funder")
    ACCEPTED = "accepted", _("accepted")
    REFUSED = "refused", _("refused")


# What stands in them binds: the keys behind it stay as they are.
HELD = (State.SIGNED, State.SENT, State.ACCEPTED)
WRITABLE = (State.DRAFT, State.RETURNED)


class Step(models.TextChoices):
    """What happened to a report."""

    BEGUN = "begun", _("begun")
    SIGNED = "signed", _("signed")
    UNSIGNED = "unsigned", _("signature taken back before it was sent")
    SENT = "sent", _("sent")
    RETURNED = "returned", _("sent back")
    ACCEPTED = "accepted", _("accepted")
    REFUSED = "refused", _("refused")
    REOPENED = "reopened", _("decision taken back")
    COMMENTED = "commented", _("commented")
    DELETED = "deleted", _("deleted")
    RESTORED = "restored", _("brought back")


class Format(models.TextChoices):
    PDF = "pdf", _("PDF, to read and to print")
    XLSX = "xlsx", _("Workbook (XLSX), to count further")
    CSV = "csv", _("Table (CSV)")
    JSON = "json", _("Data (JSON), of which the hash is")

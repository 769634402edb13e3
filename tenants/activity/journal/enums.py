from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class FileState(models.TextChoices):
    """How far a large file is that a job makes."""

    WAITING = "waiting", pgettext_lazy("a file", "Waiting")
    RUNNING = "running", pgettext_lazy("a file", "Being made")
    READY = "ready", pgettext_lazy("a file", "Ready")
    FAILED = "failed", pgettext_lazy("a file", "Failed")


class Period(models.TextChoices):
    """Days that are counted from today, whenever that is."""

    TODAY = "today", _("Today")
    LAST_7_DAYS = "last_7_days", _("The last 7 days")
    THIS_MONTH = "this_month", _("This month")
    LAST_MONTH = "last_month", _("Last month")
    THIS_QUARTER = "this_quarter", _("This quarter")
    LAST_QUARTER = "last_quarter", _("Last quarter")
    THIS_YEAR = "this_year", _("This year")
    LAST_YEAR = "last_year", _("Last year")


class ImportState(models.TextChoices):
    """How far an import is. Nothing is in the journal before it is done."""

    PREPARED = "prepared", pgettext_lazy("an import", "Being prepared")
    CHECKING = "checking", pgettext_lazy("an import", "Being checked")
    CHECKED = "checked", pgettext_lazy("an import", "Checked")
    WRITING = "writing", pgettext_lazy("an import", "Being written")
    DONE = "done", pgettext_lazy("an import", "Done")
    UNDONE = "undone", pgettext_lazy("an import", "Taken back")
    FAILED = "failed", pgettext_lazy("an import", "Failed")


class Habit(models.TextChoices):
    """What an EPN's own words of a spreadsheet stand for: those of its headings, and those of its cells."""

    HEADING = "heading", _("Heading")
    VALUE = "value", _("Value")

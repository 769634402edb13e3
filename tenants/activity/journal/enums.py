from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class FileState(models.TextChoices):
    """How far a large file is that a job makes."""

    WAITING = "waiting", pgettext_lazy("a file", "Waiting")
    RUNNING = "running", pgettext_lazy("a file", "Being made")
    READY = "ready", pgettext_lazy("a file", "Ready")
    FAILED = "failed", pgettext_lazy("a file", "Failed")


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

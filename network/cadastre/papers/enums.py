from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Format(models.TextChoices):
    PDF = "pdf", _("PDF, to read and to print")
    XLSX = "xlsx", _("Workbook (XLSX), to count further")


class State(models.TextChoices):
    """How far a document is that a job makes."""

    WAITING = "waiting", pgettext_lazy("a file", "Waiting")
    RUNNING = "running", pgettext_lazy("a file", "Being made")
    READY = "ready", pgettext_lazy("a file", "Ready")
    FAILED = "failed", pgettext_lazy("a file", "Failed")

from django.db import models
from django.utils.translation import gettext_lazy as _


class Format(models.TextChoices):
    PDF = "pdf", _("PDF, to read and to print")
    XLSX = "xlsx", _("Workbook (XLSX), to count further")

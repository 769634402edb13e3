from django.db import models
from django.utils.translation import gettext_lazy as _


class Length(models.TextChoices):
    """What a period is, which says how it is named and what its year before is."""

    YEAR = "year", _("Whole year")
    QUARTER = "quarter", _("Quarter")
    MONTH = "month", _("Month")
    RANGE = "range", _("From one day to another")


class ReportState(models.TextChoices):
    """A report whose words changed since its last version is a draft again."""

    DRAFT = "draft", _("Draft")
    MADE = "made", _("Made")


class Picture(models.TextChoices):
    """What a logo may be. SVG isn't among them: it may hold a program."""

    PNG = "png", _("PNG picture")
    JPEG = "jpeg", _("JPEG picture")

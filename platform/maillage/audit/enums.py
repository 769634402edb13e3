from django.db import models
from django.utils.translation import gettext_lazy as _


class Door(models.TextChoices):
    """By which way an action came in."""

    PAGE = "page", _("Page")
    API = "api", _("Program")  # somebody's token
    COMMAND = "command", _("Command")  # the operator's
    TASK = "task", _("Background task")

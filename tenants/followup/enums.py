from django.db import models
from django.utils.translation import gettext_lazy as _


class Consent(models.TextChoices):
    """How the person said yes. There is no "not asked": without a yes there is no thread."""

    ORAL = "oral", _("They said yes")
    SIGNED = "signed", _("They signed a paper")


class Ending(models.TextChoices):
    """Why a thread was closed."""

    REACHED = "reached", _("What was wanted is done")
    ELSEWHERE = "elsewhere", _("It goes on elsewhere")
    STOPPED = "stopped", _("The person stopped, or didn't come back")

from django.db import models
from django.utils.translation import gettext_lazy as _


class Held(models.TextChoices):
    """What somebody has in their hands, or knows, that must not leave with them."""

    KEY = "key", _("key or access card")
    ACCOUNT = "account", _("account on a site or a machine")
    EQUIPMENT = "equipment", _("equipment lent")
    OTHER = "other", _("something else to pass on")


class Work(models.TextChoices):
    """What of somebody's work goes on without them."""

    THREAD = "thread", _("Follow-ups")
    APPOINTMENT = "appointment", _("Appointments")
    SERIES = "series", _("Workshops and courses")
    STOPS = "stops", _("Stops on the road")
    THING = "thing", _("Keys, accounts and equipment")

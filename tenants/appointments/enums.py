from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class State(models.TextChoices):
    """What became of an appointment. The last three are the reasons for which it did not take place."""

    BOOKED = "booked", pgettext_lazy("an appointment", "Booked")
    CAME = "came", _("Visit saved")
    PERSON_CANCELLED = "person_cancelled", _("The person cancelled")
    EPN_CANCELLED = "epn_cancelled", _("The EPN cancelled")
    NO_SHOW = "no_show", _("The person did not come")


TAKES_A_PLACE = (State.BOOKED, State.CAME)
CANCELLED = (State.PERSON_CANCELLED, State.EPN_CANCELLED, State.NO_SHOW)


class StopState(models.TextChoices):
    PLANNED = "planned", pgettext_lazy("a stop", "Planned")
    HELD = "held", pgettext_lazy("a stop", "Held")
    CANCELLED = "cancelled", pgettext_lazy("a stop", "Cancelled")


class StopReason(models.TextChoices):
    """Why a stop did not take place."""

    VEHICLE = "vehicle", _("The vehicle broke down")
    STAFF = "staff", _("Nobody could go")
    PLACE = "place", _("The place was closed")
    WEATHER = "weather", _("The weather")
    OTHER = "other", _("Another reason")


class Repeat(models.TextChoices):
    """How often a stop comes back. Each date becomes a row of its own: one of them may move or be cancelled."""

    ONCE = "once", _("Once")
    WEEKLY = "weekly", _("Every week")
    BIWEEKLY = "biweekly", _("Every two weeks")
    MONTHLY = "monthly", _("Every month, on the same day of the week")


class KitItem(models.TextChoices):
    """What is packed for a stop."""

    TABLET = "tablet", _("Tablets")
    LAPTOP = "laptop", _("Laptops")
    PHONE = "phone", _("Telephones to practise on")
    PRINTER = "printer", _("Printer")
    SCANNER = "scanner", _("Scanner")
    EID_READER = "eid_reader", _("eID card reader")
    ROUTER = "router", _("4G router")
    POWER = "power", _("Extension leads and chargers")
    PAPER = "paper", _("Paper and ink")
    LEAFLETS = "leaflets", _("Leaflets")
    SIGN = "sign", _("Sign for the door")
    TABLE = "table", _("Table and chairs")

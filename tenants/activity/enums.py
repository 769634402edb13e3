from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Channel(models.TextChoices):
    """Where an obstacle was met. Providers and kinds of obstacle are vocabularies; channels are few and fixed."""

    DESK = "desk", _("Desk")
    PHONE = "phone", _("Phone")
    WEB = "web", _("Website")
    APP = "app", _("App")
    EMAIL = "email", _("E-mail")
    LETTER = "letter", _("Letter")


class Margin(models.TextChoices):
    """What may be counted of an audience. In the first two a person is counted once; audiences may overlap."""

    GENDER = "gender", _("Gender")
    AGE_BAND = "age_band", _("Age")
    AUDIENCE = "audience", _("Audience")


class ChangeKind(models.TextChoices):
    """What happened to a visit after it was logged. Logging one by hand leaves no change: the visit itself says it."""

    RECORDED = "recorded", pgettext_lazy("a visit", "Logged")
    CHANGED = "changed", pgettext_lazy("a visit", "Corrected")
    DELETED = "deleted", pgettext_lazy("a visit", "Deleted")
    RESTORED = "restored", pgettext_lazy("a visit", "Brought back")
    IMPORTED = "imported", pgettext_lazy("a visit", "Imported")


class Tap(models.TextChoices):
    """A button of the desk that does its work in one tap, and can be taken back."""

    GIVEN = "given", _("Ticket handed out")
    CALLED = "called", _("Ticket called")
    LEFT = "left", _("Gone without help")
    TURNED_AWAY = "turned_away", _("Turned away")

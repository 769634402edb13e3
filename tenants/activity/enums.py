from django.db import models
from django.utils.translation import gettext_lazy as _


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

"""Where an EPN receives people: its sites, and when they are open."""

import hashlib
import uuid
from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tenants.premises.enums import ClosingReason
from tenants.registry.enums import Country
from tenants.registry.models import SpaceModel


def codes(label: Any) -> "ArrayField[Any, Any]":
    """Codes of a vocabulary: `offer.VOCABULARIES` says which."""
    return ArrayField(models.CharField(max_length=40), default=list, db_default=[], blank=True, verbose_name=label)


class Site(SpaceModel):
    """A place with a door. `commune` is an official code; where it is missing, postcode and town stand in."""

    name = models.CharField(_("name"), max_length=160)
    address = models.CharField(_("address"), max_length=200, blank=True)
    postcode = models.CharField(_("postcode"), max_length=10, blank=True)
    town = models.CharField(_("town"), max_length=100, blank=True)
    commune = models.CharField(_("commune"), max_length=10, blank=True)
    country = models.CharField(_("country"), max_length=2, choices=Country, default=Country.BELGIUM)
    latitude = models.DecimalField(
        _("latitude"), max_digits=9, decimal_places=6, null=True, blank=True,
        validators=[MinValueValidator(-90), MaxValueValidator(90)],
    )  # fmt: skip
    longitude = models.DecimalField(
        _("longitude"), max_digits=9, decimal_places=6, null=True, blank=True,
        validators=[MinValueValidator(-180), MaxValueValidator(180)],
    )  # fmt: skip
    phone = models.CharField(_("phone"), max_length=60, blank=True)
    website = models.CharField(_("website"), max_length=300, blank=True)
    opening_hours = models.TextField(_("opening hours"), blank=True)
    opening_hours_source = models.JSONField(default=dict, blank=True, editable=False)
    modes = ArrayField(models.CharField(max_length=40), default=list, blank=True, verbose_name=_("ways of helping"))
    # What the directory says more. Texts are public: nobody is named in them.
    address_extra = models.CharField(
        _("address: floor, entrance"), max_length=120, blank=True, default="", db_default=""
    )
    email = models.CharField(_("e-mail"), max_length=254, blank=True, default="", db_default="")
    booking_url = models.CharField(_("online booking"), max_length=300, blank=True, default="", db_default="")
    accessibility_url = models.CharField(
        _("page about the accessibility"), max_length=300, blank=True, default="", db_default=""
    )
    summary = models.CharField(_("in one sentence"), max_length=280, blank=True, default="", db_default="")
    presentation = models.TextField(_("presentation"), max_length=2000, blank=True, default="", db_default="")
    directions = models.CharField(_("how to find it"), max_length=500, blank=True, default="", db_default="")
    services = codes(_("services"))
    audiences = codes(_("for whom"))
    languages = codes(_("languages"))
    accessibility = codes(_("accessibility"))
    supports = codes(_("special support"))
    how_to_come = codes(_("how to come"))
    fees = codes(_("price"))
    mobility = codes(_("fixed or itinerant"))
    programmes = codes(_("programmes"))
    training_labels = codes(_("training and labels"))
    other_labels = models.CharField(_("other labels"), max_length=200, blank=True, default="", db_default="")
    hidden = codes(_("not shown to the public"))  # names of offer.SHOWN
    verified_on = models.DateField(_("last verified on"), null=True, blank=True)
    key = models.UUIDField(null=True, blank=True, unique=True, editable=False)  # of the call that made it
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    retired_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("site")
        ordering: ClassVar[list[str]] = ["name", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(latitude__isnull=True) | Q(latitude__range=(-90, 90)),
                name="site_latitude_on_earth",
            ),
            models.CheckConstraint(
                condition=Q(longitude__isnull=True) | Q(longitude__range=(-180, 180)),
                name="site_longitude_on_earth",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def version(self) -> str:
        """What it says: a site keeps no moment of its last change. Of a row as the database gave it."""
        fields = [one.attname for one in self._meta.concrete_fields if one.attname != "verified_on"]
        said = [str(getattr(self, name)) for name in fields]
        return hashlib.blake2s("\0".join(said).encode(), digest_size=16).hexdigest()

    @property
    def is_retired(self) -> bool:
        return self.retired_at is not None

    @property
    def commune_key(self) -> str:
        """What figures know this place by: its commune's code, else postcode and town."""
        return self.commune or f"{self.postcode} {self.town}".strip()


class Closing(SpaceModel):
    """Days on which the door stays shut, whatever the opening hours say. Without a site, the whole EPN is closed.

    The first and the last day are closed too. Legal holidays aren't written here: the hours say `PH off`.
    """

    key = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    site = models.ForeignKey(
        Site, on_delete=models.CASCADE, related_name="closings", null=True, blank=True, verbose_name=_("site")
    )
    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"))
    reason = models.CharField(_("reason"), max_length=12, choices=ClosingReason, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("closing")
        ordering: ClassVar[list[str]] = ["first_day", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(last_day__gte=F("first_day")), name="closing_ends_after_it_begins"),
        ]
        indexes = [models.Index(fields=["last_day"], name="closing_by_last_day")]

    def __str__(self) -> str:
        return f"{self.first_day}–{self.last_day}"

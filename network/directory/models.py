"""The public face of each EPN, copied from its space when it is saved: the second of the four crossings."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from network.directory.ranges import DaysField, MinutesField
from tenants.registry.models import SpaceModel


class Card(SpaceModel):
    """What the federation and the public may know of an EPN. `epn_id` is the register's; nothing personal here.

    Its own address and hours are those of the EPN's first open site; `sites` holds them all (`sites.CardSite`).
    """

    epn_id = models.BigIntegerField(primary_key=True)
    slug = models.CharField(max_length=50)
    name = models.CharField(_("name"), max_length=160)
    address = models.CharField(_("address"), max_length=200, blank=True)
    postcode = models.CharField(_("postcode"), max_length=10, blank=True)
    town = models.CharField(_("town"), max_length=100, blank=True)
    commune = models.CharField(_("commune"), max_length=10, blank=True)
    country = models.CharField(max_length=2, default="be")
    latitude = models.DecimalField(max_digits=9, decimal_places=6, null=True, blank=True)
    longitude = models.DecimalField(max_digits=9, decimal_places=6, null=True, blank=True)
    phone = models.CharField(_("phone"), max_length=60, blank=True)
    # Whom the network phones: of the first site that has one, what its public page hides too. For members only.
    contact_phone = models.CharField(max_length=60, blank=True, db_default="")
    website = models.CharField(_("website"), max_length=300, blank=True)
    opening_hours = models.TextField(_("opening hours"), blank=True)
    modes = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    sites = models.JSONField(default=list, blank=True, db_default=models.Value([], models.JSONField()))
    labels = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    # Since when all of it is known to be right: the oldest day of its sites; none when one was never verified.
    verified_on = models.DateField(_("last verified on"), null=True, blank=True)
    archived_at = models.DateTimeField(null=True, blank=True)
    updated_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar[list[str]] = ["name", "epn_id"]

    def __str__(self) -> str:
        return self.name


class Door(SpaceModel):
    """A site of a card as the search asks for it. Made from the card, and only with it (`doors.py`)."""

    card = models.ForeignKey(Card, on_delete=models.CASCADE, related_name="doors", db_column="epn_id")
    site_id = models.BigIntegerField()
    key = models.CharField(max_length=120)  # the commune's code, or postcode and town
    country = models.CharField(max_length=2)
    words = models.TextField()  # name, address, town: small letters without accents
    services = ArrayField(models.CharField(max_length=40))
    languages = ArrayField(models.CharField(max_length=40))
    access = ArrayField(models.CharField(max_length=40))  # accessibility and special support together
    week = MinutesField()  # minutes of the week, from Monday at midnight, at which anybody may walk in
    closed = DaysField()
    closed_on_holidays = models.BooleanField()

    class Meta:
        ordering: ClassVar[list[str]] = ["card", "site_id"]
        constraints = [models.UniqueConstraint(fields=["card", "site_id"], name="one_door_a_site")]
        indexes = [models.Index(fields=["key"], name="door_by_commune")]

    def __str__(self) -> str:
        return f"{self.card_id}/{self.site_id}"

"""Workshops and courses: series with their dates, and who wants to come, under a first name or a code."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tenants.premises.models import Site
from tenants.registry.changes import ClockTime
from tenants.registry.models import SpaceModel
from tenants.workshops.enums import Kind, Level, Spoken, State

LONGEST_NAME = 30


def _animators() -> ArrayField:  # type: ignore[type-arg]
    """Accounts of the public schema, without a constraint, as all that leads there."""
    return ArrayField(models.BigIntegerField(), default=list, blank=True, verbose_name=_("animators"))


class Series(SpaceModel):
    """What is learnt, for whom, how many at a time and where. Its dates say when."""

    key = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    title = models.CharField(_("title"), max_length=120)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.WORKSHOP)
    themes = ArrayField(models.CharField(max_length=40), verbose_name=_("themes"))
    level = models.CharField(_("level"), max_length=20, choices=Level, blank=True)
    language = models.CharField(_("language"), max_length=10, choices=Spoken, default=Spoken.FRENCH)
    goals = models.TextField(_("what one learns"), blank=True)
    audience = ArrayField(models.CharField(max_length=40), default=list, blank=True, verbose_name=_("for whom"))
    capacity = models.PositiveSmallIntegerField(_("places"))
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="workshops", verbose_name=_("site"))
    animators = _animators()
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(db_default=ClockTime(), editable=False)

    class Meta:
        verbose_name = _("series")
        ordering: ClassVar[list[str]] = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(capacity__gte=1), name="series_has_a_place"),
            models.CheckConstraint(condition=Q(themes__len__gte=1), name="series_has_a_theme"),
        ]

    def __str__(self) -> str:
        return self.title


class SeriesDate(SpaceModel):
    """One date of a series, and who came: a total and counts, never people.

    `site` is where it counts; `place` says in words where it is, when that is elsewhere.
    """

    key = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    series = models.ForeignKey(Series, on_delete=models.CASCADE, related_name="dates")
    date = models.DateField(_("date"))
    starts_at = models.TimeField(pgettext_lazy("hour", "from"))
    ends_at = models.TimeField(pgettext_lazy("hour", "to"))
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="workshop_dates", verbose_name=_("site"))
    place = models.CharField(_("place"), max_length=160, blank=True)
    animators = _animators()
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.PLANNED)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    moved_to = models.OneToOneField(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="moved_from", editable=False
    )
    total = models.PositiveSmallIntegerField(_("people present"), null=True, blank=True)
    margins = models.JSONField(_("audience"), default=dict, blank=True)
    preparation_minutes = models.PositiveSmallIntegerField(_("minutes of preparation"), null=True, blank=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        related_name="+",
        null=True,
        blank=True,
        editable=False,
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(db_default=ClockTime(), editable=False)

    class Meta:
        verbose_name = _("date")
        ordering: ClassVar[list[str]] = ["date", "starts_at", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="series_date_ends_after_start"),
            # Who came is known of what was held, and of nothing else.
            models.CheckConstraint(
                condition=Q(state=State.HELD, total__isnull=False) | ~Q(state=State.HELD) & Q(total__isnull=True),
                name="series_date_held_has_a_total",
            ),
        ]
        indexes = [models.Index(fields=["date"], name="series_date_by_date")]

    def __str__(self) -> str:
        return f"{self.date} {self.starts_at:%H:%M}"

    @property
    def minutes(self) -> int:
        """How long it lasts."""
        return (self.ends_at.hour - self.starts_at.hour) * 60 + self.ends_at.minute - self.starts_at.minute


class Registration(SpaceModel):
    """Somebody who wants to come, under a first name or a code. Erased some time after the series' last date."""

    key = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    series = models.ForeignKey(Series, on_delete=models.CASCADE, related_name="registrations")
    name = models.CharField(_("first name or code"), max_length=LONGEST_NAME)
    level = models.CharField(_("level"), max_length=20, choices=Level, blank=True)
    waiting = models.BooleanField(_("on the waiting list"), default=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("registration")
        ordering: ClassVar[list[str]] = ["created_at", "pk"]

    def __str__(self) -> str:
        return self.name


class Presence(SpaceModel):
    """Whether somebody registered came to a date. No row: nobody noted it."""

    registration = models.ForeignKey(Registration, on_delete=models.CASCADE, related_name="presences")
    date = models.ForeignKey(SeriesDate, on_delete=models.CASCADE, related_name="presences")
    present = models.BooleanField(_("present"))

    class Meta:
        verbose_name = _("presence")
        constraints = [
            models.UniqueConstraint(fields=["registration", "date"], name="one_presence_a_person_and_date"),
        ]

    def __str__(self) -> str:
        return f"{self.registration_id} {self.date_id} {self.present}"

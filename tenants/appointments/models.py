"""Appointments at an EPN's sites, the calendars that show them elsewhere, and stops on the road.

Times of the day are minutes after midnight, from 0 to 1440, as in opening hours.
"""

import uuid
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tenants.activity.models import Visit
from tenants.appointments.enums import CANCELLED, State, StopReason, StopState
from tenants.premises.models import Site
from tenants.registry.models import SpaceModel

LONGEST_NAME = 30
SLOT_MINUTES = 30
MIDNIGHT = 24 * 60
# Those of TAKES_A_PLACE. Not as `IN`: PostgreSQL gives that back in another form once it has been replayed.
STANDS = Q(state=State.BOOKED) | Q(state=State.CAME)


def person(verbose_name: Any = None, *, null: bool = True) -> Any:
    """Somebody of the register: no constraint leads out of a space."""
    return models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        related_name="+",
        null=null,
        blank=null,
        verbose_name=verbose_name,
    )


class SlotRule(SpaceModel):
    """How a site receives by appointment. A site without a row has slots of half an hour, one person at a time."""

    site = models.OneToOneField(Site, on_delete=models.CASCADE, related_name="slot_rule", verbose_name=_("site"))
    slot_minutes = models.PositiveSmallIntegerField(_("minutes an appointment"), default=SLOT_MINUTES)
    places = models.PositiveSmallIntegerField(_("appointments at the same time"), default=1)
    updated_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(slot_minutes__gte=5, slot_minutes__lte=480), name="slot_length"),
        ]

    def __str__(self) -> str:
        return f"{self.places} × {self.slot_minutes} min"


class Appointment(SpaceModel):
    """A time kept for somebody. `name` is a first name or a code, and is erased a month after the day.

    A visit made from it is found by `visit_key`, so that two taps are one visit. A visit that was deleted in the
    journal keeps its row for a while: `noted` says whether there is one that counts.
    """

    key = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)  # of the form that booked it
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="appointments", verbose_name=_("site"))
    date = models.DateField(_("day"))
    starts = models.PositiveSmallIntegerField(pgettext_lazy("hour", "from"))
    ends = models.PositiveSmallIntegerField(pgettext_lazy("hour", "to"))
    place = models.PositiveSmallIntegerField(default=1, editable=False)  # which of the places at the same time
    name = models.CharField(_("first name or code"), max_length=LONGEST_NAME, blank=True)
    theme = models.CharField(_("theme"), max_length=40, blank=True)
    animator = person(_("animator"))
    state = models.CharField(_("state"), max_length=20, choices=State, default=State.BOOKED)
    # Without a constraint: whoever empties the table of visits by hand (a repair) needn't know of appointments.
    visit = models.ForeignKey(
        Visit, on_delete=models.SET_NULL, db_constraint=False, related_name="made_of", null=True, blank=True
    )
    visit_key = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    moved_from = models.JSONField(null=True, blank=True, editable=False)  # site, date, starts, ends: for one undo
    booked_by = person()
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("appointment")
        ordering: ClassVar[list[str]] = ["date", "starts", "place", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends__gt=F("starts"), ends__lte=MIDNIGHT), name="appointment_ends_after_start"
            ),
            # The services count under a lock; these two decide even without it.
            models.UniqueConstraint(
                fields=["site", "date", "starts", "place"],
                condition=STANDS,
                name="one_appointment_a_place",
            ),
            models.UniqueConstraint(
                fields=["animator", "date", "starts"],
                condition=STANDS & Q(animator__isnull=False),
                name="one_appointment_an_animator",
            ),
        ]
        indexes = [
            models.Index(fields=["date", "starts"], name="appointment_by_date"),
            models.Index(fields=["date"], name="appointment_with_name", condition=~Q(name="")),
        ]

    def __str__(self) -> str:
        return f"{self.date} {self.starts}"

    @property
    def minutes(self) -> int:
        return self.ends - self.starts

    @property
    def noted(self) -> bool:
        """Whether its visit is in the journal."""
        return self.state == State.CAME and self.visit is not None and self.visit.deleted_at is None

    @property
    def is_cancelled(self) -> bool:
        return self.state in CANCELLED

    @property
    def visit_was_deleted(self) -> bool:
        return self.state == State.CAME and not self.noted


class CalendarFeed(SpaceModel):
    """An address that a calendar program asks without a sign-in: of the times of one person, or of a site.

    Only the digest of its secret is kept. It shows nothing any more once its owner has left the EPN.
    """

    owner = person(null=False)
    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="+", null=True, blank=True)
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering: ClassVar[list[str]] = ["pk"]

    def __str__(self) -> str:
        return f"calendar {self.pk}"


class Stop(SpaceModel):
    """A day on the road: the EPN receives at one of its sites, with what it has packed.

    `kit` says how many of what are needed, `packed` what is in the car. Rows planned together share `series`.
    """

    series = models.UUIDField(default=uuid.uuid4, editable=False)
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="stops", verbose_name=_("place"))
    date = models.DateField(_("day"))
    starts = models.PositiveSmallIntegerField(pgettext_lazy("hour", "from"))
    ends = models.PositiveSmallIntegerField(pgettext_lazy("hour", "to"))
    animator = person(_("animator"))
    kit = models.JSONField(_("kit"), default=dict, blank=True)
    kit_other = models.CharField(_("other equipment"), max_length=120, blank=True)
    packed = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    state = models.CharField(_("state"), max_length=12, choices=StopState, default=StopState.PLANNED)
    reason = models.CharField(_("reason"), max_length=12, choices=StopReason, blank=True)
    planned_by = person()
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("stop")
        ordering: ClassVar[list[str]] = ["date", "starts", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(ends__gt=F("starts"), ends__lte=MIDNIGHT), name="stop_ends_after_start"),
            # Visits know their day and no time: two stops a day at one place couldn't be told apart.
            models.UniqueConstraint(
                fields=["site", "date"], condition=~Q(state=StopState.CANCELLED), name="one_stop_a_day_and_place"
            ),
            models.UniqueConstraint(
                fields=["animator", "date", "starts"],
                condition=~Q(state=StopState.CANCELLED) & Q(animator__isnull=False),
                name="one_stop_an_animator",
            ),
            models.CheckConstraint(
                condition=(Q(state=StopState.CANCELLED) & ~Q(reason=""))
                | (~Q(state=StopState.CANCELLED) & Q(reason="")),
                name="a_cancelled_stop_has_a_reason",
            ),
        ]
        indexes = [
            models.Index(fields=["date", "starts"], name="stop_by_date"),
            models.Index(fields=["series"], name="stop_by_series"),
        ]

    def __str__(self) -> str:
        return f"{self.date} {self.site_id}"

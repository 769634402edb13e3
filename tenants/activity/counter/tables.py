"""What the counter keeps while somebody is at work there: the queue, the taps, what isn't finished, sheets typed in."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone

from tenants.activity.enums import Tap
from tenants.premises.models import Site
from tenants.registry.models import SpaceModel


def _account(*, null: bool = False) -> models.ForeignKey[Any, Any]:
    return models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        related_name="+",
        null=null,
        blank=null,
        editable=False,
    )


def _visit() -> models.ForeignKey[Any, Any]:
    """Without a constraint: what the counter remembers never stands in the way of a visit's erasure."""
    return models.ForeignKey(
        "activity.Visit", on_delete=models.SET_NULL, db_constraint=False, related_name="+", null=True, blank=True
    )


class Ticket(SpaceModel):
    """A number in the hand of somebody who waits, and nothing about who that is.

    It waits until it is called or its holder has gone; it is done when a visit closed it, or the half-day did.
    """

    session = models.ForeignKey("activity.CounterSession", on_delete=models.CASCADE, related_name="queue")
    date = models.DateField()  # the half-day's: the figures are counted by it
    number = models.PositiveSmallIntegerField()
    taken_at = models.DateTimeField(default=timezone.now)
    called_at = models.DateTimeField(null=True, blank=True)
    called_by = _account(null=True)
    done_at = models.DateTimeField(null=True, blank=True)
    left_at = models.DateTimeField(null=True, blank=True)
    visit = _visit()

    class Meta:
        ordering: ClassVar[list[str]] = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["session", "number"], name="one_ticket_a_number"),
            models.CheckConstraint(
                condition=Q(called_at__isnull=True) | Q(called_at__gte=models.F("taken_at")),
                name="ticket_called_after_it_was_taken",
            ),
        ]
        indexes = [models.Index(fields=["date"], name="ticket_by_date")]

    def __str__(self) -> str:
        return f"{self.date} {self.number}"

    @property
    def waits(self) -> bool:
        return self.called_at is None and self.left_at is None

    @property
    def is_with_somebody(self) -> bool:
        """Called, and neither done nor gone. A visit that was taken back doesn't close it any more."""
        taken_back = self.visit is not None and self.visit.deleted_at is not None
        return self.called_at is not None and self.left_at is None and (self.done_at is None or taken_back)


class CounterTap(SpaceModel):
    """One tap on a button of the desk, by the key of the page that it was made on: sent twice, it is made once."""

    key = models.UUIDField()
    kind = models.CharField(max_length=12, choices=Tap)
    session = models.ForeignKey("activity.CounterSession", on_delete=models.CASCADE, related_name="taps")
    ticket = models.ForeignKey(Ticket, on_delete=models.SET_NULL, related_name="+", null=True, blank=True)
    number = models.PositiveSmallIntegerField(null=True, blank=True)  # the ticket's, or how many were turned away
    by = _account()
    at = models.DateTimeField(default=timezone.now)
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["pk"]
        constraints = [models.UniqueConstraint(fields=["key", "kind"], name="one_tap_a_key")]

    def __str__(self) -> str:
        return f"{self.kind} {self.number}"


class OpenRequest(SpaceModel):
    """A help that isn't finished: no visit yet, and in no figure. It is closed by the visit that it becomes."""

    key = models.UUIDField(unique=True, default=uuid.uuid4)
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    mode = models.CharField(max_length=40)
    themes = ArrayField(models.CharField(max_length=40))
    started_at = models.DateTimeField(default=timezone.now)
    animator = _account(null=True)
    recorded_by = _account(null=True)
    ticket = models.ForeignKey(Ticket, on_delete=models.SET_NULL, related_name="+", null=True, blank=True)
    visit = _visit()
    dropped_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["started_at", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(themes__len__gte=1), name="open_request_has_a_theme"),
        ]
        indexes = [
            models.Index(
                fields=["started_at"],
                name="open_request_open",
                condition=Q(visit__isnull=True, dropped_at__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return f"{self.started_at:%Y-%m-%d %H:%M} {','.join(self.themes)}"


class TallySheet(SpaceModel):
    """A sheet of strokes that was typed in: which visits it made, so that it can be taken back whole."""

    key = models.UUIDField(unique=True)
    date = models.DateField()
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    visits = ArrayField(models.BigIntegerField(), default=list, blank=True)
    turned_away = models.PositiveSmallIntegerField(default=0)
    session = models.ForeignKey(
        "activity.CounterSession", on_delete=models.SET_NULL, related_name="+", null=True, blank=True
    )
    session_is_new = models.BooleanField(default=False)
    recorded_by = _account(null=True)
    created_at = models.DateTimeField(default=timezone.now)
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-pk"]

    def __str__(self) -> str:
        return f"{self.date} {len(self.visits)}"


def minutes_between(since: dt.datetime, until: dt.datetime) -> int:
    """Whole minutes, as a clock on the wall would count them; never less than none."""
    return max(0, int((until - since).total_seconds() // 60))

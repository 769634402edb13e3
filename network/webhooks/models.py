"""Who is told of what, in one federation. Nothing here is a figure's content, a name or a visit."""

import uuid
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from network.webhooks.enums import DeliveryStatus, Failure, OffReason
from tenants.registry.models import SpaceModel

LONGEST_URL = 500


class Subscription(SpaceModel):
    """An address of somebody's server, and the events that are sent there."""

    url = models.CharField(_("address"), max_length=LONGEST_URL)
    description = models.CharField(_("what it is for"), max_length=120, blank=True, default="")
    events: Any = ArrayField(models.CharField(max_length=40))
    active = models.BooleanField(default=True)
    off_reason = models.CharField(max_length=10, choices=OffReason, blank=True, default="")
    failing_since = models.DateTimeField(null=True, blank=True)
    key = models.UUIDField(null=True, blank=True, unique=True, editable=False)  # of the call that made it
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(default=timezone.now, editable=False)

    def __str__(self) -> str:
        return f"webhook {self.pk}"


class SigningKey(SpaceModel):
    """The secret that a subscription's messages are signed with, in clear: a digest can't sign.

    A table of its own, which the role of the crossings can't read: only this federation's own role can.
    After a rotation the former key signs too, until it expires.
    """

    subscription = models.ForeignKey(Subscription, on_delete=models.CASCADE, related_name="keys")
    secret = models.CharField(max_length=80)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    expires_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"key {self.pk} of webhook {self.subscription_id}"


class Change(SpaceModel):
    """Something happened: left here in the transaction in which it happened, and made into messages by the worker."""

    event_type = models.CharField(max_length=40)
    epn_id = models.BigIntegerField()
    months: Any = ArrayField(models.DateField(), null=True, blank=True)  # null: any month
    stocks = models.BooleanField(default=False, db_default=False)
    object_id = models.BigIntegerField(null=True, blank=True)  # what it happened to, besides the EPN: a return
    at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.event_type} of {self.epn_id}"


class Delivery(SpaceModel):
    """One message to one subscription: sent until it is taken, at least once."""

    subscription = models.ForeignKey(Subscription, on_delete=models.CASCADE, related_name="deliveries")
    event_id = models.UUIDField(default=uuid.uuid4, editable=False)
    event_type = models.CharField(max_length=40)
    epn_id = models.BigIntegerField(null=True, blank=True)
    payload = models.JSONField()
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    status = models.CharField(max_length=10, choices=DeliveryStatus, default=DeliveryStatus.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField(null=True, blank=True, default=timezone.now)
    claimed_until = models.DateTimeField(null=True, blank=True)
    attempted_at = models.DateTimeField(null=True, blank=True)
    status_code = models.PositiveSmallIntegerField(null=True, blank=True)
    failure = models.CharField(max_length=20, choices=Failure, blank=True, default="")
    duration_ms = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "deliveries"
        constraints = [
            models.UniqueConstraint(fields=["subscription", "event_id"], name="an_event_is_told_once_a_subscription"),
            models.CheckConstraint(
                condition=models.Q(status=DeliveryStatus.WAITING, next_attempt_at__isnull=False)
                | (~models.Q(status=DeliveryStatus.WAITING) & models.Q(next_attempt_at__isnull=True)),
                name="what_waits_says_until_when",
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_attempt_at"],
                condition=models.Q(status=DeliveryStatus.WAITING),
                name="delivery_that_waits",
            ),
            models.Index(fields=["subscription", "-created_at"], name="delivery_by_subscription"),
        ]

    def __str__(self) -> str:
        return f"{self.event_type} {self.event_id}"

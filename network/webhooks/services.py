"""Writing subscriptions, inside a federation's space: who is told, of what, and once more."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from maillage.audit.services import record
from network.webhooks.announcing import forget_subscribers
from network.webhooks.enums import TEST_EVENT, DeliveryStatus, EventType
from network.webhooks.messages import payload_of
from network.webhooks.models import Delivery, SigningKey, Subscription
from network.webhooks.receivers import receiver_at
from network.webhooks.signing import new_secret
from network.webhooks.tasks import deliver
from tenants.registry.crossing import current_place
from tenants.registry.jobs import defer_after_commit
from tenants.registry.keys import made_with
from tenants.registry.models import Federation

FORMER_KEY_HOLDS = dt.timedelta(hours=24)
MOST_SUBSCRIPTIONS = 20


def _here() -> int:
    space_id = current_place().space_id
    assert space_id is not None
    return space_id


def _checked(url: str, events: Collection[str]) -> tuple[str, list[str]]:
    problems: dict[str, Any] = {}
    try:
        receiver_at(url)
    except ValidationError as error:
        problems["url"] = error
    if not events or set(events) - set(EventType.values):
        problems["events"] = ValidationError(_("Choose at least one event of the list."))
    if problems:
        raise ValidationError(problems)
    return url, _in_order(events)


def _in_order(events: Collection[str]) -> list[str]:
    known = EventType.values
    return [*(one for one in known if one in events), *sorted(set(events) - set(known))]


def _record(verb: str, subscription: Subscription) -> None:
    record(verb=verb, target=subscription.pk, space_id=_here())


def subscribe(
    *, url: str, events: Collection[str], description: str = "", active: bool = True, key: uuid.UUID | None = None
) -> tuple[Subscription, str | None]:
    """A new subscription and its secret, which is shown this once.

    The same `key` with the same facts gives the same subscription, and no secret. Raises ValidationError by field,
    and with code `key_reused` when `key` stands for something else.
    """
    facts = {"url": url, "events": _in_order(events), "description": description.strip(), "active": active}
    before: Subscription | None = made_with(key, Subscription.objects.all(), facts)
    if before is not None:
        return before, None
    _checked(url, events)
    try:
        return _subscribed(key, facts)
    except (ValidationError, IntegrityError):
        # Sent twice at the same moment: the other one was first, and may have been the last that there is room for.
        before = made_with(key, Subscription.objects.all(), facts)
        if before is None:
            raise
        return before, None


@transaction.atomic
def _subscribed(key: uuid.UUID | None, facts: dict[str, Any]) -> tuple[Subscription, str]:
    if Subscription.objects.count() >= MOST_SUBSCRIPTIONS:
        text = _("There are %(most)s webhooks already. Delete one first.")
        raise ValidationError(text, params={"most": MOST_SUBSCRIPTIONS})
    subscription = Subscription.objects.create(key=key, **facts)
    secret = _give_key(subscription)
    _record("webhook.made", subscription)
    transaction.on_commit(forget_subscribers)
    return subscription, secret


def _give_key(subscription: Subscription) -> str:
    secret = new_secret()
    SigningKey.objects.create(subscription=subscription, secret=secret)
    return secret


@transaction.atomic
def change_subscription(
    *, subscription: Subscription, url: str, events: Collection[str], description: str, active: bool
) -> Subscription:
    """Raises ValidationError by field. Switched on again, it is told what has been waiting for it."""
    url, events = _checked(url, events)
    subscription.url, subscription.events, subscription.description = url, events, description.strip()
    if active != subscription.active:
        subscription.active, subscription.off_reason, subscription.failing_since = active, "", None
    subscription.updated_at = timezone.now()
    subscription.save()
    _record("webhook.changed", subscription)
    transaction.on_commit(forget_subscribers)
    return subscription


@transaction.atomic
def remove_subscription(*, subscription: Subscription) -> None:
    """With its log and its keys: nothing more is sent there."""
    _record("webhook.deleted", subscription)
    subscription.delete()
    transaction.on_commit(forget_subscribers)


@transaction.atomic
def rotate_secret(*, subscription: Subscription) -> str:
    """A new secret, shown this once. For a day the former one signs too, so that no message is lost meanwhile."""
    subscription.keys.filter(expires_at__isnull=True).update(expires_at=timezone.now() + FORMER_KEY_HOLDS)
    secret = _give_key(subscription)
    _record("webhook.secret_rotated", subscription)
    return secret


@transaction.atomic
def replay(*, delivery: Delivery) -> None:
    """Send one message once more, under the same id: a receiver that has it knows it again."""
    _send_again([delivery.pk])
    _record("webhook.replayed", delivery.subscription)
    deliver_soon(delivery.subscription_id)


@transaction.atomic
def replay_failed(*, subscription: Subscription) -> int:
    """Send again all that was given up, and what waits for its next try. Returns how many."""
    found = subscription.deliveries.exclude(status=DeliveryStatus.DELIVERED).order_by("pk").values_list("pk", flat=True)
    number = _send_again(list(found))
    _record("webhook.replayed", subscription)
    deliver_soon(subscription.pk)
    return number


def _send_again(ids: list[int]) -> int:
    number: int = Delivery.objects.filter(pk__in=ids).update(
        status=DeliveryStatus.WAITING, attempts=0, next_attempt_at=timezone.now(), failure="", status_code=None
    )
    return number


@transaction.atomic
def send_test(*, subscription: Subscription) -> Delivery:
    """A message that says nothing, to see whether it arrives."""
    federation = Federation.objects.get(pk=_here())
    now = timezone.now()
    delivery: Delivery = Delivery.objects.create(
        subscription=subscription,
        event_id=uuid.uuid4(),
        event_type=TEST_EVENT,
        payload=payload_of(TEST_EVENT, now, {"federation": federation.slug}),
        created_at=now,
    )
    deliver_soon(subscription.pk)
    return delivery


def deliver_soon(subscription_id: int) -> None:
    """Wake a worker after this commit. Without one, the message waits: the next worker finds it in the table."""
    once = f"webhook {_here()} {subscription_id}"
    defer_after_commit(deliver, once=once, space_id=_here(), subscription_id=subscription_id)

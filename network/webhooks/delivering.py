"""From messages to receivers, inside a federation: at least once, in no promised order.

A message is claimed by a lease in its own row before it is sent, and no transaction is open meanwhile. A
worker that is killed leaves the lease behind: when it has run out, the next worker sends again. So a receiver
may get a message twice, and never not at all.
"""

from __future__ import annotations

import datetime as dt
import random
import time
from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from network.webhooks.announcing import forget_subscribers
from network.webhooks.enums import DeliveryStatus, OffReason
from network.webhooks.messages import body_of
from network.webhooks.models import Delivery, SigningKey, Subscription
from network.webhooks.sending import Answer, send
from network.webhooks.signing import headers_for

# After a failed try, wait so long: eight tries in about a day.
WAITS = [
    dt.timedelta(minutes=1),
    dt.timedelta(minutes=5),
    dt.timedelta(minutes=20),
    dt.timedelta(hours=1),
    dt.timedelta(hours=3),
    dt.timedelta(hours=7),
    dt.timedelta(hours=12),
]
TRIES = len(WAITS) + 1
JITTER = 0.2  # a receiver that comes back isn't met by everything at once
RUN_SECONDS = 15.0  # a worker that is told to stop waits for no run longer than this and one try
FAILURES_A_RUN = 3  # a receiver that hangs must not hold a worker for its whole log
KEPT = dt.timedelta(days=30)


def due(now: dt.datetime | None = None) -> QuerySet[Delivery]:
    """What may be sent now, and isn't being sent by anybody."""
    moment = now or timezone.now()
    found: QuerySet[Delivery] = Delivery.objects.filter(
        Q(claimed_until__isnull=True) | Q(claimed_until__lt=moment),
        status=DeliveryStatus.WAITING,
        next_attempt_at__lte=moment,
        subscription__active=True,
    )
    return found


def subscriptions_with_due() -> list[int]:
    return sorted(set(due().values_list("subscription_id", flat=True)))


@dataclass(frozen=True)
class Run:
    """How a run ended: `more` waits and can be sent at once, or the subscription was switched off, and why."""

    more: bool = False
    off: OffReason | None = None


def deliver_due(subscription_id: int, *, should_stop: Callable[[], bool] = lambda: False) -> Run:
    """Send what is due to one subscription."""
    began, failures = time.monotonic(), 0
    while failures < FAILURES_A_RUN:
        if time.monotonic() - began > RUN_SECONDS or should_stop():
            return Run(more=True)
        delivery = _claim(subscription_id)
        if delivery is None:
            return Run()
        subscription = delivery.subscription
        body = body_of(delivery.payload)
        headers = headers_for(body, event_id=delivery.event_id, at=timezone.now(), keys=_keys(subscription_id))
        answer = send(subscription.url, body, headers)
        reason = _note(delivery, answer)
        if reason is not None:
            return Run(off=reason)
        failures += bool(answer.failure)
    return Run()  # the next minute is another try


def _keys(subscription_id: int) -> list[str]:
    """The secrets that hold, the latest first."""
    holds = Q(expires_at__isnull=True) | Q(expires_at__gt=timezone.now())
    found = SigningKey.objects.filter(holds, subscription=subscription_id).order_by("-pk")
    return list(found.values_list("secret", flat=True))


@transaction.atomic
def _claim(subscription_id: int) -> Delivery | None:
    now = timezone.now()
    found = due(now).filter(subscription=subscription_id).select_related("subscription")
    delivery = found.order_by("next_attempt_at", "pk").select_for_update(skip_locked=True, of=("self",)).first()
    if delivery is not None:
        delivery.claimed_until = now + dt.timedelta(seconds=settings.WEBHOOKS_LEASE_SECONDS)
        delivery.attempts += 1
        delivery.attempted_at = now
        delivery.save(update_fields=["claimed_until", "attempts", "attempted_at"])
    return delivery


@transaction.atomic
def _note(delivery: Delivery, answer: Answer) -> OffReason | None:
    """Write down what came of it, unless the lease has run out and somebody else has the message."""
    now = timezone.now()
    facts: dict[str, object] = {
        "claimed_until": None,
        "status_code": answer.status_code,
        "failure": answer.failure,
        "duration_ms": answer.duration_ms,
    }
    if not answer.failure:
        facts |= {"status": DeliveryStatus.DELIVERED, "next_attempt_at": None}
    elif delivery.attempts >= TRIES:
        facts |= {"status": DeliveryStatus.GIVEN_UP, "next_attempt_at": None}
    else:
        facts |= {"next_attempt_at": now + _wait_after(delivery.attempts)}
    mine = Delivery.objects.filter(pk=delivery.pk, claimed_until=delivery.claimed_until)
    if not mine.update(**facts):
        return None
    return _judge(delivery.subscription_id, answer, now)


def _wait_after(attempts: int) -> dt.timedelta:
    return WAITS[min(attempts, len(WAITS)) - 1] * random.uniform(1 - JITTER, 1 + JITTER)  # nosec B311


def _judge(subscription_id: int, answer: Answer, now: dt.datetime) -> OffReason | None:
    """Switch a subscription off that is gone (410), or that has failed for days without one success."""
    known = Subscription.objects.filter(pk=subscription_id)
    if not answer.failure:
        known.filter(failing_since__isnull=False).update(failing_since=None)
        return None
    known.filter(failing_since__isnull=True).update(failing_since=now)
    reason = None
    if answer.status_code == 410:
        reason = OffReason.GONE
    elif known.filter(failing_since__lte=now - dt.timedelta(days=settings.WEBHOOKS_OFF_AFTER_DAYS)).exists():
        reason = OffReason.FAILING
    if reason is None or not known.filter(active=True).update(active=False, off_reason=reason, updated_at=now):
        return None
    transaction.on_commit(forget_subscribers)
    return reason


def remove_old() -> int:
    """The log is kept for 30 days, whatever came of a message. Returns how many messages went."""
    now = timezone.now()
    SigningKey.objects.filter(expires_at__lt=now).delete()
    number, _by_model = Delivery.objects.filter(created_at__lt=now - KEPT).delete()
    return int(number)

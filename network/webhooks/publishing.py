"""From changes to messages: inside a federation, once a minute, what happened becomes one message an EPN."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import defaultdict
from typing import Any

from django.db import transaction
from django.utils import timezone

from network.webhooks.enums import EventType
from network.webhooks.messages import payload_of
from network.webhooks.models import Change, Delivery, Subscription
from tenants.registry.crossing import current_place
from tenants.registry.models import Epn, Federation

QUIET = dt.timedelta(seconds=50)  # less than the minute between two runs, so that none is left out for a second
AT_ONCE = 5_000


@transaction.atomic
def publish_changes() -> int:
    """Make messages of what has changed, and forget the changes. Returns how many messages.

    An EPN that was told of less than a minute ago waits for the next time: its changes become one message.
    """
    now = timezone.now()
    changes = list(Change.objects.select_for_update(skip_locked=True).order_by("pk")[:AT_ONCE])
    if not changes:
        return 0
    recent = set(Delivery.objects.filter(created_at__gt=now - QUIET).values_list("event_type", "epn_id"))
    together: dict[tuple[str, int], list[Change]] = defaultdict(list)
    for change in changes:
        if (change.event_type, change.epn_id) not in recent:
            together[change.event_type, change.epn_id].append(change)
    subscriptions = list(Subscription.objects.filter(active=True).order_by("pk"))
    about = _about({epn_id for _, epn_id in together})
    deliveries = []
    for (event_type, epn_id), some in together.items():
        data = {**about[epn_id], **_details(event_type, some)}
        event_id, payload = uuid.uuid4(), payload_of(event_type, now, data)
        deliveries += [
            Delivery(
                subscription=one,
                event_id=event_id,
                event_type=event_type,
                epn_id=epn_id,
                payload=payload,
                created_at=now,
                next_attempt_at=now,
            )
            for one in subscriptions
            if event_type in one.events
        ]
    Delivery.objects.bulk_create(deliveries)
    Change.objects.filter(pk__in=[one.pk for some in together.values() for one in some]).delete()
    return len(deliveries)


def _about(epn_ids: set[int]) -> dict[int, dict[str, Any]]:
    """For each EPN: which it is, and where it is now."""
    federation = Federation.objects.get(pk=current_place().space_id).slug
    slugs = Epn.objects.filter(pk__in=epn_ids).values_list("pk", "slug")
    return {pk: {"federation": federation, "epn": {"id": pk, "address": f"{federation}/{slug}"}} for pk, slug in slugs}


def _details(event_type: str, changes: list[Change]) -> dict[str, Any]:
    if event_type == EventType.RETURN_SIGNED:
        return {"returns": sorted({one.object_id for one in changes if one.object_id is not None})}
    if event_type != EventType.FIGURES_REFRESHED:
        return {}
    any_month = any(one.months is None for one in changes)
    months = sorted({month for one in changes for month in one.months or []})
    return {
        # null: any month may have changed
        "months": None if any_month else [f"{month:%Y-%m}" for month in months],
        "stocks": any(one.stocks for one in changes),
    }

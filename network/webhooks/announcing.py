"""Leaving word of what happened, in the transaction in which it happens.

A refresh and the copy of a card run as the role of the crossings, within their own transaction: a row in
the federation's table of changes is all that they add, and none at all while nobody subscribes there. That
is known without asking for half a minute, so the POST of a visit pays nothing for webhooks that nobody has.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Sequence

from django.conf import settings
from django.db import connection
from django.utils import timezone

from network.webhooks.enums import EventType

# (database, schema) → (until when to believe it, the events that somebody subscribes to)
_subscribed: dict[tuple[str, str], tuple[float, frozenset[str]]] = {}


def forget_subscribers() -> None:
    """This process asks again: after a change of a subscription, and in tests."""
    _subscribed.clear()


def _subscribed_in(schema: str) -> frozenset[str]:
    key = (str(connection.settings_dict["NAME"]), schema)
    until, events = _subscribed.get(key, (0.0, frozenset()))
    now = time.monotonic()
    if now < until:
        return events
    table = connection.ops.quote_name(schema) + ".webhooks_subscription"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT DISTINCT unnest(events) FROM {table} WHERE active")
        events = frozenset(one for (one,) in cursor.fetchall())
    _subscribed[key] = (now + settings.WEBHOOKS_SUBSCRIBERS_SECONDS, events)
    return events


def _leave_word(
    schema: str,
    event: EventType,
    epn_id: int,
    months: Sequence[dt.date] | None = None,
    stocks: bool = False,
    object_id: int | None = None,
) -> None:
    if event not in _subscribed_in(schema):
        return
    table = connection.ops.quote_name(schema) + ".webhooks_change"
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} (event_type, epn_id, months, stocks, object_id, at)"
            " VALUES (%s, %s, %s::date[], %s, %s, %s)",
            [event.value, epn_id, None if months is None else list(months), stocks, object_id, timezone.now()],
        )


def figures_refreshed(schema: str, *, epn_id: int, months: Sequence[dt.date] | None, stocks: bool) -> None:
    """In a federation's schema: these months of an EPN (None: any) were counted again, or its stocks."""
    _leave_word(schema, EventType.FIGURES_REFRESHED, epn_id, months, stocks)


def card_changed(schema: str, *, epn_id: int) -> None:
    _leave_word(schema, EventType.CARD_CHANGED, epn_id)


def return_signed(schema: str, *, epn_id: int, return_id: int) -> None:
    """In a federation's schema: an EPN has signed a census return, or the network has for it."""
    _leave_word(schema, EventType.RETURN_SIGNED, epn_id, object_id=return_id)

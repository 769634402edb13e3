"""Releases and webhooks behind the addresses of the role table's walk."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.utils import timezone

from maillage.accounts.models import Person
from network.releases.models import Release
from network.webhooks.models import Subscription
from network.webhooks.services import send_test, subscribe
from tenants.registry.enums import Kind
from tests.conftest import Cast, inside

Arguments = dict[str, Any]


def _kept(month: int, **said: Any) -> None:
    told = {"cells": 0, "primary": 0, "complementary": 0, "earlier": 0, "counted": 0, "shown": 0, "left_out": False}
    tables = [{"name": "visits", "kind": "month", "periods": [f"2026-{month:02}"], **told}]
    Release.objects.create(kind="month", first=dt.date(2026, month, 1), minimum_cell=5, tables=tables, **said)


def a_release(cast: Cast, person: Person | None) -> Arguments:
    """Once made it stays: nothing of a release can be taken away."""
    with inside(cast.caban):
        if not Release.objects.filter(number=1).exists():
            _kept(1, number=1, state="released", released_at=timezone.now())
    return {"number": 1}


def a_released_table(cast: Cast, person: Person | None) -> Arguments:
    return a_release(cast, person) | {"table": "visits"}


def a_drafted_table(cast: Cast, person: Person | None) -> Arguments:
    with inside(cast.caban):
        Release.objects.filter(number=None).delete()
        _kept(2, state="draft")
    return {"table": "visits"}


def a_webhook(cast: Cast, person: Person | None) -> Arguments:
    with inside(cast.caban):
        subscription, _secret = subscribe(url="https://example.org/hook", events=["epn.card_changed"])
    return {"pk": subscription.pk}


def a_message(cast: Cast, person: Person | None) -> Arguments:
    made = a_webhook(cast, person)
    with inside(cast.caban):
        return {**made, "delivery_id": send_test(subscription=Subscription.objects.get(**made)).pk}


OF_THE_NETWORK: list[tuple[str, str, Callable[[Cast, Person | None], Arguments]]] = [
    (Kind.FEDERATION, "figures:table", a_released_table),
    (Kind.FEDERATION, "api:release_table", a_released_table),
    (Kind.FEDERATION, "releases:draft_table", a_drafted_table),
    (Kind.FEDERATION, "figures:release", a_release),
    (Kind.FEDERATION, "figures:package", a_release),
    (Kind.FEDERATION, "releases:correct", a_release),
    (Kind.FEDERATION, "webhooks:replay", a_message),
    (Kind.FEDERATION, "webhooks:*", a_webhook),
    (Kind.FEDERATION, "api:webhook*", a_webhook),
]

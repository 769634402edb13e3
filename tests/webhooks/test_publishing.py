"""From what happens in an EPN to messages: only where somebody asked, once a minute and EPN, and never its content."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.db.utils import ProgrammingError
from django.test.utils import CaptureQueriesContext

from network.directory.cards import copy_card
from network.figures.services import refresh_epn
from network.webhooks.announcing import forget_subscribers
from network.webhooks.delivering import Run
from network.webhooks.enums import EventType
from network.webhooks.models import Change, Delivery, SigningKey, Subscription
from network.webhooks.publishing import publish_changes
from network.webhooks.services import change_subscription, remove_subscription, subscribe
from tenants.activity.models import Visit
from tenants.premises.models import Site
from tenants.registry.crossing import CROSSING_ROLE, entered
from tenants.registry.database.base import Place
from tenants.registry.models import Epn, Federation
from tests.conftest import Cast, as_owner_of, inside
from tests.webhooks.conftest import BOTH, say_nothing_recent
from tests.webhooks.receiver import Receiver

Told = Callable[..., Run]
NOTE = "Zoé forgot her password"


def a_visit(epn: Epn, day: dt.date) -> None:
    with inside(epn):
        Visit.objects.create(
            date=day, minutes=20, site=Site.objects.order_by("pk").first(), mode="individual", themes=["bank"],
            outcome="solved", note=NOTE,
        )  # fmt: skip
    refresh_epn(epn.pk)


def changes(federation: Federation) -> int:
    with inside(federation):
        return int(Change.objects.count())


def test_nothing_is_written_while_nobody_subscribes(cast: Cast) -> None:
    a_visit(cast.poste, dt.date(2026, 10, 30))
    copy_card(cast.poste.pk)

    assert changes(cast.caban) == 0


def test_while_nobody_subscribes_a_refresh_asks_once_in_half_a_minute_whether_somebody_does(cast: Cast) -> None:
    def statements() -> list[str]:
        with inside(cast.poste):
            Visit.objects.create(
                date=dt.date(2026, 10, 30), minutes=20, site=Site.objects.order_by("pk").first(), mode="individual",
                themes=["bank"], outcome="solved",
            )  # fmt: skip
        with CaptureQueriesContext(connection) as captured:
            refresh_epn(cast.poste.pk)
        return [one["sql"] for one in captured if "webhooks" in (one["sql"] or "")]

    first, second = statements(), statements()

    assert len(first) == 1 and first[0].startswith("SELECT DISTINCT unnest(events)")
    assert second == []


def test_a_refresh_becomes_one_message_that_names_the_epn_and_the_months_and_nothing_of_a_visit(
    cast: Cast, receiver: Receiver, subscribed: tuple[Subscription, str], told: Told
) -> None:
    a_visit(cast.poste, dt.date(2026, 10, 30))
    a_visit(cast.poste, dt.date(2026, 9, 2))
    a_visit(cast.poste, dt.date(2026, 10, 1))

    told()

    (message,) = receiver.messages
    assert message.is_signed_with(subscribed[1])
    assert message.json["type"] == EventType.FIGURES_REFRESHED
    assert message.json["data"] == {
        "federation": "caban",
        "epn": {"id": cast.poste.pk, "address": "caban/rue-de-la-poste"},
        "months": ["2026-09", "2026-10"],
        "stocks": False,
    }
    assert NOTE not in json.dumps(message.json) and "bank" not in json.dumps(message.json)
    assert changes(cast.caban) == 0


def test_each_epn_has_its_own_message(cast: Cast, receiver: Receiver, subscribed: object, told: Told) -> None:
    a_visit(cast.poste, dt.date(2026, 10, 30))
    a_visit(cast.abattoirs, dt.date(2026, 10, 30))

    told()

    assert {one.json["data"]["epn"]["id"] for one in receiver.messages} == {cast.poste.pk, cast.abattoirs.pk}


def test_one_epn_is_told_of_once_a_minute_and_nothing_is_lost(
    cast: Cast, receiver: Receiver, subscribed: object, told: Told
) -> None:
    a_visit(cast.poste, dt.date(2026, 10, 30))
    told()
    a_visit(cast.poste, dt.date(2026, 8, 30))
    a_visit(cast.poste, dt.date(2026, 7, 30))

    told()
    assert len(receiver.messages) == 1 and changes(cast.caban) == 2
    with inside(cast.caban):
        say_nothing_recent()
    told()

    assert receiver.messages[1].json["data"]["months"] == ["2026-07", "2026-08"]
    assert changes(cast.caban) == 0


def test_a_card_that_changes_is_told_and_one_that_does_not_is_not(
    cast: Cast, receiver: Receiver, subscribed: object, told: Told
) -> None:
    copy_card(cast.poste.pk)
    copy_card(cast.poste.pk)

    told()

    assert receiver.types() == [EventType.CARD_CHANGED]
    assert receiver.messages[0].json["data"]["epn"] == {"id": cast.poste.pk, "address": "caban/rue-de-la-poste"}


def test_a_subscription_gets_the_events_that_it_asked_for(cast: Cast, receiver: Receiver, told: Told) -> None:
    with inside(cast.caban):
        subscribe(url=receiver.url, events=[EventType.CARD_CHANGED])
    forget_subscribers()

    a_visit(cast.poste, dt.date(2026, 10, 30))
    copy_card(cast.poste.pk)
    told()

    assert receiver.types() == [EventType.CARD_CHANGED]


def test_raw_sql_that_touches_every_month_says_that_any_may_have_changed(
    cast: Cast, receiver: Receiver, subscribed: object, told: Told
) -> None:
    with as_owner_of(cast.poste), connection.cursor() as cursor:
        cursor.execute("TRUNCATE activity_visit CASCADE")
    refresh_epn(cast.poste.pk)

    told()

    assert receiver.messages[0].json["data"]["months"] is None


def test_what_is_rolled_back_is_not_told(cast: Cast, subscribed: object, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("network.figures.services.write_flows", broken)

    with pytest.raises(ZeroDivisionError):
        a_visit(cast.poste, dt.date(2026, 10, 30))

    assert changes(cast.caban) == 0


def test_a_subscription_that_is_off_or_deleted_costs_and_gets_nothing(cast: Cast, receiver: Receiver) -> None:
    with inside(cast.caban):
        one, _ = subscribe(url=receiver.url, events=BOTH)
        off = change_subscription(subscription=one, url=receiver.url, events=BOTH, description="", active=False)
    forget_subscribers()
    a_visit(cast.poste, dt.date(2026, 10, 30))
    assert changes(cast.caban) == 0

    with inside(cast.caban):
        remove_subscription(subscription=off)
        assert SigningKey.objects.count() == Delivery.objects.count() == 0


# --- Between federations ------------------------------------------------------------------------------------


def test_a_federation_is_told_of_its_own_epn_only(
    cast: Cast, receiver: Receiver, subscribed: object, told: Told
) -> None:
    a_visit(cast.nevers, dt.date(2026, 10, 30))
    copy_card(cast.nevers.pk)

    told()
    told(cast.loire)

    assert receiver.messages == []
    assert changes(cast.loire) == changes(cast.caban) == 0


@pytest.mark.parametrize(
    "table", ["webhooks_subscription", "webhooks_signingkey", "webhooks_delivery", "webhooks_change"]
)
def test_nobody_elses_role_reads_who_is_told_or_the_secrets(cast: Cast, subscribed: object, table: str) -> None:
    for stranger in (cast.loire, cast.poste, cast.nevers):
        with inside(stranger), pytest.raises(ProgrammingError, match="permission denied"):
            run(f"SELECT * FROM {cast.caban.space.schema_name}.{table}")


def run(statement: str) -> list[Any]:
    from django.db import transaction

    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
        return list(cursor.fetchall())


def test_not_even_a_crossing_reads_a_secret(cast: Cast, subscribed: object) -> None:
    crossing = Place(cast.caban.space.schema_name, "federation", CROSSING_ROLE, cast.caban.pk)

    with entered(crossing):
        assert run("SELECT count(*) FROM webhooks_subscription") == [(1,)]
        with pytest.raises(ProgrammingError, match="permission denied"):
            run("SELECT * FROM webhooks_signingkey")


def test_publishing_in_one_federation_leaves_the_others_changes_alone(
    cast: Cast, receiver: Receiver, subscribed: object
) -> None:
    with inside(cast.loire):
        subscribe(url=receiver.url, events=BOTH)
    forget_subscribers()
    a_visit(cast.nevers, dt.date(2026, 10, 30))
    a_visit(cast.poste, dt.date(2026, 10, 30))

    with inside(cast.caban):
        assert publish_changes() == 1

    assert (changes(cast.caban), changes(cast.loire)) == (0, 1)

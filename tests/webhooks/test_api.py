"""The same by a program."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from network.webhooks.enums import DeliveryStatus
from network.webhooks.models import Delivery, Subscription
from tests.api.conftest import CABAN, Program, _a_new_minute, program
from tests.conftest import Cast, inside
from tests.webhooks.receiver import Receiver

__all__ = ["_a_new_minute", "program"]  # fixtures of the API's tests

HOOKS = f"{CABAN}/webhooks/"


@pytest.fixture
def dries(cast: Cast, program: Callable[..., Program]) -> Program:
    return program(cast.dries, cast.caban)


def made(client: Program, receiver: Receiver) -> dict[str, object]:
    response = client.send("POST", HOOKS, {"url": receiver.url, "events": ["figures.refreshed"]})
    assert response.status_code == 201
    found: dict[str, object] = response.json()
    return found


def test_a_webhook_is_made_read_changed_and_deleted(cast: Cast, dries: Program, receiver: Receiver) -> None:
    one = made(dries, receiver)
    assert str(one["secret"]).startswith("whsec_")
    address = f"{HOOKS}{one['id']}/"

    read = dries.get(address)
    assert read.json()["events"] == ["figures.refreshed"] and "secret" not in read.json()
    assert dries.get(address, headers={"If-None-Match": read["ETag"]}).status_code == 304
    changed = dries.send("PATCH", address, {"description": "Site", "active": False}, **{"If-Match": read["ETag"]})
    assert (changed.json()["description"], changed.json()["active"]) == ("Site", False)
    late = dries.send("PATCH", address, {"description": "Other"}, **{"If-Match": read["ETag"]})
    assert late.status_code == 412 and late.json()["current"]["description"] == "Site"
    assert dries.get(HOOKS).json()["results"] == [changed.json()]
    assert dries.send("DELETE", address).status_code == 204
    assert dries.get(address).status_code == 404


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"url": "http://example.org/", "events": ["figures.refreshed"]}, "url"),
        ({"url": "https://192.168.0.1/", "events": ["figures.refreshed"]}, "url"),
        ({"url": "https://example.org/", "events": ["visit.noted"]}, "events"),
        ({"url": "https://example.org/", "events": []}, "events"),
        ({"events": ["figures.refreshed"]}, "url"),
        ({"url": "https://example.org/", "events": ["figures.refreshed"], "secret_": "x"}, "secret_"),
    ],
)
def test_what_cannot_be_is_refused_by_field(cast: Cast, dries: Program, body: dict[str, object], field: str) -> None:
    response = dries.send("POST", HOOKS, body)

    assert (response.status_code, list(response.json())) == (400, [field])


def test_a_test_the_log_a_new_secret_and_sending_again(
    cast: Cast, dries: Program, receiver: Receiver, told: Callable[[], object]
) -> None:
    one = made(dries, receiver)
    address = f"{HOOKS}{one['id']}/"
    secret = dries.send("POST", f"{address}secret/").json()["secret"]

    sent = dries.send("POST", f"{address}test/")
    told()

    assert sent.status_code == 202 and sent.json()["status"] == DeliveryStatus.WAITING
    assert receiver.messages[0].is_signed_with(secret)
    (row,) = dries.get(f"{address}deliveries/?status=delivered").json()["results"]
    assert (row["id"], row["status_code"]) == (sent.json()["id"], 204)
    assert dries.get(f"{address}deliveries/?status=given_up").json()["results"] == []
    assert dries.get(f"{address}deliveries/?status=x").status_code == 400
    assert dries.send("POST", f"{address}replay/", {}).json() == {"messages": 0}
    assert dries.send("POST", f"{address}replay/", {"delivery": row["id"]}).json() == {"messages": 1}
    assert dries.send("POST", f"{address}replay/", {"delivery": 10**15}).status_code == 400
    told()
    assert len(receiver.messages) == 2


def test_a_webhook_of_another_network_is_not_there(
    cast: Cast, dries: Program, program: Callable[..., Program], receiver: Receiver
) -> None:
    one = made(dries, receiver)

    for who, place in ((cast.amina, cast.poste), (cast.farid, cast.nevers), (cast.eva, cast.caban)):
        assert program(who, place).get(f"{HOOKS}{one['id']}/").status_code in (403, 404)
    with inside(cast.loire):
        assert not Subscription.objects.exists() and not Delivery.objects.exists()

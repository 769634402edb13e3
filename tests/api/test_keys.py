"""Contracts, sites and webhooks that are sent again: each is made once."""

from __future__ import annotations

import datetime as dt
import json
import threading
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection, transaction

from maillage.audit.models import Entry
from network.webhooks.models import SigningKey, Subscription
from network.webhooks.services import MOST_SUBSCRIPTIONS, subscribe
from tenants.premises.models import Site
from tenants.registry.crossing import entered
from tenants.registry.models import Federation
from tenants.staff.models import Contract, StaffMember
from tenants.staff.services import NewMember, add_contract
from tests.api.conftest import ABATTOIRS, CABAN, POSTE, Program
from tests.api.serving import Served
from tests.api.test_lost_answers import TURNS
from tests.conftest import Cast, inside

Programs = Callable[..., Program]
KEY = {"Idempotency-Key": "a form of March"}
HOOK = {"url": "https://example.org/hook", "events": ["figures.refreshed"], "description": " Website "}
SITE = {"name": " Annexe", "postcode": "1030", "town": "Schaerbeek", "opening_hours": "Mo 9:00-12:00", "latitude": 50.8}
CONTRACT = {
    "member_name": "Zoé ", "type": "art60", "legal_employer": " CPAS", "starts_on": "2026-01-05",
    "planned_end": "2027-01-04", "hours_per_week": 19, "note": " x ",
}  # fmt: skip
BODIES: dict[str, dict[str, Any]] = {"contracts": CONTRACT, "sites": SITE, "webhooks": HOOK}
OTHERS: dict[str, list[dict[str, Any]]] = {
    "contracts": [{"member_name": "Yann"}, {"hours_per_week": 20}, {"ended_on": "2026-03-01"}, {"note": ""}],
    "sites": [{"name": "Autre"}, {"commune": ""}, {"opening_hours": ""}, {"latitude": None}, {"modes": ["individual"]}],
    "webhooks": [
        {"url": "https://example.org/"}, {"events": ["epn.card_changed"]}, {"events": [*HOOK["events"], "x"]},
        {"description": ""}, {"active": False},
    ],
}  # fmt: skip
LISTS = list(BODIES)
PATIENCE = 30  # seconds until a test that hangs fails


@pytest.fixture
def client(cast: Cast, program: Programs) -> Callable[[str], Program]:
    def of(name: str) -> Program:
        return program(cast.dries, cast.caban) if name == "webhooks" else program(cast.amina, cast.poste)

    return of


def address(name: str) -> str:
    return f"{CABAN if name == 'webhooks' else POSTE}/{name}/"


def numbers(cast: Cast) -> tuple[int, ...]:
    with inside(cast.poste):
        found = Contract.with_deleted.count(), StaffMember.objects.count(), Site.objects.count()
    with inside(cast.caban):
        return (*found, Subscription.objects.count(), SigningKey.objects.count())


@pytest.mark.parametrize("key", ["a form", "afaddbb2-2c1d-469e-b03d-d936bebaf672"])
@pytest.mark.parametrize("name", LISTS)
def test_the_same_key_and_body_is_one_row_and_one_answer(cast: Cast, client: Any, name: str, key: str) -> None:
    program, header = client(name), {"Idempotency-Key": key}
    first = program.send("POST", address(name), BODIES[name], **header)
    kept, journal = numbers(cast), Entry.objects.count()

    again = program.send("POST", address(name), BODIES[name], **header)

    assert (first.status_code, again.status_code) == (201, 201)
    told = first.json() | ({"secret": None} if name == "webhooks" else {})
    assert (again.json(), again["ETag"]) == (told, first["ETag"])
    assert (numbers(cast), Entry.objects.count()) == (kept, journal)


@pytest.mark.parametrize(("name", "other"), [(name, other) for name, others in OTHERS.items() for other in others])
def test_another_body_under_the_same_key_is_refused(
    cast: Cast, client: Any, name: str, other: dict[str, object]
) -> None:
    program = client(name)
    first = program.send("POST", address(name), BODIES[name], **KEY)
    kept = numbers(cast)

    refused = program.send("POST", address(name), BODIES[name] | other, **KEY)

    assert (first.status_code, refused.status_code) == (201, 409), refused.content
    assert set(refused.json()) == {"detail"}
    assert numbers(cast) == kept


@pytest.mark.parametrize("key", ["", "x" * 129, "tab\there"])
@pytest.mark.parametrize("name", [*LISTS, "invitations"])
def test_a_key_that_is_none_is_refused(cast: Cast, client: Any, name: str, key: str) -> None:
    body = BODIES.get(name, {"email": "zoe@example.org", "role": "animator", "language": "fr"})
    before = numbers(cast)

    answer = client(name).send("POST", address(name), body, **{"Idempotency-Key": key})

    assert (answer.status_code, list(answer.json())) == (400, ["Idempotency-Key"])
    assert numbers(cast) == before


@pytest.mark.parametrize("name", ["sites", "webhooks"])
def test_without_a_key_or_with_another_one_it_is_another_row(cast: Cast, client: Any, name: str) -> None:
    program = client(name)
    headers: list[dict[str, str]] = [{}, {}, KEY, {"Idempotency-Key": "another"}]

    ids = {program.send("POST", address(name), BODIES[name], **one).json()["id"] for one in headers}

    assert len(ids) == 4


def test_what_has_been_corrected_closed_or_deleted_meanwhile_is_not_the_same_any_more(cast: Cast, client: Any) -> None:
    changes = {"contracts": {"note": "y"}, "sites": {"retired": True}, "webhooks": {"active": False}}
    for name, change in changes.items():
        program = client(name)
        one = f"{address(name)}{program.send('POST', address(name), BODIES[name], **KEY).json()['id']}/"
        assert program.send("PATCH", one, change).status_code == 200

        assert program.send("POST", address(name), BODIES[name], **KEY).status_code == 409
        if name == "contracts":
            assert program.send("PATCH", one, {"note": "x"}).status_code == 200
            assert program.send("POST", address(name), BODIES[name], **KEY).status_code == 201
            assert program.send("DELETE", one).status_code == 204
            assert program.send("POST", address(name), BODIES[name], **KEY).status_code == 409


def test_a_key_holds_in_its_own_space(cast: Cast, program: Programs) -> None:
    key = {"Idempotency-Key": str(uuid.uuid4())}
    for person, place, where in ((cast.amina, cast.poste, POSTE), (cast.chloe, cast.abattoirs, ABATTOIRS)):
        answer = program(person, place).send("POST", f"{where}/sites/", SITE | {"name": where}, **key)

        assert answer.status_code == 201, answer.content


def test_a_webhook_is_given_again_even_when_there_is_no_room_left(cast: Cast, client: Any) -> None:
    program = client("webhooks")
    first = program.send("POST", address("webhooks"), HOOK, **KEY)
    for _ in range(MOST_SUBSCRIPTIONS - 1):
        program.send("POST", address("webhooks"), HOOK)

    again = program.send("POST", address("webhooks"), HOOK, **KEY)
    new = program.send("POST", address("webhooks"), HOOK, **{"Idempotency-Key": "new"})

    assert (again.status_code, again.json()["id"]) == (201, first.json()["id"])
    assert new.status_code == 400


# --- at the same moment -----------------------------------------------------------------------------------------------


@pytest.fixture
def unblocked(django_db_blocker: Any) -> Iterator[None]:
    with django_db_blocker.unblock():
        yield


@pytest.mark.usefixtures("unblocked")
@pytest.mark.parametrize("name", ["contracts", "sites"])
def test_who_send_the_same_at_the_same_time_get_the_same(served: Served, name: str) -> None:
    for turn in range(TURNS):
        called = f"{name} {turn}"
        body = BODIES[name] | {"member_name" if name == "contracts" else "name": called}
        with ThreadPoolExecutor(6) as pool:
            key = {"Idempotency-Key": called}
            answers = list(pool.map(lambda _n, b=body, k=key: served.call("POST", f"/{name}/", b, **k), range(6)))

        assert {status for status, _body, _headers in answers} == {201}, answers
        assert len({json.dumps(found) for _status, found, _headers in answers}) == 1

    with entered(served.epn.space):
        if name == "contracts":
            assert StaffMember.objects.filter(name__startswith="contracts ").count() == TURNS
            assert Contract.objects.filter(member__name__startswith="contracts ").count() == TURNS
        else:
            assert Site.objects.filter(name__startswith="sites ").count() == TURNS


def _on_its_own_connection(deed: Callable[[], Any]) -> Any:
    try:
        return deed()
    finally:
        connection.close()


@pytest.mark.usefixtures("unblocked")
def test_a_contract_that_is_not_saved_yet_is_waited_for(served: Served) -> None:
    key = uuid.uuid4()

    def add(hours: int = 19) -> Contract:
        return add_contract(
            member=NewMember(name="Wim"), type="art60", legal_employer="CPAS", starts_on=dt.date(2026, 1, 5),
            planned_end=dt.date(2027, 1, 4), hours_per_week=Decimal(hours), key=key,
        )  # fmt: skip

    def add_there() -> Contract:
        with entered(served.epn.space):
            return add()

    with ThreadPoolExecutor(1) as pool:
        with entered(served.epn.space), transaction.atomic():
            first = add()
            second = pool.submit(_on_its_own_connection, add_there)
            with pytest.raises(TimeoutError):
                second.result(timeout=0.5)

        assert second.result(PATIENCE).pk == first.pk

    with entered(served.epn.space):
        assert StaffMember.objects.filter(name="Wim").count() == 1


@pytest.mark.usefixtures("unblocked")
def test_of_two_programs_that_ask_for_a_webhook_at_once_one_gets_the_secret(served: Served) -> None:
    space, key, start = Federation.objects.get(slug="caban").space, uuid.uuid4(), threading.Barrier(2)

    def ask() -> tuple[Subscription, str | None]:
        with entered(space):
            start.wait(PATIENCE)
            return subscribe(url="https://example.org/hook", events=["figures.refreshed"], key=key)

    with ThreadPoolExecutor(2) as pool:
        tries = [pool.submit(_on_its_own_connection, ask) for _ in range(2)]
        answers = [one.result(PATIENCE) for one in tries]

    assert len({subscription.pk for subscription, _secret in answers}) == 1
    assert sorted(secret is None for _subscription, secret in answers) == [False, True]
    with entered(space):
        assert (Subscription.objects.count(), SigningKey.objects.count()) == (1, 1)

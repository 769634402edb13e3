"""Contracts through the machine's door."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tenants.staff.models import Contract, StaffMember
from tests.api.conftest import ABATTOIRS, POSTE, Program
from tests.conftest import Cast, inside

Programs = Callable[..., Program]
CONTRACTS = f"{POSTE}/contracts/"


def body(**said: Any) -> dict[str, Any]:
    return {
        "member_name": "Zoé", "type": "art60", "legal_employer": "CPAS", "starts_on": "2026-01-05",
        "planned_end": "2027-01-04", "hours_per_week": 19, "full_time_hours": 38, **said,
    }  # fmt: skip


def test_a_contract_is_recorded_read_corrected_ended_and_deleted(cast: Cast, program: Programs) -> None:
    client = program(cast.amina, cast.poste)

    made = client.send("POST", CONTRACTS, body())
    address = f"{CONTRACTS}{made.json()['id']}/"
    ended = client.send("PATCH", address, {"ended_on": "2026-09-30"}, **{"If-Match": made["ETag"]})
    put = client.send("PUT", address, ended.json() | {"hours_per_week": 19.5})
    stale = client.send("PUT", address, body(), **{"If-Match": made["ETag"]})
    gone = client.send("DELETE", address)

    assert made.status_code == 201
    assert (made.json()["hours_per_week"], made.json()["fte"], made.json()["role"]) == (19, 0.5, "animation")
    assert client.get(f"{CONTRACTS}?fields=id").json()["results"] == []
    assert (ended.status_code, ended.json()["ended_on"]) == (200, "2026-09-30")
    assert (put.status_code, put.json()["hours_per_week"]) == (200, 19.5)
    assert put.json()["member"] == made.json()["member"]
    assert stale.status_code == 412
    assert stale.json()["current"] == put.json()
    assert gone.status_code == 204
    assert client.get(address).status_code == 404
    with inside(cast.poste):
        assert StaffMember.objects.count() == 1
        assert Contract.with_deleted.count() == 1


def test_a_second_contract_of_somebody_known(cast: Cast, program: Programs) -> None:
    client = program(cast.amina, cast.poste)
    member = client.send("POST", CONTRACTS, body()).json()["member"]

    second = body(member=member, starts_on="2026-06-01", hours_per_week=38)
    del second["member_name"]
    asked = client.send("POST", CONTRACTS, second)
    confirmed = client.send("POST", CONTRACTS, second | {"confirmed": asked.json()["to_confirm"]})

    assert asked.status_code == 400
    assert isinstance(asked.json()["confirmed"][0], str)
    assert confirmed.status_code == 201
    assert confirmed.json()["member"] == member


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"member_name": ""}, "member_name"),
        ({"member_name": "x" * 121}, "name"),
        ({"member": 4711}, "member"),
        ({"member": "Zoé"}, "member"),
        ({"type": "slavery"}, "type"),
        ({"type": None}, "type"),
        ({"role": "king"}, "role"),
        ({"starts_on": "soon"}, "starts_on"),
        ({"starts_on": "0001-01-01"}, "starts_on"),
        ({"starts_on": "9999-12-31"}, "starts_on"),
        ({"planned_end": "2025-01-01"}, "planned_end"),
        ({"planned_end": None}, "planned_end"),
        ({"hours_per_week": 39}, "hours_per_week"),
        ({"hours_per_week": 1e9}, "hours_per_week"),
        ({"hours_per_week": "lots"}, "hours_per_week"),
        ({"hours_per_week": {}}, "hours_per_week"),
        ({"full_time_hours": 0}, "full_time_hours"),
        ({"legal_employer": "x" * 161}, "legal_employer"),
        ({"legal_employer": ""}, "legal_employer"),
        ({"note": "x" * 2001}, "note"),
        ({"confirmed": "all"}, "confirmed"),
        ({"deleted_at": None}, "deleted_at"),
        ({"account": 1}, "account"),
    ],
)
def test_what_is_wrong_is_said_by_field(cast: Cast, program: Programs, wrong: dict[str, Any], field: str) -> None:
    answer = program(cast.amina, cast.poste).send("POST", CONTRACTS, body(**wrong))

    assert answer.status_code == 400, answer.content
    assert field in answer.json()
    with inside(cast.poste):
        assert not Contract.objects.exists()
        assert not StaffMember.objects.exists()


def test_contracts_are_the_coordinator_s(cast: Cast, program: Programs) -> None:
    made = program(cast.amina, cast.poste).send("POST", CONTRACTS, body()).json()

    for client, status in (
        (program(cast.bram, cast.poste), 403),
        (program(cast.chloe, cast.abattoirs), 404),
        (program(cast.dries, cast.caban), 404),
        (program(), 401),
    ):
        assert client.get(CONTRACTS).status_code == status
        assert client.get(f"{CONTRACTS}{made['id']}/").status_code == status
        assert client.send("PATCH", f"{CONTRACTS}{made['id']}/", {"note": "x"}).status_code == status
    assert program(cast.chloe, cast.abattoirs).get(f"{ABATTOIRS}/contracts/{made['id']}/").status_code == 404


@pytest.mark.parametrize(
    "query", ["ordering=member__name", "ordering=note", "fields=deleted_at", "member__account=1", "type=%00"]
)
def test_nothing_hidden_is_asked_for(cast: Cast, program: Programs, query: str) -> None:
    assert program(cast.amina, cast.poste).get(f"{CONTRACTS}?{query}").status_code == 400


def test_lists_of_contracts_cost_the_same_however_long(cast: Cast, program: Programs) -> None:
    client = program(cast.amina, cast.poste)
    made = client.send("POST", CONTRACTS, body()).json()

    def statements() -> int:
        with CaptureQueriesContext(connection) as caught:
            assert client.get(f"{CONTRACTS}?type=art60&starts_on_from=2026-01-01").status_code == 200
        return len(caught)

    statements()
    few = statements()
    with inside(cast.poste):
        one = Contract.objects.get(pk=made["id"])
        for number in range(20):
            one.pk, one._state.adding = None, True
            one.member = StaffMember.objects.create(name=f"P{number}")
            one.save()

    assert statements() == few
    assert len(client.get(CONTRACTS).json()["results"]) == 21

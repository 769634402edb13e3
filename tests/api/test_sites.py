"""Sites and opening hours through the machine's door."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tenants.premises.models import Site
from tests.api.conftest import ABATTOIRS, POSTE, Program
from tests.conftest import Cast, inside

Programs = Callable[..., Program]
SITES = f"{POSTE}/sites/"


def body(**said: Any) -> dict[str, Any]:
    return {"name": "Annexe", "postcode": "1030", "town": "Schaerbeek", **said}


def test_sites_with_their_hours(cast: Cast, program: Programs) -> None:
    with inside(cast.poste):
        Site.objects.create(name="Annexe", postcode="1030", town="Schaerbeek", opening_hours="Mo-We 09:00-12:00")
        Site.objects.create(name="Ancien", retired_at="2025-01-01T00:00:00Z")
    client = program(cast.bram, cast.poste)

    body = client.get(f"{POSTE}/sites/").json()
    closed = client.get(f"{POSTE}/sites/?retired=true&fields=name,retired").json()

    assert [one["name"] for one in body["results"]] == ["Rue de la Poste", "Annexe"]
    assert body["results"][1]["opening_hours"] == "Mo-We 09:00-12:00"
    assert body["results"][1]["minutes_per_week"] == 540
    assert body["results"][0]["commune"] == "21015"
    assert closed["results"] == [{"name": "Ancien", "retired": True}]
    assert client.get(f"{POSTE}/sites/?retired=perhaps").status_code == 400


def test_a_site_is_added_corrected_closed_and_opened_again(cast: Cast, program: Programs) -> None:
    client = program(cast.amina, cast.poste)

    made = client.send("POST", SITES, body(opening_hours="Mo-Fr 9:00-12:00", website="example.org"))
    address = f"{SITES}{made.json()['id']}/"
    read = client.get(address)
    hours = client.send("PATCH", address, {"opening_hours": "Mo 09:00-10:00"}, **{"If-Match": made["ETag"]})
    stale = client.send("PATCH", address, {"name": "Other"}, **{"If-Match": made["ETag"]})
    closed = client.send("PATCH", address, {"retired": True, "phone": "02"})
    again = client.send("PATCH", address, closed.json() | {"retired": False})

    assert made.status_code == 201
    assert (made.json()["commune"], made.json()["commune_key"]) == ("21015", "21015")
    assert made.json()["opening_hours"] == "Mo-Fr 09:00-12:00"
    assert made.json()["website"] == "https://example.org"
    assert (read.json(), read["ETag"]) == (made.json(), made["ETag"])
    assert client.get(address, headers={"If-None-Match": made["ETag"]}).status_code == 200
    assert client.get(address, headers={"If-None-Match": hours["ETag"]}).status_code == 200
    assert (hours.status_code, hours.json()["minutes_per_week"]) == (200, 60)
    assert (stale.status_code, stale.json()["current"]) == (412, hours.json())
    assert stale.json()["submitted"] == {"name": "Other"}
    assert (closed.json()["retired"], closed.json()["phone"]) == (True, "02")
    assert (again.status_code, again.json()["retired"]) == (200, False)
    assert client.get(address, headers={"If-None-Match": again["ETag"]}).status_code == 304


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "x" * 161}, "name"),
        ({"postcode": "103"}, "postcode"),
        ({"commune": "99999"}, "commune"),
        ({"commune": None}, "commune"),
        ({"country": "xx"}, "country"),
        ({"latitude": 91}, "latitude"),
        ({"latitude": "north"}, "latitude"),
        ({"longitude": 1e30}, "longitude"),
        ({"website": "javascript:alert(1)"}, "website"),
        ({"opening_hours": "whenever"}, "opening_hours"),
        ({"opening_hours": "x" * 20_001}, "opening_hours"),
        ({"modes": ["magic"]}, "modes"),
        ({"modes": "individual"}, "modes"),
        ({"retired": True}, "retired"),
        ({"retired": "perhaps"}, "retired"),
        ({"opening_hours_source": {}}, "opening_hours_source"),
        ({"retired_at": None}, "retired_at"),
    ],
)
def test_what_is_wrong_is_said_by_field(cast: Cast, program: Programs, wrong: dict[str, Any], field: str) -> None:
    answer = program(cast.amina, cast.poste).send("POST", SITES, body(**wrong))

    assert answer.status_code == 400, answer.content
    assert field in answer.json()
    with inside(cast.poste):
        assert Site.objects.count() == 1


def test_the_last_open_site_stays_open_and_nothing_else_is_changed(cast: Cast, program: Programs, site_id: int) -> None:
    client = program(cast.amina, cast.poste)

    answer = client.send("PATCH", f"{SITES}{site_id}/", {"retired": True, "name": "Other"})

    assert answer.status_code == 400
    assert set(answer.json()) == {"detail"}
    assert client.get(f"{SITES}{site_id}/").json()["name"] == "Rue de la Poste"


def test_sites_are_kept_by_the_coordinator_and_read_by_everybody_here(
    cast: Cast, program: Programs, site_id: int
) -> None:
    for client, reads, writes in (
        (program(cast.bram, cast.poste), 200, 403),
        (program(cast.chloe, cast.abattoirs), 404, 404),
        (program(cast.dries, cast.caban), 404, 404),
        (program(), 401, 401),
    ):
        assert client.get(f"{SITES}{site_id}/").status_code == reads
        assert client.send("PATCH", f"{SITES}{site_id}/", {"name": "x"}).status_code == writes
        assert client.send("POST", SITES, body()).status_code == writes
    assert program(cast.chloe, cast.abattoirs).get(f"{ABATTOIRS}/sites/{site_id + 10**6}/").status_code == 404

"""A program is asked as a person is: a note with personal data passes only when somebody has looked at it."""

from __future__ import annotations

from tenants.activity.models import Visit
from tests.api.test_visits import VISITS, Body, Programs, kept
from tests.conftest import Cast, inside

NOTE = "Rappeler au 0470 12 34 56"


def test_a_note_with_personal_data_is_refused_until_somebody_has_looked(
    cast: Cast, program: Programs, a_visit: Body
) -> None:
    client = program(cast.bram, cast.poste)

    refused = client.send("POST", VISITS, a_visit(note=NOTE))
    made = client.send("POST", VISITS, a_visit(note=NOTE, note_checked=True))
    address = f"{VISITS}{made.json()['id']}/"

    assert refused.status_code == 400 and list(refused.json()) == ["note"]
    assert (made.status_code, made.json()["note"]) == (201, NOTE)
    assert "note_checked" not in made.json() and "note_checked" not in client.get(VISITS).json()["results"][0]
    assert client.send("PATCH", address, {"minutes": 40}).status_code == 200
    assert client.send("PATCH", address, {"note": NOTE}).status_code == 200
    assert client.send("PATCH", address, {"note": f"{NOTE}, ada@example.org"}).status_code == 400
    assert client.send("PATCH", address, {"note_checked": True}).status_code == 200
    assert client.get(f"{VISITS}?fields=note_checked").status_code == 400


def test_in_a_list_each_note_is_looked_at_for_itself(cast: Cast, program: Programs, a_visit: Body) -> None:
    client = program(cast.bram, cast.poste)
    checked, other = a_visit(note=NOTE, note_checked=True), a_visit(note=NOTE)

    refused = client.send("POST", VISITS, [checked, other])
    made = client.send("POST", VISITS, [checked, a_visit(note="Sans rien")])

    assert [(one["index"], list(one["problems"])) for one in refused.json()["errors"]] == [(1, ["note"])]
    assert made.status_code == 201 and kept(cast) == 2
    with inside(cast.poste):
        assert set(Visit.objects.values_list("note", flat=True)) == {NOTE, "Sans rien"}

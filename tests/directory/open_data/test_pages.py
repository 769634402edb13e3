"""What anybody reads of a network's open data, without a sign-in: at addresses that stay."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from maillage.accounts.models import Person
from maillage.audit.models import Entry
from network.directory.cards import copy_card
from network.directory.open_data.rules import check_number
from tenants.premises.models import Site
from tests.conftest import Cast, inside

Clients = Callable[[Person], Client]
ROOM = "/caban/open-data/"


@pytest.fixture
def published(cast: Cast) -> Cast:
    with inside(cast.poste):
        Site.objects.update(
            address="Rue de la Poste 900", phone="02 000 12 34", website="https://poste.example", latitude="50.86",
            longitude="4.38", name="=cmd|' /C calc'!A0",
        )  # fmt: skip
    for epn in (cast.poste, cast.abattoirs):
        copy_card(epn.pk)
    return cast


def test_anybody_finds_the_datasets_their_licence_schema_version_and_files(published: Cast) -> None:
    client = Client()

    for language in ("fr", "nl", "en"):
        page = client.get(ROOM, headers={"accept-language": language})
        assert page.status_code == 200 and "⟦undefined" not in page.content.decode()
    text = client.get(ROOM).content.decode()
    assert "CC-BY" in text or "Creative Commons BY 4.0" in text
    assert "1.0.2-be.1" in text and "http://testserver/caban/open-data/places.csv" in text

    catalogue = json.loads(client.get(f"{ROOM}catalogue.json").content)
    (places,) = catalogue["dcat:dataset"]
    assert places["dct:conformsTo"]["@id"] == "http://testserver/caban/open-data/schema.json"
    assert {file["dcat:downloadURL"]["@id"].rsplit("/", 1)[1] for file in places["dcat:distribution"]} == {
        "places.csv", "places-complete.csv", "places.json", "places.geojson",
    }  # fmt: skip
    for file in places["dcat:distribution"]:
        answer = client.get(file["dcat:downloadURL"]["@id"].removeprefix("http://testserver"))
        assert answer.status_code == 200
        assert answer["Content-Type"].split(";")[0] == file["dcat:mediaType"]["@id"].split("media-types/")[1]


def test_each_file_holds_the_open_places_and_what_their_cards_show(published: Cast) -> None:
    client = Client()

    rows = list(csv.DictReader(io.StringIO(client.get(f"{ROOM}places.csv").content.decode())))
    assert [(row["nom"], row["telephone"]) for row in rows] == [("Rue de la Poste", "+3220001234")]
    complete = list(csv.DictReader(io.StringIO(client.get(f"{ROOM}places-complete.csv").content.decode())))
    assert [row["nom"] for row in complete] == ["Abattoirs", "Rue de la Poste"]
    features = json.loads(client.get(f"{ROOM}places.geojson").content)["features"]
    assert features[1]["geometry"] == {"type": "Point", "coordinates": [4.38, 50.86]}
    places = json.loads(client.get(f"{ROOM}places.json").content)["places"]
    assert places[1]["latitude"] == 50.86 and places[1]["site_web"] == ["https://poste.example"]
    assert client.get(f"{ROOM}places-complete.json").status_code == 404

    first = client.get(f"{ROOM}places.csv")
    again = client.get(f"{ROOM}places.csv", headers={"if-none-match": first["ETag"]})
    assert again.status_code == 304 and first["Access-Control-Allow-Origin"] == "*"


def test_the_report_says_which_rules_fail_and_why(published: Cast) -> None:
    client = Client()

    page = client.get(f"{ROOM}conformance/", headers={"accept-language": "en"}).content.decode()
    assert "A Belgian postcode has four digits" in page and "Abattoirs" in page and "⟦undefined" not in page
    profile, original = json.loads(client.get(f"{ROOM}conformance.json").content)["reports"]
    assert (profile["published"], original["published"], profile["places"]) == (1, 0, 2)
    rules = {(rule["column"], rule["rule"]): rule for rule in original["rules"]}
    assert rules["code_postal", "pattern"]["cells"] == 2 and rules["code_insee", "foreign"]["why"]
    cell = next(one for one in original["cells"] if one["column"] == "telephone")
    assert (cell["line"], cell["value"], cell["name"]) == (3, "+3220001234", "Rue de la Poste")
    file = client.get(f"{ROOM}conformance/?download=json&table=standard-mediation-num")
    rows = json.loads(b"".join(file.streaming_content))["rows"]
    assert len(rows) == len(original["cells"])


def test_the_coordinator_says_under_which_number_the_state_knows_a_house(published: Cast, signed_in: Clients) -> None:
    client, field = signed_in(published.dries), f"epn-{published.poste.pk}"
    assert "⟦undefined" not in client.get(f"{ROOM}numbers/").content.decode()
    assert f"{ROOM}numbers/" in client.get(ROOM).content.decode()

    for wrong in ("0403170702", "12", "=1+1", "\0", "9" * 300):
        answer = client.post(f"{ROOM}numbers/", {field: wrong})
        assert answer.status_code == 200 and answer.context["form"].errors[field], wrong
    assert client.post(f"{ROOM}numbers/", {field: "BE 0403.170.701"}).status_code == 302

    rows = {row["nom"]: row for row in csv.DictReader(io.StringIO(client.get(f"{ROOM}places.csv").content.decode()))}
    assert rows["Rue de la Poste"]["pivot"] == "0403170701"
    file = client.get(f"{ROOM}numbers/?download=csv")
    assert "0403170701" in b"".join(file.streaming_content).decode()
    client.post(f"{ROOM}numbers/", {field: ""})
    assert "0403170701" not in client.get(f"{ROOM}places.csv").content.decode()
    assert Entry.objects.filter(verb="official_number.set", target=published.poste.pk).count() == 2


@pytest.mark.parametrize(
    ("number", "country", "fine"),
    [
        ("43493312300029", "fr", True), ("43493312300028", "fr", False), ("00000000000000", "fr", False),
        ("W751000000", "fr", True), ("35600000000048", "fr", True), ("0403170701", "be", True),
        ("0403170702", "be", False), ("43493312300029", "be", False), ("", "fr", False),
    ],
)  # fmt: skip
def test_an_official_number_has_its_form_and_its_check_digits(number: str, country: str, fine: bool) -> None:
    try:
        check_number(number, country)
    except ValidationError:
        assert not fine
    else:
        assert fine

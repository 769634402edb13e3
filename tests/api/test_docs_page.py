"""The document of each kind of space as a page: complete, without a script of its own, and each GET to try."""

from __future__ import annotations

import gzip
from collections.abc import Callable

import pytest
from django.test import Client

from api.v1.openapi import document
from maillage.accounts.models import Person
from tenants.registry.enums import Kind
from tests.api.conftest import CABAN, POSTE
from tests.conftest import PASSWORD, Cast

SignedIn = Callable[[Person], Client]
PLACES = {Kind.PUBLIC: "/api/v1/", Kind.FEDERATION: f"{CABAN}/", Kind.EPN: f"{POSTE}/"}


@pytest.mark.parametrize("kind", PLACES)
@pytest.mark.parametrize("language", ["fr", "nl", "en"])
def test_the_page_has_every_call_and_every_field(cast: Cast, signed_in: SignedIn, kind: Kind, language: str) -> None:
    answer = signed_in(cast.amina).get(f"{PLACES[kind]}docs/", headers={"Accept-Language": language})
    page = answer.content.decode()

    assert answer.status_code == 200
    assert "undefined:" not in page
    assert "<script" not in page.partition("</head>")[2].replace('<script src="', "")
    for path, methods in document(kind)["paths"].items():
        for method, call in methods.items():
            assert f"{method.upper()} {PLACES[kind].removesuffix('/api/v1/')}{path}" in page
            assert f'id="{call["operationId"]}"' in page
            assert all(f">{one['name']}</code>" in page for one in call.get("parameters", []))
    for name in ("Problem", "Refusal", "Stale"):
        assert f"<summary>{name}</summary>" in page
    assert len(gzip.compress(answer.content)) < 13_000


def test_a_get_is_tried_with_what_was_filled_in(cast: Cast, signed_in: SignedIn) -> None:
    client = signed_in(cast.amina)

    answer = client.get(f"{POSTE}/docs/?call=visits_list&page_size=5&cursor=&ordering=-date&date=")

    assert (answer.status_code, answer["Location"]) == (302, f"{POSTE}/visits/?ordering=-date&page_size=5")
    assert client.get(answer["Location"], headers={"Accept": "text/html,*/*;q=0.8"}).status_code == 200
    assert client.get(f"{POSTE}/docs/?call=visits_read&id=7&fields=")["Location"] == f"{POSTE}/visits/7/"


@pytest.mark.parametrize(
    "query", ["call=", "call=visits_create", "call=visits_read", "call=visits_read&id=//example.org", "call=x&id=1"]
)
def test_nothing_else_is_tried(cast: Cast, signed_in: SignedIn, query: str) -> None:
    assert signed_in(cast.amina).get(f"{POSTE}/docs/?{query}").status_code == 404


def test_the_page_of_an_epn_is_its_people_s(cast: Cast, signed_in: SignedIn) -> None:
    assert signed_in(cast.chloe).get(f"{POSTE}/docs/").status_code == 404
    assert signed_in(cast.dries).get(f"{POSTE}/docs/").status_code == 404
    assert Client().get(f"{POSTE}/docs/").status_code == 401
    assert Client().get(f"{CABAN}/docs/").status_code == Client().get("/api/v1/docs/").status_code == 200


def test_the_pages_lead_from_one_to_the_other(cast: Cast, signed_in: SignedIn) -> None:
    client = signed_in(cast.amina)
    client.post("/accounts/reauthenticate/", {"password": PASSWORD, "next": "/accounts/tokens/"})

    assert '"/api/v1/docs/"' in client.get("/accounts/tokens/").content.decode()
    assert f'"{POSTE}/docs/"' in client.get("/api/v1/docs/").content.decode()
    assert '"/api/v1/docs/"' in client.get(f"{POSTE}/docs/").content.decode()

"""A space that one may not enter answers like one that doesn't exist: the same bytes, the same headers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from maillage.accounts.models import Person
from tenants.registry.models import Membership
from tenants.registry.services import archive_epn, end_membership
from tests.conftest import Cast

SignIn = Callable[[Person], Client]

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND")
PATHS = ("", "/", "/contracts/", "/contracts", "/contracts/1/", "/visits/?page=2", "//", "/nothing/at/all")


def seen(response: Any) -> tuple[int, bytes, dict[str, str]]:
    """What a stranger could compare. The cookies of both would be the same kind; their values are random."""
    assert not response.cookies
    # Each request has a number of its own, as it has a time.
    headers = {name: value for name, value in response.headers.items() if name not in ("X-Request-ID", "Expires")}
    return response.status_code, response.content, headers


def assert_same(client: Client, path: str, method: str) -> None:
    """Two names of one length: an answer may repeat the path that was asked."""
    there = client.generic(method, f"/caban/rue-de-la-poste{path}")
    nowhere = client.generic(method, f"/caban/rue-de-la-lune{path}")

    assert there.status_code == 404, f"{method} {path}"
    assert seen(there) == seen(nowhere), f"{method} {path}"


@pytest.mark.parametrize("path", PATHS)
def test_a_stranger_learns_nothing(cast: Cast, signed_in: SignIn, path: str) -> None:
    for person in (cast.farid, cast.chloe, cast.dries):
        client = signed_in(person)
        for method in METHODS:
            assert_same(client, path, method)


def test_a_csrf_check_tells_nothing_either(cast: Cast) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.farid, backend="maillage.accounts.backends.PasswordBackend")

    for path in PATHS:
        assert_same(client, path, "POST")


def test_whoever_has_left_is_a_stranger(cast: Cast, signed_in: SignIn) -> None:
    client = signed_in(cast.bram)
    end_membership(membership=Membership.objects.get(person=cast.bram, space=cast.poste.space))

    assert_same(client, "/", "GET")


def test_an_archived_epn_is_not_there_for_its_own_coordinator(cast: Cast, signed_in: SignIn) -> None:
    client = signed_in(cast.amina)
    archive_epn(epn=cast.poste, federation=cast.caban)

    assert_same(client, "/", "GET")
    assert_same(client, "/contracts/", "POST")


@pytest.mark.parametrize("path", PATHS)
def test_anonymous_people_are_sent_to_sign_in_for_both(cast: Cast, client: Client, path: str) -> None:
    for method in ("GET", "POST"):
        there = client.generic(method, f"/caban/rue-de-la-poste{path}")
        nowhere = client.generic(method, f"/caban/rue-de-la-lune{path}")

        assert there.status_code == nowhere.status_code == 302
        assert there["Location"].replace("poste", "lune") == nowhere["Location"]
        assert there["Location"].startswith("/accounts/login/?next=/caban/")


@pytest.mark.parametrize("language", ["fr", "nl", "en"])
def test_the_page_that_is_not_there_is_whole_in_every_language(cast: Cast, signed_in: SignIn, language: str) -> None:
    client = signed_in(cast.farid)
    client.cookies["django_language"] = language

    response = client.get("/caban/rue-de-la-poste/")

    html = response.content.decode()
    assert response.status_code == 404
    assert f'<html lang="{language}">' in html
    assert "⟦undefined" not in html
    assert "Farid" not in html


@pytest.mark.parametrize(
    "path", ["/caban/rue-de-la-poste/\0", "/caban/rue%00/", "/%2e%2e/caban/", "/CABAN/", "/caban//", "/caban/a\\b/",
             "/" + "a" * 5000 + "/", "/caban/%ff%fe/", "/caban/é/", "/-/", "/caban/%0d%0a/"],
)  # fmt: skip
def test_a_strange_path_is_only_not_there(cast: Cast, signed_in: SignIn, path: str) -> None:
    for client in (Client(), signed_in(cast.farid), signed_in(cast.amina)):
        for method in ("GET", "POST"):
            assert client.generic(method, path).status_code in (302, 404)

"""The API answers strangers as if nothing were there, in JSON, whatever they send."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from maillage.accounts.models import Person
from tests.api.conftest import Program
from tests.conftest import Cast

Programs = Callable[..., Program]
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND")
PATHS = (
    "/api/v1/visits/", "/api/v1/visits/1/", "/api/v1/contracts/", "/api/v1/sites/", "/api/v1/schema/", "/api/v1/visits",
    "/api/", "/api", "/api/v1/nothing/at/all/", "/api/v2/visits/", "/api/v1/visits/?fields=key",
)  # fmt: skip


def seen(response: Any) -> tuple[int, bytes, dict[str, str]]:
    assert not response.cookies
    headers = dict(response.headers)
    assert headers.pop("X-Request-ID")  # each request's own
    return response.status_code, response.content, headers


@pytest.mark.parametrize("path", PATHS)
def test_strangers_cannot_tell_an_epn_from_none(
    cast: Cast, program: Programs, signed_in: Callable[[Person], Client], path: str
) -> None:
    clients = [
        program(cast.chloe, cast.abattoirs),
        program(cast.dries, cast.caban),
        program(cast.farid, cast.nevers),
        signed_in(cast.chloe),
        Client(),
    ]

    for number, client in enumerate(clients):
        for method in METHODS:
            there = client.generic(method, f"/caban/rue-de-la-poste{path}")
            nowhere = client.generic(method, f"/caban/rue-de-la-lune{path}")

            assert there.status_code == (401 if number == 4 else 404), f"{method} {path}"
            assert there["Content-Type"] == "application/json"
            assert seen(there) == seen(nowhere)


def test_a_federation_s_own_calls_are_not_there_for_another_s_members(cast: Cast, program: Programs) -> None:
    client = program(cast.farid, cast.nevers)

    for path in ("figures", "cadastre/summary"):
        assert client.get(f"/caban/api/v1/{path}/").content == client.get(f"/lune/api/v1/{path}/").content


@pytest.mark.parametrize("method", METHODS)
def test_every_error_is_json(cast: Cast, program: Programs, method: str) -> None:
    for client in (Program(), program(cast.amina, cast.poste)):
        for path in (
            "/api/v1/", "/api/v1/me/", "/api/v1/token/", "/api/v1/schema/", "/api/nothing", "/caban/api/v1/epn/",
            "/caban/api/v1/figures/", "/caban/rue-de-la-poste/api/v1/visits/",
            "/caban/rue-de-la-poste/api/v1/visits/1/",
            "/lune/api/v1/epn/", "/caban/api/%00", "/caban/rue-de-la-poste/api/v1/%5c/",
        ):  # fmt: skip
            answer = client.generic(method, path)

            assert answer.status_code < 500, f"{method} {path}"
            if answer.status_code >= 400:
                assert answer["Content-Type"] == "application/json", f"{method} {path}: {answer.status_code}"
                if method != "HEAD":
                    assert answer.json(), f"{method} {path}"
            if answer.status_code == 405:
                assert answer["Allow"]


def test_a_page_s_errors_stay_pages(cast: Cast, signed_in: Callable[[Person], Client]) -> None:
    for path in ("/caban/nothing/", "/nothing/", "/caban/rue-de-la-poste/nothing/"):
        assert signed_in(cast.amina).get(path)["Content-Type"].startswith("text/html")


@pytest.mark.parametrize("charset", ["rot13", "hex", "base64", "utf-16", "idna", "zlib", "undefined", "\x07"])
def test_a_charset_that_is_no_text_breaks_nothing(cast: Cast, program: Programs, charset: str) -> None:
    client = program(cast.amina, cast.poste)

    for path in (
        "/caban/rue-de-la-poste/api/v1/visits/?note=é%ff",
        "/api/v1/me/?x=%ff",
        "/caban/api/v1/epn/?commune=a",
    ):
        answer = client.generic("GET", path, content_type=f"application/json; charset={charset}")

        assert answer.status_code in (400, 415, 200)


@pytest.mark.parametrize("language", ["fr", "nl", "en", "xx", "*", "é", "x" * 5000, ";q=", "fr;q=NaN"])
def test_any_language_is_answered(cast: Cast, program: Programs, language: str) -> None:
    assert program().get("/api/v1/me/", headers={"Accept-Language": language}).status_code == 401

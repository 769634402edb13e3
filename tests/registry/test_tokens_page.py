"""One's own tokens on a page: made with the password, shown once, listed with their last use, taken away."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote

import pytest
from django.core.cache import cache
from django.test import Client

from maillage.accounts.models import Person
from tenants.registry.models import ApiToken
from tenants.registry.services import make_token
from tests.conftest import PASSWORD, Cast

SignIn = Callable[[Person], Client]
PAGE = "/accounts/tokens/"


@pytest.fixture(autouse=True)
def _no_tries_yet() -> None:
    cache.clear()


def asked(cast: Cast, **said: Any) -> dict[str, Any]:
    return {"name": "Paper forms", "space": cast.poste.pk, **said}


def proven(client: Client) -> Client:
    """Has just typed the password again."""
    answer = client.post("/accounts/reauthenticate/", {"password": PASSWORD, "next": PAGE})
    assert answer["Location"] == PAGE
    return client


def test_a_token_is_shown_once_and_works(cast: Cast, signed_in: SignIn) -> None:
    client = proven(signed_in(cast.bram))

    answer = client.post(PAGE, asked(cast))

    page = answer.content.decode()
    found = re.search(r'<code class="text-break text-body">([\w-]{43})</code>', page)
    assert found is not None
    assert "⟦" not in page
    assert "no-store" in answer["Cache-Control"]
    program = Client(headers={"Authorization": f"Token {found[1]}"})
    assert program.get("/caban/rue-de-la-poste/api/v1/visits/").status_code == 200
    again = client.get(PAGE).content.decode()
    assert found[1] not in again
    assert "Paper forms" in again


@pytest.mark.parametrize("wrong", [{"name": ""}, {"space": "4711"}, {"space": "x"}, {"name": "x" * 81}])
def test_nothing_is_made_of_a_wrong_form(cast: Cast, signed_in: SignIn, wrong: dict[str, Any]) -> None:
    answer = proven(signed_in(cast.bram)).post(PAGE, asked(cast, **wrong))

    assert answer.status_code == 200
    assert "⟦" not in answer.content.decode()
    assert not ApiToken.objects.exists()


def test_nobody_makes_one_for_a_space_of_others(cast: Cast, signed_in: SignIn) -> None:
    proven(signed_in(cast.bram)).post(PAGE, asked(cast, space=cast.abattoirs.pk))

    assert not ApiToken.objects.exists()


def test_a_session_that_was_left_open_makes_no_token(cast: Cast, signed_in: SignIn) -> None:
    client = signed_in(cast.bram)

    for answer in (client.get(PAGE), client.post(PAGE, asked(cast))):
        assert unquote(answer["Location"]) == f"/accounts/reauthenticate/?next={PAGE}"

    assert not ApiToken.objects.exists()


def test_a_password_is_not_guessed_here(cast: Cast, signed_in: SignIn) -> None:
    client = signed_in(cast.bram)
    for _try in range(10):
        client.post("/accounts/reauthenticate/", {"password": "a guess"})

    answer = client.post("/accounts/reauthenticate/", {"password": PASSWORD, "next": PAGE})

    assert answer.status_code == 429
    assert client.get(PAGE).status_code == 302


def test_one_takes_away_one_s_own_tokens_and_no_other_s(cast: Cast, signed_in: SignIn) -> None:
    own, _secret = make_token(person=cast.bram, space=cast.poste.space)
    other, _secret = make_token(person=cast.amina, space=cast.poste.space)
    client = signed_in(cast.bram)

    assert client.post(f"{PAGE}{other.pk}/revoke/").status_code == 404
    assert client.post(f"{PAGE}{own.pk}/revoke/").status_code == 302
    assert client.post(f"{PAGE}{own.pk}/revoke/").status_code == 404

    revoked = dict(ApiToken.objects.values_list("pk", "revoked_at"))
    assert revoked[own.pk] is not None
    assert revoked[other.pk] is None

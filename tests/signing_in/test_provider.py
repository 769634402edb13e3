"""Signing in by another provider: it opens accounts that exist, and only for an address that it has verified."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from allauth.socialaccount.models import SocialAccount, SocialToken
from django.core import mail
from django.test import Client

from maillage.accounts.models import Person
from maillage.audit.models import Entry
from tenants.registry.signing_in.services import require_second_factor
from tests.conftest import Cast
from tests.signing_in.conftest import CONTRACTS, FACTORS, POSTE, SIGN_IN, App, code_of
from tests.signing_in.provider import provider_running

BUTTON = "/accounts/oidc/oidc/login/"


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    with provider_running() as address:
        yield address


@pytest.fixture
def provider(issuer: str, settings: Any) -> str:
    settings.OIDC_ISSUER, settings.OIDC_NAME = issuer, "Itsme"
    app = {"provider_id": "oidc", "name": "Itsme", "client_id": "maillage", "secret": "s",
           "settings": {"server_url": issuer}}  # fmt: skip
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [app]}}
    return issuer


def back_from(client: Client, sub: str, *, query: str = "", deny: bool = False) -> Any:
    """Go to the provider, be this person there, and come back."""
    away = client.get(BUTTON + query)
    assert away.status_code == 302, away.content.decode()
    said = {"action": "deny"} if deny else {"sub": sub}
    answer = requests.post(away["Location"], data=said, allow_redirects=False, timeout=120)
    back = urlsplit(answer.headers["Location"])
    return client.get(f"{back.path}?{back.query}")


def is_out(client: Client) -> bool:
    return client.get(POSTE).status_code == 302 and client.get(POSTE)["Location"].startswith(SIGN_IN)


def test_the_button_names_the_provider_and_is_a_link(cast: Cast, client: Client, provider: str) -> None:
    html = client.get(SIGN_IN, {"next": CONTRACTS}).content.decode()

    assert "Se connecter avec Itsme" in html
    assert f'href="{BUTTON}?next=' in html
    away = client.get(BUTTON)["Location"]
    assert away.startswith(f"{provider}/oauth2/authorize?")
    asked = parse_qs(urlsplit(away).query)
    assert asked["code_challenge_method"] == ["S256"] and asked["state"]


def test_without_a_provider_there_is_no_button_and_nothing_behind_it(db: None, client: Client) -> None:
    assert "oidc" not in client.get(SIGN_IN).content.decode()
    for path in (BUTTON, f"{BUTTON}callback/?code=x&state=y", "/accounts/oidc/other/login/"):
        assert client.get(path)["Location"] == SIGN_IN


def test_a_verified_address_opens_the_account_that_has_it(cast: Cast, client: Client, provider: str) -> None:
    entered = back_from(client, "amina", query=f"?next={CONTRACTS}")

    assert entered["Location"] == CONTRACTS
    assert client.get(CONTRACTS).status_code == 200
    linked = SocialAccount.objects.get()
    assert (linked.user_id, linked.uid, linked.extra_data) == (cast.amina.pk, "amina", {})
    assert not SocialToken.objects.exists()
    assert Person.objects.get(pk=cast.amina.pk).name == "Amina"
    assert Entry.objects.filter(verb="identity.linked", target=str(cast.amina.pk)).count() == 1
    assert [one.to for one in mail.outbox] == [[cast.amina.email]]
    assert "⟦" not in mail.outbox[0].body


def test_a_linked_identity_stays_linked_when_the_address_changes(cast: Cast, provider: str) -> None:
    back_from(Client(), "amina")
    Person.objects.filter(pk=cast.amina.pk).update(email="amina.new@example.org")
    client = Client()

    back_from(client, "amina")

    assert client.get(POSTE).status_code == 200
    assert SocialAccount.objects.count() == 1


@pytest.mark.parametrize("sub", ["not-verified", "says-nothing", "says-yes", "no-address", "stranger"])
def test_nobody_else_comes_in_and_no_account_is_made(cast: Cast, client: Client, provider: str, sub: str) -> None:
    before = Person.objects.count()

    answer = back_from(client, sub)

    assert answer.status_code == 403
    html = answer.content.decode()
    assert "Il faut une invitation" in html and "⟦undefined" not in html
    assert is_out(client)
    assert Person.objects.count() == before
    assert not SocialAccount.objects.exists()


def test_an_account_that_is_closed_stays_closed(cast: Cast, client: Client, provider: str) -> None:
    back_from(Client(), "amina")
    Person.objects.filter(pk=cast.amina.pk).update(is_active=False)

    back_from(client, "amina")

    assert is_out(client)


def test_nobody_links_by_asking_for_it_without_a_verified_address(
    cast: Cast, signed_in: Callable[[Person], Client], provider: str
) -> None:
    client = signed_in(cast.bram)

    answer = back_from(client, "not-verified", query="?process=connect")

    assert answer.status_code == 403
    assert not SocialAccount.objects.exists()


def test_a_person_who_gave_up_or_came_with_an_old_link_gets_a_page_that_says_so(
    cast: Cast, client: Client, provider: str
) -> None:
    gave_up = back_from(client, "amina", deny=True)
    assert gave_up.status_code == 200 and "Vous avez arrêté" in gave_up.content.decode()

    for query in ("", "?code=x&state=y", "?error=server_error&state=%00", "?state=" + "x" * 5000):
        answer = client.get(f"{BUTTON}callback/{query}")
        assert answer.status_code == 400, query
        assert "⟦undefined" not in answer.content.decode()
    assert is_out(client)


def test_a_provider_that_does_not_answer_is_no_error_of_ours(
    cast: Cast, client: Client, provider: str, settings: Any
) -> None:
    gone = json.loads(json.dumps(settings.SOCIALACCOUNT_PROVIDERS))
    gone["openid_connect"]["APPS"][0]["settings"]["server_url"] = "http://127.0.0.1:9"
    settings.SOCIALACCOUNT_PROVIDERS = gone

    answer = client.get(BUTTON)

    assert answer.status_code == 503
    assert "L’autre site n’a pas bien répondu" in answer.content.decode()


# --- second factors -------------------------------------------------------------------------------------------------


def test_whoever_has_a_second_factor_here_shows_it_here(
    cast: Cast, client: Client, provider: str, has_app: Callable[[Person], App]
) -> None:
    app = has_app(cast.amina)

    assert back_from(client, "amina-strong", query=f"?next={CONTRACTS}")["Location"] == f"{FACTORS}authenticate/"
    assert is_out(client)
    assert client.post(f"{FACTORS}authenticate/", {"code": code_of(app.secret, steps=1)})["Location"] == CONTRACTS


def test_the_provider_s_own_factor_counts_only_where_the_installation_says_so(
    cast: Cast, provider: str, settings: Any
) -> None:
    require_second_factor(federation=cast.caban, required=True)
    for trusted, sub, enters in [
        ([], "amina-strong", False),
        (["mfa"], "amina", False),
        (["mfa"], "amina-strong", True),
    ]:
        settings.OIDC_SECOND_FACTOR_AMR = trusted
        client = Client()
        back_from(client, sub)

        assert (client.get(POSTE).status_code == 200) is enters, (trusted, sub)


def test_a_trusted_factor_is_of_one_person_and_ends_with_the_next_sign_in(
    cast: Cast, provider: str, settings: Any
) -> None:
    require_second_factor(federation=cast.caban, required=True)
    settings.OIDC_SECOND_FACTOR_AMR = ["mfa"]
    client = Client()
    back_from(client, "amina-strong")

    back_from(client, "amina")

    assert client.get(POSTE)["Location"] == FACTORS


def test_a_pc_that_is_shared_locks_after_this_sign_in_too(cast: Cast, client: Client, provider: str) -> None:
    client.cookies["shared_pc"] = "1"

    back_from(client, "amina")

    assert client.session["quick_lock"]["shared"]
    client.post("/accounts/lock/")
    assert client.get(f"{BUTTON}callback/?code=x")["Location"].startswith("/accounts/unlock/")

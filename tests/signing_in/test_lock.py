"""The quick lock: by the button, by itself on a shared PC, lifted by the person alone; nothing is served meanwhile."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from copy import copy
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from maillage.accounts.models import Person
from tenants.activity.models import Visit
from tenants.registry.services import make_token
from tests.conftest import PASSWORD, Cast, inside, lasting
from tests.signing_in.conftest import CONTRACTS, POSTE, SIGN_IN, with_password

LOCK, UNLOCK = "/accounts/lock/", "/accounts/unlock/"
VISITS = f"{POSTE}api/v1/visits/"
SignIn = Callable[[Person], Client]


@pytest.fixture(scope="module")
def locked_once(django_db_setup: None, django_db_blocker: Any) -> Iterator[Client]:
    with lasting(django_db_blocker) as cast:
        client = Client()
        with django_db_blocker.unblock():
            with_password(client, cast.amina)
            client.get(POSTE)
            client.post(LOCK, {"next": CONTRACTS})
        yield client


@pytest.fixture
def locked(locked_once: Client, db: None) -> Client:
    """Amina's browser, with her session locked."""
    client = Client()
    client.cookies = copy(locked_once.cookies)
    return client


def away_for(client: Client, minutes: float) -> None:
    session = client.session
    session["quick_lock"] = {**session["quick_lock"], "seen": time.time() - minutes * 60}
    session.save()


def test_the_button_locks_and_leads_back_afterwards(cast: Cast, client: Client) -> None:
    with_password(client, cast.amina)
    assert f'action="{LOCK}"' in client.get(CONTRACTS).content.decode()

    sent = client.post(LOCK, {"next": CONTRACTS})
    assert sent["Location"] == f"{UNLOCK}?next=%2Fcaban%2Frue-de-la-poste%2Fcontracts%2F"
    assert client.cookies["locked_at"]["httponly"]
    page = client.get(sent["Location"])
    assert "⟦undefined" not in page.content.decode()
    opened = client.post(UNLOCK, {"password": PASSWORD, "next": CONTRACTS})

    assert opened["Location"] == CONTRACTS
    assert client.get(CONTRACTS).status_code == 200


@pytest.mark.parametrize(
    "path", ["/", "/spaces/", POSTE, CONTRACTS, "/caban/", "/accounts/tokens/", "/accounts/2fa/", "/nothing/at/all/",
             "/accounts/login/", "/accounts/password/change/", "/accounts/reauthenticate/", "/accounts/still-here/"]
)  # fmt: skip
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_locked_session_gets_no_page_at_all(locked: Client, path: str, method: str) -> None:
    answer = getattr(locked, method)(path)

    assert answer.status_code == 302
    assert answer["Location"].startswith(UNLOCK)
    assert locked.session["quick_lock"]["locked"]


@pytest.mark.parametrize("path", [VISITS, "/api/v1/me/", "/caban/api/v1/epn/", f"{POSTE}api/v1/contracts/"])
def test_nor_the_api_by_session_while_a_token_goes_on(cast: Cast, locked: Client, path: str) -> None:
    answer = locked.get(path)

    assert answer.status_code == 403
    assert "verrouillée" in answer.json()["detail"]
    _token, secret = make_token(person=cast.amina, space=cast.poste.space)
    assert locked.get(VISITS, headers={"Authorization": f"Token {secret}"}).status_code == 200


def test_a_form_that_was_open_writes_nothing(cast: Cast, locked: Client) -> None:
    locked.post(POSTE, {"themes": "bank", "outcome": "solved"})

    with inside(cast.poste):
        assert not Visit.objects.exists()


def test_a_fragment_reloads_the_page_in_place_of_a_form_in_a_form(locked: Client) -> None:
    answer = locked.get(POSTE, headers={"HX-Request": "true"})

    assert (answer.status_code, answer["HX-Refresh"], answer.content) == (204, "true", b"")


@pytest.mark.parametrize("language", ["fr", "nl", "en"])
def test_the_page_that_unlocks_shows_a_name_and_nothing_else_of_the_person(
    cast: Cast, locked: Client, language: str
) -> None:
    locked.post("/language/", {"language": language, "next": UNLOCK})
    answer = locked.get(UNLOCK)

    html = answer.content.decode()
    assert f'<html lang="{language}">' in html
    assert "no-store" in answer["Cache-Control"]
    assert cast.amina.name in html
    assert cast.amina.email not in html
    assert "contracts" not in html and "Rue de la Poste" not in html


def test_a_wrong_password_unlocks_nothing_and_guessing_is_slowed_down(cast: Cast, locked: Client) -> None:
    for _try in range(10):
        assert locked.post(UNLOCK, {"password": "a guess"}).status_code == 200

    stopped = locked.post(UNLOCK, {"password": PASSWORD})

    assert stopped.status_code == 200
    assert "Trop d’essais" in stopped.content.decode()
    assert locked.get(POSTE)["Location"].startswith(UNLOCK)
    cache.clear()
    assert locked.post(UNLOCK, {"password": PASSWORD}).status_code == 302


@pytest.mark.parametrize("said", ["", "{}", "[", "null", '{"id":1}'])
def test_no_passkey_of_fantasy_unlocks_or_breaks_anything(locked: Client, said: str) -> None:
    assert locked.post(UNLOCK, {"credential": said}).status_code == 200
    assert locked.get(POSTE)["Location"].startswith(UNLOCK)


def test_somebody_else_signs_the_person_out_and_in_as_themselves(cast: Cast, locked: Client) -> None:
    assert locked.post("/accounts/logout/")["Location"] == "/"

    with_password(locked, cast.bram)

    assert "Bram" in locked.get(POSTE).content.decode()


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", "javascript:alert(1)"])
def test_unlocking_never_leads_to_another_host(locked: Client, elsewhere: str) -> None:
    assert locked.post(UNLOCK, {"password": PASSWORD, "next": elsewhere})["Location"] == "/spaces/"


def test_a_shared_pc_locks_by_itself_and_one_of_one_s_own_does_not(cast: Cast) -> None:
    shared, own = Client(), Client()
    with_password(shared, cast.amina, shared="on")
    with_password(own, cast.amina)
    assert shared.get(POSTE).status_code == own.get(POSTE).status_code == 200
    assert "quick_lock" not in own.session

    away_for(shared, 14.5)
    assert shared.get(POSTE).status_code == 200
    away_for(shared, 15.5)

    assert shared.get(POSTE)["Location"].startswith(UNLOCK)
    assert own.get(POSTE).status_code == 200


def test_whoever_is_there_stays_unlocked_and_the_session_is_not_written_by_each_page(cast: Cast) -> None:
    client = Client()
    with_password(client, cast.amina, shared="on")
    away_for(client, 10)

    asleep = client.session["quick_lock"]["seen"]
    client.get(POSTE, headers={"x-quiet": "1"})
    assert client.session["quick_lock"]["seen"] == asleep, "a page that looks again by itself is nobody"
    client.post("/accounts/still-here/")
    seen = client.session["quick_lock"]["seen"]
    client.get(POSTE)

    assert time.time() - seen < 5
    assert client.session["quick_lock"]["seen"] == seen


def test_how_long_is_a_setting_and_the_page_says_it_to_a_browser_without_script(
    cast: Cast, client: Client, settings: Any
) -> None:
    settings.SHARED_PC_LOCK_MINUTES = 2
    with_password(client, cast.amina, shared="on")

    html = client.get(POSTE).content.decode()

    assert '<noscript><link rel="stylesheet" href="/accounts/lock.css">' in html
    assert '<meta http-equiv="refresh" content="1920;url=/accounts/unlock/">' in html
    assert "lock-away 0s 125s forwards" in client.get("/accounts/lock.css").content.decode()
    assert 'data-lock="2"' in html
    away_for(client, 2.1)
    assert client.get(UNLOCK).status_code == 200
    assert client.get(POSTE)["Location"].startswith(UNLOCK)


def test_the_pc_remembers_that_it_is_shared_until_somebody_says_otherwise(cast: Cast, client: Client) -> None:
    with_password(client, cast.amina, shared="on")
    client.post("/accounts/logout/")

    assert re_checked(client)
    with_password(client, cast.amina)

    assert "quick_lock" not in client.session
    client.post("/accounts/logout/")
    assert not re_checked(client)


def re_checked(client: Client) -> bool:
    html = client.get(SIGN_IN).content.decode()
    box = html.split('name="shared"', 1)[1].split(">", 1)[0] if 'name="shared"' in html else ""
    return "checked" in box


def test_every_page_of_somebody_who_is_signed_in_stays_out_of_the_browser_s_store(
    cast: Cast, signed_in: SignIn
) -> None:
    client = signed_in(cast.amina)

    for page in (POSTE, CONTRACTS, "/", "/caban/", "/spaces/", "/nothing/", "/accounts/2fa/"):
        assert "no-store" in client.get(page)["Cache-Control"], page
    assert "no-store" not in Client().get("/caban/").get("Cache-Control", "")

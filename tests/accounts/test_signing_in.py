"""The way in: by e-mail and password, back to where one wanted to go, and out again."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from maillage.accounts.models import Person
from maillage.accounts.services import create_person
from tenants.registry.enums import Role
from tenants.registry.models import Membership
from tenants.registry.services import end_membership, grant_membership
from tests.conftest import PASSWORD, Cast

SIGN_IN = "/accounts/login/"
POSTE = "/caban/rue-de-la-poste/"
SignIn = Callable[[Person], Client]


@pytest.fixture(autouse=True)
def _nobody_has_tried_before() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


def enter(client: Client, person: Person, **others: str) -> str:
    response = client.post(SIGN_IN, {"login": person.email, "password": PASSWORD, **others})
    assert response.status_code == 302
    return str(response["Location"])


def words(html: bytes) -> str:
    text = re.sub(r"<[^>]*>", " ", html.decode().split("<main", 1)[1])
    return " ".join(text.split())


# --- in -----------------------------------------------------------------------------------------------------------


def test_whoever_has_one_space_is_in_it_right_away(cast: Cast, client: Client) -> None:
    assert enter(client, cast.amina) == "/spaces/"

    arrived = client.get("/spaces/", follow=True)

    assert arrived.redirect_chain == [(POSTE, 302)]
    assert arrived.status_code == 200


def test_the_address_may_be_typed_with_capitals_and_blanks(cast: Cast, client: Client) -> None:
    response = client.post(SIGN_IN, {"login": "  AMINA@Example.org ", "password": PASSWORD})

    assert response.status_code == 302


def test_an_unknown_address_and_a_wrong_password_get_the_same_answer(cast: Cast, client: Client) -> None:
    unknown = client.post(SIGN_IN, {"login": "nobody@example.org", "password": "no"})
    wrong = client.post(SIGN_IN, {"login": cast.amina.email, "password": "no"})

    assert unknown.status_code == wrong.status_code == 200
    assert words(unknown.content) == words(wrong.content)
    assert "À corriger" in words(wrong.content)


def test_a_closed_account_gets_the_answer_of_a_wrong_password(cast: Cast, client: Client) -> None:
    Person.objects.filter(pk=cast.amina.pk).update(is_active=False)

    closed = client.post(SIGN_IN, {"login": cast.amina.email, "password": PASSWORD})
    wrong = client.post(SIGN_IN, {"login": cast.bram.email, "password": "no"})

    assert closed.status_code == 200
    assert words(closed.content) == words(wrong.content)


def test_an_account_that_is_closed_is_out_at_its_next_page(cast: Cast, client: Client) -> None:
    enter(client, cast.amina)
    Person.objects.filter(pk=cast.amina.pk).update(is_active=False)

    assert client.get(POSTE)["Location"].startswith(SIGN_IN)


@pytest.mark.parametrize(
    "typed", ["\0", "a\0@example.org", "x" * 5000, "<b>@example.org", "' OR 1=1 --", "é@exämple.org"]
)
def test_strange_addresses_are_only_unknown(cast: Cast, client: Client, typed: str) -> None:
    response = client.post(SIGN_IN, {"login": typed, "password": typed})

    assert response.status_code == 200
    assert "<b>@" not in response.content.decode()
    assert "⟦undefined" not in response.content.decode()


def test_guessing_a_password_is_slowed_down_in_plain_words(cast: Cast, client: Client) -> None:
    for _ in range(6):
        last = client.post(SIGN_IN, {"login": cast.amina.email, "password": "guess"})

    assert last.status_code == 200
    assert "Trop" in words(last.content)
    stopped = client.post(SIGN_IN, {"login": cast.amina.email, "password": PASSWORD})
    assert stopped.status_code == 200


@pytest.mark.parametrize(("language", "said"), [("fr", "Trop d’essais"), ("nl", "Te veel"), ("en", "Too many")])
def test_a_flood_of_attempts_gets_a_friendly_page(db: None, client: Client, language: str, said: str) -> None:
    client.cookies["django_language"] = language

    answers = [client.post(SIGN_IN, {"login": f"p{n}@example.org", "password": "x"}) for n in range(31)]

    assert answers[-1].status_code == 429
    assert said in answers[-1].content.decode()
    assert "⟦undefined" not in answers[-1].content.decode()


# --- next ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("wanted", [POSTE, f"{POSTE}contracts/?type=art60&x=%C3%A9", "/caban/cadastre/", "/spaces/"])
def test_a_page_that_asks_to_sign_in_comes_back_afterwards(cast: Cast, client: Client, wanted: str) -> None:
    asked = client.get(wanted)
    assert asked.status_code == 302
    address = urlsplit(asked["Location"])
    assert address.path == SIGN_IN
    assert parse_qs(address.query) == {"next": [wanted]}

    form = client.get(asked["Location"]).content.decode()
    hidden = re.findall(r'<input type="hidden" name="next" value="([^"]*)"', form.split("<main", 1)[1])
    assert {one.replace("&amp;", "&") for one in hidden} == {wanted}  # the password's form and the passkey's
    assert enter(client, cast.amina, next=wanted) == wanted


@pytest.mark.parametrize(
    "elsewhere",
    ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)", "http:///evil", "\0"],
)
def test_next_never_leads_to_another_host(cast: Cast, client: Client, elsewhere: str) -> None:
    assert enter(client, cast.amina, next=elsewhere) == "/spaces/"


def test_somebody_who_is_signed_in_needs_no_form(cast: Cast, signed_in: SignIn) -> None:
    response = signed_in(cast.amina).get(SIGN_IN, {"next": POSTE})

    assert response.status_code == 302
    assert response["Location"] == POSTE


def test_the_link_to_sign_in_of_a_public_page_leads_back_to_the_site(cast: Cast, client: Client) -> None:
    html = client.get("/caban/").content.decode()

    assert f'href="{SIGN_IN}"' in html


# --- out, sessions ------------------------------------------------------------------------------------------------


def test_signing_out_inside_a_space_ends_the_session(cast: Cast, client: Client) -> None:
    enter(client, cast.amina)
    html = client.get(POSTE).content.decode()
    assert 'action="/accounts/logout/"' in html
    key = client.session.session_key

    gone = client.post("/accounts/logout/")

    assert gone["Location"] == "/"
    assert not Session.objects.filter(session_key=key).exists()
    assert client.get(POSTE)["Location"].startswith(SIGN_IN)


def test_a_session_is_another_one_after_signing_in(cast: Cast, client: Client) -> None:
    client.get(SIGN_IN)
    client.cookies["sessionid"] = "fixed-by-somebody-else-00000000"

    enter(client, cast.amina)

    assert client.cookies["sessionid"].value != "fixed-by-somebody-else-00000000"
    assert client.cookies["sessionid"]["httponly"]
    assert client.cookies["sessionid"]["samesite"] == "Lax"


def test_a_person_in_several_spaces_goes_from_one_to_the_other(cast: Cast, client: Client) -> None:
    grant_membership(person=cast.amina, space=cast.abattoirs.space, role=Role.ANIMATOR)
    grant_membership(person=cast.amina, space=cast.loire.space, role=Role.NETWORK_OBSERVER)
    enter(client, cast.amina)

    page = client.get("/spaces/")
    html = page.content.decode()

    assert page.status_code == 200
    assert "⟦undefined" not in html
    for address in (POSTE, "/caban/abattoirs/", "/loire/"):
        assert f'href="{address}"' in html
        assert client.get(address).status_code == 200
    assert "Coordination d’EPN · Caban" in words(page.content)
    assert 'href="/spaces/"' in client.get(POSTE).content.decode()


def test_an_ended_membership_loses_access_at_once(cast: Cast, client: Client) -> None:
    enter(client, cast.amina)
    assert client.get(POSTE).status_code == 200

    end_membership(membership=Membership.objects.get(person=cast.amina, space=cast.poste.space))

    assert client.get(POSTE).status_code == 404
    empty = client.get("/spaces/").content
    assert "Vous n’êtes encore dans aucun espace" in words(empty)
    assert cast.amina.email in words(empty)


def test_a_membership_that_ends_later_lasts_until_then(cast: Cast, client: Client) -> None:
    enter(client, cast.amina)
    row = Membership.objects.filter(person=cast.amina)

    row.update(until=timezone.now() + dt.timedelta(hours=1))
    assert client.get(POSTE).status_code == 200
    row.update(until=timezone.now() - dt.timedelta(seconds=1))
    assert client.get(POSTE).status_code == 404


@pytest.mark.parametrize("page", ["/", "/spaces/", "/accounts/login/", "/accounts/logout/", "/accounts/inactive/",
                                  "/accounts/signup/", "/accounts/password/change/", "/accounts/password/reset/",
                                  "/accounts/password/reset/done/", "/accounts/password/reset/key/1-x/",
                                  "/accounts/password/reset/key/done/"])  # fmt: skip
@pytest.mark.parametrize("language", ["fr", "nl", "en"])
def test_a_page_of_the_way_in_is_whole_for_everybody(cast: Cast, signed_in: SignIn, page: str, language: str) -> None:
    stranger = create_person(email="new@example.org", name="New", password=PASSWORD)
    for browser in (Client(), signed_in(cast.amina), signed_in(stranger)):
        browser.cookies["django_language"] = language
        response = browser.get(page, follow=True)
        html = response.content.decode()
        assert response.status_code == 200, response.redirect_chain
        assert f'<html lang="{language}">' in html
        assert "⟦undefined" not in html


@pytest.mark.parametrize("page", ["email/", "confirm-email/", "confirm-email/x/", "login/code/confirm/",
                                  "password/set/", "2fa/trust/", "signup/passkey/", "", "social/"])  # fmt: skip
def test_what_is_not_offered_is_not_there(cast: Cast, signed_in: SignIn, page: str) -> None:
    for browser in (Client(), signed_in(cast.amina)):
        assert browser.get(f"/accounts/{page}").status_code == 404
        assert browser.post(f"/accounts/{page}").status_code == 404


def test_nobody_signs_up_by_sending_the_form(db: None, client: Client) -> None:
    before = Person.objects.count()

    answer = client.post("/accounts/signup/", {"email": "x@example.org", "password1": PASSWORD})

    assert answer.status_code == 405
    assert Person.objects.count() == before


def test_signing_in_brings_ones_own_language_whoever_sat_there_before(cast: Cast, client: Client) -> None:
    Person.objects.filter(pk=cast.amina.pk).update(language="nl")
    enter(client, cast.amina)
    assert '<html lang="nl">' in client.get(POSTE).content.decode()

    other = Client()
    other.cookies["django_language"] = "en"
    enter(other, cast.amina)
    assert '<html lang="nl">' in other.get(POSTE).content.decode()


def test_a_language_that_is_chosen_on_a_page_is_the_persons_from_then_on(cast: Cast, client: Client) -> None:
    enter(client, cast.amina)
    client.post("/language/", {"language": "nl", "next": POSTE})
    client.post("/language/", {"language": "xx", "next": POSTE})

    elsewhere = Client()
    enter(elsewhere, cast.amina)

    assert Person.objects.get(pk=cast.amina.pk).language == "nl"
    assert '<html lang="nl">' in elsewhere.get(POSTE).content.decode()
    assert Client().post("/language/", {"language": "en"}).status_code == 302
    assert Person.objects.get(pk=cast.amina.pk).language == "nl"


def test_sessions_live_in_the_database_so_a_restart_signs_nobody_out(cast: Cast, client: Client, settings: Any) -> None:
    assert settings.SESSION_ENGINE == "maillage.accounts.sessions"
    enter(client, cast.amina)
    stored = Session.objects.get(session_key=client.session.session_key).get_decoded()
    assert stored["_auth_user_id"] == str(cast.amina.pk)

    cache.clear()
    after = Client()
    after.cookies["sessionid"] = str(client.session.session_key)

    assert after.get(POSTE).status_code == 200

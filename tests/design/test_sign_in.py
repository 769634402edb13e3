"""The pages of signing in, in our words: what people read when it goes well and when it doesn't."""

from __future__ import annotations

import re

import pytest
from django.core import mail
from django.test import Client

from tests.conftest import PASSWORD, Cast

UNDEFINED = "⟦undefined"


@pytest.mark.parametrize("language", ["fr", "nl", "en"])
@pytest.mark.parametrize(
    "address", ["login/", "password/reset/", "password/reset/done/", "password/reset/key/1-no-such-key/", "inactive/"]
)
def test_a_page_of_signing_in_is_whole_in_every_language(db: None, client: Client, address: str, language: str) -> None:
    client.cookies["django_language"] = language

    html = client.get(f"/accounts/{address}", follow=True).content.decode()

    assert f'<html lang="{language}">' in html
    assert UNDEFINED not in html
    assert html.count("<h1>") == 1


def test_a_wrong_password_keeps_the_address_and_says_what_to_do(cast: Cast, client: Client) -> None:
    html = client.post("/accounts/login/", {"login": cast.amina.email, "password": "wrong"}).content.decode()

    assert "À corriger" in html
    assert f'value="{cast.amina.email}"' in html
    assert "wrong" not in re.sub(r"<[^>]*>", "", html)
    assert UNDEFINED not in html


def test_signing_in_and_out_again(cast: Cast, client: Client) -> None:
    arrived = client.post("/accounts/login/", {"login": cast.amina.email, "password": PASSWORD})
    assert arrived.status_code == 302

    question = client.get("/accounts/logout/").content.decode()
    assert "ordinateur partagé" in question
    assert UNDEFINED not in question

    client.post("/accounts/logout/")
    assert "_auth_user_id" not in client.session


def test_a_forgotten_password_is_replaced_by_a_link_in_plain_french(cast: Cast, client: Client) -> None:
    client.post("/accounts/password/reset/", {"email": cast.amina.email})

    message = mail.outbox[-1]
    assert message.subject.endswith("Choisir un nouveau mot de passe")
    assert "&" not in message.body
    assert UNDEFINED not in message.body
    link = re.search(r"http://testserver(/accounts/password/reset/key/\S+)", message.body)
    assert link

    form = client.get(link.group(1), follow=True)
    assert "Choisir un nouveau mot de passe" in form.content.decode()
    done = client.post(
        form.request["PATH_INFO"],
        {"password1": "une phrase bien longue", "password2": "une phrase bien longue"},
        follow=True,
    )
    assert "Votre mot de passe est changé" in done.content.decode()
    assert (
        client.post("/accounts/login/", {"login": cast.amina.email, "password": "une phrase bien longue"}).status_code
        == 302
    )


def test_an_unknown_address_gets_the_same_page_and_a_kind_message(cast: Cast, client: Client) -> None:
    known = client.post("/accounts/password/reset/", {"email": cast.amina.email}, follow=True)
    unknown = client.post("/accounts/password/reset/", {"email": "nobody@example.org"}, follow=True)

    def without_tokens(html: bytes) -> bytes:
        return re.sub(rb'value="[A-Za-z0-9]{64}"', b"", html)

    assert without_tokens(known.content) == without_tokens(unknown.content)
    assert "aucun compte" in mail.outbox[-1].body


def test_changing_the_password_is_whole_for_somebody_signed_in(cast: Cast, client: Client) -> None:
    client.post("/accounts/login/", {"login": cast.bram.email, "password": PASSWORD})

    html = client.get("/accounts/password/change/").content.decode()

    assert "Changer mon mot de passe" in html
    assert UNDEFINED not in html


def test_nobody_signs_up_alone(db: None, client: Client) -> None:
    html = client.get("/accounts/signup/").content.decode()

    assert "Il faut une invitation" in html
    assert "<input" not in html.split("<main", 1)[1]

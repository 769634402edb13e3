"""A second factor by codes: set up, asked for, used once, replaced by a recovery code, removed, reset."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail
from django.core.management import CommandError, call_command
from django.test import Client

from maillage.accounts.models import Person
from maillage.audit.models import Entry
from tests.conftest import Cast
from tests.signing_in.conftest import FACTORS, POSTE, SIGN_IN, App, code_of, set_up_app, with_password

CODE = f"{FACTORS}authenticate/"


@pytest.mark.parametrize("language", ["fr", "nl", "en"])
def test_every_page_of_second_factors_is_whole(cast: Cast, client: Client, language: str) -> None:
    with_password(client, cast.amina)
    client.cookies["django_language"] = language
    set_up_app(client)
    key = Authenticator.objects.create(user=cast.amina, type="webauthn", data={"name": "Phone", "credential": {}})
    pages = ["", "totp/activate/", "totp/deactivate/", "recovery-codes/", "recovery-codes/generate/", "reauthenticate/",
             f"webauthn/keys/{key.pk}/remove/", "../reauthenticate/"]  # fmt: skip

    for page in pages:
        answer = client.get(f"{FACTORS}{page}".replace("2fa/../", ""), follow=True)

        html = answer.content.decode()
        assert answer.status_code == 200, page
        assert "⟦undefined" not in html, page
        assert f'<html lang="{language}">' in html
        assert "no-store" in answer["Cache-Control"]


def test_signing_in_asks_for_the_code_and_leads_where_one_was_going(
    cast: Cast, has_app: Callable[[Person], App]
) -> None:
    app, client = has_app(cast.amina), Client()

    assert with_password(client, cast.amina, next=f"{POSTE}contracts/") == CODE
    assert client.get(POSTE)["Location"].startswith(SIGN_IN)
    page = client.get(CODE).content.decode()
    assert "⟦undefined" not in page
    entered = client.post(CODE, {"code": code_of(app.secret)})

    assert entered["Location"] == f"{POSTE}contracts/"
    assert client.get(f"{POSTE}contracts/").status_code == 200


@pytest.mark.parametrize("guess", ["000000", "", "abcdef", "1" * 500, "\0", "٣٤٥٦٧٨"])
def test_a_wrong_code_lets_nobody_in(cast: Cast, has_app: Callable[[Person], App], guess: str) -> None:
    has_app(cast.amina)
    client = Client()
    with_password(client, cast.amina)

    answer = client.post(CODE, {"code": guess})

    assert answer.status_code == 200
    assert client.get(POSTE)["Location"].startswith(SIGN_IN)


def test_codes_can_t_be_guessed_at_leisure(cast: Cast, has_app: Callable[[Person], App]) -> None:
    app, client = has_app(cast.amina), Client()
    with_password(client, cast.amina)
    for number in range(10):
        client.post(CODE, {"code": f"00000{number}"})

    answer = client.post(CODE, {"code": code_of(app.secret)})

    assert answer.status_code == 200
    assert "Trop" in answer.content.decode()


def test_a_code_is_good_once_even_in_another_process(cast: Cast, has_app: Callable[[Person], App]) -> None:
    app, code = has_app(cast.amina), ""
    for attempt in range(2):
        client = Client()
        with_password(client, cast.amina)
        code = code or code_of(app.secret, steps=1)
        from django.core.cache import cache

        cache.clear()  # a web process of its own knows nothing of the other's cache
        answer = client.post(CODE, {"code": code})
        assert answer.status_code == (302, 200)[attempt]


@pytest.mark.parametrize(("steps", "status"), [(-3, 200), (-1, 302), (1, 302), (3, 200)])
def test_a_code_of_the_half_minute_before_or_after_will_do(
    cast: Cast, has_app: Callable[[Person], App], steps: int, status: int
) -> None:
    app, client = has_app(cast.amina), Client()
    with_password(client, cast.amina)

    assert client.post(CODE, {"code": code_of(app.secret, steps=steps)}).status_code == status


def test_a_recovery_code_works_once_and_codes_are_shown_once(cast: Cast, client: Client) -> None:
    with_password(client, cast.amina)
    app, code = set_up_app(client), ""
    assert len(app.recovery_codes) == 10
    for status in (302, 200):
        client = Client()
        with_password(client, cast.amina)
        code = app.recovery_codes[0]
        assert client.post(CODE, {"code": code}).status_code == status
    client = Client()
    with_password(client, cast.amina)
    client.post(CODE, {"code": app.recovery_codes[1]})

    page = client.get(f"{FACTORS}recovery-codes/").content.decode()

    assert not any(one in page for one in app.recovery_codes)
    assert "8" in page


def test_setting_up_is_for_somebody_who_has_just_said_who_they_are(
    cast: Cast, signed_in: Callable[[Person], Client]
) -> None:
    client = signed_in(cast.amina)  # a session of long ago
    left_open = Client()
    with_password(left_open, cast.amina)
    session = left_open.session
    session["account_authentication_methods"] = [{"method": "password", "at": 0}]
    session.save()

    for one in (client, left_open):
        for page in ("totp/activate/", "webauthn/add/"):
            assert one.get(FACTORS + page)["Location"].startswith("/accounts/reauthenticate/?next=")


def test_the_picture_is_a_qr_code_without_an_image_or_a_style(cast: Cast, client: Client) -> None:
    with_password(client, cast.amina)

    page = client.get(f"{FACTORS}totp/activate/").content.decode()

    assert "<svg" in page and "data:image" not in page and "style=" not in page
    assert 'viewBox="0 0 ' in page


def test_secrets_are_closed_in_the_database_and_survive_a_new_key(
    cast: Cast, has_app: Callable[[Person], App], settings: Any, capsys: Any
) -> None:
    app, former = has_app(cast.amina), settings.SECRET_KEY
    assert app.secret not in json.dumps(list(Authenticator.objects.values_list("data", flat=True)))

    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another key, as long as it should be", [former]
    call_command("rotate_second_factors")
    settings.SECRET_KEY_FALLBACKS = []

    client = Client()
    with_password(client, cast.amina)
    assert client.post(CODE, {"code": code_of(app.secret)}).status_code == 302
    settings.SECRET_KEY = "a key that nobody ever used before this"
    lost = Client()
    with_password(lost, cast.amina)
    assert lost.post(CODE, {"code": code_of(app.secret, steps=1)}).status_code == 200
    with pytest.raises(CommandError):
        call_command("rotate_second_factors")


def test_the_person_is_told_by_mail_in_their_language(cast: Cast, client: Client) -> None:
    Person.objects.filter(pk=cast.amina.pk).update(language="nl")
    with_password(client, cast.amina)
    set_up_app(client)
    key = Authenticator.objects.create(user=cast.amina, type="webauthn", data={"name": "Phone", "credential": {}})

    gone = client.post(f"{FACTORS}webauthn/keys/{key.pk}/remove/")

    assert gone["Location"] == FACTORS
    assert [one.to for one in mail.outbox] == [[cast.amina.email]]
    assert "⟦" not in mail.outbox[0].body
    assert "Een passkey is van uw account verwijderd." in mail.outbox[0].body


def test_removing_and_resetting_are_in_the_journal(cast: Cast, client: Client, capsys: Any) -> None:
    with_password(client, cast.amina)
    set_up_app(client)

    client.post(f"{FACTORS}totp/deactivate/")
    assert not Authenticator.objects.filter(user=cast.amina).exists()
    set_up_app(client)
    call_command("reset_second_factor", "AMINA@example.org")

    assert not Authenticator.objects.filter(user=cast.amina).exists()
    verbs = list(Entry.objects.filter(verb__startswith="second_factor").order_by("at").values_list("verb", "target"))
    about = str(cast.amina.pk)
    assert verbs == [
        ("second_factor.added", about),
        ("second_factor.removed", about),
        ("second_factor.added", about),
        ("second_factor.reset", about),
    ]
    assert "1 second factor" in capsys.readouterr().out


def test_nobody_removes_the_passkey_of_somebody_else(cast: Cast, client: Client) -> None:
    kept = Authenticator.objects.create(user=cast.bram, type="webauthn", data={"name": "B", "credential": {}})
    with_password(client, cast.amina)

    assert client.post(f"{FACTORS}webauthn/keys/{kept.pk}/remove/").status_code == 404
    assert Authenticator.objects.filter(pk=kept.pk).exists()


NONSENSE = ["", "null", "[]", "{}", '"x"', "1", "{", '{"id":1}', '{"id":"AA","rawId":"AA","type":"public-key"}',
            '{"id":"AA","rawId":"AA","type":"public-key","response":{}}', '{"response":{"userHandle":"MQ"}}',
            json.dumps({"id": "AA", "rawId": "AA", "type": "public-key", "response": {
                "clientDataJSON": "AA", "authenticatorData": "AA", "signature": "AA", "userHandle": "MQ"}}),
            '{"id":"AA","rawId":"AA","type":"public-key","response":{"clientDataJSON":"AA","attestationObject":"AA"}}',
            '{"id":"é","rawId":[],"type":{},"response":"x"}', "[" * 3000]  # fmt: skip


@pytest.mark.parametrize("said", NONSENSE)
def test_no_passkey_of_fantasy_breaks_or_opens_anything(cast: Cast, said: str) -> None:
    stranger, inside = Client(), Client()
    stranger.get(f"{FACTORS}webauthn/login/", headers={"Accept": "application/json"})
    with_password(inside, cast.amina)
    inside.get(f"{FACTORS}webauthn/add/")
    user_handle = base64.urlsafe_b64encode(str(cast.amina.pk).encode()).decode().rstrip("=")
    said = said.replace('"MQ"', f'"{user_handle}"')

    assert stranger.post(f"{FACTORS}webauthn/login/", {"credential": said}).status_code == 302
    assert inside.post(f"{FACTORS}webauthn/add/", {"credential": said, "name": "x"}).status_code == 200

    assert stranger.get(POSTE)["Location"].startswith(SIGN_IN)
    assert not Authenticator.objects.exists()


def test_an_account_that_is_closed_between_password_and_code_stays_out(
    cast: Cast, has_app: Callable[[Person], App]
) -> None:
    app, client = has_app(cast.amina), Client()
    with_password(client, cast.amina)
    Person.objects.filter(pk=cast.amina.pk).update(is_active=False)

    client.post(CODE, {"code": code_of(app.secret)})

    assert client.get(POSTE)["Location"].startswith(SIGN_IN)

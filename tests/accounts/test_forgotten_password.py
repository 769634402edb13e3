"""A forgotten password, over a real SMTP conversation: what arrives, in which language, and where its link leads."""

from __future__ import annotations

import email.policy
import re
import socket
from collections.abc import Iterator
from email.message import EmailMessage
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from django.core.cache import cache
from django.test import Client

from maillage.accounts.models import Person
from tests.conftest import PASSWORD, Cast
from tests.ports import free_port

ASK = "/accounts/password/reset/"
NEW = "une phrase bien longue"


class Letterbox:
    """Takes what the server hands over, as a mail server would."""

    def __init__(self) -> None:
        self.letters: list[EmailMessage] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802  (aiosmtpd's name)
        letter = email.message_from_bytes(envelope.content, policy=email.policy.default)
        assert isinstance(letter, EmailMessage)
        self.letters.append(letter)
        return "250 OK"


class MailServer(Controller):
    """Chooses its port as it takes it: one that was found free could be somebody else's by then."""

    def __init__(self, box: Letterbox) -> None:
        super().__init__(box, hostname="127.0.0.1", ready_timeout=60)

    def _create_server(self) -> Any:
        listening = socket.create_server(("127.0.0.1", 0))
        self.port = listening.getsockname()[1]
        return self.loop.create_server(self._factory_invoker, sock=listening)


@pytest.fixture
def letterbox(settings: Any) -> Iterator[Letterbox]:
    cache.clear()
    box = Letterbox()
    controller = MailServer(box)
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", controller.port, 60
    yield box
    controller.stop()
    cache.clear()


def link_in(letter: EmailMessage) -> str:
    found = re.search(r"https?://\S+", letter.get_content())
    assert found
    return found.group(0)


def test_the_letter_leads_back_to_the_host_that_was_asked(
    cast: Cast, client: Client, letterbox: Letterbox, settings: Any
) -> None:
    settings.ALLOWED_HOSTS = ["maillage.example", "testserver"]

    client.post(ASK, {"email": "AMINA@example.org"}, headers={"host": "maillage.example:8443"}, secure=True)

    (letter,) = letterbox.letters
    assert letter["To"] == cast.amina.email
    assert letter["Subject"] == "[Maillage] Choisir un nouveau mot de passe"
    assert letter["From"] == settings.DEFAULT_FROM_EMAIL
    assert link_in(letter).startswith("https://maillage.example:8443/accounts/password/reset/key/")
    assert "⟦undefined" not in letter.get_content()


@pytest.mark.parametrize(
    ("language", "subject"),
    [("fr", "Choisir un nouveau mot de passe"), ("nl", "Een nieuw wachtwoord kiezen"), ("en", "Choose a new password")],
)
def test_the_letter_speaks_the_language_of_its_reader_whoever_asked(
    cast: Cast, client: Client, letterbox: Letterbox, language: str, subject: str
) -> None:
    Person.objects.filter(pk=cast.amina.pk).update(language=language)
    client.cookies["django_language"] = "en" if language == "fr" else "fr"

    client.post(ASK, {"email": cast.amina.email})

    assert letterbox.letters[0]["Subject"] == f"[Maillage] {subject}"


def test_the_link_changes_the_password_once_and_tells_so(cast: Cast, client: Client, letterbox: Letterbox) -> None:
    elsewhere = Client()
    elsewhere.post("/accounts/login/", {"login": cast.amina.email, "password": PASSWORD})
    client.post(ASK, {"email": cast.amina.email})
    path = link_in(letterbox.letters[0]).removeprefix("http://testserver")

    form = client.get(path, follow=True)
    mistaken = client.post(form.request["PATH_INFO"], {"password1": NEW, "password2": "another"})
    done = client.post(form.request["PATH_INFO"], {"password1": NEW, "password2": NEW}, follow=True)

    assert mistaken.status_code == 200
    assert "À corriger" in mistaken.content.decode()
    assert "Votre mot de passe est changé" in done.content.decode()
    assert client.post("/accounts/login/", {"login": cast.amina.email, "password": NEW}).status_code == 302
    assert client.post("/accounts/logout/").status_code == 302
    assert client.post("/accounts/login/", {"login": cast.amina.email, "password": PASSWORD}).status_code == 200
    assert "Ce lien ne marche plus" in client.get(path, follow=True).content.decode()
    # Whoever was in with the former password is out.
    assert elsewhere.get("/caban/rue-de-la-poste/")["Location"].startswith("/accounts/login/")
    told = letterbox.letters[1]
    assert told["To"] == cast.amina.email
    assert told["Subject"] == "[Maillage] Votre mot de passe est changé"
    assert "⟦undefined" not in told.get_content()


@pytest.mark.parametrize("password", ["court", "1234567890", "password12", "amina@example.org"])
def test_a_weak_password_is_refused_in_words(cast: Cast, client: Client, letterbox: Letterbox, password: str) -> None:
    client.post(ASK, {"email": cast.amina.email})
    form = client.get(link_in(letterbox.letters[0]).removeprefix("http://testserver"), follow=True)

    answer = client.post(form.request["PATH_INFO"], {"password1": password, "password2": password})

    assert answer.status_code == 200
    assert "À corriger" in answer.content.decode()


def test_somebody_without_an_account_is_told_by_letter_only(cast: Cast, client: Client, letterbox: Letterbox) -> None:
    answer = client.post(ASK, {"email": "nobody@example.org"})

    assert answer["Location"] == "/accounts/password/reset/done/"
    assert "aucun compte" in letterbox.letters[0].get_content()


def test_a_closed_account_gets_no_link(cast: Cast, client: Client, letterbox: Letterbox) -> None:
    Person.objects.filter(pk=cast.amina.pk).update(is_active=False)

    client.post(ASK, {"email": cast.amina.email})

    assert not any("/password/reset/key/" in letter.get_content() for letter in letterbox.letters)


def test_a_mail_server_that_is_down_is_said_for_known_and_unknown_addresses_alike(
    cast: Cast, client: Client, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    cache.clear()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_port()

    known = client.post(ASK, {"email": cast.amina.email})
    unknown = client.post(ASK, {"email": "nobody@example.org"})

    assert known.status_code == unknown.status_code == 503
    assert "n’a pas pu partir" in known.content.decode()
    assert "could not be sent" in caplog.text

    client.force_login(cast.amina, backend="maillage.accounts.backends.PasswordBackend")
    changed = client.post("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW})
    assert changed.status_code == 302
    cast.amina.refresh_from_db()
    assert Person.objects.get(pk=cast.amina.pk).check_password(NEW)

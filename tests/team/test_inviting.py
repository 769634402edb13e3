"""Inviting by mail, over a real SMTP conversation: what arrives, in which language, and when it does not arrive."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from maillage.accounts.models import Person
from maillage.audit.models import Entry
from tenants.registry.models import Invitation
from tests.conftest import Cast
from tests.ports import free_port
from tests.team.conftest import TEAM, ChoosyLetterbox, link_in, part_of

SignIn = Callable[[Person], Client]
ZOE = {"email": "Zoe@Example.org", "name": "Zoé", "role": "animator", "language": "nl"}


def test_the_letter_arrives_in_the_language_that_was_chosen_with_text_and_html(
    cast: Cast, signed_in: SignIn, letterbox: ChoosyLetterbox
) -> None:
    answer = signed_in(cast.amina).post(f"{TEAM}invite/", ZOE, follow=True)

    assert "Nous avons écrit à zoe@example.org" in answer.content.decode()
    (letter,) = letterbox.letters
    assert letter["To"] == "zoe@example.org"
    assert letter["Subject"] == "Amina nodigt u uit: Rue de la Poste"
    for kind in ("plain", "html"):
        text = part_of(letter, kind)
        assert "Amina nodigt u uit op Maillage, in de ruimte “Rue de la Poste”. Uw rol daar: " in text
        assert link_in(letter) in text
        assert "⟦undefined" not in text
    assert '<html lang="nl">' in part_of(letter, "html")


def test_the_register_keeps_a_digest_and_the_page_no_link(
    cast: Cast, signed_in: SignIn, letterbox: ChoosyLetterbox, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    client = signed_in(cast.amina)

    client.post(f"{TEAM}invite/", ZOE)

    secret = link_in(letterbox.letters[0]).split("/")[2]
    assert Client().get(f"/invitations/{secret}/").status_code == 200
    page = client.get(TEAM).content.decode()
    assert "zoe@example.org" in page
    assert "⟦undefined" not in page
    row = " ".join(str(value) for value in Invitation.objects.values_list().get(email="zoe@example.org"))
    logged = [str(vars(one)) for one in caplog.records if one.name != "mail.log"]  # the letterbox's own
    assert logged
    for text in (page, row, *logged):
        assert secret not in text


def test_an_invitation_holds_for_fourteen_days_and_is_in_the_journal(
    cast: Cast, signed_in: SignIn, letterbox: ChoosyLetterbox
) -> None:
    signed_in(cast.amina).post(f"{TEAM}invite/", ZOE)

    invitation = Invitation.objects.get(email="zoe@example.org")
    assert invitation.expires_at - invitation.created_at == dt.timedelta(days=14)
    assert invitation.sent_at is not None
    line = Entry.objects.get(verb="invitation.made")
    assert (line.actor_id, line.space_id, line.target) == (cast.amina.pk, cast.poste.pk, str(invitation.pk))


def test_a_mail_server_that_is_down_loses_nothing(
    cast: Cast, signed_in: SignIn, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_port()
    client = signed_in(cast.amina)

    answer = client.post(f"{TEAM}invite/", ZOE, follow=True)

    assert "n’a pas pu partir" in answer.content.decode()
    assert "pas envoyé" in answer.content.decode()
    invitation = Invitation.objects.get(email="zoe@example.org")
    assert (invitation.problem, invitation.sent_at) == ("unreachable", None)
    assert f"invitation {invitation.pk} could not be sent" in caplog.text
    assert "zoe@example.org" not in caplog.text

    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    client.post(f"{TEAM}invitations/{invitation.pk}/resend/")
    invitation.refresh_from_db()
    assert (invitation.problem, len(mail.outbox)) == ("", 1)


def test_a_mail_server_that_accepts_and_then_says_nothing_is_not_waited_for_long(
    cast: Cast, signed_in: SignIn, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    import socket

    silent = socket.create_server(("127.0.0.1", 0))
    monkeypatch.setattr("tenants.registry.team.letters.PATIENCE", 0.2)
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", silent.getsockname()[1]

    answer = signed_in(cast.amina).post(f"{TEAM}invite/", ZOE, follow=True)

    assert "n’a pas pu partir" in answer.content.decode()
    silent.close()


@pytest.mark.parametrize(
    ("said", "problem"), [("550 No such user", "refused"), ("451 Greylisted, come back", "unreachable")]
)
def test_an_address_that_the_server_refuses_is_told_from_one_to_try_again(
    cast: Cast, signed_in: SignIn, letterbox: ChoosyLetterbox, said: str, problem: str
) -> None:
    letterbox.refused["zoe@example.org"] = said

    answer = signed_in(cast.amina).post(f"{TEAM}invite/", ZOE, follow=True).content.decode()

    assert Invitation.objects.get(email="zoe@example.org").problem == problem
    assert ("L’adresse est-elle juste" in answer) == (problem == "refused")


def test_sending_again_kills_the_former_link(cast: Cast, signed_in: SignIn, letterbox: ChoosyLetterbox) -> None:
    client = signed_in(cast.amina)
    client.post(f"{TEAM}invite/", ZOE)
    invitation = Invitation.objects.get(email="zoe@example.org")
    Invitation.objects.update(expires_at=timezone.now() - dt.timedelta(minutes=1))
    assert Client().get(link_in(letterbox.letters[0])).status_code == 410
    assert "trop ancienne" in client.get(TEAM).content.decode()

    client.post(f"{TEAM}invitations/{invitation.pk}/resend/")

    before, after = (link_in(letter) for letter in letterbox.letters)
    assert Client().get(before).status_code == 404
    assert Client().get(after).status_code == 200


def test_a_withdrawn_invitation_opens_nothing(cast: Cast, signed_in: SignIn, asked: Any) -> None:
    invitation, link = asked("zoe@example.org")
    client = signed_in(cast.amina)

    answer = client.post(f"{TEAM}invitations/{invitation.pk}/revoke/", follow=True)

    assert "n’ouvre plus rien" in answer.content.decode()
    assert Client().get(link).status_code == 410
    assert client.post(f"{TEAM}invitations/{invitation.pk}/revoke/").status_code == 404
    assert client.post(f"{TEAM}invitations/{invitation.pk}/resend/").status_code == 404


@pytest.mark.parametrize(
    "said",
    [
        {"email": "bram@example.org"},
        {"email": "not an address"},
        {"email": ""},
        {"email": "a\0b@example.org"},
        {"role": "network_coordinator"},
        {"role": "operator"},
        {"role": ""},
        {"language": "xx"},
        {"name": "x" * 121},
    ],
)
def test_what_is_wrong_is_said_and_nothing_leaves(cast: Cast, signed_in: SignIn, said: dict[str, str]) -> None:
    answer = signed_in(cast.amina).post(f"{TEAM}invite/", {**ZOE, **said})

    assert answer.status_code == 200
    assert "À corriger" in answer.content.decode()
    assert not Invitation.objects.exists()
    assert not mail.outbox


def test_an_address_is_invited_once_until_it_is_too_old(cast: Cast, signed_in: SignIn) -> None:
    client = signed_in(cast.amina)
    client.post(f"{TEAM}invite/", ZOE)

    again = client.post(f"{TEAM}invite/", ZOE)
    Invitation.objects.update(expires_at=timezone.now() - dt.timedelta(minutes=1))
    later = client.post(f"{TEAM}invite/", ZOE)

    assert "déjà invitée" in again.content.decode()
    assert later.status_code == 302
    assert Invitation.objects.filter(revoked_at__isnull=True).count() == 1


def test_a_reviewer_is_invited_for_a_funder(cast: Cast, signed_in: SignIn) -> None:
    client = signed_in(cast.dries)
    reviewer = {**ZOE, "role": "funder_reviewer"}

    without = client.post("/caban/people/invite/", reviewer)
    client.post("/caban/people/invite/", {**reviewer, "funder": "region"})

    assert "pour quel financeur" in without.content.decode()
    assert Invitation.objects.get().funder == "region"


def test_an_account_in_the_wrong_hands_is_no_machine_for_mail(
    cast: Cast, signed_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tenants.registry.team.services.MOST_OPEN", 1)
    client = signed_in(cast.amina)
    client.post(f"{TEAM}invite/", ZOE)

    answer = client.post(f"{TEAM}invite/", {**ZOE, "email": "yann@example.org"})

    assert "Trop d’invitations" in answer.content.decode()


def test_the_team_of_one_space_is_nobody_elses(cast: Cast, signed_in: SignIn, asked: Any) -> None:
    """The coordinator of another EPN gets, for what is here, the 404 of what is nowhere."""
    invitation, _link = asked("zoe@example.org")
    bram = cast.bram.memberships.get()
    chloe = signed_in(cast.chloe)
    here, there = TEAM, "/caban/abattoirs/people/"

    nowhere = chloe.post(f"{there}invitations/999999999/revoke/")
    for address in (
        f"{there}invitations/{invitation.pk}/revoke/",
        f"{there}invitations/{invitation.pk}/resend/",
        f"{there}{bram.pk}/role/",
        f"{there}{bram.pk}/end/",
        f"{here}invitations/{invitation.pk}/revoke/",
        f"{here}{bram.pk}/end/",
        here,
    ):
        answer = chloe.post(address) if address != here else chloe.get(address)
        assert answer.status_code == 404, address
        if address.startswith(there):
            assert answer.content == nowhere.content
    assert signed_in(cast.dries).get(here).status_code == 404
    assert signed_in(cast.bram).get(here).status_code == 403
    invitation.refresh_from_db()
    bram.refresh_from_db()
    assert (invitation.revoked_at, bram.until) == (None, None)
    assert "zoe@example.org" not in chloe.get(there).content.decode()

"""The link of the letter: for somebody new, for somebody who is known, for somebody else, and when it is too late."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone

from maillage.accounts.models import Person
from maillage.audit.models import Entry
from tenants.registry.models import Invitation, Membership, Space
from tenants.registry.services import grant_membership
from tenants.registry.team.services import NotOpenError, accept
from tests.conftest import PASSWORD, Cast
from tests.team.conftest import NEW_PASSWORD

SignIn = Callable[[Person], Client]
Asked = Callable[..., tuple[Invitation, str]]
FACTS = {"name": "Zoé", "password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
POSTE = "/caban/rue-de-la-poste/"


def test_somebody_new_reads_who_asks_for_what_and_is_in_after_one_form(
    cast: Cast, asked: Asked, client: Client
) -> None:
    _invitation, link = asked("zoe@example.org", name="Zoé")

    page = client.get(link)
    done = client.post(link, FACTS)

    html = page.content.decode()
    assert "Amina vous invite dans l’espace « Rue de la Poste ». Votre rôle : Animateur." in html
    assert 'value="Zoé"' in html
    assert "⟦undefined" not in html
    assert done["Location"] == POSTE
    assert "Bienvenue" in client.get(POSTE).content.decode()
    zoe = Person.objects.get(email="zoe@example.org")
    assert (zoe.name, zoe.memberships.get().role) == ("Zoé", "animator")
    assert client.post("/accounts/logout/").status_code == 302
    assert client.post("/accounts/login/", {"login": zoe.email, "password": NEW_PASSWORD}).status_code == 302
    accepted = Entry.objects.get(verb="invitation.accepted")
    assert (accepted.actor_id, accepted.space_id, accepted.door) == (zoe.pk, cast.poste.pk, "page")


def test_somebody_new_has_just_proven_who_they_are(cast: Cast, asked: Asked, client: Client) -> None:
    _invitation, link = asked("zoe@example.org")

    client.post(link, FACTS)

    assert client.session["account_authentication_methods"][0]["method"] == "password"


def test_the_page_speaks_the_language_of_the_invitation_until_the_reader_chooses(
    cast: Cast, asked: Asked, client: Client
) -> None:
    _invitation, link = asked("zoe@example.org", language="nl")

    before = client.get(link).content.decode()
    client.post("/language/", {"language": "en", "next": link})
    after = client.get(link).content.decode()
    client.post(link, FACTS)

    assert '<html lang="nl">' in before
    assert "U bent uitgenodigd" in before
    assert "You are invited" in after
    assert Person.objects.get(email="zoe@example.org").language == "en"


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"password1": "court", "password2": "court"}, "10"),
        ({"password1": "zoe@example.org", "password2": "zoe@example.org"}, ""),
        ({"password2": "another long sentence"}, "pas les mêmes"),
        ({"name": ""}, ""),
        ({"name": "a\0b"}, ""),
    ],
)
def test_a_weak_or_mistyped_password_is_said_and_nobody_is_made(
    cast: Cast, asked: Asked, client: Client, said: dict[str, str], told: str
) -> None:
    _invitation, link = asked("zoe@example.org")

    answer = client.post(link, {**FACTS, **said})

    assert "À corriger" in answer.content.decode()
    assert told in answer.content.decode()
    assert not Person.objects.filter(email="zoe@example.org").exists()


def test_somebody_who_is_signed_in_joins_with_one_click(cast: Cast, asked: Asked, signed_in: SignIn) -> None:
    _invitation, link = asked("chloe@example.org", role="volunteer")
    client = signed_in(cast.chloe)

    looked = client.get(link)
    assert cast.chloe.memberships.count() == 1
    done = client.post(link)

    assert "Le compte ouvert ici : Chloé" in looked.content.decode()
    assert done["Location"] == POSTE
    assert client.get(POSTE).status_code == 200
    assert client.get("/caban/abattoirs/").status_code == 200


def test_somebody_with_an_account_signs_in_and_comes_back(cast: Cast, asked: Asked, client: Client) -> None:
    _invitation, link = asked("chloe@example.org")

    page = client.get(link).content.decode()
    hijack = client.post(link, FACTS)
    entered = client.post(f"/accounts/login/?next={link}", {"login": cast.chloe.email, "password": PASSWORD})

    assert f"/accounts/login/?next={link.replace('/', '%2F')}" in page
    assert "Vous avez déjà un compte" in hijack.content.decode()
    assert Person.objects.get(pk=cast.chloe.pk).check_password(PASSWORD)
    assert entered["Location"] == link
    assert client.post(link)["Location"] == POSTE


def test_somebody_else_is_told_what_to_do_and_gets_nothing(cast: Cast, asked: Asked, signed_in: SignIn) -> None:
    _invitation, link = asked("zoe@example.org")
    client = signed_in(cast.chloe)

    page = client.get(link).content.decode()
    answer = client.post(link, FACTS)

    assert "pour quelqu’un d’autre" in page
    assert "zoe@example.org" in page
    assert answer.status_code == 200
    assert cast.chloe.memberships.count() == 1
    assert client.post("/accounts/logout/", {"next": link})["Location"] == link


def _too_old(invitation: Invitation) -> None:
    Invitation.objects.filter(pk=invitation.pk).update(expires_at=timezone.now() - dt.timedelta(seconds=1))


def _withdrawn(invitation: Invitation) -> None:
    Invitation.objects.filter(pk=invitation.pk).update(revoked_at=timezone.now())


def _used(invitation: Invitation) -> None:
    Invitation.objects.filter(pk=invitation.pk).update(accepted_at=timezone.now())


def _closed(invitation: Invitation) -> None:
    Space.objects.filter(pk=invitation.space_id).update(archived_at=timezone.now())


@pytest.mark.parametrize(
    ("fate", "told"),
    [
        (_too_old, "plus de 14 jours"),
        (_withdrawn, "a été retirée"),
        (_used, "déjà été acceptée"),
        (_closed, "est fermé"),
    ],
)
def test_a_link_that_no_longer_works_says_why_and_makes_nobody(
    cast: Cast, asked: Asked, client: Client, fate: Callable[[Invitation], None], told: str
) -> None:
    invitation, link = asked("zoe@example.org")
    fate(invitation)

    looked, tried = client.get(link), client.post(link, FACTS)

    assert looked.status_code == tried.status_code == 410
    assert told in looked.content.decode()
    assert "⟦undefined" not in looked.content.decode()
    assert not Person.objects.filter(email="zoe@example.org").exists()


def test_an_unknown_link_says_what_to_do_and_guessing_is_counted(cast: Cast, asked: Asked, client: Client) -> None:
    _invitation, link = asked("zoe@example.org")

    answers = [client.get(f"/invitations/guess-{number}/") for number in range(21)]

    assert {one.status_code for one in answers[:20]} == {404}
    assert "Copiez le lien en entier" in answers[0].content.decode()
    assert answers[20].status_code == 429
    assert client.get(link).status_code == 200


def test_the_address_of_the_page_leaves_with_no_link_and_stays_in_no_cache(
    cast: Cast, asked: Asked, client: Client
) -> None:
    _invitation, link = asked("zoe@example.org")

    for answer in (client.get(link), client.post(link, {}), client.get("/invitations/guess/")):
        assert answer["Referrer-Policy"] == "strict-origin"
        assert "no-store" in answer["Cache-Control"]


def test_the_form_is_safe_from_other_sites_and_still_works_with_that_referrer_policy(cast: Cast, asked: Asked) -> None:
    _invitation, link = asked("zoe@example.org")
    browser = Client(enforce_csrf_checks=True)
    browser.get(link, secure=True)
    facts = {**FACTS, "csrfmiddlewaretoken": browser.cookies["csrftoken"].value}

    elsewhere = browser.post(link, facts, secure=True, headers={"origin": "https://evil.example"})
    ours = browser.post(link, facts, secure=True, headers={"origin": "https://testserver"})

    assert (elsewhere.status_code, ours.status_code) == (403, 302)


def test_accepting_twice_is_once(cast: Cast, asked: Asked) -> None:
    invitation, _link = asked("chloe@example.org")
    accept(invitation=invitation, person=cast.chloe)

    with pytest.raises(NotOpenError):
        accept(invitation=invitation, person=cast.chloe)

    assert cast.chloe.memberships.filter(space=cast.poste.space).count() == 1


def test_whoever_got_a_role_meanwhile_keeps_it(cast: Cast, asked: Asked, signed_in: SignIn) -> None:
    _invitation, link = asked("chloe@example.org", role="volunteer")
    grant_membership(person=cast.chloe, space=cast.poste.space, role="epn_coordinator")

    signed_in(cast.chloe).post(link)

    assert Membership.objects.get(person=cast.chloe, space=cast.poste.space).role == "epn_coordinator"


def test_ones_own_account_has_a_name_a_language_and_ones_spaces(cast: Cast, signed_in: SignIn) -> None:
    client = signed_in(cast.bram)

    page = client.get("/accounts/profile/").content.decode()
    wrong = client.post("/accounts/profile/", {"name": " ", "language": "nl"})
    done = client.post("/accounts/profile/", {"name": "  Bram \t Janssens ", "language": "nl"}, follow=True)

    assert "⟦undefined" not in page
    assert f"{POSTE}people/leave/" in page
    assert "À corriger" in wrong.content.decode()
    bram = Person.objects.get(pk=cast.bram.pk)
    assert (bram.name, bram.language) == ("Bram Janssens", "nl")
    assert "Uw account is bewaard" in done.content.decode()
    assert Entry.objects.filter(verb="person.changed", actor_id=bram.pk).exists()

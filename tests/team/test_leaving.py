"""Ending access, leaving, changing a role: at once and everywhere; and a space never loses its last coordinator."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from maillage.accounts.models import Person
from maillage.audit.models import Entry
from tenants.registry.models import ApiToken, Invitation, Membership
from tenants.registry.services import grant_membership, make_token
from tests.conftest import Cast
from tests.team.conftest import TEAM

SignIn = Callable[[Person], Client]
POSTE = "/caban/rue-de-la-poste/"
VISITS = f"{POSTE}api/v1/visits/"


def program(person: Person, cast: Cast) -> Client:
    _token, secret = make_token(person=person, space=cast.poste.space)
    return Client(headers={"Authorization": f"Token {secret}"})


def coordinator_too(cast: Cast, person: Person) -> Membership:
    return grant_membership(person=person, space=cast.poste.space, role="epn_coordinator")


def test_ended_access_is_ended_for_the_page_the_session_and_the_program(cast: Cast, signed_in: SignIn) -> None:
    bram, script = signed_in(cast.bram), program(cast.bram, cast)
    assert (bram.get(POSTE).status_code, script.get(VISITS).status_code) == (200, 200)
    membership = cast.bram.memberships.get()
    amina = signed_in(cast.amina)

    asked = amina.get(f"{TEAM}{membership.pk}/end/")
    done = amina.post(f"{TEAM}{membership.pk}/end/", follow=True)

    assert "⟦undefined" not in asked.content.decode()
    assert "Bram n’a plus accès" in done.content.decode()
    assert bram.get(POSTE).status_code == 404
    assert bram.get("/spaces/").status_code == 200
    assert script.get(VISITS).status_code == 401
    assert ApiToken.objects.get(person=cast.bram).revoked_at is not None
    assert "bram@example.org" not in amina.get(TEAM).content.decode()
    verbs = Entry.objects.filter(actor_id=cast.amina.pk, space_id=cast.poste.pk).values_list("verb", flat=True)
    assert set(verbs) == {"membership.ended", "token.revoked"}
    assert amina.post(f"{TEAM}{membership.pk}/end/").status_code == 404


def test_tokens_for_other_spaces_and_other_peoples_stay(cast: Cast, signed_in: SignIn) -> None:
    grant_membership(person=cast.bram, space=cast.abattoirs.space, role="animator")
    elsewhere, _secret = make_token(person=cast.bram, space=cast.abattoirs.space)
    others, _secret = make_token(person=cast.amina, space=cast.poste.space)

    signed_in(cast.bram).post(f"{TEAM}leave/")

    assert ApiToken.objects.filter(pk__in=[elsewhere.pk, others.pk], revoked_at__isnull=True).count() == 2


def test_whoever_leaves_is_out_and_what_they_asked_of_others_is_withdrawn(
    cast: Cast, signed_in: SignIn, asked: Any
) -> None:
    coordinator_too(cast, cast.chloe)
    _mine, mine = asked("zoe@example.org", by=cast.chloe)
    _other, other = asked("yann@example.org", by=cast.amina)
    client = signed_in(cast.chloe)

    page = client.get(f"{TEAM}leave/").content.decode()
    done = client.post(f"{TEAM}leave/", follow=True)

    assert "1 invitation qui attend" in page
    assert "Vous avez quitté" in done.content.decode()
    assert client.get(POSTE).status_code == 404
    assert client.get("/caban/abattoirs/").status_code == 200
    assert (Client().get(mine).status_code, Client().get(other).status_code) == (410, 200)
    assert Entry.objects.get(verb="membership.left").actor_id == cast.chloe.pk


@pytest.mark.parametrize("person", ["bram", "eva", "dries"])
def test_everybody_may_leave_but_the_last_coordinator(cast: Cast, signed_in: SignIn, person: str) -> None:
    who = getattr(cast, person)
    address = f"{TEAM}leave/" if person == "bram" else "/caban/people/leave/"

    answer = signed_in(who).post(address)

    left = not who.memberships.filter(until__isnull=True).exists()
    assert left == (person != "dries")
    assert answer.status_code == (200 if person == "dries" else 302)


def test_the_last_coordinator_can_neither_leave_nor_be_ended_nor_lose_the_role(cast: Cast, signed_in: SignIn) -> None:
    client, membership = signed_in(cast.amina), cast.amina.memberships.get()

    left = client.post(f"{TEAM}leave/")
    ended = client.post(f"{TEAM}{membership.pk}/end/", follow=True)
    changed = client.post(f"{TEAM}{membership.pk}/role/", {"role": "animator"})

    for answer in (left, ended, changed):
        assert answer.status_code == 200
        assert "Nommez d’abord une autre personne" in answer.content.decode()
    membership.refresh_from_db()
    assert (membership.role, membership.until) == ("epn_coordinator", None)


def test_a_closed_account_is_no_coordinator_that_the_others_could_turn_to(cast: Cast, signed_in: SignIn) -> None:
    coordinator_too(cast, cast.chloe)
    Person.objects.filter(pk=cast.chloe.pk).update(is_active=False)

    answer = signed_in(cast.amina).post(f"{TEAM}leave/")

    assert "Nommez d’abord une autre personne" in answer.content.decode()


def test_after_another_one_is_made_coordinator_the_first_may_go(cast: Cast, signed_in: SignIn) -> None:
    client, bram = signed_in(cast.amina), cast.bram.memberships.get()

    promoted = client.post(f"{TEAM}{bram.pk}/role/", {"role": "epn_coordinator"}, follow=True)
    gone = client.post(f"{TEAM}leave/")

    assert "Nouveau rôle de Bram" in promoted.content.decode()
    assert gone.status_code == 302
    assert signed_in(cast.bram).get(TEAM).status_code == 200


def test_a_coordinator_who_becomes_animator_invites_nobody_any_more(cast: Cast, signed_in: SignIn, asked: Any) -> None:
    mine = coordinator_too(cast, cast.chloe)
    asked("zoe@example.org", by=cast.chloe)
    client = signed_in(cast.chloe)

    done = client.post(f"{TEAM}{mine.pk}/role/", {"role": "animator"})

    assert done["Location"] == POSTE
    assert client.get(TEAM).status_code == 403
    assert Invitation.objects.get().revoked_at is not None


@pytest.mark.parametrize("role", ["network_coordinator", "operator", "", "x" * 30])
def test_a_role_of_another_kind_of_space_is_refused(cast: Cast, signed_in: SignIn, role: str) -> None:
    bram = cast.bram.memberships.get()

    answer = signed_in(cast.amina).post(f"{TEAM}{bram.pk}/role/", {"role": role})

    assert answer.status_code == 200
    bram.refresh_from_db()
    assert bram.role == "animator"


def test_a_reviewer_who_becomes_observer_has_no_funder(cast: Cast, signed_in: SignIn) -> None:
    eva = cast.eva.memberships.get()

    signed_in(cast.dries).post(f"/caban/people/{eva.pk}/role/", {"role": "network_observer", "funder": "region"})

    eva.refresh_from_db()
    assert (eva.role, eva.funder) == ("network_observer", "")


def test_the_page_of_a_network_is_whole(cast: Cast, signed_in: SignIn, asked: Any) -> None:
    asked("zoe@example.org", role="funder_reviewer", funder="region", space=cast.caban.space, by=cast.dries)

    html = signed_in(cast.dries).get("/caban/people/").content.decode()

    assert "(region)" in html
    assert "Eva" in html
    assert "⟦undefined" not in html

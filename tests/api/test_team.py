"""Memberships and invitations for a coordinator's programs: the pages' own services, with the API's manners."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail

from maillage.audit.models import Entry
from tenants.registry.models import ApiToken, Invitation, Membership
from tenants.registry.services import grant_membership
from tenants.registry.team.services import invite
from tests.api.conftest import ABATTOIRS, CABAN, POSTE, Program
from tests.conftest import Cast

Programs = Callable[..., Program]
ZOE = {"email": "Zoe@example.org", "role": "animator", "language": "nl", "name": "Zoé"}


@pytest.fixture
def amina(cast: Cast, program: Programs) -> Program:
    return program(cast.amina, cast.poste)


def test_the_team_is_listed_without_secrets(cast: Cast, amina: Program) -> None:
    answer = amina.get(f"{POSTE}/memberships/?ordering=id").json()

    assert [one["email"] for one in answer["results"]] == ["amina@example.org", "bram@example.org"]
    assert set(answer["results"][0]) == {"id", "person", "name", "email", "role", "funder", "since", "updated_at"}


def test_lists_have_pages_filters_and_fields(cast: Cast, amina: Program) -> None:
    first = amina.get(f"{POSTE}/memberships/?page_size=1&fields=id").json()
    rest = amina.get(first["next"]).json()
    animators = amina.get(f"{POSTE}/memberships/?role=animator&fields=email").json()["results"]

    assert len(first["results"]) == len(rest["results"]) == 1
    assert animators == [{"email": "bram@example.org"}]
    for wrong in ("password=x", "ordering=person__email", "fields=digest", "person__email=a", "updated_since=never"):
        assert amina.get(f"{POSTE}/memberships/?{wrong}").status_code == 400, wrong
        assert amina.get(f"{POSTE}/invitations/?{wrong}").status_code == 400, wrong


def test_a_role_is_changed_unless_somebody_was_faster(cast: Cast, amina: Program) -> None:
    bram = f"{POSTE}/memberships/{cast.bram.memberships.get().pk}/"
    read = amina.get(bram)

    changed = amina.send("PATCH", bram, {"role": "volunteer"}, **{"If-Match": read["ETag"]})
    stale = amina.send("PATCH", bram, {"role": "animator"}, **{"If-Match": read["ETag"]})

    assert (changed.status_code, changed.json()["role"]) == (200, "volunteer")
    assert stale.status_code == 412
    assert (stale.json()["current"]["role"], stale.json()["submitted"]) == ("volunteer", {"role": "animator"})
    assert amina.get(bram, headers={"If-None-Match": changed["ETag"]}).status_code == 304
    assert amina.send("DELETE", bram, **{"If-Match": read["ETag"]}).status_code == 412


def test_an_ended_membership_opens_nothing_any_more(cast: Cast, amina: Program, program: Programs) -> None:
    script = program(cast.bram, cast.poste)
    bram = f"{POSTE}/memberships/{cast.bram.memberships.get().pk}/"

    answer = amina.send("DELETE", bram)

    assert answer.status_code == 204
    assert script.get(f"{POSTE}/visits/").status_code == 401
    assert amina.get(bram).status_code == amina.send("DELETE", bram).status_code == 404
    assert ApiToken.objects.get(person=cast.bram).revoked_at is not None
    line = Entry.objects.get(verb="membership.ended")
    assert (line.actor_id, line.space_id, line.door) == (cast.amina.pk, cast.poste.pk, "api")


def test_the_last_coordinator_stays(cast: Cast, amina: Program) -> None:
    own = f"{POSTE}/memberships/{cast.amina.memberships.get().pk}/"

    answers = [amina.send("DELETE", own), amina.send("PATCH", own, {"role": "animator"})]

    for answer in answers:
        assert answer.status_code == 400
        assert "another" in answer.json()["detail"] or "autre" in answer.json()["detail"]
    assert Membership.objects.get(person=cast.amina).until is None


def test_an_invitation_is_sent_listed_sent_again_and_withdrawn(cast: Cast, amina: Program) -> None:
    made = amina.send("POST", f"{POSTE}/invitations/", ZOE)
    one = f"{POSTE}/invitations/{made.json()['id']}/"

    again = amina.send("POST", f"{one}resend/")
    gone = amina.send("DELETE", one, **{"If-Match": again["ETag"]})

    assert made.status_code == 201
    body = made.json()
    assert (body["email"], body["role"], body["problem"], body["invited_by"]) == (
        "zoe@example.org", "animator", "", cast.amina.pk,
    )  # fmt: skip
    assert body["sent_at"] is not None
    assert not {"digest", "key", "secret", "link"} & set(body)
    assert len(mail.outbox) == 2
    assert "/invitations/" in str(mail.outbox[0].body)
    assert (again.status_code, gone.status_code) == (200, 204)
    assert amina.get(f"{POSTE}/invitations/").json()["results"] == []
    assert amina.get(one).status_code == 404
    assert amina.send("POST", f"{one}resend/").status_code == 404


def test_the_same_key_sends_one_letter(cast: Cast, amina: Program) -> None:
    address, key = f"{POSTE}/invitations/", {"Idempotency-Key": "list of March"}

    first, again = (amina.send("POST", address, ZOE, **key) for _ in range(2))
    other = amina.send("POST", address, {**ZOE, "email": "yann@example.org"}, **key)

    assert (first.status_code, again.status_code, other.status_code) == (201, 201, 409)
    assert first.json() == again.json()
    assert len(mail.outbox) == 1


def test_a_letter_that_could_not_leave_is_said(cast: Cast, amina: Program, settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1

    answer = amina.send("POST", f"{POSTE}/invitations/", ZOE)

    assert answer.status_code == 201
    assert (answer.json()["sent_at"], answer.json()["problem"]) == (None, "unreachable")


@pytest.mark.parametrize(
    "said",
    [
        {"email": "bram@example.org"},
        {"email": "nobody"},
        {"email": None},
        {"role": "network_coordinator"},
        {"language": "xx"},
        {"funder": "region"},
        {"expires": "never"},
    ],
)
def test_what_is_wrong_is_named_by_field(cast: Cast, amina: Program, said: dict[str, Any]) -> None:
    answer = amina.send("POST", f"{POSTE}/invitations/", {**ZOE, **said})

    assert answer.status_code == 400
    assert set(answer.json()) == set(said)
    assert not Invitation.objects.exists()


def test_a_reviewers_funder_goes_with_the_role(cast: Cast, program: Programs) -> None:
    dries, eva = program(cast.dries, cast.caban), f"{CABAN}/memberships/{cast.eva.memberships.get().pk}/"

    kept = dries.send("PATCH", eva, {"role": "funder_reviewer"}).json()
    gone = dries.send("PATCH", eva, {"role": "network_observer"}).json()
    without = dries.send("PATCH", eva, {"role": "funder_reviewer"})

    assert (kept["funder"], gone["funder"]) == ("region", "")
    assert without.json().keys() == {"funder"}


def test_what_belongs_to_another_space_is_nowhere(cast: Cast, program: Programs) -> None:
    chloe, dries = program(cast.chloe, cast.abattoirs), program(cast.dries, cast.caban)
    bram = cast.bram.memberships.get().pk
    waiting, _secret = invite(
        space=cast.poste.space, email="zoe@example.org", role="animator", language="fr", by=cast.amina
    )
    nowhere = chloe.send("DELETE", f"{ABATTOIRS}/memberships/999999999/").content

    for client, base in ((chloe, ABATTOIRS), (chloe, POSTE), (dries, CABAN), (dries, POSTE)):
        for method, address in (
            ("GET", f"memberships/{bram}/"),
            ("PATCH", f"memberships/{bram}/"),
            ("DELETE", f"memberships/{bram}/"),
            ("GET", f"invitations/{waiting.pk}/"),
            ("DELETE", f"invitations/{waiting.pk}/"),
            ("POST", f"invitations/{waiting.pk}/resend/"),
        ):
            answer = client.send(method, f"{base}/{address}", {} if method == "PATCH" else None)
            assert (answer.status_code, answer.content) == (404, nowhere), (base, method, address)
    for page in ("memberships", "invitations"):
        assert "zoe@" not in chloe.get(f"{ABATTOIRS}/{page}/").content.decode()
        assert program(cast.bram, cast.poste).get(f"{POSTE}/{page}/").status_code == 403
        assert program().get(f"{POSTE}/{page}/").status_code == 401
    assert Membership.objects.get(pk=bram).until is None


def test_a_person_of_two_epn_is_ended_in_one(cast: Cast, amina: Program, program: Programs) -> None:
    grant_membership(person=cast.bram, space=cast.abattoirs.space, role="animator")
    other = program(cast.bram, cast.abattoirs)

    amina.send("DELETE", f"{POSTE}/memberships/{cast.bram.memberships.get(space=cast.poste.space).pk}/")

    assert other.get(f"{ABATTOIRS}/visits/").status_code == 200

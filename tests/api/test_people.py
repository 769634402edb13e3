"""Signing in as a program: tokens, what they open, and when they stop."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from maillage.accounts.models import Person
from maillage.audit.models import Entry
from tenants.registry.models import ApiToken, Membership
from tenants.registry.services import archive_epn, end_membership, grant_membership, make_token, revoke_token
from tests.api.conftest import ABATTOIRS, CABAN, POSTE, Program
from tests.conftest import PASSWORD, Cast

Programs = Callable[..., Program]
SIGN_IN = {"email": "bram@example.org", "password": PASSWORD, "space": "caban/rue-de-la-poste"}


def test_a_token_is_made_from_a_password_and_opens_its_space(cast: Cast, program: Programs) -> None:
    answer = program().send("POST", "/api/v1/token/", SIGN_IN)

    assert answer.status_code == 201
    assert set(answer.json()) == {"token", "expires"}
    assert answer["Cache-Control"] == "no-store"
    assert dt.datetime.fromisoformat(answer.json()["expires"]) > timezone.now()
    bearer = Program(headers={"Authorization": f"Token {answer.json()['token']}"})
    assert bearer.get(f"{POSTE}/visits/").status_code == 200
    assert bearer.get("/api/v1/me/").json() == {
        "id": cast.bram.pk,
        "email": "bram@example.org",
        "name": "Bram",
        "language": "fr",
        "memberships": [{"space": "caban/rue-de-la-poste", "type": "epn", "role": "animator"}],
    }


def test_only_the_digest_is_kept(cast: Cast) -> None:
    token, secret = make_token(person=cast.bram, space=cast.poste.space)

    kept = ApiToken.objects.filter(pk=token.pk).values().get()

    assert len(secret) >= 43
    assert secret not in map(str, kept.values())
    assert kept["digest"] == hashlib.sha256(secret.encode()).hexdigest()


@pytest.mark.parametrize(
    "wrong",
    [
        {"email": "nobody@example.org"},
        {"password": "not the one"},
        {"space": "caban/abattoirs"},
        {"space": "caban"},
        {"space": "caban/rue-de-la-lune"},
        {"space": "caban/rue-de-la-poste/../abattoirs"},
    ],
)
def test_the_answer_does_not_tell_what_was_wrong(cast: Cast, program: Programs, wrong: dict[str, str]) -> None:
    answer = program().send("POST", "/api/v1/token/", {**SIGN_IN, **wrong})
    other = program().send("POST", "/api/v1/token/", {**SIGN_IN, "email": "someone.else@example.org"})

    assert answer.status_code == 400
    assert answer.content == other.content
    assert not ApiToken.objects.exists()


def test_whoever_has_left_gets_no_token(cast: Cast, program: Programs) -> None:
    end_membership(membership=Membership.objects.get(person=cast.bram, space=cast.poste.space))

    assert program().send("POST", "/api/v1/token/", SIGN_IN).status_code == 400
    with pytest.raises(ValidationError):
        make_token(person=cast.bram, space=cast.poste.space)


def test_guessing_is_slowed_down_for_the_address_that_is_guessed_at(cast: Cast, program: Programs) -> None:
    client = program()
    for _attempt in range(10):
        assert client.send("POST", "/api/v1/token/", {**SIGN_IN, "password": "a guess"}).status_code == 400

    answer = client.send("POST", "/api/v1/token/", SIGN_IN)

    assert answer.status_code == 429
    assert 0 < int(answer["Retry-After"]) <= 300
    assert "detail" in answer.json()
    chloe = {"email": "chloe@example.org", "password": PASSWORD, "space": "caban/abattoirs"}
    assert client.send("POST", "/api/v1/token/", chloe).status_code == 201


@pytest.mark.parametrize("email", ["x" * 254, "a\u0085b\U00098ad8", "a b", "ünï@example.org", "A" * 300, "a\nb"])
def test_no_address_breaks_the_counting(cast: Cast, program: Programs, email: str) -> None:
    assert program().send("POST", "/api/v1/token/", {**SIGN_IN, "email": email}).status_code == 400


def test_a_token_opens_no_other_space_of_its_person(cast: Cast, program: Programs) -> None:
    grant_membership(person=cast.bram, space=cast.abattoirs.space, role="animator")
    client = program(cast.bram, cast.poste)

    assert client.get(f"{POSTE}/visits/").status_code == 200
    assert client.get(f"{ABATTOIRS}/visits/").status_code == 404
    assert [one["space"] for one in client.get("/api/v1/me/").json()["memberships"]] == ["caban/rue-de-la-poste"]


def test_a_token_gives_nothing_on_pages(cast: Cast, program: Programs) -> None:
    client = program(cast.amina, cast.poste)

    for path in ("/caban/rue-de-la-poste/", "/caban/rue-de-la-poste/contracts/", "/spaces/"):
        answer = client.get(path)

        assert answer.status_code == 302
        assert answer["Location"].startswith("/accounts/login/")


def test_a_session_counts_for_nothing_beside_a_bad_token(cast: Cast, signed_in: Callable[[Person], Client]) -> None:
    client = signed_in(cast.amina)
    assert client.get(f"{POSTE}/visits/").status_code == 200

    for header in ("Token wrong", "Token", "token  ", "Token a b", "Token é", "Token \x00"):
        answer = client.get(f"{POSTE}/visits/", headers={"Authorization": header})

        assert answer.status_code == 401, header
        assert answer["WWW-Authenticate"] == "Token"
        assert set(answer.json()) == {"detail"}


def test_a_token_of_somebody_else_counts_before_the_session(cast: Cast, signed_in: Callable[[Person], Client]) -> None:
    client = signed_in(cast.amina)
    _token, secret = make_token(person=cast.bram, space=cast.poste.space)

    me = client.get("/api/v1/me/", headers={"Authorization": f"Token {secret}"}).json()

    assert me["name"] == "Bram"


def test_a_token_ends_by_date_by_hand_with_the_role_the_account_and_the_space(cast: Cast, program: Programs) -> None:
    def status(end: Callable[[ApiToken], object]) -> int:
        ApiToken.objects.all().delete()
        client = program(cast.bram, cast.poste)
        assert client.get(f"{POSTE}/visits/").status_code == 200
        end(ApiToken.objects.get())
        return int(client.get(f"{POSTE}/visits/").status_code)

    def expire(token: ApiToken) -> None:
        long_ago = timezone.now() - dt.timedelta(days=40)
        ApiToken.objects.filter(pk=token.pk).update(created_at=long_ago, expires_at=long_ago + dt.timedelta(days=30))

    assert status(expire) == 401
    assert status(lambda token: revoke_token(token=token)) == 401
    assert status(lambda _token: Person.objects.filter(pk=cast.bram.pk).update(is_active=False)) == 401
    Person.objects.filter(pk=cast.bram.pk).update(is_active=True)
    assert status(lambda _token: archive_epn(epn=cast.poste, federation=cast.caban)) == 404
    type(cast.poste.space).objects.filter(pk=cast.poste.pk).update(archived_at=None)
    running = Membership.objects.get(person=cast.bram, space=cast.poste.space)
    assert status(lambda _token: end_membership(membership=running)) == 401


def test_the_last_use_is_noted_once_an_hour(cast: Cast, program: Programs) -> None:
    client = program(cast.bram, cast.poste)
    client.get(f"{POSTE}/visits/")
    first = ApiToken.objects.get().last_used_at
    assert first is not None

    client.get(f"{POSTE}/visits/")
    assert ApiToken.objects.get().last_used_at == first

    ApiToken.objects.update(last_used_at=first - dt.timedelta(hours=2))
    client.get(f"{POSTE}/visits/")
    assert ApiToken.objects.get().last_used_at > first


def test_making_and_revoking_are_journalled_by_id(cast: Cast) -> None:
    token, _secret = make_token(person=cast.bram, space=cast.poste.space)
    revoke_token(token=token)
    revoke_token(token=token)

    verbs = list(Entry.objects.filter(target=str(token.pk)).order_by("at").values_list("verb", flat=True))

    assert verbs == ["token.made", "token.revoked"]


def test_a_write_through_a_token_is_journalled_at_the_door_of_programs(
    cast: Cast, program: Programs, a_visit: Callable[..., dict[str, object]]
) -> None:
    program(cast.bram, cast.poste).send("POST", f"{POSTE}/visits/", a_visit())

    entry = Entry.objects.get(verb="visit.recorded")

    assert (entry.door, entry.actor_id, entry.space_id) == ("api", cast.bram.pk, cast.poste.pk)


def test_a_session_proves_that_a_write_comes_from_our_pages(
    cast: Cast, a_visit: Callable[..., dict[str, object]]
) -> None:
    client = Program(enforce_csrf_checks=True)
    client.force_login(cast.bram, backend="maillage.accounts.backends.PasswordBackend")

    refused = client.send("POST", f"{POSTE}/visits/", a_visit())
    token = client.get("/caban/rue-de-la-poste/").cookies["csrftoken"].value
    accepted = client.send("POST", f"{POSTE}/visits/", a_visit(), **{"X-CSRFToken": token})

    assert (refused.status_code, set(refused.json())) == (403, {"detail"})
    assert accepted.status_code == 201


def test_how_often_one_may_ask_is_said_and_held(cast: Cast, program: Programs, settings: object) -> None:
    settings.API_CALLS_A_MINUTE = 3  # type: ignore[attr-defined]
    client = program(cast.bram, cast.poste)

    left = [client.get(f"{POSTE}/sites/")["X-RateLimit-Remaining"] for _call in range(3)]
    answer = client.get(f"{POSTE}/sites/")

    assert left == ["2", "1", "0"]
    assert answer.status_code == 429
    assert answer["X-RateLimit-Limit"] == "3"
    assert 0 < int(answer["Retry-After"]) <= 60
    assert program(cast.bram, cast.poste).get(f"{POSTE}/sites/").status_code == 200


def test_the_door_is_closed_to_pages_of_other_sites(cast: Cast, program: Programs) -> None:
    answer = program(cast.dries, cast.caban).get(f"{CABAN}/epn/", headers={"Origin": "https://elsewhere.example"})

    assert not [name for name in answer.headers if name.startswith("Access-Control")]


def test_a_token_beside_any_cookie_gets_the_same_404_inside_a_space(cast: Cast, program: Programs) -> None:
    """The page that is drawn before it becomes JSON looks for no session there."""
    client = program(cast.dries, cast.caban)
    client.cookies["sessionid"] = "whatever"

    assert client.get("/caban/api/v1/nowhere/").status_code == 404
    assert client.get("/caban/rue-de-la-poste/api/v1/visits/").status_code == 404

"""Ways round the walls by way of the API's own comforts: cursors, keys, versions, methods, tokens."""

from __future__ import annotations

import base64
import datetime as dt
import json
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django.utils import timezone

from maillage.accounts.models import Person
from tenants.activity.models import Visit
from tenants.premises.models import Site
from tenants.registry.enums import Role
from tenants.registry.models import ApiToken
from tenants.registry.services import archive_epn, end_membership, grant_membership, make_token, revoke_token
from tests.api.conftest import ABATTOIRS, CABAN, POSTE, Program
from tests.conftest import Cast, inside

Programs = Callable[..., Program]
Body = Callable[..., dict[str, Any]]
VISITS, THEIRS = f"{POSTE}/visits/", f"{ABATTOIRS}/visits/"
EVER = "2000-01-01T00:00:00Z"


def log(epn: Any, note: str, count: int = 1) -> list[int]:
    with inside(epn):
        site = Site.objects.order_by("pk").first()
        return [
            Visit.objects.create(
                date=dt.date(2026, 9, 1), minutes=20, site=site, mode="individual", themes=["tax"], outcome="solved",
                note=note,
            ).pk
            for _number in range(count)
        ]  # fmt: skip


@pytest.fixture
def theirs(cast: Cast) -> list[int]:
    return log(cast.abattoirs, "a secret of Abattoirs", 5)


def cursor_of(address: str) -> str:
    return parse_qs(urlsplit(address).query)["cursor"][0]


# --- cursors --------------------------------------------------------------------------------------------------------


def test_a_cursor_of_another_space_opens_nothing_of_it(cast: Cast, program: Programs, theirs: list[int]) -> None:
    own = log(cast.poste, "ours", 3)
    elsewhere = program(cast.chloe, cast.abattoirs).get(f"{THEIRS}?page_size=2").json()["next"]
    client = program(cast.amina, cast.poste)

    answer = client.get(f"{VISITS}?cursor={cursor_of(elsewhere)}")

    assert answer.status_code == 200
    assert {one["id"] for one in answer.json()["results"]} <= set(own)
    assert "secret" not in answer.content.decode()
    assert client.get(urlsplit(elsewhere)._replace(scheme="", netloc="").geturl()).status_code == 404


@pytest.mark.parametrize(
    "forged",
    [
        ["-date", False, 739000, 10**18], ["-date", False, 739000, 10**19], ["-date", False, 10**12, 1],
        ["-date", False, "1; DROP TABLE activity_visit", 1], ["-date", False, 739000, "1 OR 1=1"],
        ["-date", 1, 739000, 1], ["-note", False, "a", 1], ["note", False, "a", 1], ["-date", False, None, 1],
        ["animator__email", False, "a", 1], ["-date", False, [1], {}], ["-date"], {}, None, ["-date", False, -5, -5],
        ["-date", False, True, 1], ["-date", False, 1.5, 1],
    ],
)  # fmt: skip
def test_a_forged_cursor_is_a_place_in_the_list_or_nothing(cast: Cast, program: Programs, forged: Any) -> None:
    own = log(cast.poste, "ours", 2)
    cursor = base64.urlsafe_b64encode(json.dumps(forged).encode()).decode().rstrip("=")
    client = program(cast.amina, cast.poste)

    for order in ("", "&ordering=note"):
        answer = client.get(f"{VISITS}?cursor={cursor}{order}")

        assert answer.status_code in (200, 400)
        if answer.status_code == 200:
            assert {one["id"] for one in answer.json()["results"]} <= set(own)


# --- filters, orders and fields that look beyond --------------------------------------------------------------------


@pytest.mark.parametrize(
    "query",
    [
        "site__name=Abattoirs", "site__visits__note=secret", "animator__email=chloe@example.org", "animator__name=C",
        "contract__member__name=Zoé", "note__contains=s", "recorded_by=1", "deleted_at=", "id__in=1,2", "pk=1",
        "ordering=site__name", "ordering=animator__credential__hash", "ordering=note", "ordering=recorded_by",
        "fields=animator__email", "fields=site__visits", "fields=recorded_by", "fields=id,deleted_at", "fields=*",
        "schema=epn_1", "tenant=abattoirs", "space=caban/abattoirs", "search_path=public", "limit=1", "offset=1",
        "_method=DELETE", "format=api", "page_size=1001", "page_size=99999999999999999999", "page_size=-1",
        "expand=site", "include=site", "callback=x",
    ],
)  # fmt: skip
def test_a_list_of_visits_knows_no_such_question(cast: Cast, program: Programs, theirs: Any, query: str) -> None:
    log(cast.poste, "ours")

    for extra in ("", f"&updated_since={EVER}"):
        answer = program(cast.amina, cast.poste).get(f"{VISITS}?{query}{extra}")

        assert answer.status_code == 400
        assert "secret" not in answer.content.decode()
        assert "results" not in answer.json()


@pytest.mark.parametrize("query", ["fields=epn", "commune__x=1", "ordering=phone", "epn__space__schema_name=epn_1"])
def test_the_public_cards_know_no_such_question(cast: Cast, query: str) -> None:
    assert Client().get(f"{CABAN}/epn/?{query}").status_code == 400


def test_deleted_visits_of_others_are_told_to_nobody_else(cast: Cast, program: Programs, theirs: list[int]) -> None:
    chloe, amina = program(cast.chloe, cast.abattoirs), program(cast.amina, cast.poste)
    chloe.delete(f"{THEIRS}{theirs[0]}/")

    own = amina.get(f"{VISITS}?updated_since={EVER}").json()["results"]

    assert own == []
    assert amina.get(f"{THEIRS}?updated_since={EVER}").status_code == 404
    assert len(chloe.get(f"{THEIRS}?updated_since={EVER}").json()["results"]) == 5


# --- versions and keys ----------------------------------------------------------------------------------------------


def test_a_version_of_another_space_s_row_says_nothing(cast: Cast, program: Programs, a_visit: Body) -> None:
    theirs = log(cast.abattoirs, "a secret of Abattoirs")[0]
    etag = program(cast.chloe, cast.abattoirs).get(f"{THEIRS}{theirs}/")["ETag"]
    client = program(cast.amina, cast.poste)

    for value in (etag, "*"):
        for answer in (
            client.get(f"{VISITS}{theirs + 10**6}/", headers={"If-None-Match": value}),
            client.get(f"{THEIRS}{theirs}/", headers={"If-None-Match": value}),
            client.send("PATCH", f"{THEIRS}{theirs}/", {"minutes": 1}, **{"If-Match": value}),
        ):
            assert answer.status_code == 404
            assert "ETag" not in answer


def test_a_key_of_another_space_or_person_gives_nothing_of_theirs(cast: Cast, program: Programs, a_visit: Body) -> None:
    with inside(cast.abattoirs):
        there = Site.objects.get().pk
    key = {"Idempotency-Key": "afaddbb2-2c1d-469e-b03d-d936bebaf672"}
    word = {"Idempotency-Key": "monday"}
    theirs = a_visit(site=there, note="a secret of Abattoirs")
    for header in (key, word):
        assert program(cast.chloe, cast.abattoirs).send("POST", THEIRS, theirs, **header).status_code == 201

    answers = [program(cast.amina, cast.poste).send("POST", VISITS, a_visit(), **header) for header in (key, word)]
    other = program(cast.bram, cast.poste).send("POST", VISITS, a_visit(note="mine"), **word)

    assert [one.status_code for one in (*answers, other)] == [201, 201, 201]
    assert all("secret" not in one.content.decode() for one in answers)
    assert other.json()["note"] == "mine"


# --- methods and bodies in disguise ---------------------------------------------------------------------------------


@pytest.mark.parametrize("header", ["X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"])
@pytest.mark.parametrize("method", ["DELETE", "PUT", "PATCH"])
def test_a_method_is_what_it_is(cast: Cast, program: Programs, a_visit: Body, header: str, method: str) -> None:
    client = program(cast.amina, cast.poste)
    address = f"{VISITS}{client.send('POST', VISITS, a_visit()).json()['id']}/"

    for sent in ("GET", "POST"):
        answer = client.send(sent, address, {"minutes": 1} if sent == "POST" else None, **{header: method})

        assert answer.status_code == {"GET": 200, "POST": 405}[sent]
    assert client.generic("POST", f"{address}?_method={method}").status_code == 405
    assert client.get(address).json()["minutes"] == 25


@pytest.mark.parametrize(
    "content_type",
    ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/json", ""],
)
def test_a_form_of_another_site_writes_nothing(
    cast: Cast, signed_in: Callable[[Person], Client], a_visit: Body, content_type: str
) -> None:
    session = Client(enforce_csrf_checks=True)
    session.cookies = signed_in(cast.amina).cookies

    answer = session.generic("POST", VISITS, json.dumps(a_visit()), content_type=content_type)

    assert answer.status_code in (403, 415)
    with inside(cast.poste):
        assert not Visit.objects.exists()


def test_scripts_of_other_sites_are_told_nothing(cast: Cast, program: Programs) -> None:
    client = program(cast.amina, cast.poste)
    origin = {"Origin": "https://evil.example", "Access-Control-Request-Method": "GET"}

    for address in (VISITS, "/api/v1/me/", f"{CABAN}/epn/", f"{POSTE}/nothing/"):
        for method in ("GET", "OPTIONS"):
            answer = client.generic(method, address, headers=origin)

            assert not [name for name in answer.headers if name.lower().startswith("access-control")]
            assert method == "GET" or answer.status_code in (404, 405)


# --- tokens ---------------------------------------------------------------------------------------------------------


def _expired(cast: Cast, token: ApiToken) -> None:
    yesterday = timezone.now() - dt.timedelta(days=1)
    ApiToken.objects.filter(pk=token.pk).update(created_at=yesterday, expires_at=yesterday + dt.timedelta(hours=1))


def _revoked(cast: Cast, token: ApiToken) -> None:
    revoke_token(token=token)


def _left(cast: Cast, token: ApiToken) -> None:
    end_membership(membership=cast.bram.memberships.get())


def _closed(cast: Cast, token: ApiToken) -> None:
    Person.objects.filter(pk=cast.bram.pk).update(is_active=False)


def _archived(cast: Cast, token: ApiToken) -> None:
    archive_epn(epn=cast.poste, federation=cast.caban)


@pytest.mark.parametrize("end", [_expired, _revoked, _left, _closed, _archived])
def test_a_token_ends_with_what_it_stands_for(cast: Cast, a_visit: Body, end: Callable[..., None]) -> None:
    token, secret = make_token(person=cast.bram, space=cast.poste.space)
    client = Program(headers={"Authorization": f"Token {secret}"})
    assert client.get(VISITS).status_code == 200
    seen = client.get(f"{VISITS}?updated_since={EVER}").json()["later"]

    end(cast, token)

    for answer in (
        client.get(VISITS),
        client.get(urlsplit(seen)._replace(scheme="", netloc="").geturl()),
        client.send("POST", VISITS, a_visit()),
        client.get(f"{POSTE}/schema/"),
        client.get(f"{POSTE}/docs/"),
    ):
        assert answer.status_code in (401, 404)
    with inside(cast.poste):
        assert not Visit.objects.exists()


def test_a_token_is_of_one_space_whatever_else_its_person_may_enter(cast: Cast, program: Programs) -> None:
    grant_membership(person=cast.bram, space=cast.abattoirs.space, role=Role.EPN_COORDINATOR)
    client = program(cast.bram, cast.poste)

    assert client.get(VISITS).status_code == 200
    assert client.get(THEIRS).status_code == client.get(f"{ABATTOIRS}/docs/").status_code == 404
    assert client.get("/caban/abattoirs/").status_code == 302  # on pages it counts for nothing at all
    assert client.get("/caban/rue-de-la-poste/").status_code == 302


@pytest.mark.parametrize(
    "header", ["Token", "Token ", "Token x", "Bearer {}", "token  {} {}", "Token {}x", "Basic {}", "{}", "Token é"]
)
def test_a_header_that_is_no_token_opens_nothing(cast: Cast, header: str) -> None:
    _token, secret = make_token(person=cast.bram, space=cast.poste.space)

    answer = Client(headers={"Authorization": header.replace("{}", secret)}).get(VISITS)

    assert answer.status_code == 401

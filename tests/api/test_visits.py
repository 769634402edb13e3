"""Visits through the machine's door: the same rules as on the pages, nothing twice, nothing over another."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tenants.activity.models import Visit
from tenants.activity.services import record_visit
from tenants.premises.models import Site
from tenants.registry.enums import Role
from tenants.registry.services import grant_membership
from tests.api.conftest import ABATTOIRS, POSTE, Program
from tests.conftest import Cast, inside
from tests.thoroughness import THOROUGH

Programs = Callable[..., Program]
Body = Callable[..., dict[str, Any]]
MANY = 1_000 if THOROUGH else 200
VISITS = f"{POSTE}/visits/"
FIELDS = {
    "id", "date", "minutes", "site", "mode", "themes", "outcome", "autonomy", "attendances", "obstacle_provider",
    "obstacle_channel", "obstacle_kind", "obstacle_cost_eur", "obstacle_minutes_lost", "exceptional", "causes",
    "referral", "referral_to", "language", "accessibility", "margins", "note", "animator", "contract", "key",
    "created_at", "updated_at",
}  # fmt: skip


def kept(cast: Cast) -> int:
    with inside(cast.poste):
        return int(Visit.objects.filter(deleted_at__isnull=True).count())


# --- one visit ----------------------------------------------------------------------------------------------------


def test_a_visit_is_logged_read_corrected_and_deleted(cast: Cast, program: Programs, a_visit: Body) -> None:
    client = program(cast.bram, cast.poste)

    made = client.send(
        "POST",
        VISITS,
        a_visit(date=str(timezone.localdate()), obstacle_kind="cost", obstacle_cost_eur=22.59, note=" Où ? "),
    )
    address = f"{VISITS}{made.json()['id']}/"
    read = client.get(address)
    patched = client.send("PATCH", address, {"minutes": 40})
    put = client.send("PUT", address, patched.json() | {"themes": ["bank", "tax", "bank"]})
    deleted = client.delete(address)

    assert made.status_code == 201
    assert set(made.json()) == FIELDS
    assert made.json()["animator"] == cast.bram.pk
    assert made.json()["obstacle_cost_eur"] == 22.59
    assert made.json()["note"] == "Où ?"
    assert read.json() == made.json()
    assert read["ETag"] == made["ETag"]
    assert (patched.status_code, patched.json()["minutes"], patched.json()["themes"]) == (200, 40, ["tax"])
    assert (put.status_code, put.json()["themes"], put.json()["minutes"]) == (200, ["bank", "tax"], 40)
    assert deleted.status_code == 204
    assert client.get(address).status_code == 404
    assert client.delete(address).status_code == 404
    assert kept(cast) == 0


def test_what_is_not_sent_with_put_is_what_a_new_visit_has(cast: Cast, program: Programs, a_visit: Body) -> None:
    client = program(cast.amina, cast.poste)
    made = client.send("POST", VISITS, a_visit(note="words", attendances=3)).json()

    put = client.send("PUT", f"{VISITS}{made['id']}/", a_visit()).json()

    assert (put["note"], put["attendances"]) == ("", 1)
    assert client.send("PUT", f"{VISITS}{made['id']}/", {"minutes": 5}).status_code == 400


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"minutes": 0}, "minutes"),
        ({"minutes": 1441}, "minutes"),
        ({"minutes": 10**400}, "minutes"),
        ({"minutes": "many"}, "minutes"),
        ({"minutes": True}, "minutes"),
        ({"minutes": None}, "minutes"),
        ({"minutes": [1]}, "minutes"),
        ({"date": "30/10/2026"}, "date"),
        ({"date": 20261030}, "date"),
        ({"date": "2999-01-01"}, "date"),
        ({"date": "1999-12-31"}, "date"),
        ({"site": 10**18}, "site"),
        ({"site": 10**30}, "site"),
        ({"site": -1}, "site"),
        ({"site": {"id": 1}}, "site"),
        ({"themes": []}, "themes"),
        ({"themes": "tax"}, "themes"),
        ({"themes": ["witchcraft"]}, "themes"),
        ({"themes": ["tax"] * 51}, "themes"),
        ({"themes": [{"a": 1}]}, "themes"),
        ({"mode": "x" * 41}, "mode"),
        ({"mode": "nowhere"}, "mode"),
        ({"outcome": ""}, "outcome"),
        ({"attendances": 1000}, "attendances"),
        ({"obstacle_channel": "pigeon", "obstacle_kind": "cost"}, "obstacle_channel"),
        ({"obstacle_cost_eur": 1e300, "obstacle_kind": "cost"}, "obstacle_cost_eur"),
        ({"obstacle_cost_eur": -1, "obstacle_kind": "cost"}, "obstacle_cost_eur"),
        ({"obstacle_cost_eur": 1.005, "obstacle_kind": "cost"}, "obstacle_cost_eur"),
        ({"margins": []}, "margins"),
        ({"margins": {"gender": 1}}, "margins"),
        ({"margins": {"gender": {"woman": 2}}}, "margins"),
        ({"margins": {"gender": {"woman": "x"}}}, "margins"),
        ({"margins": {"shoe_size": {"44": 1}}}, "margins"),
        ({"note": "x" * 2001}, "note"),
        ({"note": 5.5e10, "animator": "me"}, "animator"),
        ({"animator": 10**12}, "animator"),
        ({"deleted_at": None}, "deleted_at"),
        ({"recorded_by": 1}, "recorded_by"),
    ],
)
def test_what_is_wrong_is_said_by_field_alone_and_in_a_list(
    cast: Cast, program: Programs, a_visit: Body, wrong: dict[str, Any], field: str
) -> None:
    client = program(cast.bram, cast.poste)

    alone = client.send("POST", VISITS, a_visit(**wrong))
    listed = client.send("POST", VISITS, [a_visit(), a_visit(**wrong)])

    for answer in (alone, listed):
        assert answer.status_code == 400, answer.content
        assert answer["Content-Type"] == "application/json"
    assert field in alone.json()
    assert [one["index"] for one in listed.json()["errors"]] == [1]
    assert field in listed.json()["errors"][0]["problems"]
    assert kept(cast) == 0


RAW = [
    b"", b"{", b"null", b"1", b'"x"', b"[[]]", b"[null]", b"[]", b"\xff\xfe{}", b"\xef\xbb\xbf{}", b"{'a': 1}",
    b'{"minutes": NaN}', b'{"minutes": Infinity}', b'{"minutes": 1e999}', b"[" * 100_000, b'{"a":' * 100_000,
    b'{"note": "\\u0000"}', b'{"note": "\\ud800"}', b'{"\\u0000": 1}', b'{"minutes": ' + b"9" * 5000 + b"}",
    b"--x\r\n\r\n--x--", b"a=1&b=2",
]  # fmt: skip


@pytest.mark.parametrize("raw", RAW, ids=lambda raw: repr(raw[:20]))
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH"])
def test_no_body_breaks_it(cast: Cast, program: Programs, a_visit: Body, method: str, raw: bytes) -> None:
    client = program(cast.bram, cast.poste)
    address = VISITS
    if method != "POST":
        address = f"{VISITS}{client.send('POST', VISITS, a_visit(date=str(timezone.localdate()))).json()['id']}/"

    answer = client.generic(method, address, data=raw, content_type="application/json")

    assert answer.status_code == 400 or (method == "PATCH" and raw == b"" and answer.status_code == 200), answer.content
    assert answer["Content-Type"] == "application/json"


@pytest.mark.parametrize(
    "content_type",
    [
        "text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/xml",
        "application/json; charset=utf-16", "application/json; charset=rot13", "application/json; charset=hex",
        "nonsense",
    ],
)  # fmt: skip
def test_only_json_in_utf_8_is_taken(cast: Cast, program: Programs, content_type: str) -> None:
    answer = program(cast.bram, cast.poste).generic("POST", VISITS, data=b"{}", content_type=content_type)

    assert answer.status_code == 415
    assert set(answer.json()) == {"detail"}


def test_only_json_is_given(cast: Cast, program: Programs) -> None:
    client = program(cast.bram, cast.poste)

    assert client.get(VISITS, headers={"Accept": "text/html"}).status_code == 406
    assert client.get(VISITS, headers={"Accept": "text/html,*/*;q=0.8"}).status_code == 200
    assert client.get(f"{VISITS}?format=xml").status_code == 400


def test_too_much_at_once_is_refused_before_it_is_read(cast: Cast, program: Programs, settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100

    answer = program(cast.bram, cast.poste).send("POST", VISITS, {"note": "x" * 200})

    assert answer.status_code == 413


# --- who ------------------------------------------------------------------------------------------------------------


def test_animators_change_their_own_recent_visits_only(cast: Cast, program: Programs, a_visit: Body) -> None:
    coordinator, animator = program(cast.amina, cast.poste), program(cast.bram, cast.poste)
    made = coordinator.send("POST", VISITS, a_visit()).json()

    for method, body in (("PATCH", {"minutes": 30}), ("PUT", a_visit()), ("DELETE", None)):
        answer = animator.send(method, f"{VISITS}{made['id']}/", body)

        assert answer.status_code == 403
        assert "7" in answer.json()["detail"]
    assert coordinator.send("PATCH", f"{VISITS}{made['id']}/", {"minutes": 30}).status_code == 200


def test_a_volunteer_logs_visits(cast: Cast, program: Programs, a_visit: Body) -> None:
    grant_membership(person=cast.farid, space=cast.poste.space, role=Role.VOLUNTEER)

    assert program(cast.farid, cast.poste).send("POST", VISITS, a_visit()).status_code == 201


def test_ids_of_another_epn_are_nobody_here(cast: Cast, program: Programs, a_visit: Body) -> None:
    with inside(cast.abattoirs):
        theirs = record_visit(
            date=dt.date(2026, 10, 1), minutes=20, site_id=Site.objects.get().pk, mode="individual", themes=["tax"],
            outcome="solved",
        )  # fmt: skip
    client = program(cast.amina, cast.poste)

    assert client.get(f"{VISITS}{theirs.pk + 10**6}/").status_code == 404
    assert client.get(f"{ABATTOIRS}/visits/{theirs.pk}/").status_code == 404
    assert client.send("POST", f"{ABATTOIRS}/visits/", a_visit()).status_code == 404
    assert client.send("POST", VISITS, a_visit(animator=cast.chloe.pk)).status_code == 400
    with inside(cast.poste):
        assert not Visit.objects.exists()


@pytest.mark.parametrize("path", ["0", "99999999999999999999999", "9223372036854775808", "1%00", "-1", "x", "1/x"])
def test_guessed_ids_give_the_same_404(cast: Cast, program: Programs, path: str) -> None:
    client = program(cast.amina, cast.poste)

    answer = client.get(f"{VISITS}{path}/")

    assert answer.status_code == 404
    assert answer.content == client.get(f"{VISITS}4711/").content


# --- lists ----------------------------------------------------------------------------------------------------------


def log(cast: Cast, count: int, **said: Any) -> None:
    with inside(cast.poste):
        site = Site.objects.order_by("pk").first()
        plain = {"date": dt.date(2026, 9, 1), "minutes": 20, "site": site, "mode": "individual", "themes": ["tax"]}
        Visit.objects.bulk_create(Visit(**{**plain, "outcome": "solved", **said}) for _number in range(count))


def walk(client: Program, address: str) -> list[Any]:
    seen: list[Any] = []
    following: str | None = address
    while following:
        body = client.get(following).json()
        seen += [one["id"] for one in body["results"]]
        following = body["next"]
    return seen


@pytest.mark.parametrize(
    "order", ["", "date", "-date", "minutes", "-minutes", "id", "-id", "updated_at", "-created_at"]
)
def test_pages_meet_even_where_hundreds_of_rows_are_alike(cast: Cast, program: Programs, order: str) -> None:
    log(cast, MANY + 50)
    log(cast, 20, date=dt.date(2026, 9, 2), minutes=30)
    client = program(cast.amina, cast.poste)

    seen = walk(client, f"{VISITS}?page_size={MANY // 4}&fields=id" + (f"&ordering={order}" if order else ""))

    assert len(seen) == len(set(seen)) == MANY + 70


def test_a_page_stays_where_it_is_while_rows_come_and_go(cast: Cast, program: Programs, a_visit: Body) -> None:
    log(cast, 6)
    client = program(cast.amina, cast.poste)
    first = client.get(f"{VISITS}?page_size=3").json()

    client.send("POST", VISITS, a_visit())
    client.delete(f"{VISITS}{first['results'][0]['id']}/")
    second = client.get(first["next"]).json()

    ids = [one["id"] for one in first["results"] + second["results"]]
    assert ids == sorted(ids, reverse=True)
    assert len(set(ids)) == 6
    assert second["next"] is None
    assert second["previous"]


def test_the_changes_since_a_moment_in_their_order(cast: Cast, program: Programs) -> None:
    log(cast, 3)
    moment = timezone.now()
    log(cast, 2)
    client = program(cast.amina, cast.poste)
    with inside(cast.poste):
        oldest = Visit.objects.order_by("pk").first()
    client.send("PATCH", f"{VISITS}{oldest.pk}/", {"minutes": 45})

    for written in (moment.isoformat(), moment.isoformat().replace("+00:00", "Z")):
        results = client.get(f"{VISITS}?updated_since={written}").json()["results"]

        assert len(results) == 3
        assert results[-1]["id"] == oldest.pk


def test_filters_are_named_as_the_fields(cast: Cast, program: Programs, site_id: int) -> None:
    log(cast, 2)
    log(
        cast,
        3,
        date=dt.date(2026, 9, 5),
        themes=["bank", "tax"],
        mode="workshop",
        obstacle_kind="cost",
        animator=cast.bram,
    )
    client = program(cast.amina, cast.poste)

    def found(query: str) -> int:
        return len(client.get(f"{VISITS}?{query}").json()["results"])

    assert found("date=2026-09-01") == 2
    assert found("date_from=2026-09-02") == found("themes=bank") == found("obstacle_kind=cost") == 3
    assert found("date_to=2026-09-04") == 2
    assert found("themes=tax") == found(f"site={site_id}") == found("outcome=solved") == 5
    assert found(f"animator={cast.bram.pk}&mode=workshop") == 3
    assert found("mode=nowhere") == found("site=4711") == found("causes=skill") == found("exceptional=true") == 0
    assert found("exceptional=false") == found("language=") == 5


@pytest.mark.parametrize(
    "query",
    [
        "date=yesterday", "date=05/09/2026", "date_from=2026-13-01", "site=x", "site=99999999999999999999", "site=-1",
        "animator=%00", "mode=%00", "mode=" + "x" * 41, "updated_since=now", "updated_since=0001-01-01T00:00:00",
        "updated_since=9999-12-31T23:59:59-12:00", "page_size=0", "page_size=1001", "page_size=x", "page_size=",
        "updated_since=", "date=", "site=", "exceptional=", "exceptional=1",
        "ordering=note", "ordering=-recorded_by", "ordering=deleted_at", "ordering=key", "ordering=animator__email",
        "ordering=--date", "ordering=?", "fields=deleted_at", "fields=id,recorded_by", "fields=recorded_by_id",
        "fields=", "fields=animator__credential__hash", "cursor=x", "cursor=", "cursor=W10", "cursor=%00", "cursor=é",
        "animator__email=bram@example.org", "animator__credential__hash__startswith=a", "deleted_at__isnull=false",
        "recorded_by=1", "note__icontains=a", "page=2", "format=json", "%00=1",
    ],
)  # fmt: skip
def test_what_a_list_cannot_read_is_named_and_nothing_is_given(cast: Cast, program: Programs, query: str) -> None:
    log(cast, 1)

    answer = program(cast.amina, cast.poste).get(f"{VISITS}?{query}")

    assert answer.status_code == 400
    assert "results" not in answer.json()
    assert all(isinstance(one, list) and isinstance(one[0], str) for one in answer.json().values())


def test_a_cursor_is_of_no_use_for_another_order(cast: Cast, program: Programs) -> None:
    log(cast, 3)
    client = program(cast.amina, cast.poste)
    following = client.get(f"{VISITS}?page_size=1").json()["next"]

    assert client.get(f"{following}&ordering=minutes").status_code == 400


def test_a_few_fields_when_asked(cast: Cast, program: Programs) -> None:
    log(cast, 1)
    client = program(cast.amina, cast.poste)

    one = client.get(f"{VISITS}?fields=minutes,id").json()["results"][0]

    assert one == {"id": one["id"], "minutes": 20}
    assert client.get(f"{VISITS}{one['id']}/?fields=date").json() == {"date": "2026-09-01"}
    assert client.get(f"{VISITS}{one['id']}/?fields=recorded_by").status_code == 400


def test_a_list_costs_the_same_however_long_it_is(cast: Cast, program: Programs) -> None:
    client = program(cast.amina, cast.poste)
    log(cast, 1)
    client.get(VISITS)

    def statements(address: str) -> int:
        with CaptureQueriesContext(connection) as caught:
            assert client.get(address).status_code == 200
        return len(caught)

    few = statements(VISITS)
    log(cast, 200, animator=cast.bram)

    assert statements(VISITS) == few
    assert statements(f"{VISITS}?page_size=1000&ordering=minutes") == few


# --- versions -------------------------------------------------------------------------------------------------------


def test_of_two_who_correct_a_visit_the_second_is_told(cast: Cast, program: Programs, a_visit: Body) -> None:
    client = program(cast.amina, cast.poste)
    made = client.send("POST", VISITS, a_visit())
    address = f"{VISITS}{made.json()['id']}/"
    seen = client.get(address)["ETag"]
    first = client.send("PATCH", address, {"minutes": 30}, **{"If-Match": seen})

    for method, body in (("PATCH", {"minutes": 50}), ("PUT", a_visit(minutes=50)), ("DELETE", None)):
        answer = client.send(method, address, body, **{"If-Match": seen})

        assert answer.status_code == 412
        assert answer.json()["current"] == first.json()
        assert answer.json()["submitted"] == body
        assert answer["ETag"] == first["ETag"] != seen
    assert client.get(address).json()["minutes"] == 30
    assert (
        client.send("PATCH", address, {"minutes": 50}, **{"If-Match": f'"other", {first["ETag"]}'}).status_code == 200
    )
    assert client.send("DELETE", address, **{"If-Match": "*"}).status_code == 204


def test_a_version_from_a_compressed_answer_is_as_good(cast: Cast, program: Programs, a_visit: Body) -> None:
    client = program(cast.amina, cast.poste)
    address = f"{VISITS}{client.send('POST', VISITS, a_visit(note='long ' * 100)).json()['id']}/"
    squeezed = client.get(address, headers={"Accept-Encoding": "gzip"})

    assert squeezed["ETag"].startswith("W/")
    match = {"If-Match": squeezed["ETag"]}
    assert client.send("PATCH", address, {"minutes": 50}, **match).status_code == 200
    assert client.send("PATCH", address, {"minutes": 51}, **match).status_code == 412


@pytest.mark.parametrize("value", ["", "x", '"', "W/", '"1"', "é", '"a" "b"', '","'])
def test_an_if_match_that_means_nothing_matches_nothing(
    cast: Cast, program: Programs, a_visit: Body, value: str
) -> None:
    client = program(cast.amina, cast.poste)
    made = client.send("POST", VISITS, a_visit())

    answer = client.send("PATCH", f"{VISITS}{made.json()['id']}/", {"minutes": 50}, **{"If-Match": value})

    assert answer.status_code == 412


def test_what_has_not_changed_is_not_sent_again(cast: Cast, program: Programs, a_visit: Body) -> None:
    client = program(cast.amina, cast.poste)
    made = client.send("POST", VISITS, a_visit())
    address = f"{VISITS}{made.json()['id']}/"

    answer = client.get(address, headers={"If-None-Match": made["ETag"]})

    assert (answer.status_code, answer.content) == (304, b"")


# --- keys -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", ["a visit", "afaddbb2-2c1d-469e-b03d-d936bebaf672", "x" * 128, "0", "../../etc"])
def test_the_same_key_and_body_is_one_visit_and_one_answer(
    cast: Cast, program: Programs, a_visit: Body, key: str
) -> None:
    client = program(cast.bram, cast.poste)
    body = a_visit(margins={"gender": {"woman": 1, "man": 0}}, note=" x ", minutes=900)

    first = client.send("POST", VISITS, body, **{"Idempotency-Key": key})
    again = client.send("POST", VISITS, body, **{"Idempotency-Key": key})
    other = client.send("POST", VISITS, body | {"minutes": 26}, **{"Idempotency-Key": key})

    assert (first.status_code, again.status_code, other.status_code) == (201, 201, 409)
    assert first.content == again.content
    assert set(other.json()) == {"detail"}
    assert kept(cast) == 1


def test_two_people_may_choose_the_same_word_as_a_key(cast: Cast, program: Programs, a_visit: Body) -> None:
    for person in (cast.amina, cast.bram):
        answer = program(person, cast.poste).send("POST", VISITS, a_visit(), **{"Idempotency-Key": "1"})
        assert answer.status_code == 201

    assert kept(cast) == 2


@pytest.mark.parametrize("key", ["", " ", "x" * 129, "tab\there", "é\u0080"])
def test_a_key_that_is_none_is_refused(cast: Cast, program: Programs, a_visit: Body, key: str) -> None:
    answer = program(cast.bram, cast.poste).send("POST", VISITS, a_visit(), **{"Idempotency-Key": key})

    assert answer.status_code == 400
    assert "Idempotency-Key" in answer.json()


def test_without_a_key_the_same_visit_twice_is_two(cast: Cast, program: Programs, a_visit: Body) -> None:
    client = program(cast.bram, cast.poste)
    client.send("POST", VISITS, a_visit())
    client.send("POST", VISITS, a_visit())

    assert kept(cast) == 2


# --- many -----------------------------------------------------------------------------------------------------------


def test_a_list_of_visits_at_once_and_again_with_a_key(cast: Cast, program: Programs, a_visit: Body) -> None:
    client = program(cast.amina, cast.poste)
    body = [a_visit(minutes=5, animator=None, note=str(number)) for number in range(MANY)]

    with CaptureQueriesContext(connection) as caught:
        first = client.send("POST", VISITS, body, **{"Idempotency-Key": "the year"})
    again = client.send("POST", VISITS, body, **{"Idempotency-Key": "the year"})
    shorter = client.send("POST", VISITS, [*body[:-1], a_visit()], **{"Idempotency-Key": "the year"})

    assert (first.status_code, again.status_code, shorter.status_code) == (201, 201, 409)
    assert len(caught) < 30
    assert [one["note"] for one in first.json()] == [str(number) for number in range(MANY)]
    assert again.content == first.content
    assert kept(cast) == MANY


def test_all_or_nothing(cast: Cast, program: Programs, a_visit: Body) -> None:
    client = program(cast.bram, cast.poste)

    answer = client.send("POST", VISITS, [a_visit(), a_visit(minutes=0, themes=["x"]), 5, a_visit(site=99)])

    assert answer.status_code == 400
    assert [one["index"] for one in answer.json()["errors"]] == [2]  # the shape is checked first
    answer = client.send("POST", VISITS, [a_visit(), a_visit(minutes=0, themes=["x"]), a_visit(site=99)])
    problems = {one["index"]: set(one["problems"]) for one in answer.json()["errors"]}
    assert problems == {1: {"minutes", "themes"}, 2: {"site"}}
    assert kept(cast) == 0
    assert client.send("POST", VISITS, [a_visit()] * 1001).status_code == 400


def test_a_day_has_24_hours_in_a_list_too(cast: Cast, program: Programs, a_visit: Body) -> None:
    answer = program(cast.bram, cast.poste).send("POST", VISITS, [a_visit(minutes=1000), a_visit(minutes=1000)])

    assert [one["index"] for one in answer.json()["errors"]] == [1]
    assert kept(cast) == 0


def test_a_list_says_of_a_visit_what_its_own_address_says(cast: Cast, program: Programs, a_visit: Body) -> None:
    client = program(cast.bram, cast.poste)
    rich = a_visit(
        themes=["tax", "bank"], obstacle_kind="cost", obstacle_cost_eur=20, note='Où ? "\\ \u2028 🙂\n\t',
        margins={"gender": {"woman": 1}}, attendances=2, animator=None,
    )  # fmt: skip
    for body in (rich, a_visit(obstacle_kind="cost", obstacle_cost_eur=22.5)):
        assert client.send("POST", VISITS, body).status_code == 201

    listed = client.get(VISITS).json()["results"]

    assert listed == [client.get(f"{VISITS}{one['id']}/").json() for one in listed]
    assert [list(one) for one in listed] == [list(client.get(f"{VISITS}{listed[0]['id']}/").json())] * 2

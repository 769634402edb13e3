"""Following the changes: deletions are told, nothing is left out, nothing comes twice, while others write."""

from __future__ import annotations

import datetime as dt
import random
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import quote

import pytest
from django.db import connection, transaction
from django.utils import timezone

from tenants.activity.models import Visit
from tenants.activity.services import record_visit, record_visits, restore_visit
from tenants.registry.crossing import entered
from tests.api.conftest import POSTE, Program
from tests.api.serving import API, Served
from tests.api.test_contracts import CONTRACTS
from tests.api.test_contracts import body as a_contract
from tests.conftest import Cast, inside
from tests.thoroughness import THOROUGH

Programs = Callable[..., Program]
Body = Callable[..., dict[str, Any]]
VISITS = f"{POSTE}/visits/"
EVER = "2000-01-01T00:00:00Z"


def test_a_deletion_is_told_without_anything_of_the_visit(cast: Cast, program: Programs, a_visit: Body) -> None:
    client = program(cast.amina, cast.poste)
    kept, gone = (client.send("POST", VISITS, a_visit(note=note)).json() for note in ("stays", "a secret"))
    client.delete(f"{VISITS}{gone['id']}/")

    body = client.get(f"{VISITS}?updated_since={EVER}&fields=id,note").json()

    assert body["results"][0] == {"id": kept["id"], "note": "stays"}
    told = body["results"][1]
    assert set(told) == {"id", "key", "deleted_at"}
    assert (told["id"], told["key"]) == (gone["id"], gone["key"])
    assert dt.datetime.fromisoformat(told["deleted_at"]) <= timezone.now()
    assert [one["id"] for one in client.get(VISITS).json()["results"]] == [kept["id"]]


def test_a_contract_s_deletion_is_told_too(cast: Cast, program: Programs) -> None:
    client = program(cast.amina, cast.poste)
    made = client.send("POST", CONTRACTS, a_contract()).json()
    before = client.get(f"{CONTRACTS}?updated_since={EVER}").json()
    client.delete(f"{CONTRACTS}{made['id']}/")

    after = client.get(before["later"]).json()

    assert before["results"] == [made]
    assert [set(one) for one in after["results"]] == [{"id", "deleted_at"}]
    assert client.get(after["later"]).json()["results"] == []


def test_who_asks_later_gets_what_came_since_and_no_more(cast: Cast, program: Programs, a_visit: Body) -> None:
    client = program(cast.amina, cast.poste)
    start = client.get(f"{VISITS}?updated_since={EVER}").json()
    made = client.send("POST", VISITS, a_visit()).json()

    first = client.get(start["later"]).json()
    nothing = client.get(first["later"]).json()
    client.send("PATCH", f"{VISITS}{made['id']}/", {"minutes": 30})
    client.delete(f"{VISITS}{made['id']}/")
    with inside(cast.poste):
        restore_visit(visit=Visit.objects.get(pk=made["id"]))
    back = client.get(nothing["later"]).json()

    assert start["results"] == nothing["results"] == []
    assert first["results"] == [made]
    assert [one["minutes"] for one in back["results"]] == [30]


def test_pages_of_changes_meet_where_a_thousand_have_one_stamp(cast: Cast, program: Programs, site_id: int) -> None:
    moment = timezone.now()
    with inside(cast.poste):
        plain = {"date": dt.date(2026, 9, 1), "minutes": 20, "site_id": site_id, "mode": "individual"}
        rows = [Visit(**plain, themes=["tax"], outcome="solved", updated_at=moment) for _number in range(1050)]
        for one in rows[::3]:
            one.deleted_at = moment
        Visit.objects.bulk_create(rows)
    client = program(cast.amina, cast.poste)

    seen: list[int] = []
    address: str | None = f"{VISITS}?updated_since={EVER}&page_size=97"
    while address:
        page = client.get(address).json()
        seen += [one["id"] for one in page["results"]]
        address = page["next"]

    assert len(seen) == len(set(seen)) == 1050
    assert seen == sorted(seen)
    assert client.get(page["later"]).json()["results"] == []


@pytest.mark.parametrize("order", ["-updated_at", "date", "id"])
def test_changes_come_in_their_own_order_only(cast: Cast, program: Programs, order: str) -> None:
    answer = program(cast.amina, cast.poste).get(f"{VISITS}?updated_since={EVER}&ordering={order}")

    assert answer.status_code == 400
    assert list(answer.json()) == ["ordering"]


# --- others write at the same time ----------------------------------------------------------------------------------


def follow(served: Served, address: str) -> tuple[list[dict[str, Any]], str]:
    """All that there is to be told now, and where to ask the next time."""
    told: list[dict[str, Any]] = []
    while True:
        status, page, _headers = served.call("GET", address)
        assert status == 200, page
        told += page["results"]
        if page["next"] is None:
            return told, rest_of(page["later"])
        address = rest_of(page["next"])


def rest_of(address: str) -> str:
    return address.partition(API)[2]


def in_a_thread(work: Callable[[], Any]) -> threading.Thread:
    def then_hang_up() -> None:
        try:
            work()
        finally:
            connection.close()

    thread = threading.Thread(target=then_hang_up, daemon=True)
    thread.start()
    return thread


@pytest.fixture
def unblocked(django_db_blocker: Any) -> Iterator[None]:
    with django_db_blocker.unblock():
        yield


@pytest.mark.usefixtures("unblocked")
def test_what_is_written_early_and_saved_late_holds_the_later_ones_back(served: Served) -> None:
    written, may_save = threading.Event(), threading.Event()
    ids: list[int] = []

    def slow() -> None:
        with entered(served.epn.space), transaction.atomic():
            ids.append(record_visit(**served.facts()).pk)
            written.set()
            may_save.wait(20)

    _before, address = follow(served, f"/visits/?updated_since={EVER}&page_size=1000")
    thread = in_a_thread(slow)
    assert written.wait(20)
    _status, quick, _headers = served.call("POST", "/visits/", served.body())

    held, again = follow(served, address)
    may_save.set()
    thread.join(20)
    told, _address = follow(served, again)

    assert held == []
    assert [one["id"] for one in told] == [*ids, quick["id"]]


@pytest.mark.usefixtures("unblocked")
def test_a_reader_among_many_writers_ends_with_what_is_there(served: Served) -> None:
    _before, start = follow(served, f"/visits/?updated_since={EVER}&page_size=1000")
    stop = threading.Event()
    followed: list[dict[str, Any]] = []
    addresses = [start.replace("page_size=1000", "page_size=7")]

    def read() -> None:
        while not stop.is_set():
            told, address = follow(served, addresses[-1])
            followed.extend(told)
            addresses.append(address)

    def slow(seed: int) -> None:
        dice = random.Random(seed)
        while not stop.is_set():
            with entered(served.epn.space), transaction.atomic():
                record_visits(visits=[served.facts(), served.facts()])
                time.sleep(dice.random() * 0.05)
            time.sleep(dice.random() * 0.05)

    def program(seed: int) -> None:
        dice, mine = random.Random(seed), []
        for _turn in range(60 if THOROUGH else 25):
            what = dice.random()
            if what < 0.5 or not mine:
                _status, made, _headers = served.call("POST", "/visits/", served.body())
                mine.append(made["id"])
            elif what < 0.6:
                _status, many, _headers = served.call("POST", "/visits/", [served.body()] * 5)
                mine += [one["id"] for one in many]
            elif what < 0.85:
                served.call("PATCH", f"/visits/{dice.choice(mine)}/", {"minutes": dice.randint(1, 2)})
            else:
                served.call("DELETE", f"/visits/{mine.pop(dice.randrange(len(mine)))}/")

    reader = in_a_thread(read)
    slow_ones = [in_a_thread(lambda seed=seed: slow(seed)) for seed in range(2)]
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(program, range(3)))
    stop.set()
    for thread in (reader, *slow_ones):
        thread.join(30)
    rest, _address = follow(served, addresses[-1])

    told = [*followed, *rest]
    states = [(one["id"], one.get("updated_at") or one["deleted_at"]) for one in told]
    assert len(states) == len(set(states)), "told twice"
    mirror = {one["id"]: one for one in told}
    now, _address = follow(served, start)
    assert {one["id"]: one for one in now} == mirror
    assert len(addresses) > 1  # it read while they wrote
    assert any("deleted_at" in one for one in told)


def test_quoted_moments_are_read(cast: Cast, program: Programs) -> None:
    client = program(cast.amina, cast.poste)

    for text in ("2026-11-01T10:00:00+01:00", "2026-11-01 10:00", "2026-11-01"):
        assert client.get(f"{VISITS}?updated_since={quote(text)}").status_code == 200

"""The history page: a coordinator's, of one's own space, in words, by pages that cost the same however long it is."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import re
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from maillage.audit.models import Entry
from maillage.audit.services import acting, record
from maillage.audit.views import LINES_A_PAGE
from tests.conftest import Cast, inside

BRUSSELS = ZoneInfo("Europe/Brussels")
EPN, FEDERATION = "/caban/rue-de-la-poste/history/", "/caban/history/"


def body(response: Any) -> str:
    assert response.status_code == 200
    return (b"".join(response.streaming_content) if response.streaming else response.content).decode()


def fill(cast: Cast, count: int, *, verb: str = "visit.recorded") -> None:
    now = timezone.now()
    Entry.objects.bulk_create(
        Entry(
            actor_id=cast.bram.pk, space_id=cast.poste.pk, verb=verb, target=str(number), door="page",
            at=now - dt.timedelta(minutes=number // 3),
        )
        for number in range(count)
    )  # fmt: skip


def numbers(text: str) -> list[int]:
    return [int(one) for one in re.findall(r"n°\s(\d+)", text)]


def test_a_coordinator_reads_what_was_done_here_in_words(cast: Cast, signed_in: Any) -> None:
    with inside(cast.poste), acting(actor_id=cast.bram.pk, space_id=cast.poste.pk, door="api"):
        record(verb="visit.deleted", target=41)

    text = body(signed_in(cast.amina).get(EPN))

    assert "Visite supprimée" in text and numbers(text)[:1] == [41] and "Bram" in text and "Programme" in text
    assert "⟦undefined" not in text and "visit.deleted</" not in text


@pytest.mark.parametrize("who", ["bram", "chloe", "dries", "eva", "farid"])
def test_nobody_else_reads_the_history_of_an_epn(cast: Cast, signed_in: Any, who: str) -> None:
    client = signed_in(getattr(cast, who))

    for address in (EPN, f"{EPN}?download=json", f"{EPN}?download=csv"):
        assert client.get(address).status_code == (403 if who == "bram" else 404)


def test_a_network_coordinator_reads_the_federations_history_and_not_an_epns(cast: Cast, signed_in: Any) -> None:
    fill(cast, 3)
    with inside(cast.caban), acting(actor_id=cast.dries.pk, space_id=cast.caban.pk, door="page"):
        record(verb="recognition.granted", target=cast.poste.pk)

    text = body(signed_in(cast.dries).get(FEDERATION))

    assert "Label donné à un EPN" in text and "Dries" in text
    assert "Visite notée</th>" not in text and "Bram" not in text
    for who in (cast.eva, cast.amina, cast.farid):
        assert signed_in(who).get(FEDERATION).status_code in (403, 404)


def test_pages_follow_each_other_without_a_gap_or_a_double(cast: Cast, signed_in: Any) -> None:
    fill(cast, 2 * LINES_A_PAGE + 7)
    client, address, seen, pages = signed_in(cast.amina), f"{EPN}?verb=visit.recorded", [], 0

    while address:
        text = body(client.get(address))
        seen += numbers(text)
        pages += 1
        following = re.search(r'href="(\?[^"]*before=[^"]+)" rel="next"', text)
        address = f"{EPN}{following[1].replace('&amp;', '&')}" if following else ""
        if pages == 1:
            fill(cast, 1)  # what comes meanwhile moves nothing

    assert pages == 3
    assert sorted(seen) == list(range(2 * LINES_A_PAGE + 7))


@pytest.mark.parametrize("cursor", ["x", "99999999999999999-" + "f" * 32, "-1-" + "0" * 32, "%00", "1-2"])
def test_a_bad_cursor_is_never_an_error(cast: Cast, signed_in: Any, cursor: str) -> None:
    assert signed_in(cast.amina).get(f"{EPN}?before={cursor}").status_code == 200


def test_a_page_costs_the_same_whatever_its_length(cast: Cast, signed_in: Any) -> None:
    client = signed_in(cast.amina)
    client.get(EPN)

    def cost() -> int:
        with CaptureQueriesContext(connection) as found:
            body(client.get(EPN))
        return len(found)

    fill(cast, 1)
    short = cost()
    fill(cast, 400)
    assert cost() == short


class TestFilters:
    @pytest.fixture
    def lived(self, cast: Cast) -> Cast:
        day = dt.datetime(2026, 10, 12, 23, 59, tzinfo=BRUSSELS)
        for actor, verb, target, at in (
            (cast.bram, "visit.recorded", "1", day),
            (cast.amina, "site.changed", "2", day),
            (cast.amina, "visit.recorded", "3", day + dt.timedelta(minutes=2)),
        ):
            Entry.objects.create(
                actor_id=actor.pk, space_id=cast.poste.pk, verb=verb, target=target, door="page", at=at
            )
        return cast

    @pytest.mark.parametrize(
        ("query", "expected"),
        [
            ("verb=visit.recorded&since=2026-10-01&until=2026-10-31", {1, 3}),
            ("until=2026-10-12", {1, 2}),
            ("since=2026-10-13&until=2026-10-13", {3}),
            ("person=BRAM&until=2026-10-31", {1}),
            ("person=BRAM&verb=site.changed", set()),
        ],
    )
    def test_the_page_and_its_files_answer_alike(
        self, lived: Cast, signed_in: Any, query: str, expected: set[int]
    ) -> None:
        client, query = signed_in(lived.amina), query.replace("BRAM", str(lived.bram.pk))

        assert set(numbers(body(client.get(f"{EPN}?{query}")))) == expected
        found = json.loads(body(client.get(f"{EPN}?{query}&download=json")))
        assert {int(row["target"]) for row in found["rows"]} == expected
        lines = list(csv.reader(io.StringIO(body(client.get(f"{EPN}?{query}&download=csv"))), delimiter=";"))
        assert {int(row[5]) for row in lines[1:]} == expected

    @pytest.mark.parametrize("query", ["since=yesterday", "person=999999", "person=x", "verb=drop", "verb=%00"])
    def test_a_filter_that_cannot_be_read_shows_nothing_and_says_why(
        self, lived: Cast, signed_in: Any, query: str
    ) -> None:
        text = body(signed_in(lived.amina).get(f"{EPN}?{query}&download=json"))

        assert numbers(text) == [] and "<form" in text


def test_a_file_says_whose_it_is_and_of_when_and_holds_the_whole_history(cast: Cast, signed_in: Any) -> None:
    fill(cast, 700)

    response = signed_in(cast.amina).get(f"{EPN}?download=json")

    found = json.loads(body(response))
    assert re.search(
        r'"caban-rue-de-la-poste-history-\d{4}-\d\d-\d\d-\d\dh\d\d\.json"', response["Content-Disposition"]
    )
    assert found["perimeter"] == "caban/rue-de-la-poste"
    assert dt.datetime.fromisoformat(found["as_of"]).tzinfo is not None
    assert len([row for row in found["rows"] if row["verb"] == "visit.recorded"]) == 700
    assert found["columns"] == list(found["rows"][0])
    assert {row["person"] for row in found["rows"]} >= {"Bram"}

"""The page of the year and the what-if, as Amina meets them; and what Bram doesn't see."""

from __future__ import annotations

import csv
import datetime as dt
import html
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from maillage.accounts.models import Person
from tenants.staff.models import Contract
from tests.conftest import Cast, inside
from tests.cover.conftest import open_at, sign

SignIn = Callable[[Person], Client]
PAGE = "/caban/rue-de-la-poste/cover/"
WHAT_IF = f"{PAGE}what-if/"
WRONG = "À corriger"


@pytest.fixture(autouse=True)
def _nothing_is_kept() -> None:
    cache.clear()


def text_of(response: Any) -> str:
    assert response.status_code == 200
    content = b"".join(response.streaming_content) if response.streaming else response.content
    whole = html.unescape(content.decode())
    assert "⟦undefined" not in whole
    inner = whole.split("<main", 1)[-1].split("</main>")[0]
    return " ".join(re.sub(r"<[^>]+>", " ", inner).replace("\N{NO-BREAK SPACE}", " ").split())


def rows_of(response: Any) -> list[dict[str, str]]:
    body = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(body.splitlines(), delimiter=";"))


def test_amina_sees_the_weeks_the_ends_and_what_to_do(cliff: Cast, signed_in: SignIn) -> None:
    client = signed_in(cliff.amina)
    client.get(PAGE)
    with CaptureQueriesContext(connection) as queries:
        text = text_of(client.get(PAGE))

    assert len(queries) <= 12
    assert "Pendant 31 semaines" in text and "5–11 avr. 2027" in text
    assert "Bram" in text and "30 janvier 2027" in text and "28 h" in text
    assert "Zoé" in text and "31 mars 2027" in text
    assert "7 h sur 28 h" in text  # from February on
    assert "une seule personne" in text and "Article 60" in text

    weeks = rows_of(client.get(PAGE, {"download": "csv", "table": "weeks"}))
    assert len(weeks) == 53
    assert [row["État"] for row in weeks].count("personne") == 31
    ends = rows_of(client.get(PAGE, {"download": "csv", "table": "ends"}))
    assert [row["Personne"] for row in ends] == ["Bram", "Zoé"]
    assert "31 semaines sans personne" in text_of(client.get("/caban/rue-de-la-poste/"))
    contracts = "/caban/rue-de-la-poste/contracts/"
    assert "31 semaines sans personne" in text_of(client.get(contracts))
    with inside(cliff.poste):
        bram = Contract.objects.get(type="art60")
    after = "Après le 30 janvier 2027, dans la semaine du 1–7 fév. 2027 : pas assez d’heures."
    assert after in text_of(client.get(f"{contracts}{bram.pk}/"))


def test_bram_doesn_t_see_when_a_colleague_leaves(cliff: Cast, signed_in: SignIn) -> None:
    client = signed_in(cliff.bram)

    # In a team of two, the week from which on it rests on one person is the other one's last.
    assert client.get(PAGE).status_code == client.get(WHAT_IF).status_code == 403
    assert client.get(PAGE, {"download": "csv"}).status_code == 403
    home = client.get("/caban/rue-de-la-poste/")
    assert "sans personne" not in text_of(home)
    assert PAGE not in home.content.decode()


def test_the_what_if_stands_beside_what_is_and_writes_nothing(cliff: Cast, signed_in: SignIn) -> None:
    client = signed_in(cliff.amina)
    asked = re.findall(r'name="renew" value="(\d+)"', client.get(WHAT_IF).content.decode())

    # Bram goes on for a year; a half-time from March, for good.
    text = text_of(client.get(WHAT_IF, {"renew": asked[:1], "months": 12, "hours": "19", "begins": "2027-03-01"}))

    assert "Semaines sans personne 31 0" in text
    assert re.search(r"Semaines qui reposent sur une seule personne 9 \d+", text)
    # Hired for 19 hours of 28 from March on, and nobody renewed: nothing is empty any more, but hours are short.
    only_hired = text_of(client.get(WHAT_IF, {"hours": "19,5", "begins": "2027-03-01", "until": "2027-06-30"}))
    assert "Semaines sans personne 31 18" in only_hired
    asked_for = {"hours": "19", "begins": "2027-04-05", "download": "csv"}
    compared = rows_of(client.get(WHAT_IF, asked_for))
    april = next(row for row in compared if row["Du (un lundi)"] == "2027-04-05")
    assert (april["État"], april["État, avec vos changements"]) == ("personne", "pas assez d’heures")
    assert len(compared) == 53
    with inside(cliff.poste):
        assert {one.planned_end for one in Contract.objects.all()} == {dt.date(2027, 1, 30), dt.date(2027, 3, 31)}


def test_a_question_that_can_t_be_is_a_message_at_its_field(cliff: Cast, signed_in: SignIn) -> None:
    client = signed_in(cliff.amina)
    wrong: list[tuple[dict[str, str], str]] = [
        ({"hours": "19"}, "À partir de quel jour cette personne"),
        ({"begins": "2027-03-01"}, "Combien d’heures par semaine cette personne"),
        ({"hours": "1e9", "begins": "2027-03-01"}, WRONG),
        ({"hours": "=1+1", "begins": "2062-03-01"}, WRONG),
        ({"hours": "19", "begins": "2027-03-01", "until": "2027-02-01"}, "avant le premier jour"),
        ({"renew": "999999", "months": "3"}, WRONG),
        ({"months": "3"}, "Cochez-en au moins un"),
        ({"months": "99999999999999"}, WRONG),
        ({"begins": "<b>\0"}, WRONG),
        ({"others": "boss"}, WRONG),
    ]
    for query, said in wrong:
        assert said in text_of(client.get(WHAT_IF, query)), query
        assert client.get(PAGE, query).status_code == 200


def test_others_count_when_one_says_so_and_an_epn_without_hours_says_what_it_can(
    cast: Cast, today: dt.date, signed_in: SignIn
) -> None:
    client = signed_in(cast.amina)
    sign(cast.poste, "Hanae", role="reception")

    without = text_of(client.get(PAGE))
    assert "Semaines sans personne 53" in without and "Personne n’a encore écrit" in without
    open_at(cast.poste)
    assert "Semaines sans personne 53" in text_of(client.get(PAGE))
    counted = text_of(client.get(PAGE, {"others": "reception"}))
    assert "Semaines sans personne 0" in counted and "chaque heure d’ouverture" in counted

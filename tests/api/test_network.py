"""What a federation tells programs: cards to anybody, the cadastre and figures to its members."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from network.cadastre.selectors import cadastre_summary
from network.directory.cards import copy_card
from network.directory.models import Card
from tests.api.conftest import CABAN, Program
from tests.cadastre.conftest import after_commit, year_2022  # noqa: F401  (fixtures)
from tests.conftest import Cast, as_owner_of, inside

Programs = Callable[..., Program]
PUBLIC_FIELDS = {
    "id", "slug", "name", "address", "postcode", "town", "commune", "country", "latitude", "longitude", "phone",
    "website", "opening_hours", "modes", "sites", "labelled", "verified_on", "updated_at",
}  # fmt: skip
SUMMARY_FIELDS = {
    "as_of", "perimeter", "epn", "epn_labelled", "animation_contracts", "article60_contracts", "article60_share",
    "fte", "need_labelled_eur", "need_all_eur", "visits", "attendances", "minutes", "turned_away",
}  # fmt: skip


@pytest.fixture
def cards(cast: Cast) -> Cast:
    for epn in (cast.poste, cast.abattoirs):
        copy_card(epn_id=epn.pk)
    return cast


def test_anybody_reads_the_cards_and_nothing_but_what_the_page_shows(cards: Cast, program: Programs) -> None:
    answer = program().get(f"{CABAN}/epn/")

    assert answer.status_code == 200
    body = answer.json()
    assert set(body) == {"next", "previous", "results"}
    assert [one["slug"] for one in body["results"]] == ["abattoirs", "rue-de-la-poste"]
    assert all(set(one) == PUBLIC_FIELDS for one in body["results"])
    assert body["results"][0]["commune"] == "21001"


def test_cards_come_in_pages_that_meet_and_do_not_overlap(cards: Cast, program: Programs) -> None:
    with as_owner_of(cards.caban):
        Card.objects.bulk_create(
            Card(epn_id=9000 + number, slug=f"e{number}", name="Le même nom") for number in range(23)
        )
    client = program()
    seen, address = [], f"{CABAN}/epn/?page_size=4"
    while address:
        body = client.get(address).json()
        seen += [one["id"] for one in body["results"]]
        last, address = address, body["next"]

    assert len(seen) == len(set(seen)) == 25
    back = []
    address = last
    while address:
        body = client.get(address).json()
        back = [one["id"] for one in body["results"]] + back
        address = body["previous"]
    assert back == seen


def test_archived_epn_and_other_federations_are_not_in_it(cards: Cast, program: Programs) -> None:
    with as_owner_of(cards.caban):
        Card.objects.filter(slug="abattoirs").update(archived_at="2026-01-01T00:00:00Z")

    slugs = [one["slug"] for one in program().get(f"{CABAN}/epn/").json()["results"]]

    assert slugs == ["rue-de-la-poste"]


def test_the_summary_is_the_page_s(year_2022: Cast, program: Programs) -> None:  # noqa: F811
    client = program(year_2022.dries, year_2022.caban)

    for perimeter in ("all", "labelled"):
        answer = client.get(f"{CABAN}/cadastre/summary/?year=2022&perimeter={perimeter}")

        with inside(year_2022.caban):
            expected = cadastre_summary(year_2022.caban.pk, year=2022, perimeter=perimeter).as_json()
        assert answer.status_code == 200
        assert answer.json() == expected
        assert set(expected) >= SUMMARY_FIELDS
        assert isinstance(answer.json()["article60_share"], float | int)
        assert answer.json()["need_labelled_eur"] == 25000
        page = client.get("/caban/cadastre/?year=2022")
        assert page.status_code == 302  # a token opens no page


def test_the_summary_without_parameters_is_of_this_year_and_everybody(cast: Cast, program: Programs) -> None:
    body = program(cast.dries, cast.caban).get(f"{CABAN}/cadastre/summary/?year=&perimeter=").json()

    assert body["perimeter"] == "all"
    assert body["article60_share"] is None


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("year=22", "year"),
        ("year=٢٠٢٢", "year"),
        ("year=99999999999999999999", "year"),
        ("year=1999", "year"),
        ("perimeter=some", "perimeter"),
        ("perimeter=%00", "perimeter"),
        ("anything=1", "anything"),
    ],
)
def test_what_the_summary_cannot_read_is_named(cast: Cast, program: Programs, query: str, field: str) -> None:
    answer = program(cast.dries, cast.caban).get(f"{CABAN}/cadastre/summary/?{query}")

    assert answer.status_code == 400
    assert list(answer.json()) == [field]
    assert isinstance(answer.json()[field][0], str)


def test_figures_by_month_for_members(year_2022: Cast, program: Programs) -> None:  # noqa: F811
    client = program(year_2022.dries, year_2022.caban)

    body = client.get(f"{CABAN}/figures/?figure=visits&from=2022-01&to=2022-12").json()

    assert set(body) == {"as_of", "rows"}
    assert body["as_of"]
    assert set(body["rows"][0]) == {"month", "figure", "dimension", "value", "count", "attendances", "minutes"}
    with inside(year_2022.caban):
        summary = cadastre_summary(year_2022.caban.pk, year=2022)
    assert sum(row["count"] for row in body["rows"]) == summary.visits > 0
    assert sum(row["minutes"] for row in body["rows"]) == summary.minutes


def test_figures_by_dimension_epn_and_commune_agree(year_2022: Cast, program: Programs) -> None:  # noqa: F811
    client = program(year_2022.dries, year_2022.caban)

    def total(query: str) -> int:
        rows = client.get(f"{CABAN}/figures/?figure=visits&from=2022-01&to=2022-12{query}").json()["rows"]
        return sum(int(row["count"]) for row in rows)

    by_epn = [total(f"&epn={one.slug}") for one in (year_2022.poste, year_2022.abattoirs)]
    assert by_epn == [total(f"&epn={one.pk}") for one in (year_2022.poste, year_2022.abattoirs)]
    assert sum(by_epn) == total("") == total("&dimension=commune") == total("&dimension=mode")
    assert total("&commune=21015") == by_epn[0]
    assert total("&dimension=theme&epn=rue-de-la-poste") >= by_epn[0]


def test_the_contract_s_parameters_may_all_be_empty(year_2022: Cast, program: Programs) -> None:  # noqa: F811
    answer = program(year_2022.dries, year_2022.caban).get(
        f"{CABAN}/figures/?figure=&dimension=&from=&to=&epn=&commune="
    )

    assert answer.status_code == 200
    assert {row["figure"] for row in answer.json()["rows"]} >= {"visits", "turned_away"}


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("figure=note", "figure"),
        ("dimension=note", "dimension"),
        ("figure=turned_away&dimension=theme", "dimension"),
        ("from=2022", "from"),
        ("to=2022-13", "to"),
        ("from=0000-01", "from"),
        ("epn=kiosque", "epn"),
        ("epn=99999999999999999999", "epn"),
        ("epn=%00", "epn"),
        ("commune=%00", "commune"),
        ("epn__name=x", "epn__name"),
    ],
)
def test_what_the_figures_cannot_read_is_named(cast: Cast, program: Programs, query: str, field: str) -> None:
    answer = program(cast.dries, cast.caban).get(f"{CABAN}/figures/?{query}")

    assert answer.status_code == 400
    assert list(answer.json()) == [field]


def test_an_epn_of_another_federation_is_none(cards: Cast, program: Programs) -> None:
    copy_card(epn_id=cards.nevers.pk)
    client = program(cards.dries, cards.caban)

    there = client.get(f"{CABAN}/figures/?epn={cards.nevers.pk}")
    nowhere = client.get(f"{CABAN}/figures/?epn=123456789")

    assert there.status_code == 400
    assert there.content == nowhere.content


def test_who_reads_the_network_s_figures(cast: Cast, program: Programs) -> None:
    for path in (f"{CABAN}/figures/", f"{CABAN}/cadastre/summary/"):
        assert program().get(path).status_code == 401
        assert program(cast.dries, cast.caban).get(path).status_code == 200
        assert program(cast.eva, cast.caban).get(path).status_code == 403  # a funder reads releases
        assert program(cast.amina, cast.poste).get(path).status_code == 404
        assert program(cast.farid, cast.nevers).get(path).status_code == 404


def test_a_list_costs_the_same_however_long_it_is(cards: Cast, program: Programs) -> None:
    client = program(cards.dries, cards.caban)
    client.get(f"{CABAN}/epn/")

    def statements() -> int:
        with CaptureQueriesContext(connection) as caught:
            client.get(f"{CABAN}/epn/")
        return len(caught)

    few = statements()
    with as_owner_of(cards.caban):
        Card.objects.bulk_create(Card(epn_id=9000 + number, slug=f"e{number}", name="N") for number in range(50))

    assert statements() == few


def test_the_language_is_the_reader_s(cast: Cast, program: Programs) -> None:
    client = program(cast.dries, cast.caban)

    said = {
        language: client.get(f"{CABAN}/figures/?from=x", headers={"Accept-Language": language}).json()["from"][0]
        for language in ("fr", "nl", "en")
    }

    assert said["en"] == "Write a month as YYYY-MM."
    assert len(set(said.values())) == 3

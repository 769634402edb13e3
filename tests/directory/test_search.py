"""Finding an EPN on the public page: by words, by what it offers, by whether its door is open at a moment."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from network.directory.cards import copy_card
from network.directory.doors import plain
from network.directory.models import Card, Door
from network.directory.search import Asked, found_cards, half_day_asked, offer
from tenants.premises.closings.services import add_closing
from tenants.premises.models import Site
from tests.conftest import Cast, inside

pytestmark = pytest.mark.django_db

ZONE = ZoneInfo("Europe/Brussels")
Find = Callable[..., list[str]]


def at(day: str, clock: str) -> dt.datetime:
    return dt.datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=ZONE)


SATURDAY = at("2026-11-28", "10:00")
HOLIDAY = at("2026-11-11", "10:00")  # the armistice, a Wednesday


@pytest.fixture
def network(cast: Cast) -> Cast:
    """Rue de la Poste: weekdays, closed on holidays. Abattoirs: Saturday mornings, and Wednesdays even on holidays."""
    with inside(cast.poste):
        Site.objects.update(
            address="Rue Œuvre-d’Été 12", opening_hours="Mo-Fr 09:00-12:30,13:30-17:00; PH off",
            services=["procedures"], languages=["fr", "ar"], accessibility=["wheelchair"], supports=["literacy"],
        )  # fmt: skip
        Site.objects.create(
            name="Guichet", postcode="1000", town="Bruxelles", commune="21004", languages=["tr"],
            opening_hours='Sa 14:00-16:00 "sur RDV"',
        )  # fmt: skip
    with inside(cast.abattoirs):
        Site.objects.update(opening_hours="Sa 09:00-12:00; We 09:00-12:00", services=["work"], languages=["fr"])
    for epn in (cast.poste, cast.abattoirs):
        copy_card(epn.pk)
    return cast


@pytest.fixture
def find(network: Cast) -> Find:
    def found(now: dt.datetime = SATURDAY, **asked: str) -> list[str]:
        with inside(network.caban):
            return [card.name for card in found_cards(Asked(**asked), now)]

    return found


BOTH = ["Abattoirs", "Rue de la Poste"]


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        ({}, BOTH),
        ({"text": "POSTE"}, BOTH[1:]),
        ({"text": "oeuvre d'ete"}, BOTH[1:]),
        ({"text": "  Œuvre   d’été 12 "}, BOTH[1:]),
        ({"text": "1070 anderlécht"}, BOTH[:1]),
        ({"text": "schaarbeek"}, BOTH[1:]),  # the commune's Dutch name
        ({"text": "guichet"}, BOTH[1:]),  # one of its doors
        ({"text": "poste anderlecht"}, []),
        ({"text": "%"}, []),
        ({"text": "_"}, []),
        ({"commune": "21001"}, BOTH[:1]),
        ({"commune": "21004"}, BOTH[1:]),
        ({"service": "procedures"}, BOTH[1:]),
        ({"language": "fr"}, BOTH),
        ({"access": "wheelchair"}, BOTH[1:]),
        ({"access": "literacy"}, BOTH[1:]),
        ({"language": "tr", "service": "procedures"}, []),  # of two different doors
    ],
)
def test_what_is_asked_is_true_of_one_door(find: Find, asked: dict[str, str], names: list[str]) -> None:
    assert find(**asked) == names


@pytest.mark.parametrize(
    ("now", "names"),
    [
        (SATURDAY, BOTH[:1]),
        (at("2026-11-28", "12:00"), []),  # the end isn't open any more
        (at("2026-11-28", "14:30"), []),  # by appointment only
        (at("2026-11-27", "09:00"), BOTH[1:]),
        (at("2026-11-27", "13:00"), []),
        (HOLIDAY, BOTH[:1]),
        (at("2026-11-18", "10:00"), BOTH),  # an ordinary Wednesday
        (at("2026-11-28", "10:00").astimezone(dt.UTC), BOTH[:1]),
    ],
)
def test_open_now_knows_hours_holidays_and_appointments(find: Find, now: dt.datetime, names: list[str]) -> None:
    assert find(now, open="now") == names


@pytest.mark.parametrize(
    ("half_day", "names"),
    [("sa_am", BOTH[:1]), ("sa_pm", []), ("mo_am", BOTH[1:]), ("mo_pm", BOTH[1:]), ("su_am", [])],
)
def test_a_half_day_is_that_of_the_next_such_day(find: Find, half_day: str, names: list[str]) -> None:
    assert find(open=half_day) == names


def test_a_morning_until_half_past_twelve_is_no_afternoon_and_today_counts() -> None:
    assert half_day_asked("sa_am", SATURDAY.date()) == (SATURDAY.date(), (7200, 7920))
    assert half_day_asked("fr_pm", SATURDAY.date()) == (dt.date(2026, 12, 4), (6540, 7200))


def test_closing_days_shut_the_door(network: Cast, find: Find, django_capture_on_commit_callbacks: Any) -> None:
    with inside(network.abattoirs), django_capture_on_commit_callbacks(execute=True):
        add_closing(first_day=dt.date(2026, 11, 28), last_day=dt.date(2026, 12, 4))

    assert find(open="now") == find(open="sa_am") == []
    assert find(at("2026-12-05", "10:00"), open="now") == BOTH[:1]


def test_what_can_be_chosen_is_what_somebody_offers(network: Cast) -> None:
    with inside(network.caban):
        found = offer()

    assert (found.epn, found.labelled) == (2, 0)
    assert {one.key: one.epn for one in found.territories} == {"21001": 1, "21004": 1, "21015": 1}
    assert found.languages == {"fr", "ar", "tr"} and found.access == {"wheelchair", "literacy"}


def test_what_an_epn_hides_never_leaves_it(network: Cast) -> None:
    with inside(network.poste):
        Site.objects.filter(name="Rue de la Poste").update(
            phone="02 000 00 00", latitude=50, longitude=4, hidden=["phone", "map", "hours", "services"]
        )

    copy_card(network.poste.pk)

    with inside(network.caban):
        card = Card.objects.get(epn_id=network.poste.pk)
        door = Door.objects.get(card=card, key="21015")
    first = card.sites[0]
    assert card.phone == card.opening_hours == first["phone"] == first["opening_hours"] == ""
    assert card.latitude is None and first["services"] == [] and first["languages"] == ["fr", "ar"]
    assert door.week == [] and door.services == []


def test_a_card_is_as_old_as_the_oldest_of_its_doors(network: Cast) -> None:
    with inside(network.poste):
        Site.objects.filter(name="Guichet").update(verified_on=dt.date(2026, 1, 5))
    copy_card(network.poste.pk)
    with inside(network.caban):
        assert Card.objects.get(epn_id=network.poste.pk).verified_on is None

    with inside(network.poste):
        Site.objects.exclude(name="Guichet").update(verified_on=dt.date(2026, 6, 5))
    copy_card(network.poste.pk)
    with inside(network.caban):
        assert Card.objects.get(epn_id=network.poste.pk).verified_on == dt.date(2026, 1, 5)


def test_the_page_answers_in_few_statements(network: Cast, client: Client, django_assert_max_num_queries: Any) -> None:
    client.get("/caban/")

    with django_assert_max_num_queries(16):
        text = client.get("/caban/", {"q": "poste", "language": "ar"}).content.decode()

    assert "Rue de la Poste</a></h3>" in text and "Abattoirs</a></h3>" not in text
    assert '<meta name="robots" content="noindex, follow">' in text and "⟦undefined" not in text


@pytest.mark.parametrize("language", ["fr", "nl", "en"])
def test_bad_input_is_answered_in_words(network: Cast, client: Client, language: str) -> None:
    for query in (
        {"q": "\0"}, {"q": "é" * 10_000}, {"q": "<script>alert(1)</script>"}, {"q": "=1+1"}, {"open": "mo_xx"},
        {"service": "<b>"}, {"language": "\0"}, {"lang": "xx"}, {"lang": "\0"}, {"page": "9" * 30}, {"q": "-" * 90},
    ):  # fmt: skip
        response = client.get("/caban/", {"lang": language, **query})
        text = response.content.decode()
        assert response.status_code == 200 and "⟦undefined" not in text
        assert "<script>alert" not in text


def test_words_are_compared_without_accents_or_signs() -> None:
    assert plain("  L’Œuvre-d'Été\n n° 12/b ") == "l oeuvre d ete n 12 b"
    assert plain("\0%_<>") == ""

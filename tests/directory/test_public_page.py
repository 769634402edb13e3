"""The public page of a federation: cards for anybody, and of figures what is released."""

import datetime as dt
import re
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from maillage.design.charts import WITHHELD
from network.cadastre.services import grant_recognition
from network.directory.cards import copy_card, copy_cards
from network.directory.models import Card
from network.directory.released import public_years
from network.directory.selectors import phone_address, web_address
from network.releases.periods import month
from tenants.premises.models import Site
from tenants.registry.hooks import card_changed
from tenants.registry.models import Affiliation
from tenants.registry.services import archive_epn
from tests.cadastre.deeds import visits
from tests.conftest import Cast, inside
from tests.releases.releasing import release, swept

TODAY = dt.date.today()
THIS_MONTH = TODAY.replace(day=1)
LAST_MONTH = (THIS_MONTH - dt.timedelta(days=1)).replace(day=1)
MONTH_BEFORE = (LAST_MONTH - dt.timedelta(days=1)).replace(day=1)


@pytest.fixture
def cards(cast: Cast) -> Cast:
    for federation in (cast.caban, cast.loire):
        copy_cards(federation)
    return cast


class TestCards:
    def test_anybody_sees_the_cards_of_this_federation_and_no_other(self, cards: Cast, client) -> None:
        response = client.get("/caban/")

        text = response.content.decode()
        assert response.status_code == 200
        assert "Rue de la Poste" in text and "Abattoirs" in text and "Nevers" not in text
        assert "⟦undefined" not in text

    def test_a_commune_is_chosen_without_javascript(self, cards: Cast, client) -> None:
        text = client.get("/caban/", {"commune": "21015"}).content.decode()

        assert "Rue de la Poste</a></h3>" in text and "Abattoirs</a></h3>" not in text

    @pytest.mark.parametrize("query", ["commune=nowhere", "page=999", "page=x", "commune=%00"])
    def test_a_bad_choice_is_never_an_error(self, cards: Cast, client, query: str) -> None:
        assert client.get(f"/caban/?{query}").status_code == 200

    def test_an_empty_federation_says_so(self, cast: Cast, client) -> None:
        text = client.get("/caban/").content.decode()

        assert "⟦undefined" not in text

    def test_the_label_is_shown_as_long_as_it_runs(self, cards: Cast, client) -> None:
        assert "m-badge-success" not in client.get("/caban/").content.decode()
        with inside(cards.caban):
            grant_recognition(epn_id=cards.poste.pk, since=dt.date(2021, 9, 1))

        assert client.get("/caban/").content.decode().count("m-badge-success") == 1

    def test_saving_a_site_brings_the_card_along_after_the_commit(self, cards: Cast, after_commit) -> None:
        with inside(cards.poste), after_commit(), transaction.atomic():
            Site.objects.update(phone="02 123 45 67")
            card_changed()

        with inside(cards.caban):
            assert Card.objects.get(epn_id=cards.poste.pk).phone == "02 123 45 67"
        with inside(cards.loire):
            assert not Card.objects.filter(epn_id=cards.poste.pk).exists()

    def test_a_failing_copy_never_fails_the_write(self, cards: Cast, after_commit, monkeypatch) -> None:
        monkeypatch.setattr("network.directory.cards.copy_card", lambda epn_id: 1 / 0)

        with inside(cards.poste), after_commit(), transaction.atomic():
            Site.objects.update(phone="02 999")
            card_changed()

        with inside(cards.poste):
            assert Site.objects.get().phone == "02 999"

    def test_copying_again_changes_nothing(self, cards: Cast) -> None:
        assert copy_card(cards.poste.pk) is False

    def test_an_archived_epn_leaves_the_page_and_keeps_its_card(self, cards: Cast, client) -> None:
        archive_epn(epn=cards.poste, federation=cards.caban)
        copy_card(cards.poste.pk)

        assert "Rue de la Poste" not in client.get("/caban/").content.decode()
        with inside(cards.caban):
            assert Card.objects.get(epn_id=cards.poste.pk).archived_at is not None

    def test_what_people_typed_is_text_and_never_a_script(self, cards: Cast, client) -> None:
        with inside(cards.poste):
            Site.objects.update(website="javascript:alert(1)", phone="<b>1</b>", address="<script>")
        copy_card(cards.poste.pk)

        text = client.get("/caban/").content.decode()

        assert 'href="javascript' not in text and "<script>" not in text and "<b>1" not in text


@pytest.mark.parametrize(
    ("typed", "link"),
    [
        ("www.caban.be", "https://www.caban.be"),
        ("http://caban.be/x?y=1", "http://caban.be/x?y=1"),
        ("HTTPS://CABAN.BE", "HTTPS://CABAN.BE"),
        ("javascript:alert(1)", ""),
        ("java\nscript:alert(1)", ""),
        ("data:text/html,x", ""),
        ("//evil.example", ""),
        ("page Facebook", ""),
        ("", ""),
    ],
)
def test_a_website_becomes_a_link_only_when_it_is_one(typed: str, link: str) -> None:
    assert web_address(typed) == link


@pytest.mark.parametrize(
    ("typed", "link"),
    [
        ("02 123 45 67", "tel:021234567"),
        ("+32 (0)2 123 45 67", "tel:+3221234567"),
        ("03.86.00.00.00 / 06 11 22 33 44", "tel:0386000000"),
        ("sur place", ""),
        ("", ""),
        ("12", ""),
    ],
)
def test_a_telephone_becomes_a_link_to_its_first_number(typed: str, link: str) -> None:
    assert phone_address(typed) == link


class TestFigures:
    def test_only_released_months_are_shown_and_withheld_is_no_number(self, cards: Cast, client, after_commit) -> None:
        with after_commit():
            visits(cards.poste, *[f"{MONTH_BEFORE:%Y-%m}-02"] * 80, *[f"{LAST_MONTH:%Y-%m}-02"] * 3)
            visits(cards.poste, *[f"{THIS_MONTH:%Y-%m}-01"] * 9)
        with inside(cards.caban):
            assert public_years() == []
        assert "80" not in numbers_read(client)

        for first in (MONTH_BEFORE, LAST_MONTH):
            swept(cards.caban, THIS_MONTH)
            release(cards.caban, month(first), today=THIS_MONTH)

        with inside(cards.caban):
            years = public_years()
        months = {one.month: one.visits for year in years for one in year.months}
        assert months == {MONTH_BEFORE: 80, LAST_MONTH: WITHHELD}
        assert sum(year.visits for year in years) == 80
        assert sum(year.withheld for year in years) == 1
        read = numbers_read(client)
        assert "80" in read and "83" not in read and "m-withheld" in client.get("/caban/").content.decode()


def numbers_read(client) -> list[str]:
    """What is read of the page: a CSRF token may hold any number."""
    text = client.get("/caban/").content.decode()
    assert "⟦undefined" not in text
    return re.findall(r"\d+", re.sub(r"<[^>]*>", " ", text))


class TestTheCommand:
    def test_it_copies_what_raw_sql_left_behind(self, cards: Cast) -> None:
        with inside(cards.poste):
            Site.objects.update(town="Elsewhere")
        out = StringIO()

        call_command("refresh_cards", "--federation=caban", stdout=out)

        assert out.getvalue() == "caban: 1 changed\n"
        with inside(cards.caban):
            assert Card.objects.get(epn_id=cards.poste.pk).town == "Elsewhere"

    def test_a_missing_federation_has_a_message(self, cast: Cast) -> None:
        with pytest.raises(CommandError, match="nowhere"):
            call_command("refresh_cards", "--federation=nowhere")


def test_an_epn_that_left_keeps_a_closed_card_in_its_former_federation(cards: Cast) -> None:
    left = dt.date(2026, 1, 1)
    cards.poste.affiliations.update(until=left)
    Affiliation.objects.create(epn=cards.poste, federation=cards.loire, since=left)

    copy_card(cards.poste.pk)

    with inside(cards.loire):
        assert Card.objects.get(epn_id=cards.poste.pk).archived_at is None
    with inside(cards.caban):
        assert Card.objects.get(epn_id=cards.poste.pk).archived_at is not None

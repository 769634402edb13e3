"""The public page of an EPN, its papers, what search engines get, and how the EPN keeps it right."""

from __future__ import annotations

import datetime as dt
import json
import re
from io import BytesIO
from typing import Any
from xml.etree import ElementTree

import pytest
from django.test import Client
from django.utils import timezone, translation
from pypdf import PdfReader

from maillage.audit.models import Entry
from network.directory.cards import copy_card
from network.directory.hours import closings_ahead, days_ahead, holidays_ahead, state_of
from network.directory.models import Card
from network.directory.sites import card_site, sites_of
from tenants.premises.models import Site
from tenants.premises.rules import STALE_AFTER, is_stale
from tenants.premises.services import confirm_sites, edit_site
from tenants.registry.services import archive_epn
from tests.conftest import Cast, inside
from tests.directory.test_search import at

pytestmark = pytest.mark.django_db

PLACE = "/caban/epn/rue-de-la-poste/"
LANGUAGES = ("fr", "nl", "en")
HOURS = "Mo-Fr 09:00-12:30,13:30-17:00; PH off"


@pytest.fixture
def shown(cast: Cast) -> Cast:
    with inside(cast.poste):
        Site.objects.update(
            address="Rue de la Poste 12", phone="02 000 00 01", website="https://poste.example", opening_hours=HOURS,
            services=["procedures", "work"], languages=["fr", "ar"], accessibility=["wheelchair"], fees=["free"],
            how_to_come=["walk_in"], supports=["literacy"], latitude="50.867", longitude="4.373", email="a@b.example",
            summary="Venez </script><b>avec</b> vos papiers", verified_on=dt.date(2026, 9, 1),
        )  # fmt: skip
    copy_card(cast.poste.pk)
    return cast


def door(**facts: Any) -> Any:
    blank = dict.fromkeys(
        ("name", "address", "postcode", "town", "commune", "key", "phone", "website", "opening_hours"), ""
    )
    return card_site({**blank, "id": 1, "country": "be", "latitude": None, "longitude": None, "modes": [], **facts})


class TestHours:
    """Around the armistice of 2026, a Wednesday."""

    TUESDAY = dt.date(2026, 11, 10)

    def test_today_comes_first_and_holidays_and_closings_are_said_on_their_day(self) -> None:
        closings = [{"first": "2026-11-12", "last": "2026-11-13", "reason": "works"}]
        with translation.override("fr"):
            days = days_ahead(door(opening_hours=HOURS, closings=closings), self.TUESDAY)

        assert [one.label for one in days[:3]] == ["Mardi 10 novembre", "Mercredi 11 novembre", "Jeudi 12 novembre"]
        assert [(one.hours, one.exception) for one in days[1:4]] == [
            ("fermé", "jour férié"), ("fermé", "travaux"), ("fermé", "travaux"),
        ]  # fmt: skip
        assert days[0].is_open and not days[0].exception and len(days) == 7

    def test_without_a_word_on_holidays_the_hours_stand_and_the_holiday_is_named(self) -> None:
        with translation.override("en"):
            days = days_ahead(door(opening_hours="Mo-Fr 09:00-12:30"), self.TUESDAY)

        assert days[1].is_open and days[1].exception == "public holiday"
        assert holidays_ahead(door(opening_hours="Mo-Fr 09:00-12:30"), self.TUESDAY) == []

    @pytest.mark.parametrize(
        ("moment", "text"),
        [
            (("2026-11-10", "09:00"), "Open now, until 12:30"),
            (("2026-11-10", "12:30"), "Closed now, opens today at 13:30"),
            (("2026-11-10", "17:00"), "Closed now, opens on Thursday 12 November at 9:00"),
            (("2026-11-11", "10:00"), "Closed now, opens on Thursday 12 November at 9:00"),
        ],
    )
    def test_a_door_says_what_comes_next(self, moment: tuple[str, str], text: str) -> None:
        with translation.override("en"):
            found = state_of(door(opening_hours=HOURS), at(*moment))

        assert found is not None and found.text == text

    def test_a_door_that_nobody_may_walk_in_at_says_nothing(self) -> None:
        now = at("2026-11-10", "10:00")
        for hours in ("", "nonsense", 'Mo 09:00-12:00 "sur RDV"', "off"):
            assert state_of(door(opening_hours=hours), now) is None
        long = [{"first": "2026-11-01", "last": "2026-12-31", "reason": ""}]
        with translation.override("en"):
            closed = state_of(door(opening_hours=HOURS, closings=long), now)
        assert closed is not None and closed.text == "Closed now"
        assert closings_ahead(door(closings=long), self.TUESDAY)[0]["now"] is True


class TestThePage:
    @pytest.mark.parametrize("language", LANGUAGES)
    def test_it_says_everything_in_the_language_of_its_address(
        self, shown: Cast, client: Client, language: str
    ) -> None:
        response = client.get(PLACE, {"lang": language}, headers={"accept-language": "de"})
        text = response.content.decode()

        assert response.status_code == 200 and response.headers["Content-Language"] == language
        assert f'<html lang="{language}">' in text and "⟦undefined" not in text
        assert f'<link rel="canonical" href="http://testserver{PLACE}?lang={language}">' in text
        assert [text.count(f'hreflang="{one}" href="http://testserver{PLACE}') for one in LANGUAGES] == [1, 1, 1]
        for piece in (
            'href="tel:020000001"',
            'href="mailto:a@b.example"',
            "openstreetmap.org/?mlat=50.867",
            "hours.ics",
        ):
            assert piece in text
        words = {"fr": "Arabe", "nl": "Arabisch", "en": "Arabic"}
        assert words[language] in text and set(response.cookies) <= {"csrftoken"}
        assert f"/caban/?lang={language}" in text  # the way back stays in the language

    def test_search_engines_get_data_that_nothing_can_break_out_of(self, shown: Cast, client: Client) -> None:
        text = client.get(PLACE).content.decode()
        data = re.search(r'<script type="application/ld\+json">(.*?)</script>', text, re.DOTALL)

        assert data is not None and "<b>avec" not in text
        said = json.loads(data[1])
        assert said["name"] == "Rue de la Poste" and said["@type"] == "CivicStructure"
        assert said["description"] == "Venez </script><b>avec</b> vos papiers"
        assert said["openingHours"][:2] == ["Mo 09:00-12:30", "Mo 13:30-17:00"] and said["isAccessibleForFree"] is True
        assert said["geo"] == {"@type": "GeoCoordinates", "latitude": 50.867, "longitude": 4.373}

    def test_several_doors_are_told_apart(self, shown: Cast, client: Client) -> None:
        with inside(shown.poste):
            Site.objects.create(name="Annexe", town="Jette", opening_hours="quand on peut")
        copy_card(shown.poste.pk)

        text = client.get(PLACE).content.decode()

        assert '<h2 id="door-' in text and "quand on peut" in text and "containsPlace" in text

    def test_former_addresses_lead_on_and_what_is_archived_or_elsewhere_is_not_found(
        self, shown: Cast, client: Client
    ) -> None:
        for path in ("/caban/epn/nowhere/", "/caban/epn/nevers/", "/caban/epn/nevers/poster.pdf"):
            assert client.get(path).status_code == 404

        archive_epn(epn=shown.poste, federation=shown.caban)
        copy_card(shown.poste.pk)

        assert client.get(PLACE).status_code == client.get(f"{PLACE}poster.pdf").status_code == 404
        assert client.get("/caban/epn/list.pdf").headers["Location"] == "/caban/"


class TestForEngines:
    def test_robots_lead_to_one_list_of_pages_a_network(self, shown: Cast, client: Client) -> None:
        robots = client.get("/robots.txt")
        index = ElementTree.fromstring(client.get("/sitemap.xml").content)
        network = client.get("/caban/sitemap.xml")

        assert robots.headers["Content-Type"].startswith("text/plain")
        assert "Sitemap: http://testserver/sitemap.xml" in robots.content.decode()
        assert [one.text for one in index.iter() if one.tag.endswith("loc")] == [
            "http://testserver/caban/sitemap.xml", "http://testserver/loire/sitemap.xml",
        ]  # fmt: skip
        found = [one.text for one in ElementTree.fromstring(network.content).iter() if one.tag.endswith("loc")]
        assert found == [f"http://testserver{path}" for path in ("/caban/", "/caban/open-data/", PLACE)]


class TestPapers:
    @pytest.mark.parametrize("language", LANGUAGES)
    def test_poster_and_list_are_tagged_pdf_in_three_languages(
        self, shown: Cast, client: Client, language: str
    ) -> None:
        for path in (f"{PLACE}poster.pdf?", "/caban/epn/list.pdf?commune=21015&"):
            response = client.get(f"{path}lang={language}")
            paper = PdfReader(BytesIO(response.content))
            assert response.status_code == 200 and "max-age" in response.headers["Cache-Control"]
            assert paper.root_object["/Lang"] == language and paper.root_object["/MarkInfo"]["/Marked"]
            words = {"fr": "Arabe", "nl": "Arabisch", "en": "Arabic"}
            assert len(paper.pages) == 1 and words[language] in paper.pages[0].extract_text()

    def test_bad_communes_and_signs_without_a_letter_are_answered(self, shown: Cast, client: Client) -> None:
        for commune in ("\0", "x" * 10_000, "<b>", "21999"):
            assert client.get("/caban/epn/list.pdf", {"commune": commune}).status_code == 404
        with inside(shown.poste):
            Site.objects.update(directions="Sonnez 🔔")
        copy_card(shown.poste.pk)

        response = client.get(f"{PLACE}poster.pdf")

        assert response.status_code == 422 and "⟦undefined" not in response.content.decode()


class TestStillRight:
    def test_half_a_year_or_never_is_stale(self) -> None:
        today = dt.date(2026, 11, 28)
        assert is_stale(None, today) and is_stale(today - STALE_AFTER - dt.timedelta(days=1), today)
        assert not is_stale(today - STALE_AFTER, today)

    def test_the_coordinator_is_asked_at_home_and_confirms_with_one_click(
        self, cast: Cast, signed_in: Any, django_capture_on_commit_callbacks: Any
    ) -> None:
        home, sites = "/caban/rue-de-la-poste/", "/caban/rue-de-la-poste/sites/"
        asked = "Vos heures et services : encore justes ?"
        amina, bram, dries = signed_in(cast.amina), signed_in(cast.bram), signed_in(cast.dries)
        copy_card(cast.poste.pk)
        assert asked in amina.get(home).content.decode() and asked not in bram.get(home).content.decode()
        assert "rue-de-la-poste" in dries.get("/caban/epn/?checked=stale").content.decode()
        assert PLACE in amina.get(sites).content.decode()

        with django_capture_on_commit_callbacks(execute=True):
            assert amina.post(f"{sites}confirm/").status_code == 302

        assert asked not in amina.get(home).content.decode()
        assert "/caban/epn/rue-de-la-poste/" not in dries.get("/caban/epn/?checked=stale").content.decode()
        with inside(cast.caban):
            card = Card.objects.get(epn_id=cast.poste.pk)
            assert card.verified_on == timezone.localdate() and sites_of(card)[0].verified_on
        assert Entry.objects.filter(verb="site.verified").count() == 1
        with inside(cast.poste):
            assert confirm_sites() == 0

    def test_confirming_meanwhile_disturbs_nobody_who_edits(self, cast: Cast) -> None:
        with inside(cast.poste):
            site = Site.objects.get()
            seen = site.version
            confirm_sites()

            edit_site(site=site, seen=seen, phone="02 000")

            assert Site.objects.get().verified_on == timezone.localdate()

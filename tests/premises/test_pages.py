"""The pages of sites and hours: who may see them, what they take, and what they say when it can't be."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.html import escape
from hypothesis import given
from hypothesis import strategies as st

from maillage.accounts.models import Person
from tenants.premises.hours_form import HoursForm, cells_of, fits
from tenants.premises.models import Site
from tenants.premises.opening_hours import HALF_DAYS, Week, parse, read_time
from tenants.premises.services import add_site
from tests.conftest import Cast, inside
from tests.premises.test_opening_hours import at_ease, weeks

SITES = "/caban/rue-de-la-poste/sites/"
SignedIn = Callable[[Person], Client]

pytestmark = pytest.mark.django_db


def typed(**changes: str | list[str]) -> dict[str, str | list[str]]:
    """A filled form, with what a test changes; `mo_am="9h-12h"` stands for its two cells."""
    form: dict[str, str | list[str]] = {
        "name": "Bibliothèque",
        "address": "rue du Livre 1",
        "postcode": "1070",
        "town": "Anderlecht",
        "commune": "",
        "country": "be",
        "phone": "02 123 45 67",
        "website": "",
        "modes": ["individual", "workshop"],
    }
    for name, value in changes.items():
        if name in HALF_DAYS and isinstance(value, str):
            form[f"{name}_from"], form[f"{name}_to"] = value.split("-")
        else:
            form[name] = value
    return form


def shown(client: Client, address: str) -> str:
    response = client.get(address, headers={"accept-language": "fr"})
    assert response.status_code == 200
    return text_of(response.content.decode())


def text_of(page: str) -> str:
    assert "⟦undefined" not in page
    return page.replace("\N{NO-BREAK SPACE}", " ").replace("&#x27;", "'")


def cell_errors(page: str) -> dict[str, str]:
    """The errors of the cells, by the id of the cell that they stand at."""
    found = re.findall(r'id="(id_\w+)_error">.*?</span>([^<]*)</p>', page, re.DOTALL)
    return {key.removeprefix("id_"): message for key, message in found}


def test_the_list_shows_address_hours_in_words_and_hours_a_week(cast: Cast, signed_in: SignedIn) -> None:
    with inside(cast.poste):
        add_site(
            name="Bibliothèque",
            address="rue du Livre 1",
            postcode="1070",
            town="Anderlecht",
            website="www.example.org",
            opening_hours='Mo-Fr 08:30-12:00; Sa 09:00-11:00 "sur RDV"; PH off',
            modes=["workshop"],
        )

    page = shown(signed_in(cast.bram), SITES)

    assert "rue du Livre 1" in page
    assert "<dt>lundi à vendredi</dt><dd>8 h 30–12 h</dd>" in page
    assert "17 h 30" in page
    assert "2 h sur rendez-vous" in page
    assert "Fermé les jours fériés" in page
    assert 'href="https://www.example.org"' in page
    assert "Atelier collectif" in page


def test_an_animator_reads_and_only_the_coordinator_is_offered_to_change(cast: Cast, signed_in: SignedIn) -> None:
    assert f"{SITES}add/" not in shown(signed_in(cast.bram), SITES)
    assert f"{SITES}add/" in shown(signed_in(cast.amina), SITES)

    assert signed_in(cast.bram).get(f"{SITES}add/").status_code == 403
    assert signed_in(cast.bram).post(f"{SITES}add/", typed()).status_code == 403
    assert signed_in(cast.chloe).get(SITES).status_code == 404
    assert signed_in(cast.dries).get(SITES).status_code == 404


def test_a_coordinator_adds_a_site_with_times_typed_in_any_way(cast: Cast, signed_in: SignedIn) -> None:
    response = signed_in(cast.amina).post(
        f"{SITES}add/",
        typed(mo_am="8h30-12h", mo_pm="13:30-17.00", tu_am="830-12", we_pm_rdv="on", closed_on_holidays="on"),
    )

    assert response.status_code == 302 and response["location"] == SITES
    with inside(cast.poste):
        site = Site.objects.get(name="Bibliothèque")
        assert site.opening_hours == ('Mo 08:30-12:00,13:30-17:00; Tu 08:30-12:00; We "après-midi sur RDV"; PH off')
        assert (site.commune, site.modes) == ("21001", ["individual", "workshop"])
        assert site.website == ""


def test_mondays_hours_serve_until_friday_when_asked(cast: Cast, signed_in: SignedIn) -> None:
    signed_in(cast.amina).post(
        f"{SITES}add/", typed(mo_am="9h-12h", mo_pm="14h-17h", tu_am="x-y", sa_am="10h-12h", same_on_weekdays="on")
    )

    with inside(cast.poste):
        hours = Site.objects.get(name="Bibliothèque").opening_hours
    assert hours == "Mo-Fr 09:00-12:00,14:00-17:00; Sa 10:00-12:00"


@pytest.mark.parametrize(
    ("cells", "wrong", "message"),
    [
        ({"mo_am": "9h-25h"}, "mo_am_to", "Écrivez une heure comme 8 h 30"),
        ({"mo_am": "9h75-12h"}, "mo_am_from", "Écrivez une heure comme 8 h 30"),
        ({"mo_am": "<b>9</b>-12h"}, "mo_am_from", "Écrivez une heure comme 8 h 30"),
        ({"mo_am": "=1+1-12h"}, "mo_am_from", "Écrivez une heure comme 8 h 30"),
        ({"mo_am": "9h\0-12h"}, "mo_am_from", "nul"),
        ({"su_pm": "14h-12h"}, "su_pm_to", "La fin est avant le début"),
        ({"su_pm": "14h-"}, "su_pm_to", "Il manque la fin"),
        ({"su_pm": "-17h"}, "su_pm_from", "Il manque le début"),
        ({"mo_am": "9h-13h", "mo_pm": "12h-17h"}, "mo_pm_from", "se chevauchent"),
    ],
)
def test_hours_that_cannot_be_are_said_at_their_cell_and_the_form_keeps_its_content(
    cast: Cast, signed_in: SignedIn, cells: dict[str, str], wrong: str, message: str
) -> None:
    form = typed(**cells)

    response = signed_in(cast.amina).post(f"{SITES}add/", form, headers={"accept-language": "fr"})

    page = text_of(response.content.decode())
    assert response.status_code == 200
    assert list(cell_errors(page)) == [wrong]
    assert message in cell_errors(page)[wrong]
    assert f'href="#id_{wrong}"' in page, "the list on top leads to the cell"
    assert 'value="Bibliothèque"' in page
    kept = str(form[wrong])
    assert f'name="{wrong}" value="{escape(kept)}"' in page or "\0" in kept or not kept
    with inside(cast.poste):
        assert Site.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"name": ""}, "Ce champ est obligatoire"),
        ({"name": "x" * 161}, "160"),
        ({"name": "a\0b"}, "nul"),
        ({"postcode": "12"}, "quatre chiffres"),
        ({"commune": "99999"}, "99999"),
        ({"commune": "21015", "country": "fr", "postcode": "58000"}, "autre pays"),
        ({"country": "zz"}, "zz"),
        ({"website": "javascript:alert(1)"}, "adresse web"),
        ({"modes": ["juggling"]}, "juggling"),
    ],
)
def test_a_site_that_cannot_be_is_refused_with_a_message(
    cast: Cast, signed_in: SignedIn, changes: dict[str, str | list[str]], message: str
) -> None:
    response = signed_in(cast.amina).post(f"{SITES}add/", typed(**changes), headers={"accept-language": "fr"})

    assert response.status_code == 200
    page = text_of(response.content.decode())
    assert message in page
    assert 'value="rue du Livre 1"' in page
    with inside(cast.poste):
        assert Site.objects.count() == 1


def test_html_in_a_name_is_shown_as_it_was_typed(cast: Cast, signed_in: SignedIn) -> None:
    client = signed_in(cast.amina)
    client.post(f"{SITES}add/", typed(name="<script>alert(1)</script>", address="=1+1"))

    page = client.get(SITES).content.decode()

    assert "<script>alert(1)" not in page
    assert escape("<script>alert(1)</script>") in page


def test_the_form_shows_what_is_known_and_saving_it_unchanged_changes_nothing(cast: Cast, signed_in: SignedIn) -> None:
    with inside(cast.poste):
        site = add_site(name="Salle", postcode="1070", opening_hours='Mo 08:30-12:00 "sur RDV"', modes=["home"])
    client = signed_in(cast.amina)

    page = shown(client, f"{SITES}{site.pk}/")
    assert 'name="mo_am_from" value="08:30"' in page
    assert re.search(r'name="mo_am_rdv"[^>]*checked', page)
    assert re.search(r'<option value="21001" selected', page)

    form = typed(name="Salle", address="", town="", phone="", modes=["home"], commune="21001", mo_am="08:30-12:00")
    assert client.post(f"{SITES}{site.pk}/", {**form, "mo_am_rdv": "on"}).status_code == 302
    with inside(cast.poste):
        after = Site.objects.get(pk=site.pk)
        assert after.opening_hours == 'Mo 08:30-12:00 "sur RDV"'
        assert after.modes == ["home"]


def test_a_commune_outside_the_list_is_chosen_as_another_one(cast: Cast, signed_in: SignedIn) -> None:
    client = signed_in(cast.amina)
    client.post(f"{SITES}add/", typed(commune="other"))
    with inside(cast.poste):
        site = Site.objects.get(name="Bibliothèque")
        assert site.commune_key == "1070 Anderlecht"

    assert re.search(r'<option value="other" selected', shown(client, f"{SITES}{site.pk}/"))


def test_hours_that_the_table_cannot_hold_are_edited_as_a_text(cast: Cast, signed_in: SignedIn) -> None:
    special = "Mo 08:00-10:00,11:00-12:00,13:00-15:00"
    with inside(cast.poste):
        site = add_site(name="Salle", opening_hours=special)
    client = signed_in(cast.amina)

    page = shown(client, f"{SITES}{site.pk}/")
    assert special in page
    assert "mo_am_from" not in page

    refused = client.post(
        f"{SITES}{site.pk}/", typed(opening_hours="Mo 08:00-07:00"), headers={"accept-language": "fr"}
    )
    assert "La fin est avant le début" in text_of(refused.content.decode())

    client.post(f"{SITES}{site.pk}/", typed(opening_hours=""))
    assert "mo_am_from" in shown(client, f"{SITES}{site.pk}/")


def test_the_original_cells_of_an_import_are_shown_with_their_doubts(cast: Cast, signed_in: SignedIn) -> None:
    with inside(cast.poste):
        site = add_site(name="Salle", opening_hours_source={"mo_am": "14h-12h", "tu_am": "9h-12h"})

    page = shown(signed_in(cast.amina), f"{SITES}{site.pk}/")

    assert "<dt>lundi matin</dt><dd>14h-12h" in page
    assert "la fin est avant le début" in page


def test_only_one_of_several_sites_is_offered_to_be_closed(cast: Cast, signed_in: SignedIn) -> None:
    client = signed_in(cast.amina)
    assert "/close/" not in shown(client, SITES)

    with inside(cast.poste):
        add_site(name="Antenne")

    assert "/close/" in shown(client, SITES)


def test_a_remark_on_holidays_without_hours_asks_for_them(cast: Cast, signed_in: SignedIn) -> None:
    response = signed_in(cast.amina).post(
        f"{SITES}add/", typed(closed_on_holidays="on"), headers={"accept-language": "fr"}
    )

    assert "Notez aussi les heures" in text_of(response.content.decode())


def test_a_page_is_light(cast: Cast, signed_in: SignedIn) -> None:
    client = signed_in(cast.amina)
    with inside(cast.poste):
        site = Site.objects.get()

    for address in (SITES, f"{SITES}{site.pk}/"):
        assert len(gzip.compress(client.get(address).content)) < 9_000


def test_the_list_costs_few_statements_however_many_sites(cast: Cast, signed_in: SignedIn) -> None:
    client = signed_in(cast.amina)
    client.get(SITES)
    with CaptureQueriesContext(connection) as before:
        client.get(SITES)
    with inside(cast.poste):
        for number in range(5):
            add_site(name=f"Antenne {number}", opening_hours="Mo 09:00-12:00", modes=["home"], postcode="1030")

    with CaptureQueriesContext(connection) as after:
        client.get(SITES)

    assert len(after) == len(before)


def test_a_site_is_closed_after_a_question_and_opened_again_with_one_tap(cast: Cast, signed_in: SignedIn) -> None:
    with inside(cast.poste):
        site = add_site(name="Antenne")
    client = signed_in(cast.amina)

    assert "Antenne" in shown(client, f"{SITES}{site.pk}/close/")
    page = client.post(f"{SITES}{site.pk}/close/", follow=True, headers={"accept-language": "fr"}).content.decode()
    assert f'action="{SITES}{site.pk}/open/"' in page, "the message offers to undo"
    assert "Lieux fermés" in text_of(page)
    with inside(cast.poste):
        assert Site.objects.get(pk=site.pk).retired_at is not None

    assert client.post(f"{SITES}{site.pk}/open/").status_code == 302
    with inside(cast.poste):
        assert Site.objects.get(pk=site.pk).retired_at is None


def test_closing_the_last_site_is_refused_with_a_way_out(cast: Cast, signed_in: SignedIn) -> None:
    with inside(cast.poste):
        only = Site.objects.get()

    page = (
        signed_in(cast.amina)
        .post(f"{SITES}{only.pk}/close/", follow=True, headers={"accept-language": "fr"})
        .content.decode()
    )

    assert "dernier lieu ouvert" in page
    with inside(cast.poste):
        assert Site.objects.get().retired_at is None


def test_a_site_that_does_not_exist_is_a_404(cast: Cast, signed_in: SignedIn) -> None:
    client = signed_in(cast.amina)
    for address in (f"{SITES}999999/", f"{SITES}999999/close/", f"{SITES}99999999999999999999/"):
        assert client.get(address).status_code == 404
    assert client.post(f"{SITES}999999/open/").status_code == 404
    assert client.get(f"{SITES}999999/open/").status_code in (403, 404, 405)


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("8h30", 510), ("8:30", 510), ("08.30", 510), ("8,30", 510), ("830", 510), ("0830", 510), ("8 h 30", 510),
        ("8u30", 510), ("8", 480), ("12h", 720), ("midi", 720), ("24:00", 1440), ("0:00", 0), ("24:01", None),
        ("25h", None), ("8h60", None), ("", None), ("h", None), ("99999", None), ("8h30-12h", None), ("-8", None),
    ],
)  # fmt: skip
def test_a_time_is_read_as_people_type_it(text: str, minutes: int | None) -> None:
    assert read_time(text) == minutes


@at_ease
@given(weeks)
def test_a_week_that_fits_in_the_table_comes_out_as_it_went_in(week: Week) -> None:
    if not fits(week):
        return
    form = HoursForm({name: value for name, value in cells_of(week).items() if value})

    assert form.is_valid(), form.errors
    assert form.week == week


@pytest.mark.parametrize(
    ("text", "fitting"),
    [
        ("Mo-Fr 08:30-12:00,13:30-17:00; PH off", True),
        ("Th 09:00-18:00", True),
        ('Mo 14:00-17:00, Mo "matin sur RDV"', True),
        ('Mo "sur RDV"; Tu "après-midi sur RDV"', True),
        ('Mo 09:00-12:00 "sur RDV", Mo 14:00-17:00', True),
        ('Mo "sous condition"', False),
        ('Mo 09:00-12:00 open "entrée côté jardin"', False),
        ("Mo 08:00-10:00,11:00-12:00,13:00-15:00", False),
        ("off", False),
    ],
)
def test_the_table_is_offered_for_hours_that_it_can_hold(text: str, fitting: bool) -> None:
    assert fits(parse(text)) is fitting


@given(st.text(max_size=20))
@at_ease
def test_no_time_that_one_can_type_breaks_the_form(text: str) -> None:
    form = HoursForm({"mo_am_from": text, "mo_am_to": "12h"})

    assert form.is_valid() or form.errors

"""Appointments as pages: what one taps, what one reads, and what bad input meets."""

from __future__ import annotations

import datetime as dt
import html
import json
import re
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from maillage.accounts.models import Person
from tenants.activity.models import Visit
from tenants.appointments.models import Appointment, SlotRule
from tenants.appointments.selectors import monday_of
from tenants.premises.models import Site
from tests.appointments.conftest import ELEVEN, NINE, TEN
from tests.conftest import Cast, inside

HERE = "/caban/rue-de-la-poste/appointments/"
Booked = Callable[..., Appointment]


@pytest.fixture
def bram(cast: Cast, signed_in: Callable[[Person], Client]) -> Client:
    return signed_in(cast.bram)


@pytest.fixture
def amina(cast: Cast, signed_in: Callable[[Person], Client]) -> Client:
    return signed_in(cast.amina)


def text_of(client: Client, address: str, status: int = 200) -> str:
    response = client.get(address)
    assert response.status_code == status
    html = response.content.decode()
    assert "⟦undefined" not in html
    return html


def posted(client: Client, address: str, data: dict[str, Any]) -> tuple[int, str]:
    response = client.post(address, data, follow=True)
    return response.status_code, response.content.decode()


def booking(site: Site, day: dt.date, **said: Any) -> dict[str, Any]:
    """What the form of a booking sends."""
    plain = {"key": uuid.uuid4(), "site": site.pk, "name": "Zoé", "theme": "tax", "animator": ""}
    return {**plain, "when": f"{day}@{NINE}", **said}


def undo_of(html: str) -> str:
    """The address behind the button of the message."""
    found = re.search(r'class="m-message .*?action="([^"]+)"', html, re.S)
    assert found is not None
    return found[1]


def test_a_free_time_is_tapped_booked_and_undone(cast: Cast, bram: Client, poste: Site, open_day: dt.date) -> None:
    week = text_of(bram, f"{HERE}week/?day={open_day}")
    link = f"{HERE}new/?site={poste.pk}&amp;when={open_day}@{NINE}"
    assert link in week and "Fermé" in week

    page = text_of(bram, link.replace("&amp;", "&"))
    key = re.search(r'name="key" value="([^"]+)"', page)
    assert key is not None and f'value="{open_day}@{NINE}" selected' in page
    said = booking(poste, open_day, key=key[1], name="Fatou")
    status, week = posted(bram, f"{HERE}new/", said)

    assert status == 200 and "Fatou · Impôts" in week and link not in week
    posted(bram, undo_of(week), {})
    with inside(cast.poste):
        assert not Appointment.objects.exists()


def test_the_second_one_loses_nothing_and_chooses_another_time(
    cast: Cast, bram: Client, booked: Booked, poste: Site, open_day: dt.date
) -> None:
    booked()
    said = {
        "key": uuid.uuid4(),
        "site": poste.pk,
        "when": f"{open_day}@{NINE}",
        "name": "Jo",
        "theme": "bank",
        "animator": "",
    }

    status, page = posted(bram, f"{HERE}new/", said)

    assert status == 200 and "vient de prendre cette heure" in page
    assert 'value="Jo"' in page and re.search(r'value="bank"[^>]* checked', page)
    assert f'value="{open_day}@{NINE}"' not in page and f'value="{open_day}@{TEN}"' in page
    status, week = posted(bram, f"{HERE}new/", {**said, "when": f"{open_day}@{TEN}"})
    assert "Jo · Banque" in week


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"when": "2062-01-02@540"}, "trop loin"),
        ({"when": "2020-01-02@540"}, "est passé"),
        ({"when": "rien"}, "Choisissez une des heures proposées"),
        ({"when": "2026-11-02@99999999999999999999"}, "Choisissez"),
        ({"when": ""}, "Ce champ est obligatoire"),
        ({"name": "0470 12 34 56"}, "ressemble à un numéro de téléphone"),
        ({"name": "a\0b"}, "caract"),
        ({"name": "x" * 99}, "30"),
        ({"theme": "magic"}, "n’est pas dans la liste"),
        ({"animator": "9" * 40}, "Cette personne ne travaille pas ici"),
        ({"site": "9" * 40}, "n’existe pas ici"),
        ({"key": "x"}, "Champ masqué|UUID"),
    ],
)
def test_bad_input_is_told_and_the_form_keeps_its_content(
    bram: Client, poste: Site, open_day: dt.date, wrong: dict[str, str], words: str
) -> None:
    said = {
        "key": uuid.uuid4(),
        "site": poste.pk,
        "when": f"{open_day}@{NINE}",
        "name": "Zoé",
        "theme": "tax",
        "animator": "",
    }

    status, page = posted(bram, f"{HERE}new/", {**said, **wrong})

    assert status == 200 and re.search(words, page.replace("&#x27;", "’").replace("'", "’"))
    assert "name" in wrong or 'value="Zoé"' in page


def test_a_strange_address_is_answered_all_the_same(bram: Client, poste: Site) -> None:
    strange = ["day=2062-01-01&month=x&since=1", "day=0001-01-01&month=9999-99&until=2062-01-01",
               "day=%00&site=%00&move=%00", "site=x&move=99999999999999999999", "move=²&when=2026-11-02@x"]  # fmt: skip
    for query in strange:
        for page in ("", "week/") if "move" in query else ("week/", "new/", "stops/", "stops/places/"):
            text_of(bram, f"{HERE}{page}?{query}")


def test_two_taps_make_a_visit_a_third_one_nothing_and_it_is_undone(cast: Cast, bram: Client, today_at: Booked) -> None:
    one = today_at(name="Fatou")
    page = text_of(bram, HERE)
    assert "<details>" in page and f'action="{HERE}{one.pk}/visit/"' in page and "Fatou · Impôts" in page

    said = {"outcome": "solved", "theme": "tax", "minutes": "30"}
    _status, page = posted(bram, f"{HERE}{one.pk}/visit/", said)
    assert "Visite enregistrée\N{NO-BREAK SPACE}: Impôts · Résolu" in page and "Compléter la visite" in page
    posted(bram, f"{HERE}{one.pk}/visit/", said)
    with inside(cast.poste):
        assert Visit.objects.filter(deleted_at=None).count() == 1
    _status, page = posted(bram, undo_of(page), {})
    assert "attend de nouveau" in page
    with inside(cast.poste):
        assert Visit.objects.filter(deleted_at=None).count() == 0


def test_an_outcome_without_a_theme_asks_for_it_there(bram: Client, today_at: Booked) -> None:
    one = today_at(theme="")

    status, page = posted(bram, f"{HERE}{one.pk}/visit/", {"outcome": "solved", "minutes": "30"})
    assert status == 200 and "Choisissez au moins un thème" in page and "<details open>" in page
    status, page = posted(bram, f"{HERE}{one.pk}/visit/", {"outcome": "magic", "theme": "tax", "minutes": "x"})
    assert status == 200 and "<details open>" in page


def test_one_without_a_theme_is_two_taps_as_well_and_booking_asks_for_it(
    cast: Cast, bram: Client, poste: Site, today_at: Booked, open_day: dt.date
) -> None:
    one = today_at(theme="", name="Fatou")
    page = text_of(bram, HERE)
    tap = re.search(r'href="(\?day=[\d-]+&amp;open=\d+&amp;theme=(\w+)#appointment-\d+)"', page)
    assert tap and page.count('class="btn btn-outline-primary" href="?day=') == 6

    page = text_of(bram, HERE + html.unescape(tap[1]))
    assert "<details open>" in page and f'<option value="{tap[2]}" selected>' in page
    said = {"outcome": "solved", "theme": tap[2], "minutes": "30"}
    _status, page = posted(bram, f"{HERE}{one.pk}/visit/", said)
    assert "Visite enregistrée" in page
    with inside(cast.poste):
        assert Visit.objects.get(deleted_at=None).themes == [tap[2]]
    for strange in (
        "open=x&theme=tax",
        f"open={one.pk}&theme=nothing",
        "open=99999999&theme=tax",
        "open=%00&theme=tax",
    ):
        text_of(bram, f"{HERE}?{strange}")

    page = text_of(bram, f"{HERE}new/?when={open_day}@540")
    assert len(re.findall(r'type="radio" name="theme"', page)) == 1 + 6 and 'name="other_theme"' in page
    key = re.search(r'name="key" value="([^"]+)"', page)
    assert key
    rare = {"key": key[1], "site": str(poste.pk), "when": f"{open_day}@540", "theme": "", "other_theme": "ai"}
    posted(bram, f"{HERE}new/", rare)
    with inside(cast.poste):
        assert Appointment.objects.get(date=open_day).theme == "ai"


def test_one_that_did_not_come_is_one_tap_and_comes_back(bram: Client, today_at: Booked) -> None:
    one = today_at(name="Fatou")

    _status, page = posted(bram, f"{HERE}{one.pk}/cancel/", {"state": "no_show"})
    assert "La personne n’est pas venue" in page.replace("&#x27;", "’") and "a-gone" in page
    _status, page = posted(bram, undo_of(page), {})
    assert "a-gone" not in page


def test_one_is_moved_by_one_tap_in_the_week_and_back(
    cast: Cast, bram: Client, booked: Booked, poste: Site, open_day: dt.date
) -> None:
    one = booked(name="Fatou")
    week = text_of(bram, f"{HERE}week/?move={one.pk}&day={open_day}")
    assert f'value="{open_day}@{ELEVEN}"' in week and "Vous déplacez" in week

    _status, page = posted(bram, f"{HERE}{one.pk}/move/", {"when": f"{open_day}@{ELEVEN}", "site": poste.pk})
    assert "Le rendez-vous est déplacé" in page
    posted(bram, undo_of(page), {})
    with inside(cast.poste):
        assert Appointment.objects.get().starts == NINE
    for when in ("x", "2062-01-01@540", f"{open_day}@541"):
        status, page = posted(bram, f"{HERE}{one.pk}/move/", {"when": when, "site": poste.pk})
        assert status == 200 and "m-message-error" in page


def test_it_is_changed_and_what_is_not_open_says_so(bram: Client, booked: Booked, today_at: Booked) -> None:
    one = booked(name="Fatou", theme="")
    _status, page = posted(bram, f"{HERE}{one.pk}/", {"name": "Jo", "theme": "bank", "animator": ""})
    assert "Jo · Banque" in page
    gone = today_at(state="epn_cancelled", starts=TEN, ends=TEN + 30)
    assert "Rétablir" in text_of(bram, f"{HERE}{gone.pk}/")
    status, page = posted(bram, f"{HERE}{gone.pk}/", {"name": "Jo", "theme": "", "animator": ""})
    assert status == 200


def test_files_hold_the_rows_and_no_name(bram: Client, today_at: Booked, today: dt.date) -> None:
    today_at(name="Fatou", theme="tax")

    for page in (HERE, f"{HERE}week/"):
        assert "download=json" in text_of(bram, page)
        found = b"".join(bram.get(f"{page}?download=json").streaming_content).decode()  # type: ignore[attr-defined]
        assert json.loads(found)["rows"][0]["theme_code"] == "tax" and "Fatou" not in found
        assert "Fatou" not in b"".join(bram.get(f"{page}?download=csv").streaming_content).decode()  # type: ignore[attr-defined]


def test_forgotten_ones_stand_below_today(bram: Client, today_at: Booked, today: dt.date) -> None:
    one = today_at(date=today - dt.timedelta(days=3), name="Fatou")

    assert "Et ceux-ci" in text_of(bram, HERE)
    _status, page = posted(bram, f"{HERE}{one.pk}/visit/", {"outcome": "solved", "theme": "tax", "minutes": ""})
    assert "Visite enregistrée" in page and "Et ceux-ci" not in page


def test_the_coordinator_sets_how_a_site_receives(cast: Cast, amina: Client, bram: Client, poste: Site) -> None:
    assert bram.get(f"{HERE}settings/").status_code == 403
    name = f"site-{poste.pk}"
    status, page = posted(amina, f"{HERE}settings/", {f"{name}-slot_minutes": "2", f"{name}-places": "x"})
    assert status == 200 and "5" in page and "m-error" in page

    posted(amina, f"{HERE}settings/", {f"{name}-slot_minutes": "45", f"{name}-places": "0"})

    with inside(cast.poste):
        assert SlotRule.objects.get().slot_minutes == 45
    assert "Aucun site ne reçoit" in text_of(bram, f"{HERE}week/")
    assert "Aucun site ne reçoit" in text_of(bram, f"{HERE}new/")


def test_a_site_without_hours_says_why_nothing_is_free(cast: Cast, bram: Client) -> None:
    assert "ne sont pas connues" in text_of(bram, f"{HERE}week/").replace("&#x27;", "’")


def test_the_panel_of_the_home_shows_those_that_wait(bram: Client, today_at: Booked) -> None:
    home = HERE.removesuffix("appointments/")
    assert "Les rendez-vous d" not in text_of(bram, home)
    for number in range(6):
        today_at(starts=NINE + 30 * number, ends=NINE + 30 * number + 30, name=f"N{number}")

    page = text_of(bram, home)

    assert "N0 · Impôts" in page and "N4 · Impôts" not in page and "encore 2" in page


@pytest.mark.parametrize("language", ["fr", "nl", "en"])
def test_every_page_is_whole_in_every_language(
    amina: Client, booked: Booked, today_at: Booked, open_day: dt.date, language: str
) -> None:
    amina.cookies["django_language"] = language
    one = today_at(name="<b>Zoé</b>", theme="")
    coming = booked(name="=1+1")
    for page in ("", f"week/?day={monday_of(open_day)}", f"week/?move={coming.pk}", f"{one.pk}/", f"{one.pk}/cancel/",
                 "new/", "settings/", "calendars/", "stops/", "stops/new/", "stops/places/"):  # fmt: skip
        html = text_of(amina, f"{HERE}{page}")
        assert "<b>Zoé</b>" not in html and f'<html lang="{language}">' in html

"""The pages of workshops: from the list to a saved attendance, two people at one date, and what people type."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from icalendar import Calendar
from pypdf import PdfReader

from maillage.accounts.models import Person
from tenants.registry.enums import Role
from tenants.registry.services import grant_membership
from tenants.workshops.enums import State
from tenants.workshops.models import Presence, Registration, Series, SeriesDate
from tenants.workshops.registrations.services import register
from tenants.workshops.services import record_attendance
from tests.conftest import Cast, inside
from tests.workshops.conftest import HOME, NewSeries

SignedIn = Callable[[Person], Client]


@pytest.fixture
def series(cast: Cast, new_series: NewSeries) -> Series:
    """Two dates behind, one today, one to come; two places."""
    with inside(cast.poste):
        return new_series(days=(-14, -7, 0, 7), animators=[cast.bram.pk], goals="Écrire\nEnvoyer")


@pytest.fixture
def bram(cast: Cast, signed_in: SignedIn) -> Client:
    return signed_in(cast.bram)


def dates_of(cast: Cast, series: Series) -> list[SeriesDate]:
    with inside(cast.poste):
        return list(SeriesDate.objects.filter(series=series))


def fields_of(client: Client, url: str) -> dict[str, Any]:
    """What a browser would send back of a page's forms: hidden and filled-in inputs, selects, boxes."""
    html = client.get(url).content.decode()
    found: dict[str, Any] = {}
    for tag in re.findall(r"<input[^>]*>", html):
        attrs = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        kind, name = attrs.get("type", "text"), attrs.get("name", "")
        if kind in ("checkbox", "radio"):
            if " checked" in tag:
                found.setdefault(name, []).append(attrs.get("value", "on"))
        elif name and attrs.get("value"):
            found[name] = attrs["value"]
    for name, body in re.findall(r'<select name="(\w+)"[^>]*>(.*?)</select>', html, re.DOTALL):
        if chosen := re.search(r'<option value="([^"]*)" selected', body):
            found[name] = chosen[1]
    found.update({name: text.strip() for name, text in re.findall(r'<textarea name="(\w+)"[^>]*>(.*?)</textarea>', html,
                                                                 re.DOTALL)})  # fmt: skip
    return {name: value for name, value in found.items() if name not in ("csrfmiddlewaretoken", "language", "next")}


def shown(response: Any) -> str:
    return " ".join(response.content.decode().replace("\xa0", " ").split())


def test_a_new_epn_is_told_how_to_begin(bram: Client) -> None:
    assert "Pas encore d’atelier" in shown(bram.get(HOME))


def test_a_series_with_weekly_dates_is_added_once_and_shown(cast: Cast, bram: Client, today: dt.date) -> None:
    said = fields_of(bram, f"{HOME}new/") | {
        "title": "Découvrir  l’ordinateur", "kind": "course", "themes": ["computer", "internet"],
        "level": "first_steps", "language": "fr",
        "capacity": "6", "goals": "Allumer\nÉteindre", "times": "4", "starts_at": "09:30",
        "ends_at": "11:30", "weeks": "1", "audience": ["senior"],
    }  # fmt: skip
    answers = [bram.post(f"{HOME}new/", said) for _time in range(2)]

    assert answers[0].status_code == 302 and answers[0]["Location"] == answers[1]["Location"]
    with inside(cast.poste):
        made = Series.objects.get()
        assert (made.title, made.animators, made.dates.count()) == ("Découvrir l’ordinateur", [cast.bram.pk], 4)
    page = shown(bram.get(answers[0]["Location"]))
    for words in ("Découvrir l’ordinateur", "Premiers pas", "Ordinateur · Internet", "Éteindre", "Seniors", "Bram"):
        assert words in page, words
    assert "Découvrir l’ordinateur" in shown(bram.get(HOME))


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"date": "2062-01-05"}, "trop loin"),
        ({"date": "0001-01-01"}, "trop ancien"),
        ({"ends_at": "08:00"}, "La fin doit"),
        ({"times": "5000"}, "de 1 à 52"),
        ({"capacity": "99999999999999999999"}, "de 1 à 200"),
        ({"title": ""}, "obligatoire"),
        ({"themes": ["astrology"]}, "astrology"),
        ({"site": "99999999999999999999"}, "site"),
        ({"animators": ["abc", "99999999999999999999999"]}, "choix"),
        ({"goals": "a\0b"}, "nul"),
        ({"kind": "party"}, "party"),
        ({"weeks": "9"}, "9"),
    ],
)
def test_what_cannot_be_comes_back_with_what_was_typed(bram: Client, wrong: dict[str, Any], words: str) -> None:
    said = fields_of(bram, f"{HOME}new/") | {
        "title": "<b>Mon titre</b>", "kind": "workshop", "themes": ["email"], "capacity": "6", "starts_at": "09:30",
        "ends_at": "11:30", "times": "3", "weeks": "1", "language": "fr",
    }  # fmt: skip
    response = bram.post(f"{HOME}new/", said | wrong)

    assert response.status_code == 200
    page = shown(response)
    assert "m-summary" in page and ("&lt;b&gt;Mon titre&lt;/b&gt;" in page or "title" in wrong)
    assert words in page, page[page.index("m-summary") :][:900]


def test_twelve_people_are_noted_and_said_again(cast: Cast, bram: Client, series: Series) -> None:
    today = dates_of(cast, series)[2]
    assert f'href="{HOME}dates/{today.pk}/"' in shown(bram.get(HOME))
    url = f"{HOME}dates/{today.pk}/"
    said = fields_of(bram, url) | {"total": "12", "gender__woman": "7", "gender__man": "3"}
    for _time in range(2):
        assert bram.post(url, said).status_code == 302

    page = shown(bram.get(url))
    assert "Femme 7 · Homme 3 · non communiqué 2" in page
    assert dates_of(cast, series)[2].total == 12


def test_two_people_see_both_versions_and_choose(cast: Cast, bram: Client, signed_in: SignedIn, series: Series) -> None:
    url = f"{HOME}dates/{dates_of(cast, series)[2].pk}/"
    amina = signed_in(cast.amina)
    hers, his = fields_of(amina, url), fields_of(bram, url)
    assert amina.post(url, hers | {"total": "12", "gender__woman": "7"}).status_code == 302

    told = bram.post(url, his | {"total": "11"})
    page = shown(told)
    assert told.status_code == 200 and "Amina a enregistré une autre version" in page
    assert "La vôtre :</span> 11" in page and "La leur :</span> 12" in page and "La leur :</span> 7" in page
    assert dates_of(cast, series)[2].total == 12

    again = re.search(r'name="version" value="([^"]+)"', told.content.decode())
    assert again is not None
    choice = {"total": "11", "version": again[1], "differs": ["total", "gender__woman"]}
    assert bram.post(url, his | choice | {"keep-total": "mine"}).status_code == 200
    chosen = his | choice | {"keep-total": "mine", "keep-gender__woman": "theirs"}
    assert bram.post(url, chosen).status_code == 302
    date = dates_of(cast, series)[2]
    assert (date.total, date.margins) == (11, {"gender": {"woman": 7}})


def test_the_hours_of_one_date_are_compared_too(cast: Cast, bram: Client, series: Series) -> None:
    date = dates_of(cast, series)[3]
    url = f"{HOME}dates/{date.pk}/change/"
    said = fields_of(bram, url)
    assert bram.post(url, said | {"ends_at": "12:00"}).status_code == 302

    told = bram.post(url, said | {"ends_at": "13:00"})
    assert told.status_code == 200 and "La leur :</span> 12:00" in shown(told)
    assert bram.post(url, said | {"version": "yesterday"}).status_code == 200


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"total": ""}, "Combien de personnes"),
        ({"total": "-3"}, "de 0 à 999"),
        ({"total": "1e9"}, "nombre entier"),
        ({"total": "2", "gender__woman": "3"}, "Genre"),
        ({"total": "2", "audience__senior": "3"}, "Seniors"),
        ({"total": "2", "preparation_minutes": "99999"}, "1 440"),
    ],
)
def test_an_attendance_that_cannot_be_says_what(
    cast: Cast, bram: Client, series: Series, said: dict[str, str], words: str
) -> None:
    date = dates_of(cast, series)[2]
    url = f"{HOME}dates/{date.pk}/"
    response = bram.post(url, fields_of(bram, url) | said)

    page = shown(response)
    assert response.status_code == 200 and "m-summary" in page
    assert words in page or words.replace(" ", "") in page.replace(" ", ""), page[page.index("m-summary") :][:700]
    assert dates_of(cast, series)[2].state == State.PLANNED


def test_an_old_attendance_is_the_coordinators(cast: Cast, bram: Client, signed_in: SignedIn, series: Series) -> None:
    old = dates_of(cast, series)[0]
    with inside(cast.poste):
        record_attendance(series_date=old, total=4)
    url = f"{HOME}dates/{old.pk}/"

    assert "Enregistrer les présences" not in shown(bram.get(url))
    assert bram.post(url, {"total": "5"}).status_code == 403
    assert "Enregistrer les présences" in shown(signed_in(cast.amina).get(url))


def test_a_volunteer_notes_and_registers_but_does_not_plan(cast: Cast, signed_in: SignedIn, series: Series) -> None:
    grant_membership(person=cast.eva, space=cast.poste.space, role=Role.VOLUNTEER)
    volunteer = signed_in(cast.eva)
    date = dates_of(cast, series)[2]

    assert "Enregistrer les présences" in shown(volunteer.get(f"{HOME}dates/{date.pk}/"))
    page = shown(volunteer.get(f"{HOME}{series.pk}/"))
    assert "Inscrire quelqu’un" in page and "Modifier la série" not in page
    assert volunteer.get(f"{HOME}{series.pk}/change/").status_code == 403


def test_a_date_is_moved_cancelled_and_planned_again(cast: Cast, bram: Client, series: Series, today: dt.date) -> None:
    held, coming = dates_of(cast, series)[1], dates_of(cast, series)[3]
    later = today + dt.timedelta(days=9)
    url = f"{HOME}dates/{coming.pk}/"
    assert bram.post(f"{url}move/", {"date": later, "starts_at": "10:00", "ends_at": "12:00", "reason": "Grève <b>"}
                     ).status_code == 302  # fmt: skip
    page = shown(bram.get(f"{HOME}{series.pk}/"))
    assert "Déplacée" in page and "Grève &lt;b&gt;" in page

    assert bram.post(f"{HOME}dates/{held.pk}/cancel/", {"reason": "=1+1"}).status_code == 302
    assert "Annulée" in shown(bram.get(f"{HOME}dates/{held.pk}/"))
    assert bram.post(f"{HOME}dates/{held.pk}/reopen/").status_code == 302
    assert {one.state for one in dates_of(cast, series)} == {State.PLANNED, State.MOVED}
    too_far = bram.post(f"{HOME}dates/{held.pk}/move/", {"date": "2062-01-01", "starts_at": "10:00", "ends_at": "9:00"})
    assert too_far.status_code == 200 and "m-summary" in shown(too_far)


def test_somebody_is_registered_waits_gets_the_place_and_is_removed(cast: Cast, bram: Client, series: Series) -> None:
    url = f"{HOME}{series.pk}/register/"
    for name in ("Ana", "Bo", "Cem"):
        said = fields_of(bram, url) | {"name": name}
        for _time in range(2):
            assert bram.post(url, said).status_code == 302
    refused = bram.post(url, {"name": "0470 12 34 56", "level": "alone"})
    assert "numéro de téléphone" in shown(refused) and "0470 12 34 56" in shown(refused)
    page = shown(bram.get(f"{HOME}{series.pk}/"))
    assert "En attente, numéro 1" in page and "Donner la place" not in page

    with inside(cast.poste):
        ana, _bo, cem = Registration.objects.order_by("pk")
    assert "Retirer Ana ?" in shown(bram.get(f"{HOME}registrations/{ana.pk}/remove/"))
    assert bram.post(f"{HOME}registrations/{ana.pk}/remove/").status_code == 302
    assert "Donner la place" in shown(bram.get(f"{HOME}{series.pk}/"))
    assert bram.post(f"{HOME}registrations/{cem.pk}/place/").status_code == 302
    assert "Bo" in shown(bram.get(f"{HOME}dates/{dates_of(cast, series)[3].pk}/sheet/"))
    with inside(cast.poste):
        assert set(Registration.objects.values_list("name", "waiting")) == {("Bo", False), ("Cem", False)}


def test_whoever_came_gets_a_certificate_without_their_name_being_kept(
    cast: Cast, bram: Client, series: Series
) -> None:
    with inside(cast.poste):
        one = register(series=series, name="F-12")
        record_attendance(series_date=SeriesDate.objects.filter(series=series)[1], total=1, present=[one.pk])
    date = dates_of(cast, series)[0]
    with inside(cast.poste):
        record_attendance(series_date=date, total=3)
    page = f"{HOME}registrations/{one.pk}/"
    assert bram.post(page, {"name": "F-12", "level": "", f"date_{date.pk}": "yes",
                            f"date_{dates_of(cast, series)[1].pk}": "yes"}).status_code == 302  # fmt: skip
    with inside(cast.poste):
        assert Presence.objects.filter(present=True).count() == 2

    assert "Rien" not in shown(bram.get(f"{page}certificate/"))
    pdf = bram.post(f"{page}certificate/", {"name": "Fatima El Mansouri", "language": "nl"})
    assert pdf["Content-Type"] == "application/pdf" and "no-store" in pdf["Cache-Control"]
    text = PdfReader(io.BytesIO(pdf.content)).pages[0].extract_text().replace("\xa0", " ")
    assert "Attest van aanwezigheid" in text and "Fatima El Mansouri" in text and "4 h" in text
    for bad in ({"name": "小明", "language": "fr"}, {"name": "", "language": "fr"}, {"name": "x", "language": "tlh"}):
        assert bram.post(f"{page}certificate/", bad).status_code == 200


def test_three_questions_propose_what_fits_or_somebody(cast: Cast, bram: Client, series: Series) -> None:
    page = shown(bram.get(f"{HOME}find/?theme=email&level=first_steps&language=fr"))
    assert "Mes premiers e-mails" in page and "2 places libres" in page and "register/?level=first_steps" in page
    assert "Animation : Bram" in page

    assert "Aucun atelier" in shown(bram.get(f"{HOME}find/?theme=bank"))
    for odd in ("?theme=%00", "?theme=astrology&level=9", "?level=alone"):
        assert bram.get(f"{HOME}find/{odd}").status_code in (200, 400)


# --- files ----------------------------------------------------------------------------------------------------------


def rows_of(response: Any) -> list[dict[str, str]]:
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text), delimiter=";"))


def test_every_table_can_be_taken_away(cast: Cast, bram: Client, series: Series) -> None:
    with inside(cast.poste):
        one = register(series=series, name="=1+1")
        date = SeriesDate.objects.filter(series=series)[1]
        record_attendance(series_date=date, total=12, margins={"gender": {"woman": 7}}, present=[one.pk])

    dates = rows_of(bram.get(f"{HOME}?download=csv&table=dates"))
    assert len(dates) == 4
    noted = next(row for row in dates if row["Personnes présentes"] == "12")
    assert (noted["Minutes"], noted["Genre: Femme"], noted["Genre: Homme"]) == ("120", "7", "")
    found = json.loads(b"".join(bram.get(f"{HOME}?download=json&table=series").streaming_content))  # type: ignore[attr-defined]
    assert found["rows"][0]["title"] == "Mes premiers e-mails" and found["rows"][0]["held"] == 1
    assert len(rows_of(bram.get(f"{HOME}{series.pk}/?download=csv&table=dates"))) == 4
    people = rows_of(bram.get(f"{HOME}{series.pk}/?download=csv&table=registrations"))
    assert [row["Prénom ou code"] for row in people] == ["'=1+1"]


def test_a_series_is_a_calendar_without_names(cast: Cast, bram: Client, series: Series) -> None:
    with inside(cast.poste):
        register(series=series, name="Ana")
    bram.post(f"{HOME}dates/{dates_of(cast, series)[3].pk}/cancel/", {"reason": "Malade"})

    response = bram.get(f"{HOME}{series.pk}/calendar/")
    events = Calendar.from_ical(response.content).walk("VEVENT")
    assert [str(one["STATUS"]) for one in events] == ["CONFIRMED"] * 3 + ["CANCELLED"]
    assert b"Ana" not in response.content


def test_the_list_costs_the_same_however_many_series(
    cast: Cast, bram: Client, new_series: NewSeries, django_assert_max_num_queries: Any
) -> None:
    with inside(cast.poste):
        for number in range(8):
            register(series=new_series(title=f"Série {number}", days=(-7, 0, 7)), name="Ana")
    bram.get(HOME)

    with django_assert_max_num_queries(16):
        assert bram.get(HOME).status_code == 200


def test_the_neighbours_see_nothing(cast: Cast, signed_in: SignedIn, series: Series) -> None:
    chloe = signed_in(cast.chloe)

    assert chloe.get(f"{HOME}{series.pk}/").status_code == 404
    assert chloe.get(f"/caban/abattoirs/workshops/{series.pk}/").status_code == 404

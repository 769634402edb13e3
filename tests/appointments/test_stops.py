"""Stops on the road: planned, packed, held, cancelled, and counted from the visits."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client

from maillage.accounts.models import Person
from maillage.audit.models import Entry
from maillage.reference.holidays import public_holidays
from tenants.activity.services import record_visits
from tenants.appointments import stop_services as services
from tenants.appointments.enums import Repeat
from tenants.appointments.models import Stop
from tenants.appointments.selectors import days_of
from tenants.appointments.stop_rules import dates
from tenants.appointments.stop_selectors import Sums, month_of_stops, places_over
from tenants.premises.models import Site
from tests.appointments.test_booking import refused
from tests.conftest import Cast, inside

HERE = "/caban/rue-de-la-poste/appointments/stops/"
A_WEEK = dt.timedelta(days=7)
Planned = Callable[..., list[Stop]]


@pytest.fixture
def plan(cast: Cast, poste: Site, open_day: dt.date) -> Planned:
    """Plans in Rue de la Poste on the next open day, from half past nine to noon."""

    def made(**said: Any) -> list[Stop]:
        plain = {"series": uuid.uuid4(), "site_id": poste.pk, "date": open_day, "starts": 570, "ends": 720}
        with inside(cast.poste):
            return services.plan_stops(**{**plain, **said}).stops

    return made


# --- when -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "repeat", "until", "days"),
    [
        ("2026-11-10", Repeat.ONCE, "2027-11-10", ["11-10"]),
        ("2026-11-10", Repeat.WEEKLY, "2026-12-01", ["11-10", "11-17", "11-24", "12-01"]),
        ("2026-11-10", Repeat.BIWEEKLY, "2026-12-10", ["11-10", "11-24", "12-08"]),
        ("2026-11-10", Repeat.MONTHLY, "2027-02-28", ["11-10", "12-08", "01-12", "02-09"]),
        ("2026-10-31", Repeat.MONTHLY, "2027-01-31", ["10-31", "11-28", "12-26", "01-30"]),
        ("2026-11-01", Repeat.MONTHLY, "2027-01-04", ["11-01", "12-06", "01-03"]),
    ],
)
def test_a_stop_comes_back(first: str, repeat: str, until: str, days: list[str]) -> None:
    found = dates(dt.date.fromisoformat(first), repeat, dt.date.fromisoformat(until))

    assert [f"{day:%m-%d}" for day in found] == days


def test_a_series_is_rows_of_its_own_and_the_same_page_twice_is_one(
    cast: Cast, plan: Planned, open_day: dt.date
) -> None:
    series = uuid.uuid4()
    said = {"series": series, "repeat": Repeat.WEEKLY, "until": open_day + 3 * A_WEEK, "skip_holidays": False}

    assert [one.pk for one in plan(**said)] == [one.pk for one in plan(**said)]
    with inside(cast.poste):
        assert list(Stop.objects.values_list("date", flat=True)) == [open_day + n * A_WEEK for n in range(4)]
    assert Entry.objects.get(verb="stops.planned").target == "4 stops"


def test_public_holidays_are_left_out_and_named(cast: Cast, poste: Site, today: dt.date) -> None:
    first = today + dt.timedelta(days=1)
    while (first + A_WEEK) not in public_holidays((first + A_WEEK).year, "be"):
        first += dt.timedelta(days=1)
    with inside(cast.poste):
        said = {"site_id": poste.pk, "date": first, "starts": 570, "ends": 720, "repeat": Repeat.WEEKLY}
        planned = services.plan_stops(series=uuid.uuid4(), until=first + 2 * A_WEEK, **said)

    assert planned.left_out[0] == first + A_WEEK
    assert first + A_WEEK not in [one.date for one in planned.stops]


@pytest.mark.parametrize(
    ("said", "codes"),
    [
        ({"ends": 500}, {"ends": ["end_before_start"]}),
        ({"ends": 570}, {"ends": ["end_before_start"]}),
        ({"starts": "x"}, {"starts": ["required"]}),
        ({"date": dt.date(2020, 1, 1)}, {"date": ["past"]}),
        ({"date": dt.date(2062, 1, 1)}, {"date": ["too_far"]}),
        ({"site_id": 10**30}, {"site_id": ["unknown_site"]}),
        ({"site_id": None}, {"site_id": ["unknown_site"]}),
        ({"animator_id": 0}, {"animator_id": ["unknown_animator"]}),
        ({"kit": {"tablet": 0}}, {"kit": ["out_of_range"]}),
        ({"kit": {"rocket": 1}}, {"kit": ["unknown_code"]}),
        ({"kit_other": "a\0"}, {"kit_other": ["not_printable"]}),
        ({"repeat": "yearly"}, {"repeat": ["unknown_code"]}),
        ({"repeat": "weekly"}, {"until": ["required"]}),
        ({"repeat": "weekly", "until": dt.date(2020, 1, 1)}, {"until": ["end_before_start"]}),
        ({"repeat": "weekly", "until": dt.date(2062, 1, 1)}, {"until": ["too_far"]}),
    ],
)
def test_bad_facts_are_refused_by_field(plan: Planned, said: dict[str, Any], codes: dict[str, list[str]]) -> None:
    assert refused(plan, **said) == codes


def test_one_stop_a_day_and_place_and_an_animator_is_at_one_place(cast: Cast, plan: Planned, open_day: dt.date) -> None:
    plan(animator_id=cast.bram.pk)
    with inside(cast.poste):
        market = Site.objects.create(name="Marché", town="Schaerbeek")
        other = Site.objects.create(name="Gare", town="Schaerbeek")

    assert refused(plan, starts=800, ends=900) == {"date": ["twin"]}
    assert refused(plan, repeat=Repeat.WEEKLY, until=open_day + A_WEEK) == {"date": ["twin"]}
    assert refused(plan, site_id=market.pk, animator_id=cast.bram.pk, starts=700, ends=800) == {"animator_id": ["busy"]}
    assert plan(site_id=market.pk, animator_id=cast.bram.pk, starts=720, ends=800)
    assert plan(site_id=other.pk, animator_id=cast.amina.pk)
    with inside(cast.poste), pytest.raises(IntegrityError), transaction.atomic():
        Stop.objects.create(site=other, date=open_day, starts=1, ends=2)


def test_a_new_place_becomes_a_site_once_and_with_its_commune(cast: Cast, plan: Planned) -> None:
    place = {"name": "Bibliothèque", "address": "", "postcode": "1070", "town": "Anderlecht"}
    series = uuid.uuid4()

    plan(site_id=None, place=place, series=series)
    plan(site_id=None, place=place, series=series)

    with inside(cast.poste):
        site = Site.objects.get(name="Bibliothèque")
        assert (site.commune, site.modes, Stop.objects.get().site_id) == ("21001", ["itinerant"], site.pk)
    wrong = refused(plan, site_id=None, place={**place, "name": "x" * 200, "postcode": "0"})
    assert set(wrong) == {"place_name", "place_postcode"}
    assert refused(plan, site_id=None, place={**place, "name": "Gare"}, ends=0) == {"ends": ["end_before_start"]}
    with inside(cast.poste):
        assert not Site.objects.filter(name="Gare").exists()


# --- what becomes of it -----------------------------------------------------------------------------------------


def test_it_is_held_or_cancelled_with_a_reason_and_undone(cast: Cast, plan: Planned, today: dt.date) -> None:
    [coming] = plan()
    with inside(cast.poste):
        assert refused(services.hold_stop, stop=coming) == {"__all__": ["future"]}
        assert refused(services.cancel_stop, stop=coming, reason="") == {"reason": ["required"]}
        services.cancel_stop(stop=coming, reason="weather")
        services.cancel_stop(stop=coming, reason="weather")
        Stop.objects.filter(pk=coming.pk).update(date=today)
        assert services.hold_stop(stop=coming).reason == ""
        assert services.plan_stop_again(stop=coming).state == "planned"
    assert Entry.objects.filter(verb="stop.cancelled").count() == 1


def test_a_cancelled_one_comes_back_only_where_nothing_else_stands(cast: Cast, plan: Planned) -> None:
    [one] = plan()
    with inside(cast.poste):
        services.cancel_stop(stop=one, reason="vehicle")
    plan()

    with inside(cast.poste):
        assert refused(services.plan_stop_again, stop=one) == {"date": ["twin"]}


def test_a_change_keeps_what_is_packed_of_what_still_goes_along(cast: Cast, plan: Planned, open_day: dt.date) -> None:
    [one] = plan(kit={"tablet": 4, "printer": 1}, kit_other="Thé")
    with inside(cast.poste):
        assert services.set_packed(stop=one, packed=["printer", "other", "rocket"]).packed == ["printer", "other"]
        changed = services.change_stop(stop=one, kit={"tablet": 2}, kit_other="Thé", date=open_day + A_WEEK)
        assert (changed.packed, changed.date) == (["other"], open_day + A_WEEK)
        assert refused(services.change_stop, stop=one, date=dt.date(2020, 1, 1)) == {"date": ["past"]}


def test_a_plan_is_undone_while_it_is_fresh(cast: Cast, plan: Planned, open_day: dt.date) -> None:
    rows = plan(repeat=Repeat.WEEKLY, until=open_day + 2 * A_WEEK, planned_by_id=cast.bram.pk)
    with inside(cast.poste):
        assert refused(services.withdraw_stops, series=rows[0].series, person_id=cast.amina.pk) == {
            "__all__": ["too_late"]
        }
        assert services.withdraw_stops(series=rows[0].series, person_id=cast.bram.pk) == len(rows)
        assert services.withdraw_stops(series=rows[0].series, person_id=cast.bram.pk) == 0


def test_a_stop_gives_its_site_times_and_a_cancelled_one_takes_them(
    cast: Cast, plan: Planned, open_day: dt.date
) -> None:
    with inside(cast.poste):
        market = Site.objects.create(name="Marché", town="Schaerbeek")
        assert not days_of(market, open_day, open_day)[0].slots.is_open
    [one] = plan(site_id=market.pk)
    with inside(cast.poste):
        assert [each.starts for each in days_of(market, open_day, open_day)[0].slots.free] == [570, 600, 630, 660, 690]
        services.cancel_stop(stop=one, reason="weather")
        assert not days_of(market, open_day, open_day)[0].slots.is_open


# --- counted ----------------------------------------------------------------------------------------------------


@pytest.fixture
def lived(cast: Cast, poste: Site, today: dt.date) -> tuple[Site, dt.date]:
    """A market with two stops that were held, one that was cancelled, and visits of all kinds."""
    first = today.replace(day=1) - dt.timedelta(days=20)
    days = [first, first + dt.timedelta(days=1), first + dt.timedelta(days=2), first + dt.timedelta(days=3)]
    with inside(cast.poste):
        market = Site.objects.create(name="Marché", town="Schaerbeek", modes=["itinerant"])
        states = [("held", ""), ("held", ""), ("cancelled", "weather")]
        for day, (state, reason) in zip(days, states, strict=False):
            Stop.objects.create(site=market, date=day, starts=570, ends=720, state=state, reason=reason)
        plain = {"minutes": 20, "themes": ["tax"], "outcome": "solved", "mode": "itinerant", "site_id": market.pk}
        record_visits(visits=[
            {**plain, "date": days[0]}, {**plain, "date": days[0], "attendances": 3, "minutes": 25},
            {**plain, "date": days[1]}, {**plain, "date": days[3]},
            {**plain, "date": days[0], "mode": "individual"},
            {**plain, "date": days[0], "site_id": poste.pk},
        ])  # type: ignore[list-item]  # fmt: skip
    return market, first


def test_each_stop_counts_the_visits_on_the_road_of_its_day_and_place(cast: Cast, lived: tuple[Site, dt.date]) -> None:
    _market, first = lived
    with inside(cast.poste):
        lines = {one.stop.date: one.sums for day in (first, first + A_WEEK) for one in month_of_stops(day)}
    assert lines[first] == Sums(2, 4, 45)
    assert lines[first + dt.timedelta(days=1)] == Sums(1, 1, 20)
    assert lines[first + dt.timedelta(days=2)] == Sums()


def test_places_add_up_to_what_sql_counts(cast: Cast, lived: tuple[Site, dt.date]) -> None:
    _market, first = lived
    with inside(cast.poste):
        found, whole = places_over(first, first + A_WEEK)
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*), sum(attendances), sum(minutes) FROM activity_visit"
                " WHERE mode = 'itinerant' AND deleted_at IS NULL"
            )
            everything = cursor.fetchone()
    lines = {one.name: one for one in found}

    assert (lines["Marché"].held, lines["Marché"].cancelled) == (2, 1)
    assert lines["Marché"].sums == Sums(3, 5, 65) and lines["Marché"].beside == Sums(1, 1, 20)
    assert lines["Marché"].visits_a_stop == 1.5
    both = whole.sums + whole.beside
    assert (both.visits, both.attendances, both.minutes) == everything


# --- pages ------------------------------------------------------------------------------------------------------


def said(poste: Site, day: dt.date, **more: Any) -> dict[str, Any]:
    plain = {
        "series": uuid.uuid4(), "site": poste.pk, "date": day, "starts": "09:30", "ends": "12:00", "repeat": "once",
        "until": "", "animator": "", "kit__tablet": "4", "kit_other": "Thé",
    }  # fmt: skip
    return {**plain, **more}


def test_a_stop_is_planned_packed_printed_and_undone_on_pages(
    cast: Cast, signed_in: Callable[[Person], Client], poste: Site, open_day: dt.date
) -> None:
    client = signed_in(cast.bram)
    page = client.post(f"{HERE}new/", said(poste, open_day), follow=True).content.decode()
    assert "1 arrêt est dans le calendrier" in page and "Matériel 0/2" in page
    with inside(cast.poste):
        stop = Stop.objects.get()

    client.post(f"{HERE}{stop.pk}/kit/", {"packed": ["tablet", "x\0"]})
    kit = client.get(f"{HERE}{stop.pk}/kit/").content.decode()
    assert 'id="pack-tablet" checked' in kit and "× 4" in kit and "Thé" in kit
    client.post(f"{HERE}{stop.pk}/cancel/", {"reason": "weather"})
    page = client.get(f"{HERE}?month={open_day:%Y-%m}").content.decode()
    assert "La météo" in page and "Rétablir" in page
    client.post(f"{HERE}{stop.pk}/again/")
    client.post(f"{HERE}{stop.series}/withdraw/")
    with inside(cast.poste):
        assert not Stop.objects.exists()


def test_only_a_coordinator_makes_a_place_from_the_form(
    cast: Cast, signed_in: Callable[[Person], Client], poste: Site, open_day: dt.date
) -> None:
    new = said(poste, open_day, site="", place_name="Bibliothèque", place_postcode="1070", place_town="Anderlecht")
    refused_page = signed_in(cast.bram).post(f"{HERE}new/", new).content.decode()
    assert "Choisissez un lieu" in refused_page and "place_name" not in refused_page

    signed_in(cast.amina).post(f"{HERE}new/", new)

    with inside(cast.poste):
        assert Stop.objects.get().site.name == "Bibliothèque"


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"ends": "09:00"}, "La fin doit"),
        ({"date": "2062-01-01"}, "trop loin"),
        ({"date": "x"}, "m-error"),
        ({"site": ""}, "Choisissez un lieu"),
        ({"site": "9" * 40}, "existe pas ici"),
        ({"kit__tablet": "100000"}, "m-error"),
        ({"kit_other": "a\0b"}, "m-error"),
        ({"repeat": "weekly"}, "Dites jusqu"),
        ({"series": "x"}, "m-summary"),
    ],
)
def test_bad_input_keeps_the_form(
    cast: Cast, signed_in: Callable[[Person], Client], poste: Site, open_day: dt.date, wrong: dict[str, str], words: str
) -> None:
    response = signed_in(cast.amina).post(f"{HERE}new/", said(poste, open_day, **wrong))

    page = response.content.decode()
    assert response.status_code == 200 and words in page and "⟦undefined" not in page
    assert "kit_other" in wrong or 'value="Thé"' in page


def test_files_have_the_rows_of_the_pages(
    cast: Cast, signed_in: Callable[[Person], Client], lived: tuple[Site, dt.date]
) -> None:
    client, (_market, first) = signed_in(cast.bram), lived

    def rows(address: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = json.loads(b"".join(client.get(address).streaming_content))["rows"]  # type: ignore[attr-defined]
        return found

    month = rows(f"{HERE}?month={first:%Y-%m}&download=json")
    places = rows(f"{HERE}places/?since={first}&until={first + A_WEEK}&download=json")
    assert month[0]["visits"] == 2 and month[0]["reason"] == ""
    assert next(one for one in places if one["place"] == "Marché")["visits_without_stop"] == 1
    page = client.get(f"{HERE}places/?since={first}&until={first + A_WEEK}").content.decode()
    assert "Marché" in page and "Tous les lieux" in page and "download=csv" in page


def test_a_wrong_period_says_so(cast: Cast, signed_in: Callable[[Person], Client]) -> None:
    page = signed_in(cast.bram).get(f"{HERE}places/?since=2026-05-01&until=2026-01-01").content.decode()

    assert "Le dernier jour vient avant le premier" in page

"""An EPN's own closing days: noted once by its coordinator, and respected wherever a day is shown or given."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from tenants.activity.counter.hours import usual_half_day
from tenants.appointments.models import Appointment, Stop
from tenants.appointments.selectors import days_of
from tenants.appointments.services import book
from tenants.appointments.stop_services import plan_stops
from tenants.premises.closings.selectors import closed_days
from tenants.premises.closings.services import add_closing
from tenants.premises.models import Closing, Site
from tenants.workshops.models import Series, SeriesDate
from tenants.workshops.planning import planned
from tests.conftest import Cast, inside

EN = {"accept-language": "en"}
PAGE = "/caban/rue-de-la-poste/sites/closings/"


def next_weekday(weekday: int, weeks: int = 0) -> dt.date:
    """Tomorrow at the earliest."""
    day = timezone.localdate() + dt.timedelta(days=1)
    return day + dt.timedelta(days=(weekday - day.weekday()) % 7 + 7 * weeks)


@pytest.fixture
def poste(cast: Cast) -> Site:
    with inside(cast.poste):
        Site.objects.update(opening_hours="Mo-Su 09:00-12:00")
        return Site.objects.get()


def test_the_coordinator_notes_closing_days_and_everybody_sees_them(
    cast: Cast, poste: Site, signed_in: Any, client: Client, django_capture_on_commit_callbacks: Any
) -> None:
    monday = next_weekday(0)
    friday = monday + dt.timedelta(days=4)
    with inside(cast.poste):
        Appointment.objects.create(site=poste, date=monday, starts=540, ends=570)
        Stop.objects.create(site=poste, date=friday, starts=540, ends=570)
        series = Series.objects.create(title="E-mail", themes=["email"], capacity=8, site=poste)
        SeriesDate.objects.create(series=series, date=friday, starts_at=dt.time(9), ends_at=dt.time(12), site=poste)
    amina, bram = signed_in(cast.amina), signed_in(cast.bram)
    key = re.search(r'name="key" value="([^"]+)"', amina.get(PAGE).content.decode())
    assert key
    sent = {"key": key[1], "first_day": monday.isoformat(), "last_day": friday.isoformat(), "reason": "holidays"}

    with django_capture_on_commit_callbacks(execute=True):
        page = amina.post(PAGE, sent, headers=EN, follow=True).content.decode()
        amina.post(PAGE, sent)

    for said in ("Noted: closed from", "1 appointment is booked", "1 stop on the road", "1 workshop is planned"):
        assert said in page
    with inside(cast.poste):
        one = Closing.objects.get()
        assert (one.first_day, one.last_day, one.reason, one.site_id) == (monday, friday, "holidays", None)
    theirs = bram.get(PAGE, headers=EN).content.decode()
    assert "holidays" in theirs and '<form method="post" class="m-narrow"' not in theirs
    assert "Closed from" in bram.get("/caban/rue-de-la-poste/sites/", headers=EN).content.decode()
    assert monday.isoformat() in bram.get(f"{PAGE}?download=csv").getvalue().decode()
    week = bram.get(f"/caban/rue-de-la-poste/appointments/week/?day={monday}", headers=EN).content.decode()
    assert week.count("Closing day") == 5
    sites = bram.get("/caban/rue-de-la-poste/api/v1/sites/").json()["results"]
    days = [{"first": monday.isoformat(), "last": friday.isoformat(), "reason": "holidays"}]
    assert sites[0]["closings"] == days
    assert "Closed from" in client.get("/caban/", headers=EN).content.decode()
    cards = client.get("/caban/api/v1/epn/").json()["results"]
    assert next(card for card in cards if card["slug"] == "rue-de-la-poste")["sites"][0]["closings"] == days
    feed = client.get("/caban/epn/rue-de-la-poste/hours.ics").content.decode().replace("\r\n ", "")
    assert f"{monday:%Y%m%d}T090000" in feed.split("EXDATE")[1]

    with django_capture_on_commit_callbacks(execute=True):
        assert amina.post(f"{PAGE}{one.pk}/remove/").status_code == 302
    assert "Closed from" not in client.get("/caban/", headers=EN).content.decode()


def test_no_time_is_given_and_nothing_is_planned_on_a_closed_day(cast: Cast, poste: Site) -> None:
    monday, week = next_weekday(0), dt.timedelta(weeks=1)
    with inside(cast.poste):
        other = Site.objects.create(name="Annexe", opening_hours="Mo-Su 14:00-17:00")
        add_closing(first_day=monday + week, last_day=monday + week, site_id=poste.pk)

        sheets = days_of(poste, monday, monday + week)
        assert [bool(sheet.slots.slots) for sheet in sheets] == [True] * 7 + [False]
        assert days_of(other, monday + week, monday + week)[0].slots.slots, "the other door is open"
        with pytest.raises(ValidationError) as refused:
            book(site_id=poste.pk, date=monday + week, starts=540)
        assert "date" in refused.value.error_dict
        assert usual_half_day(poste, monday) == (dt.time(9), dt.time(12))
        assert usual_half_day(other, monday + week) == (dt.time(14), dt.time(17))
        plan = plan_stops(
            series=uuid4(), repeat="weekly", until=monday + 2 * week, site_id=poste.pk, date=monday, starts=540,
            ends=600, animator_id=None, kit={}, kit_other="",
        )  # fmt: skip
        assert monday + week in plan.left_out and monday + week not in [stop.date for stop in plan.stops]
        said = {"date": monday, "times": 2, "weeks": 1, "holidays": True, "starts_at": dt.time(9),
                "ends_at": dt.time(10), "place": ""}  # fmt: skip
        assert monday + week not in [one["date"] for one in planned(said, site=poste)]
        assert monday + week in [one["date"] for one in planned({**said, "holidays": False}, site=poste)]


def test_bad_days_are_told_and_kept(cast: Cast, poste: Site, signed_in: Any) -> None:
    today = timezone.localdate()
    amina = signed_in(cast.amina)
    for first, last, reason, field in (
        (today, today - dt.timedelta(days=1), "", "last_day"),
        (today, today + dt.timedelta(days=366), "", "last_day"),
        (dt.date(1999, 1, 1), today, "", "first_day"),
        (dt.date(2062, 1, 1), dt.date(2062, 1, 2), "", "first_day"),
        (today, today, "=1+1", "reason"),
        ("", today, "", "first_day"),
        (today, today, "", ""),
    ):
        sent = {"key": str(uuid4()), "first_day": str(first), "last_day": str(last), "reason": reason, "site": ""}
        answer = amina.post(PAGE, sent)
        assert answer.status_code == (200 if field else 302)
        if field:
            assert field in answer.context["form"].errors
            assert f'value="{last}"' in answer.content.decode()
    assert amina.post(PAGE, {"key": str(uuid4()), "first_day": str(today), "site": "99999"}).status_code == 200
    with inside(cast.poste):
        assert Closing.objects.count() == 1
        with pytest.raises(ValidationError):
            add_closing(first_day=today, last_day=today, site_id=10**9)


def test_a_day_of_the_whole_epn_and_one_of_a_site_meet_in_one_statement(
    cast: Cast, poste: Site, django_assert_num_queries: Any
) -> None:
    first = dt.date(2026, 7, 20)
    with inside(cast.poste):
        Closing.objects.create(first_day=first, last_day=first)
        later = first + dt.timedelta(days=2)
        Closing.objects.create(first_day=later, last_day=first + dt.timedelta(days=9), site=poste)

        with django_assert_num_queries(1):
            days = closed_days(poste, first - dt.timedelta(days=5), first + dt.timedelta(days=3))

    assert days == {first, later, first + dt.timedelta(days=3)}

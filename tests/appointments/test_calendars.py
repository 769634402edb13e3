"""Calendars elsewhere: a secret address, its content, and nothing for whoever has the wrong one."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from icalendar import Calendar

from maillage.accounts.models import Person
from tenants.appointments.feed_services import MOST_OF_A_PERSON, make_feed
from tenants.appointments.models import Appointment, CalendarFeed, Stop
from tenants.premises.models import Site
from tenants.registry.models import Membership
from tenants.registry.services import end_membership
from tests.appointments.conftest import TEN
from tests.conftest import Cast, inside
from tests.registry.test_same_404 import seen

POSTE, MOON = "/caban/rue-de-la-poste", "/caban/rue-de-la-lune"
HERE = f"{POSTE}/appointments/calendars/"
Booked = Callable[..., Appointment]


@pytest.fixture
def secret(cast: Cast) -> str:
    """Of Bram's own calendar."""
    with inside(cast.poste):
        return make_feed(owner_id=cast.bram.pk)[1]


def events(client: Client, address: str) -> list[Any]:
    response = client.get(address)
    assert response.status_code == 200 and response["Content-Type"] == "text/calendar; charset=utf-8"
    return list(Calendar.from_ical(response.content).walk("VEVENT"))


def test_an_address_is_made_shown_once_read_without_a_sign_in_and_taken_away(
    cast: Cast, signed_in: Callable[[Person], Client], booked: Booked, client: Client
) -> None:
    booked(animator_id=cast.bram.pk, name="Fatou")
    booked(starts=TEN, animator_id=cast.amina.pk)
    bram = signed_in(cast.bram)

    page = bram.post(HERE, {"site": ""}).content.decode()
    address = re.search(rf"http://testserver({HERE}[\w-]+\.ics)", page)
    assert address is not None and address[1] not in bram.get(HERE).content.decode()
    assert [str(one["summary"]) for one in events(client, address[1])] == ["Rendez-vous\N{NO-BREAK SPACE}: Impôts"]
    with inside(cast.poste):
        feed = CalendarFeed.objects.get()
        assert address[1].split("/")[-1].removesuffix(".ics") not in feed.digest
    bram.post(f"{HERE}{feed.pk}/revoke/")

    assert client.get(address[1]).status_code == 404


def test_it_holds_times_and_themes_and_no_name(
    cast: Cast, booked: Booked, poste: Site, client: Client, open_day: dt.date
) -> None:
    one = booked(name="Fatou", animator_id=cast.bram.pk)
    booked(starts=TEN, theme="", name="K7-4821")
    with inside(cast.poste):
        secret = make_feed(owner_id=cast.amina.pk, site=poste)[1]
        Appointment.objects.create(site=poste, date=open_day, starts=700, ends=720, state="person_cancelled")
        Stop.objects.create(site=poste, date=open_day, starts=780, ends=960)

    found = events(client, f"{HERE}{secret}.ics")
    content = client.get(f"{HERE}{secret}.ics").content.decode()

    assert [str(each["summary"]) for each in found] == [
        "Rendez-vous\N{NO-BREAK SPACE}: Impôts", "Rendez-vous", "Arrêt\N{NO-BREAK SPACE}: Rue de la Poste",
    ]  # fmt: skip
    assert "Fatou" not in content and "K7" not in content
    assert found[0]["dtstart"].dt.isoformat()[:16] == f"{open_day}T09:00"
    assert str(found[0]["dtstart"].dt.tzinfo) == "Europe/Brussels"
    assert str(found[0]["uid"]) == f"appointment-{one.pk}@caban.rue-de-la-poste.maillage"


def test_the_same_calendar_is_not_sent_twice(cast: Cast, secret: str, client: Client, poste: Site) -> None:
    first = client.get(f"{HERE}{secret}.ics")

    again = client.get(f"{HERE}{secret}.ics", HTTP_IF_NONE_MATCH=first["ETag"])
    assert again.status_code == 304 and "private" in first["Cache-Control"]


def test_it_speaks_its_owners_language(cast: Cast, secret: str, booked: Booked, client: Client) -> None:
    booked(animator_id=cast.bram.pk)
    Person.objects.filter(pk=cast.bram.pk).update(language="nl")

    assert [str(one["summary"]) for one in events(client, f"{HERE}{secret}.ics")] == ["Afspraak: Belastingen"]


def test_a_wrong_secret_is_the_404_of_a_place_that_does_not_exist(
    cast: Cast, secret: str, signed_in: Callable[[Person], Client]
) -> None:
    with inside(cast.abattoirs):
        of_another = make_feed(owner_id=cast.chloe.pk)[1]
    for client in (Client(), signed_in(cast.farid)):
        for word in ("x", secret[:-1], of_another, "a" * 5000):
            path = f"/appointments/calendars/{word}.ics"
            for method in ("GET", "HEAD"):
                there, nowhere = (client.generic(method, f"{space}{path}") for space in (POSTE, MOON))
                assert there.status_code == 404 and seen(there) == seen(nowhere)
        # The right one too, where it isn't at home.
        assert client.get(f"/caban/abattoirs/appointments/calendars/{secret}.ics").status_code == 404
        assert client.get(f"/caban/abattoirs/appointments/calendars/{of_another}.ics").status_code == 200


def test_only_reading_is_open_to_anybody(cast: Cast, secret: str, client: Client) -> None:
    for method in ("POST", "PUT", "DELETE", "OPTIONS"):
        there, nowhere = (
            client.generic(method, f"{space}/appointments/calendars/{secret}.ics") for space in (POSTE, MOON)
        )
        assert (there.status_code, nowhere.status_code) == (302, 302)
        assert there["Location"].replace("poste", "lune") == nowhere["Location"]
    assert client.get(HERE).status_code == 302


def test_whoever_has_left_takes_no_calendar_along_and_a_closed_site_shows_none(
    cast: Cast, secret: str, client: Client, poste: Site
) -> None:
    with inside(cast.poste):
        of_site = make_feed(owner_id=cast.amina.pk, site=poste)[1]
        Site.objects.update(retired_at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC))
    end_membership(membership=Membership.objects.get(person=cast.bram, space=cast.poste.space))

    assert client.get(f"{HERE}{secret}.ics").status_code == 404
    assert client.get(f"{HERE}{of_site}.ics").status_code == 404


def test_a_coordinator_takes_away_what_a_colleague_lost_and_nobody_elses_is_ones_own(
    cast: Cast, secret: str, signed_in: Callable[[Person], Client]
) -> None:
    with inside(cast.poste):
        of_amina, of_bram = make_feed(owner_id=cast.amina.pk)[0], CalendarFeed.objects.get(owner=cast.bram)

    assert signed_in(cast.bram).post(f"{HERE}{of_amina.pk}/revoke/").status_code == 404
    assert "Bram" in signed_in(cast.amina).get(HERE).content.decode()
    signed_in(cast.amina).post(f"{HERE}{of_bram.pk}/revoke/")

    with inside(cast.poste):
        assert list(CalendarFeed.objects.all()) == [of_amina]


def test_ten_are_enough_and_an_unknown_site_is_refused(cast: Cast, signed_in: Callable[[Person], Client]) -> None:
    with inside(cast.poste):
        for _number in range(MOST_OF_A_PERSON):
            make_feed(owner_id=cast.bram.pk)
        with pytest.raises(ValidationError):
            make_feed(owner_id=cast.bram.pk)
    client = signed_in(cast.bram)

    assert "Vous avez déjà 10 adresses" in client.post(HERE, {"site": ""}).content.decode()
    assert client.post(HERE, {"site": "9" * 30}).status_code == 200

"""The calendar of opening hours, read back by another program: it says what our own evaluation says, all year."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from dateutil.rrule import rrulestr
from django.db import transaction
from django.test import Client
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar, Event

from maillage.reference.holidays import public_holidays
from network.directory.cards import copy_card, copy_cards
from network.directory.feeds import hours_feed, zone_of
from network.directory.models import Card
from network.directory.sites import CardSite, sites_of
from tenants.premises.models import Site
from tenants.premises.opening_hours import Day, Interval, Week
from tenants.premises.services import add_site, edit_site, retire_site
from tenants.registry.models import Federation
from tenants.registry.services import archive_epn, rename_epn
from tests.conftest import Cast, inside
from tests.thoroughness import THOROUGH

TODAY = dt.date(2026, 11, 22)
YEARS = (2026, 2027)
FEED = "/caban/epn/rue-de-la-poste/hours.ics"
Span = tuple[dt.datetime, dt.datetime]


def card() -> Card:
    return Card(
        epn_id=7, slug="rue-de-la-poste", name="Rue de la Poste", updated_at=dt.datetime(2026, 3, 1, tzinfo=dt.UTC)
    )


def site(hours: str, *, country: str = "be", pk: int = 1, **more: Any) -> CardSite:
    plain = {"address": "Rue de la Poste 1", "postcode": "1030", "town": "Schaerbeek", "commune": "", "key": "1030"}
    return CardSite(
        **{
            **plain, "id": pk, "name": "Rue de la Poste", "country": country, "latitude": 50.86, "longitude": 4.37,
            "phone": "02 123 45 67", "website": "", "opening_hours": hours, "modes": [], **more,
        }
    )  # fmt: skip


def events(content: bytes) -> list[Event]:
    return [one for one in Calendar.from_ical(content).walk("VEVENT") if isinstance(one, Event)]


def spans(event: Event) -> Iterator[Span]:
    """Every occurrence in UTC, as RFC 5545 says: the rule walks on the wall's clock, the length is exact."""
    start, end = event["dtstart"].dt, event["dtend"].dt
    length = end.astimezone(dt.UTC) - start.astimezone(dt.UTC)
    if "rrule" not in event:
        yield start.astimezone(dt.UTC), start.astimezone(dt.UTC) + length
        return
    zone = start.tzinfo
    rule = dict(event["rrule"])
    until = rule.pop("UNTIL")[0].astimezone(zone).replace(tzinfo=None)
    text = ";".join(f"{name}={','.join(map(str, values))}" for name, values in rule.items())
    gone = set()
    if "exdate" in event:
        listed = event["exdate"]
        gone = {one.dt for many in (listed if isinstance(listed, list) else [listed]) for one in many.dts}
    for local in rrulestr(text, dtstart=start.replace(tzinfo=None)):
        if local > until:
            return
        if local.replace(tzinfo=zone) not in gone:
            begin = local.replace(tzinfo=zone).astimezone(dt.UTC)
            yield begin, begin + length


@st.composite
def weeks(draw: st.DrawFn) -> Week:
    days = []
    for _weekday in range(7):
        edges = sorted(draw(st.sets(st.integers(0, 96), max_size=6)))
        pairs = list(zip(edges[::2], edges[1::2], strict=False))
        comments = draw(st.lists(st.sampled_from(["", "sur RDV", "Tea & talk; a, b"]), min_size=3, max_size=3))
        days.append(
            Day(
                tuple(
                    Interval(start * 15, end * 15, comment, certain=not comment)
                    for (start, end), comment in zip(pairs, comments, strict=False)
                )
            )
        )
    return Week(tuple(days), draw(st.booleans()))  # type: ignore[arg-type]


def changes(zone: ZoneInfo) -> set[dt.date]:
    days = [dt.date(YEARS[0], 1, 1) + dt.timedelta(days=number) for number in range(730)]
    noon = {day: dt.datetime(day.year, day.month, day.day, 12, tzinfo=zone).utcoffset() for day in days}
    return {day for day in days[1:] if noon[day] != noon[day - dt.timedelta(days=1)]}


@given(week=weeks(), country=st.sampled_from(["be", "fr"]), ordinary=st.sets(st.integers(0, 729), max_size=12))
@settings(max_examples=60 if THOROUGH else 20)
def test_what_is_read_back_is_what_we_say_all_year_over_holidays_and_changes_of_the_clock(
    week: Week, country: str, ordinary: set[int]
) -> None:
    zone = zone_of(country)
    content = hours_feed(card(), [site(week.to_osm(), country=country)], network="caban", today=TODAY)
    found = sorted(span for event in events(content) if event["status"] == "CONFIRMED" for span in spans(event))
    holidays = {day for year in YEARS for day in public_holidays(year, country)}
    changing = changes(zone)
    assert len(changing) == 4

    asked = {dt.date(YEARS[0], 1, 1) + dt.timedelta(days=number) for number in ordinary} | holidays
    asked |= {day + dt.timedelta(days=by) for day in changing for by in (-1, 0, 1)}
    by_day: dict[dt.date, list[Span]] = {}
    for span in found:
        for moment in {span[0].date(), (span[1] - dt.timedelta(seconds=1)).date()}:
            by_day.setdefault(moment, []).append(span)
    for day in sorted(asked):
        for quarter in range(96):
            moment = dt.datetime.combine(day, dt.time.min, tzinfo=dt.UTC) + dt.timedelta(minutes=15 * quarter + 7)
            local = moment.astimezone(zone)
            if local.year not in YEARS or (local.date() in changing and 1 <= local.hour < 4):
                continue  # between 1 and 4 o'clock of those nights, half an hour has no meaning of its own
            said = any(start <= moment < end for start, end in by_day.get(day, []))
            wall = local.replace(tzinfo=None)
            assert said == week.is_open_at(wall, public_holiday=local.date() in holidays), (week.to_osm(), local)


@pytest.mark.parametrize("hours", ["24/7", "Su 00:00-24:00", "Sa-Su 22:00-24:00, Su 00:00-05:00"])
def test_a_night_in_which_the_clock_changes_has_its_true_length(hours: str) -> None:
    content = hours_feed(card(), [site(hours)], network="caban", today=TODAY)

    found = sorted(span for event in events(content) for span in spans(event))

    assert all(before[1] <= after[0] for before, after in pairwise(found))
    night = next(span for span in found if span[0] == dt.datetime(2026, 3, 28, 23, tzinfo=dt.UTC))
    assert night[1] - night[0] == dt.timedelta(hours=4 if "05:00" in hours else 23)


def test_a_uid_stays_when_something_else_changes() -> None:
    def uids(hours: str) -> set[str]:
        return {str(one["uid"]) for one in events(hours_feed(card(), [site(hours)], network="caban", today=TODAY))}

    before = uids("Mo-Fr 09:00-12:00; We 14:00-17:00")

    assert uids("Mo-Sa 09:00-12:00; We 14:00-18:00; PH off") & before == {"7-1-0900-1200@caban.maillage"}
    assert all(len(uids(text)) == len(events(hours_feed(card(), [site(text)], network="caban", today=TODAY)))
               for text in ("24/7", 'Mo 09:00-10:00, Mo 10:00-11:00 "sur RDV"'))  # fmt: skip


def test_the_feed_says_where_when_and_in_which_language() -> None:
    with translation.override("nl"):
        content = hours_feed(
            card(), [site('Mo 09:00-12:00; Tu 14:00-16:00 "sur RDV"; PH off')], network="caban", today=TODAY
        )

    calendar = Calendar.from_ical(content)
    monday, tuesday = sorted(events(content), key=lambda one: one["dtstart"].dt)[::-1]
    assert [str(one["tzid"]) for one in calendar.walk("VTIMEZONE")] == ["Europe/Brussels"]
    assert str(monday["location"]) == "Rue de la Poste 1, 1030 Schaerbeek" and str(monday["contact"]) == "02 123 45 67"
    assert str(monday["dtstart"].dt.tzinfo) == "Europe/Brussels"
    assert {str(monday["status"]), str(tuesday["status"])} == {"CONFIRMED", "TENTATIVE"}
    assert any("op afspraak" in str(one["summary"]) for one in (monday, tuesday))
    assert all(len(line) <= 75 for line in content.split(b"\r\n"))
    assert max(span[1] for event in events(content) for span in spans(event)).year == TODAY.year + 1


def test_hours_that_we_cannot_read_give_an_empty_calendar_and_no_error() -> None:
    content = hours_feed(card(), [site("sunrise-sunset")], network="caban", today=TODAY)

    assert events(content) == [] and b"VTIMEZONE" in content


# --- by the door --------------------------------------------------------------------------------------------


@pytest.fixture
def open_poste(cast: Cast, django_capture_on_commit_callbacks: Any) -> Cast:
    copy_cards(cast.caban)
    with inside(cast.poste), django_capture_on_commit_callbacks(execute=True):
        edit_site(site=Site.objects.get(), opening_hours="Mo-Fr 09:00-12:00", phone="02 123 45 67")
        add_site(name="Bus", address="Place Colignon", postcode="1030", town="Schaerbeek",
                 opening_hours="We 14:00-16:00")  # fmt: skip
    return cast


def test_anybody_subscribes_to_an_epn_or_to_one_of_its_sites(open_poste: Cast, client: Client) -> None:
    whole = client.get(FEED)

    assert whole.status_code == 200 and whole["Content-Type"] == "text/calendar; charset=utf-8"
    assert "public" in whole["Cache-Control"] and "Set-Cookie" not in whole
    assert {str(one["summary"]).split(" :")[0].split(":")[0] for one in events(whole.content)} == {
        "Rue de la Poste",
        "Bus",
    }
    with inside(open_poste.caban):
        bus = next(one for one in sites_of(Card.objects.get(epn_id=open_poste.poste.pk)) if one.name == "Bus")
    one = client.get(f"/caban/epn/rue-de-la-poste/sites/{bus.id}/hours.ics?lang=en")
    assert [str(event["summary"]) for event in events(one.content)] == ["Bus: open"]
    assert client.get(FEED, headers={"If-None-Match": whole["ETag"]}).status_code == 304


@pytest.mark.parametrize(
    "path",
    [
        "/caban/epn/nowhere/hours.ics", "/loire/epn/rue-de-la-poste/hours.ics", "/caban/epn/nevers/hours.ics",
        "/caban/epn/rue-de-la-poste/sites/999/hours.ics",
        "/caban/epn/rue-de-la-poste/sites/99999999999999999999/hours.ics",
    ],
)  # fmt: skip
def test_what_is_not_on_a_card_here_has_no_calendar(open_poste: Cast, client: Client, path: str) -> None:
    assert client.get(path).status_code == 404


def test_an_archived_epn_has_no_calendar_any_more(open_poste: Cast, client: Client) -> None:
    archive_epn(epn=open_poste.poste, federation=open_poste.caban)
    copy_card(open_poste.poste.pk)

    assert client.get(FEED).status_code == 404


def test_whoever_subscribed_before_a_new_name_is_led_on(open_poste: Cast, client: Client) -> None:
    rename_epn(epn=open_poste.poste, federation=open_poste.caban, name="La Poste", slug="la-poste")
    copy_card(open_poste.poste.pk)

    response = client.get(f"{FEED}?lang=nl")

    assert response.status_code == 301
    assert response["Location"] == "/caban/epn/la-poste/hours.ics?lang=nl"
    assert client.get(response["Location"]).status_code == 200


class TestEverySite:
    def test_the_card_keeps_every_open_site_and_forgets_a_closed_one(
        self, open_poste: Cast, django_capture_on_commit_callbacks: Any
    ) -> None:
        def names() -> list[str]:
            with inside(open_poste.caban):
                return [one.name for one in sites_of(Card.objects.get(epn_id=open_poste.poste.pk))]

        assert names() == ["Rue de la Poste", "Bus"]
        with inside(open_poste.poste), django_capture_on_commit_callbacks(execute=True):
            retire_site(site=Site.objects.get(name="Bus"))
        assert names() == ["Rue de la Poste"]

    def test_the_public_page_shows_each_with_its_hours_and_its_calendar(self, open_poste: Cast, client: Client) -> None:
        text = client.get("/caban/").content.decode()

        assert "Place Colignon" in text and "mercredi 14" in text and "⟦undefined" not in text
        assert text.count("hours.ics?lang=fr") == 2

    def test_a_stop_in_another_commune_is_found_there(
        self, open_poste: Cast, client: Client, django_capture_on_commit_callbacks: Any
    ) -> None:
        with inside(open_poste.poste), django_capture_on_commit_callbacks(execute=True), transaction.atomic():
            edit_site(site=Site.objects.get(name="Bus"), postcode="1070", town="Anderlecht", commune="21001")

        text = client.get("/caban/", {"commune": "21001"}).content.decode()

        assert "Rue de la Poste</a></h3>" in text and "Abattoirs</a></h3>" in text
        assert "Anderlecht (2)" in text

    def test_the_api_gives_them_too(self, open_poste: Cast, client: Client) -> None:
        found = client.get("/caban/api/v1/epn/?fields=slug,sites").json()["results"]

        sites = next(one["sites"] for one in found if one["slug"] == "rue-de-la-poste")
        assert [(one["name"], one["opening_hours"]) for one in sites] == [
            ("Rue de la Poste", "Mo-Fr 09:00-12:00"), ("Bus", "We 14:00-16:00"),
        ]  # fmt: skip

    def test_a_card_copied_before_sites_were_kept_shows_its_own_address(self, cast: Cast) -> None:
        copy_cards(Federation.objects.get(pk=cast.caban.pk))
        with inside(cast.caban):
            Card.objects.update(sites=[])
            one = sites_of(Card.objects.get(epn_id=cast.poste.pk))

        assert [(site.name, site.postcode, site.key) for site in one] == [("Rue de la Poste", "1030", "21015")]

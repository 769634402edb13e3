"""The desk beside the tiles: it is opened, people queue at it, and it is closed with what was counted."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from maillage.accounts.models import Person
from tenants.activity.counter.hours import half_day_at
from tenants.activity.counter.services import open_counter_session
from tenants.activity.models import CounterSession, CounterTap, OpenRequest, Ticket, Visit
from tenants.premises.models import Site
from tests.activity.test_pages import HOME, VISITS, proposed, three_taps
from tests.conftest import Cast, inside

FRENCH = {"accept-language": "fr"}
SignedIn = Callable[[Person], Client]


@pytest.fixture
def desk(cast: Cast) -> CounterSession:
    """Open at Rue de la Poste since an hour, with eight tickets."""
    with inside(cast.poste):
        session = open_counter_session(
            site_id=Site.objects.get().pk, date=timezone.localdate(), starts_at=dt.time(0, 1), ends_at=dt.time(23, 58),
            ticket_limit=8,
        )  # fmt: skip
        CounterSession.objects.update(opened_at=timezone.now() - dt.timedelta(hours=1))
    return session


def tap(client: Client, desk: CounterSession, what: str, key: uuid.UUID | None = None, **headers: str) -> Any:
    said = {"tap": what, "key": str(key or uuid.uuid4())}
    return client.post(f"{VISITS}desk/{desk.pk}/tap/", said, headers=headers)


def state(cast: Cast) -> list[tuple[int, str]]:
    """Tickets and what has become of them."""
    with inside(cast.poste):
        return [
            (
                one.number,
                "waits" if one.waits else "with" if one.is_with_somebody else "gone" if one.left_at else "done",
            )
            for one in Ticket.objects.select_related("visit").order_by("number")
        ]


def opening(cast: Cast, **said: Any) -> dict[str, Any]:
    with inside(cast.poste):
        site = Site.objects.get().pk
    return {"site": site, "starts_at": "09:00", "ends_at": "12:30", "ticket_limit": "", "animators": [], **said}


def test_a_half_day_is_opened_once_however_often_it_is_sent(cast: Cast, signed_in: SignedIn) -> None:
    client = signed_in(cast.bram)
    said = opening(cast, ticket_limit="8", hand_all_out="on", animators=[cast.bram.pk, cast.amina.pk])

    page = client.get(f"{VISITS}desk/open/").content.decode()
    answers = [client.post(f"{VISITS}desk/open/", said) for _ in range(2)]

    assert "⟦undefined" not in page and re.search(rf'value="{cast.bram.pk}"[^>]* checked', page)
    assert [one.url for one in answers] == [HOME, HOME]
    with inside(cast.poste):
        session = CounterSession.objects.get()
        assert session.is_open and session.animators == sorted([cast.bram.pk, cast.amina.pk])
        assert Ticket.objects.count() == 8


@pytest.mark.parametrize(
    "said",
    [{"site": "9" * 30}, {"ends_at": "08:00"}, {"ticket_limit": "-1"}, {"ticket_limit": "x"}, {"starts_at": ""},
     {"animators": ["999999"]}, {"animators": ["\0"]}, {"hand_all_out": "on"}],
)  # fmt: skip
def test_a_bad_opening_gives_the_form_back(cast: Cast, signed_in: SignedIn, said: dict[str, Any]) -> None:
    response = signed_in(cast.bram).post(f"{VISITS}desk/open/", opening(cast, **said))

    assert response.status_code == 200 and b"m-summary" in response.content
    with inside(cast.poste):
        assert not CounterSession.objects.exists()


@pytest.mark.parametrize(
    ("hours", "at", "expected"),
    [
        ("Sa 09:00-12:30,13:30-17:00", "08:40", ("09:00", "12:30")),
        ("Sa 09:00-12:30,13:30-17:00", "10:20", ("10:20", "12:30")),
        ("Sa 09:00-12:30,13:30-17:00", "13:35", ("13:30", "17:00")),
        ("Mo 09:00-12:30", "10:00", ("10:00", "14:00")),
        ("not hours", "23:59", ("23:58", "23:59")),
    ],
)
def test_hours_are_those_of_the_site_where_it_is_open(hours: str, at: str, expected: tuple[str, str]) -> None:
    saturday = dt.date(2026, 11, 28)

    found = half_day_at(Site(opening_hours=hours), saturday, dt.time.fromisoformat(at))

    assert tuple(f"{one:%H:%M}" for one in found) == expected


def test_tickets_are_handed_out_called_and_let_go_and_each_tap_is_taken_back(
    cast: Cast, signed_in: SignedIn, desk: CounterSession
) -> None:
    client = signed_in(cast.bram)
    for _ in range(3):
        tap(client, desk, "given")
    with inside(cast.poste):
        first, second = (one.pk for one in Ticket.objects.order_by("number")[:2])
    tap(client, desk, f"called:{first}")
    tap(client, desk, f"left:{second}")
    tap(client, desk, "turned_away")
    assert state(cast) == [(1, "with"), (2, "gone"), (3, "waits")]

    for _ in range(6):
        page = client.get(HOME, headers=FRENCH).content.decode()
        undo = re.search(rf'action="({VISITS}desk/taps/\d+/undo/)"', page)
        assert undo is not None and "⟦undefined" not in page
        for _twice in range(2):
            assert client.post(undo[1]).url == HOME

    assert state(cast) == []
    with inside(cast.poste):
        assert CounterSession.objects.get().turned_away == 0
        assert CounterTap.objects.filter(undone_at=None).count() == 0


def test_a_second_device_sees_the_queue_and_nothing_is_sent_twice(
    cast: Cast, signed_in: SignedIn, desk: CounterSession
) -> None:
    bram, amina, address = signed_in(cast.bram), signed_in(cast.amina), f"{VISITS}desk/{desk.pk}/now/"
    tap(bram, desk, "given")
    page = bram.get(HOME, headers=FRENCH).content.decode()
    assert f'data-now="{address}"' in page and "<noscript><a" in page and 'id="tally"' in page
    first = amina.get(address, headers=FRENCH)
    tag = {**FRENCH, "if-none-match": first["ETag"]}
    assert "Appeler le 1" in first.content.decode() and 'id="tally-now"' in first.content.decode()

    with CaptureQueriesContext(connection) as asked:
        again = amina.get(address, headers=tag)
    assert (again.status_code, again.content) == (304, b"")
    own = [one["sql"] for one in asked if re.search(r"FROM \"activity_", one["sql"])]
    assert len(own) <= 4, own

    with inside(cast.poste):
        ticket = Ticket.objects.get()
    tap(bram, desk, f"called:{ticket.pk}")
    called = amina.get(address, headers=tag)
    assert called.status_code == 200 and "collègue" in called.content.decode()
    bram.post(HOME, three_taps(bram))
    logged = amina.get(address, headers={**FRENCH, "if-none-match": called["ETag"]}).content.decode()
    assert "<strong>1</strong> visite" in logged
    with inside(cast.poste):
        CounterSession.objects.update(closed_at=timezone.now())
    assert amina.get(address).status_code == 302


def test_a_tap_sent_twice_is_one(cast: Cast, signed_in: SignedIn, desk: CounterSession) -> None:
    client, key = signed_in(cast.bram), uuid.uuid4()

    for what in ("given", "given", "turned_away", "turned_away"):
        tap(client, desk, what, key)

    assert state(cast) == [(1, "waits")]
    with inside(cast.poste):
        assert CounterSession.objects.get().turned_away == 1


def test_two_who_call_the_same_ticket_are_told(cast: Cast, signed_in: SignedIn, desk: CounterSession) -> None:
    bram, amina = signed_in(cast.bram), signed_in(cast.amina)
    tap(bram, desk, "given")
    with inside(cast.poste):
        ticket = Ticket.objects.get().pk

    tap(bram, desk, f"called:{ticket}")
    late = tap(amina, desk, f"called:{ticket}", **{"x-panel": "1", **FRENCH}).content.decode()

    assert "un collègue a été plus rapide" in late and "⟦undefined" not in late
    with inside(cast.poste):
        assert Ticket.objects.get().called_by_id == cast.bram.pk


@pytest.mark.parametrize("what", ["", "x", "called", "called:0", "called:" + "9" * 30, "left:\0", "given:x", "<b>"])
def test_a_button_that_is_none_changes_nothing(
    cast: Cast, signed_in: SignedIn, desk: CounterSession, what: str
) -> None:
    assert tap(signed_in(cast.bram), desk, what).status_code == 302
    assert state(cast) == []


def test_nobody_takes_back_the_tap_of_somebody_else(cast: Cast, signed_in: SignedIn, desk: CounterSession) -> None:
    tap(signed_in(cast.bram), desk, "turned_away")
    with inside(cast.poste):
        made = CounterTap.objects.get().pk

    signed_in(cast.amina).post(f"{VISITS}desk/taps/{made}/undo/")

    with inside(cast.poste):
        assert CounterSession.objects.get().turned_away == 1


def called(cast: Cast, client: Client, desk: CounterSession, minutes: int) -> None:
    """A ticket that this person called so many minutes ago."""
    tap(client, desk, "given")
    with inside(cast.poste):
        ticket = Ticket.objects.latest("pk").pk
    tap(client, desk, f"called:{ticket}")
    ago = timezone.now() - dt.timedelta(minutes=minutes, seconds=5)
    with inside(cast.poste):
        Ticket.objects.filter(pk=ticket).update(called_at=ago, taken_at=ago - dt.timedelta(minutes=12))


def at_hand(page: str) -> dict[str, str]:
    """What the desk adds to the form, from outside it."""
    return dict(re.findall(r'name="(ticket|request|proposed_minutes)" value="(\d*)"', page))


def test_the_visit_after_a_call_closes_its_ticket_with_the_minutes_since(
    cast: Cast, signed_in: SignedIn, desk: CounterSession
) -> None:
    client = signed_in(cast.bram)
    called(cast, client, desk, 17)
    page = client.get(HOME).content.decode()
    form = {**proposed(page), **at_hand(page), "theme": "tax", "outcome": "solved"}
    with inside(cast.poste):  # the page stands for a while
        now = timezone.now()
        Ticket.objects.update(taken_at=now - dt.timedelta(minutes=60), called_at=now - dt.timedelta(minutes=31))

    first, second = client.post(HOME, form), client.post(HOME, form)

    assert form["minutes"] == "17" and (first.status_code, second.status_code) == (302, 302)
    assert state(cast) == [(1, "done")]
    with inside(cast.poste):
        assert Visit.objects.get().minutes == 31

    client.post(f"{VISITS}undo/", {"key": form["key"]})
    assert state(cast) == [(1, "with")]


def test_minutes_that_one_typed_are_kept(cast: Cast, signed_in: SignedIn, desk: CounterSession) -> None:
    client = signed_in(cast.bram)
    called(cast, client, desk, 17)
    page = client.get(HOME).content.decode()

    client.post(HOME, {**proposed(page), **at_hand(page), "minutes": "5", "theme": "tax", "outcome": "solved"})

    with inside(cast.poste):
        assert Visit.objects.get().minutes == 5


def test_the_whole_form_closes_the_ticket_too(cast: Cast, signed_in: SignedIn, desk: CounterSession) -> None:
    client = signed_in(cast.bram)
    called(cast, client, desk, 9)
    page = client.get(HOME).content.decode()
    form = {**proposed(page), **at_hand(page), "theme": ["tax", "bank"], "outcome": "solved", "more": "1"}

    address = client.post(HOME, form).url
    client.post(address, {**form, "themes": ["tax", "bank"], "attendances": "1"})

    assert state(cast) == [(1, "done")]


def test_with_the_desk_open_a_visit_still_costs_at_most_twelve_statements(
    cast: Cast, signed_in: SignedIn, desk: CounterSession
) -> None:
    client = signed_in(cast.bram)
    client.post(HOME, three_taps(client))
    called(cast, client, desk, 9)
    page = client.get(HOME).content.decode()

    with CaptureQueriesContext(connection) as of_the_page:
        client.get(HOME)
    form = three_taps(client, theme="bank")
    with CaptureQueriesContext(connection) as without:
        client.post(HOME, form)
    with CaptureQueriesContext(connection) as with_ticket:
        client.post(HOME, {**form, **at_hand(page), "key": str(uuid.uuid4())})

    print(len(of_the_page), len(without), len(with_ticket))
    print(*(one["sql"][:160] for one in of_the_page.captured_queries), sep="\n")
    assert len(without) <= 12
    assert len(with_ticket) <= 16  # and its ticket is closed in the same transaction
    assert len(of_the_page) <= 24


def test_several_themes_are_one_visit(cast: Cast, signed_in: SignedIn) -> None:
    client = signed_in(cast.bram)

    client.post(HOME, {**three_taps(client), "theme": ["tax", "bank", "tax"]})

    with inside(cast.poste):
        assert Visit.objects.get().themes == ["tax", "bank"]


def test_the_commonest_obstacles_are_one_tap(cast: Cast, signed_in: SignedIn, log: Any) -> None:
    with inside(cast.poste):
        for _ in range(2):
            log(obstacle_provider="bank", obstacle_channel="app", obstacle_kind="cost")
        log(obstacle_provider="itsme", obstacle_channel="web", obstacle_kind="cost")
    client = signed_in(cast.bram)

    page = client.get(HOME).content.decode()
    client.post(HOME, {**three_taps(client), "obstacle": "bank|app|cost"})
    bad = client.post(HOME, {**three_taps(client), "obstacle": "bank|<b>|cost|x"})

    assert re.findall(r'name="obstacle"[^>]* value="([^"]*)"', page) == ["", "bank|app|cost", "itsme|web|cost"]
    assert bad.status_code == 200 and b"m-summary" in bad.content and b"<b>|" not in bad.content
    with inside(cast.poste):
        visit = Visit.objects.latest("pk")
        assert (visit.obstacle_provider, visit.obstacle_channel, visit.obstacle_kind) == ("bank", "app", "cost")


def test_what_is_not_finished_keeps_its_clock_and_is_in_no_figure_until_it_is_a_visit(
    cast: Cast, signed_in: SignedIn, desk: CounterSession
) -> None:
    client = signed_in(cast.bram)
    form = {**three_taps(client), "theme": ["tax", "bank"], "outcome": "", "minutes": "", "later": "1"}
    for _twice in range(2):
        client.post(HOME, form)
    with inside(cast.poste):
        OpenRequest.objects.update(started_at=timezone.now() - dt.timedelta(minutes=25))
        request = OpenRequest.objects.get()
        assert not Visit.objects.exists()

    assert f'href="?request={request.pk}"' in client.get(HOME).content.decode()
    page = client.get(HOME, {"request": request.pk}, headers=FRENCH).content.decode()
    assert "⟦undefined" not in page and re.findall(r'id="theme-(\w+)"[^>]* checked', page) == ["tax", "bank"]
    client.post(HOME, {**proposed(page), **at_hand(page), "theme": ["tax", "bank"], "outcome": "solved"})

    with inside(cast.poste):
        assert (Visit.objects.get().minutes, Visit.objects.get().themes) == (25, ["tax", "bank"])
    assert f'href="?request={request.pk}"' not in client.get(HOME).content.decode()
    client.post(f"{VISITS}undo/")
    assert f'href="?request={request.pk}"' in client.get(HOME).content.decode()


def test_an_unfinished_help_is_dropped_and_brought_back(cast: Cast, signed_in: SignedIn) -> None:
    client = signed_in(cast.bram)
    client.post(HOME, {**three_taps(client), "later": "1"})
    with inside(cast.poste):
        request = OpenRequest.objects.get().pk

    page = client.post(f"{VISITS}desk/requests/{request}/drop/", follow=True).content.decode()
    client.post(f"{VISITS}desk/requests/{request}/restore/")

    assert f'action="{VISITS}desk/requests/{request}/restore/"' in page and f"?request={request}" not in page
    with inside(cast.poste):
        assert OpenRequest.objects.get().dropped_at is None


@pytest.mark.parametrize("said", [{"theme": ""}, {"theme": "witchcraft"}, {"mode": "x"}, {"key": "x"}, {"site": "x"}])
def test_an_unfinished_help_needs_to_be_about_something(cast: Cast, signed_in: SignedIn, said: dict[str, str]) -> None:
    client = signed_in(cast.bram)

    response = client.post(HOME, {**three_taps(client), "later": "1", **said})

    assert response.status_code == 200 and b"m-summary" in response.content
    with inside(cast.poste):
        assert not OpenRequest.objects.exists()


@pytest.mark.parametrize("said", [{"request": "x"}, {"request": "9" * 40}, {"ticket": "\0"}, {"ticket": "0"}])
def test_a_page_about_nothing_is_the_plain_page(cast: Cast, signed_in: SignedIn, said: dict[str, str]) -> None:
    assert signed_in(cast.bram).get(HOME, said).status_code == 200


def test_a_page_left_open_overnight_logs_today(cast: Cast, signed_in: SignedIn, today: dt.date) -> None:
    client = signed_in(cast.bram)
    yesterday = (today - dt.timedelta(days=1)).isoformat()

    client.post(HOME, {**three_taps(client), "date": yesterday, "proposed_day": yesterday})
    client.post(HOME, {**three_taps(client), "date": yesterday, "proposed_day": today.isoformat()})

    with inside(cast.poste):
        assert [one.date for one in Visit.objects.order_by("pk")] == [today, today - dt.timedelta(days=1)]


def closing(desk: CounterSession, page: str, **said: str) -> dict[str, str]:
    found = dict(re.findall(r'<input type="(?:number|date|time)" name="(\w+)" value="([^"]*)"', page))
    return {"site": str(desk.site_id), "note": "", **found, **said}


def test_closing_shows_what_was_counted_and_keeps_what_one_corrects(
    cast: Cast, signed_in: SignedIn, desk: CounterSession
) -> None:
    client = signed_in(cast.bram)
    called(cast, client, desk, 17)
    tap(client, desk, "given")
    tap(client, desk, "turned_away")
    client.post(HOME, three_taps(client))

    page = client.get(f"{VISITS}desk/{desk.pk}/close/", headers=FRENCH).content.decode()
    said = closing(desk, page, arrivals="5", open_access="2h30", open_access_users="4", workstations="6")
    first, second = (client.post(f"{VISITS}desk/{desk.pk}/close/", said) for _ in range(2))

    assert "1 ticket attend encore" in page and re.search(r"Attente médiane</dt><dd>12\smin", page)
    assert re.search(r'name="tickets" value="2"', page) and re.search(r'name="arrivals" value="3"', page)
    assert (first.url, second.url) == (f"{VISITS}desk/", f"{VISITS}desk/{desk.pk}/")
    with inside(cast.poste):
        session = CounterSession.objects.get()
        assert not session.is_open and (session.arrivals, session.turned_away, session.ticket_limit) == (5, 1, 8)
        assert (session.open_access_minutes, session.open_access_users, session.workstations) == (150, 4, 6)
        assert not CounterTap.objects.exists()
    assert state(cast) == [(1, "done"), (2, "gone")]
    assert 'id="desk"' not in client.get(HOME).content.decode()
    assert tap(client, desk, "given").status_code == 302 and len(state(cast)) == 2
    for address in (f"{VISITS}desk/", f"{VISITS}desk/{desk.pk}/"):
        assert "⟦undefined" not in client.get(address, headers=FRENCH).content.decode()


def test_who_closes_sees_what_a_colleague_tapped_meanwhile(
    cast: Cast, signed_in: SignedIn, desk: CounterSession
) -> None:
    client, address = signed_in(cast.bram), f"{VISITS}desk/{desk.pk}/close/"
    page = client.get(address).content.decode()
    version = re.search(r'name="version" value="([^"]*)"', page)
    assert version is not None
    said = closing(desk, page, version=version[1])
    for _ in range(2):
        tap(signed_in(cast.amina), desk, "turned_away")

    both = client.post(address, said)

    differences = [(one.name, one.mine, one.theirs) for one in both.context["differences"]]
    # How many came is proposed by the desk, who were turned away among them.
    assert differences == [("arrivals", "—", "2"), ("turned_away", "0", "2")]
    fresh = both.context["form"]["version"].value()
    answer = client.post(address, {**said, "version": fresh, "differs": ["arrivals", "turned_away"], "keep": "theirs"})
    assert answer.status_code == 302
    with inside(cast.poste):
        assert not CounterSession.objects.get().is_open
        assert (CounterSession.objects.get().arrivals, CounterSession.objects.get().turned_away) == (2, 2)


@pytest.mark.parametrize("said", [{"open_access": "25"}, {"open_access": "x"}, {"open_access": "2h99"},
                                  {"open_access": "1e9"}, {"ends_at": "00:00"}, {"arrivals": "-1"}])  # fmt: skip
def test_a_bad_closing_leaves_the_desk_open(
    cast: Cast, signed_in: SignedIn, desk: CounterSession, said: dict[str, str]
) -> None:
    client = signed_in(cast.bram)
    page = client.get(f"{VISITS}desk/{desk.pk}/close/").content.decode()

    response = client.post(f"{VISITS}desk/{desk.pk}/close/", closing(desk, page, **said))

    assert response.status_code == 200 and b"m-summary" in response.content
    with inside(cast.poste):
        assert CounterSession.objects.get().is_open


def test_a_half_day_left_open_yesterday_is_said_kindly_and_closed_by_the_opening_hours(
    cast: Cast, signed_in: SignedIn, desk: CounterSession, today: dt.date
) -> None:
    with inside(cast.poste):
        CounterSession.objects.update(date=today - dt.timedelta(days=1), ends_at="12:30")
    client = signed_in(cast.bram)

    home = client.get(HOME, headers=FRENCH).content.decode()
    page = client.get(f"{VISITS}desk/{desk.pk}/close/", headers=FRENCH).content.decode()
    refused = client.post(f"{VISITS}desk/open/", opening(cast), headers=FRENCH).content.decode()

    assert "est encore ouverte" in home and f"desk/{desk.pk}/close/" in home and 'id="desk"' not in home
    assert "cela arrive" in page and 'name="ends_at" value="12:30"' in page
    assert "Clôturez d’abord celle-là" in refused


def test_without_a_desk_the_counter_is_as_it_was(cast: Cast, signed_in: SignedIn) -> None:
    page = signed_in(cast.bram).get(HOME).content.decode()

    assert 'id="desk"' not in page and f'href="{VISITS}desk/open/"' in page

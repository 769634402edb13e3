"""The public directory of a large network, and the board of its census: what a page costs the database, beside a
`SELECT 1`."""

from __future__ import annotations

import datetime as dt
from statistics import median
from typing import Any

from django.db import connection
from django.test import Client
from django.utils import timezone

from maillage.accounts.services import create_person
from maillage.bench.filling import make_federation
from maillage.bench.listing import bare, noted
from maillage.bench.measuring import Result, Timing, clock, say
from maillage.demo.calendar import WEEKS, osm
from maillage.reference.selectors import communes, terms
from network.cadastre.editions.models import Edition
from network.cadastre.editions.opening import make_returns
from network.cadastre.editions.questionnaire import latest_questionnaire
from network.cadastre.members import Member
from network.directory.doors import door_of, week_of
from network.directory.hours import intervals_on
from network.directory.models import Card, Door
from network.directory.search import Asked, found_cards
from network.directory.selectors import open_cards
from network.directory.sites import sites_of
from tenants.registry.crossing import OWNER_ROLE, address_of, entered
from tenants.registry.database.base import Place
from tenants.registry.enums import Kind, Role
from tenants.registry.models import Federation
from tenants.registry.services import grant_membership

MOST_DATABASE_TIME = 0.050  # seconds a page
MOST_STATEMENTS = 12  # of the board, however many EPN
YEAR = 2025
PAGES = {
    "everything": "",
    "open_now": "?open=now",
    "saturday_morning": "?open=sa_am",
    "words": "?q=rue+lilas",
    "postcode": "?q=1030",
    "commune": "?commune=21015",
    "service_and_language": "?service=work&language=ar",
    "all_at_once": "?q=epn&commune=21015&open=now&service=procedures&language=fr&access=step_free",
    "last_page": "?page=42",
    "place": "epn/epn-{place}/",
}


def _cards(federation: Federation, epn: int) -> None:
    """Cards as EPN would have copied them: one door each, every tenth two."""
    places, hours = communes(), [osm(week) for week in WEEKS.values()]
    services, languages = ([one.code for one in terms(name)] for name in ("service", "language"))

    def site(number: int, pk: int) -> dict[str, Any]:
        place = places[(number + pk) % len(places)]
        return {
            "id": pk, "name": f"Porte {pk}", "address": f"Rue des Lilas {number}", "postcode": place.postcodes[0],
            "town": place.name_fr, "commune": place.nis, "key": place.nis, "country": "be", "latitude": 50.85,
            "longitude": 4.35, "phone": "02 000 00 00", "website": "https://epn.example",
            "opening_hours": hours[(number + pk) % len(hours)] + "; PH off", "modes": ["individual", "workshop"],
            "services": services[number % 4 :], "languages": ["fr", languages[number % len(languages)]],
            "accessibility": ["step_free"] if number % 3 else [],
            "closings": [{"first": "2026-12-24", "last": "2027-01-03", "reason": "holidays"}],
            "verified_on": "2026-09-01",
        }  # fmt: skip

    with entered(Place(federation.space.schema_name, Kind.FEDERATION, OWNER_ROLE)), connection.cursor() as cursor:
        made = [
            Card(epn_id=10_000 + number, slug=f"epn-{number}", name=f"EPN des Lilas {number}",
                 sites=[site(number, pk) for pk in range(1, 3 if number % 10 == 0 else 2)])
            for number in range(epn)
        ]  # fmt: skip
        Card.objects.bulk_create(made)
        Door.objects.bulk_create(Door(card=card, **door_of(card.name, one)) for card in made for one in sites_of(card))
        for table in ("directory_card", "directory_door"):
            cursor.execute(f"VACUUM ANALYZE {table}")


def _census(federation: Federation) -> Client:
    """An edition in which each card has its return, filled in as far as cards go; and who coordinates the network."""
    person = create_person(email="bench@example.org", password="long enough for a bench", name="Bench")
    grant_membership(person=person, space=federation.space, role=Role.NETWORK_COORDINATOR)
    with entered(Place(federation.space.schema_name, Kind.FEDERATION, OWNER_ROLE)), connection.cursor() as cursor:
        edition = Edition.objects.create(
            year=YEAR, perimeter="all", due_on=dt.date(YEAR + 1, 3, 31), reference_day=dt.date(YEAR, 12, 31),
            questionnaire=latest_questionnaire(), opened_at=timezone.now(),
        )  # fmt: skip
        asked = [
            Member(card.epn_id, card.slug, card.name, card.key, labelled=False, open=True, archived=False)
            for card in open_cards()
        ]
        make_returns(edition, asked, by_id=None, by_name="", at=timezone.now())
        cursor.execute("VACUUM ANALYZE editions_censusreturn, editions_returnvalue, editions_returnstep")
    client = Client()
    client.force_login(person, backend="maillage.accounts.backends.PasswordBackend")
    return client


def _open_by_hand(now: dt.datetime) -> set[int]:
    """The EPN with an open door, asked of each card in Python."""
    local = timezone.localtime(now)
    minute = local.hour * 60 + local.minute
    found = set()
    for card in Card.objects.all():
        for one in sites_of(card):
            week = week_of(one)
            if week and any(each.start <= minute < each.end for each in intervals_on(one, week, local.date())):
                found.add(card.epn_id)
    return found


def directory(*, epn: int = 1_000, rounds: int = 50) -> Result:
    """Every statement of a page of the directory, sent bare with all rows fetched: `ours` is "open now".

    `equal`: "open now" finds, over a fortnight, what asking each card in Python finds; no page takes the database more
    than 50 ms; and the board of a census of as many EPN takes at most twelve statements. `pages`: milliseconds of
    database time [median, highest], then statements.
    """
    federation = make_federation()
    say(f"Making {epn:,} cards")
    _cards(federation, epn)
    client, address = Client(), address_of(federation.space)
    say(f"Opening a census of {epn:,} EPN")
    asked = {name: (client, f"{address}{query.format(place=epn // 2)}") for name, query in PAGES.items()}
    asked["board"] = (_census(federation), f"{address}editions/{YEAR}/")
    statements = {}
    for name, (reader, page) in asked.items():
        for _twice in range(2):  # the first one may read the reference tables
            with noted() as found:
                if reader.get(page).status_code != 200:
                    raise RuntimeError(f"{name} was refused")
        statements[name] = found
    seconds: dict[str, list[float]] = {name: [] for name in [*asked, "select_1"]}
    say(f"Measuring {len(asked)} pages, {rounds} times each")
    for _round in range(rounds):
        for name, sent in statements.items():
            seconds[name].append(clock(lambda sent=sent: bare(sent)))  # type: ignore[misc]
        seconds["select_1"].append(clock(_select_1))
    say("Asking each card in Python")
    start = dt.datetime(2026, 12, 14, 7, 30, tzinfo=dt.UTC)
    moments = [start + dt.timedelta(hours=5 * step) for step in range(60)]
    with entered(federation.space):
        agreed = all(
            _open_by_hand(moment) == set(found_cards(Asked(open="now"), moment).values_list("pk", flat=True))
            for moment in moments[:: 1 if rounds >= 20 else 10]
        )
    ours, peer = Timing.of(seconds["open_now"]), Timing.of(seconds["select_1"])
    return Result(
        "directory",
        epn,
        ours,
        {"select_1": peer},
        equal=agreed
        and all(median(seconds[name]) <= MOST_DATABASE_TIME for name in PAGES)
        and len(statements["board"]) <= MOST_STATEMENTS,
        ratio={"select_1": peer.median / ours.median},
        more={
            "pages": {
                name: [
                    round(median(seconds[name]) * 1000, 2), round(max(seconds[name]) * 1000, 2), len(statements[name])
                ]
                for name in asked
            },
            "highest_ms": round(max(median(seconds[name]) for name in PAGES) * 1000, 2),
        },
    )  # fmt: skip


def _select_1() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        cursor.fetchall()

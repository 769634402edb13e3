"""Logging a visit: what marks cost the insert, and what marks and refresh cost the whole POST."""

from __future__ import annotations

import datetime as dt
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from itertools import count
from typing import Any

from django.db import connection, transaction
from django.test import Client

from maillage.accounts.services import create_person
from maillage.bench.filling import INSERT_VISITS, add_epn, add_visits, make_federation
from maillage.bench.measuring import Result, Timing, clock, compared, in_turn, say
from maillage.reference.selectors import terms
from network.figures.services import refresh_epn
from tenants.activity.models import Visit
from tenants.premises.models import Site
from tenants.registry import hooks
from tenants.registry.crossing import OWNER_ROLE, address_of, entered
from tenants.registry.database.base import Place
from tenants.registry.enums import Kind, Role
from tenants.registry.models import Epn
from tenants.registry.services import grant_membership


@contextmanager
def _without_marks_and_refresh(epn: Epn) -> Iterator[None]:
    """This EPN's tables fire no trigger, and nobody refreshes its figures."""
    with entered(Place(epn.space.schema_name, Kind.EPN, OWNER_ROLE)), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE activity_visit DISABLE TRIGGER USER")
    registered = list(hooks._refreshers)
    hooks._refreshers[:] = [
        lambda epn_id, refresh=refresh: None if epn_id == epn.pk else refresh(epn_id)  # type: ignore[misc]
        for refresh in registered
    ]
    try:
        yield
    finally:
        hooks._refreshers[:] = registered


class _Poster:
    """An animator who logs one visit after another from the EPN's home."""

    def __init__(self, epn: Epn, client: Client, person_id: int) -> None:
        self.path = address_of(epn.space)
        self.client, self.person_id, self.number = client, person_id, count()
        with entered(epn.space):
            self.site = Site.objects.get().pk

    def __call__(self) -> None:
        number = next(self.number)
        response = self.client.post(
            self.path,
            {
                "key": str(uuid.uuid4()),
                "theme": "tax",
                "outcome": "solved",
                "minutes": "5",
                # Over the year: the month that is counted again keeps its hundred visits.
                "date": (dt.date(2025, 1, 1) + dt.timedelta(days=number * 11 % 360)).isoformat(),
                "site": str(self.site),
                "mode": "individual",
                "animator": str(self.person_id),
            },
        )
        if response.status_code != 302:
            raise RuntimeError(f"the visit was not saved: {response.status_code}")


class _Inserter:
    """One bare row after another, each in a transaction of its own, by a connection that stands in the space."""

    def __init__(self, epn: Epn, start: int) -> None:
        self.epn, self.number = epn, count(start)
        self.parameters: dict[str, Any] = {
            "modes": [one.code for one in terms("mode")],
            "themes": [one.code for one in terms("theme")],
        }
        with entered(epn.space):
            self.parameters["site"] = Site.objects.get().pk

    def __call__(self) -> float:
        one = next(self.number)
        with entered(self.epn.space):
            began = time.perf_counter()
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(INSERT_VISITS, {**self.parameters, "start": one, "stop": one})
            return time.perf_counter() - began


def _inserts(marked: Epn, plain: Epn, *, start: int, rounds: int) -> dict[str, Timing]:
    competitors = {"marked_insert": _Inserter(marked, start), "plain_insert": _Inserter(plain, start)}
    seconds: dict[str, list[float]] = {name: [] for name in competitors}
    for _ in range(rounds):
        for name, insert in competitors.items():
            seconds[name].append(insert())
    return {name: Timing.of(found) for name, found in seconds.items()}


def _refreshes(epn: Epn, *, start: int, rounds: int) -> Timing:
    """What one visit's refresh takes, from its BEGIN to its COMMIT."""
    insert, seconds = _Inserter(epn, start), []
    refresh_epn(epn.pk)
    for _ in range(rounds):
        insert()
        seconds.append(clock(partial(refresh_epn, epn.pk)))
    return Timing.of(seconds)


def write(*, visits: int = 6_000, rounds: int = 200) -> Result:
    """Two EPN alike, of a hundred visits a month, one without marks and refresh.

    `equal`: each has all the visits that were posted. `ours` and `plain_post` are the whole POST;
    `plain_insert` is compared with `marked_insert`; `refresh` is one refresh after one visit, in seconds.
    """
    federation = make_federation()
    say("Filling two EPN")
    marked, plain = (add_epn(federation, number) for number in range(2))
    person = create_person(email="bench@maillage.example", name="Bench", password=None)
    client = Client()
    for epn in (marked, plain):
        add_visits(epn, visits)
        grant_membership(person=person, space=epn.space, role=Role.ANIMATOR)
    client.force_login(person, backend="maillage.accounts.backends.PasswordBackend")
    with _without_marks_and_refresh(plain):
        posts = {"ours": _Poster(marked, client, person.pk), "plain_post": _Poster(plain, client, person.pk)}
        say("Posting visits")
        timings = in_turn(posts, rounds=rounds, warm_up=10)
        say("Inserting rows")
        inserts = _inserts(marked, plain, start=visits + 1, rounds=rounds)
    found = set()
    for epn in (marked, plain):
        with entered(epn.space):
            found.add(Visit.objects.count())
    refresh = _refreshes(marked, start=visits + rounds + 1, rounds=rounds // 2)
    mine, peers, ratio = compared(timings)
    peers["plain_insert"] = inserts["plain_insert"]
    ratio["plain_insert"] = inserts["plain_insert"].median / inserts["marked_insert"].median
    return Result(
        "write",
        rounds,
        mine,
        peers,
        equal=len(found) == 1,
        ratio=ratio,
        more={"marked_insert": inserts["marked_insert"].as_json(), "refresh": refresh.as_json()},
    )

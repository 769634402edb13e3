"""The journal's page as somebody sees it, and each of its filters, against the statements that it sends, asked bare."""

from __future__ import annotations

import gc
from collections.abc import Callable
from functools import partial
from statistics import median
from typing import Any

from django.db import connection
from django.test import Client

from maillage.accounts.services import create_person
from maillage.bench.filling import add_epn, add_visits, make_federation
from maillage.bench.listing import Statement, bare, noted, p95
from maillage.bench.measuring import Result, Timing, Work, clock, say
from tenants.registry.crossing import OWNER_ROLE, address_of, entered
from tenants.registry.database.base import Place
from tenants.registry.enums import Kind, Role
from tenants.registry.models import Epn
from tenants.registry.services import grant_membership

FEW = 1_000  # visits of a second EPN: a page must cost it as many statements
MOST_STATEMENTS = 12
NOTES = """
UPDATE activity_visit SET
    note = 'Courrier numéro ' || id || CASE WHEN id % 500 = 0 THEN ', impôts à vérifier' ELSE '' END,
    margins = jsonb_build_object('audience', jsonb_build_object('senior', 1)),
    animator_id = CASE WHEN id % 3 = 0 THEN {person} END, recorded_by_id = {person}
WHERE id % 5 = 0"""
PAGES = {
    "first": "",
    "far": "?before=2021-06-30-1",
    "word": "?note=impot",
    "rare_word": "?note=numero+5005",
    "common_word": "?note=courrier",
    "days": "?since=2023-01-01&until=2023-01-31",
    "theme": "?theme=tax",
    "outcome": "?outcome=must_return",
    "mode": "?mode=individual",
    "autonomy": "?autonomy=done_with",
    "audience": "?audience=audience.senior",
    "provider": "?provider=irisbox",
    "channel": "?channel=web",
    "obstacle": "?obstacle=lost_code",
    "site": "?site={site}",
    "animator": "?animator={person}",
    "recorded_by": "?recorded_by={person}",
    "deleted": "?shown=deleted",
    "none": "?theme=tax&outcome=solved&since=2030-01-01",
}


class _Reader:
    """Somebody who is signed in, and leafs through the journal."""

    def __init__(self, epn: Epn, person: Any) -> None:
        grant_membership(person=person, space=epn.space, role=Role.EPN_COORDINATOR)
        self.address = address_of(epn.space, "activity:journal")
        self.client = Client()
        self.client.force_login(person, backend="maillage.accounts.backends.PasswordBackend")

    def page(self, query: str) -> bytes:
        response = self.client.get(f"{self.address}{query}")
        if response.status_code != 200:
            raise RuntimeError(f"the journal answered {response.status_code}")
        return response.content

    def statements(self, query: str) -> list[Statement]:
        """The fewer of two: once a minute a process reads the reference tables again, whatever the page."""
        both = []
        for _twice in range(2):
            with noted() as found:
                self.page(query)
            both.append(found)
        return min(both, key=len)


def journal(*, visits: int = 100_000, rounds: int = 200) -> Result:
    """A page of fifty lines of `visits`, through the whole stack. `ratio` is peer ÷ ours at the 95th percentile.

    `sql` is the page's own statements, every one of them (session, person, space and role, the walls, names, rows,
    totals, views), sent bare with all rows fetched. `equal`: each page takes as many statements in an EPN of a
    thousand visits, and at most twelve. `pages`: milliseconds of each, [ours, sql, ours ÷ sql], as a `median` and at
    the 95th percentile (`p95`). A round asks for every page once on both sides, so that a busy minute of the machine
    falls on all of them.
    """
    federation = make_federation()
    say(f"Filling an EPN with {visits:,} visits")
    person = create_person(email="bench@maillage.example", name="Bench", password=None)
    readers = []
    site = 0
    for number, count in enumerate((visits, FEW)):
        epn = add_epn(federation, number)
        add_visits(epn, count)
        with entered(Place(epn.space.schema_name, Kind.EPN, OWNER_ROLE)), connection.cursor() as cursor:
            cursor.execute(NOTES.format(person=person.pk))
            cursor.execute("VACUUM ANALYZE activity_visit")
            cursor.execute("SELECT min(id) FROM premises_site")
            site = cursor.fetchone()[0]
        readers.append(_Reader(epn, person))
    large, small = readers
    queries = {name: pattern.format(site=site, person=person.pk) for name, pattern in PAGES.items()}
    statements = {name: large.statements(query) for name, query in queries.items()}
    counts = {name: {len(statements[name]), len(small.statements(query))} for name, query in queries.items()}
    measured: dict[str, dict[str, list[float]]] = {name: {"ours": [], "sql": []} for name in queries}
    say(f"Measuring {len(queries)} pages, {rounds} times each on both sides")
    as_served()
    for number in range(rounds):
        for name, query in queries.items():
            sides: dict[str, Work] = {
                "ours": partial(large.page, query),
                "sql": partial(bare, statements[name]),
            }
            # Who goes first changes, so that neither always finds what the other has just read.
            for side in sorted(sides, reverse=bool(number % 2)):
                measured[name][side].append(clock(sides[side]))
    first = measured["first"]
    return Result(
        "journal",
        visits,
        Timing.of(first["ours"]),
        {"sql": Timing.of(first["sql"])},
        equal=all(len(found) == 1 and max(found) <= MOST_STATEMENTS for found in counts.values()),
        ratio={"sql": p95(first["sql"]) / p95(first["ours"])},
        more={
            "queries": {name: max(found) for name, found in counts.items()},
            "pages": {name: {"median": _beside(median, found), "p95": _beside(p95, found)}
                      for name, found in measured.items()},
            "highest": max(_beside(p95, found)[2] for found in measured.values()),
        },
    )  # fmt: skip


def as_served() -> None:
    """What gunicorn_conf.post_worker_init does for a worker that serves pages."""
    gc.collect()
    gc.freeze()


def _beside(measure: Callable[[list[float]], float], found: dict[str, list[float]]) -> list[float]:
    ours, sql = (measure(found[side]) for side in ("ours", "sql"))
    return [round(ours * 1000, 2), round(sql * 1000, 2), round(ours / sql, 2)]

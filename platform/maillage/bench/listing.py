"""A page of an EPN's visits through the API, against the statements that it sends, asked bare."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import quantiles
from typing import Any

from django.db import connection
from django.test import Client

from maillage.accounts.services import create_person
from maillage.bench.filling import add_epn, add_visits, make_federation
from maillage.bench.measuring import Result, Timing, clock, say
from tenants.registry.crossing import OWNER_ROLE, address_of, current_place, entered
from tenants.registry.database.base import Place
from tenants.registry.enums import Kind, Role
from tenants.registry.models import Epn
from tenants.registry.services import grant_membership, make_token

FEW = 1_000  # visits of a second EPN: a list must cost it as many statements
PAGES = {
    "first": "",
    "middle": "?date_to=2023-06-30",
    "by_minutes": "?ordering=minutes",
    "themes": "?themes=tax",
    "thousand": "?page_size=1000",
    "changes": "?updated_since=2000-01-01",
}


@dataclass(frozen=True)
class Statement:
    place: Place
    sql: str
    parameters: Any


@contextmanager
def noted() -> Iterator[list[Statement]]:
    found: list[Statement] = []

    def note(execute: Any, sql: str, parameters: Any, many: bool, context: Any) -> Any:
        found.append(Statement(current_place(), sql, parameters))
        return execute(sql, parameters, many, context)

    with connection.execute_wrapper(note):
        yield found


class _Reader:
    """A program with a token, which reads the journal page by page."""

    def __init__(self, epn: Epn, person: Any) -> None:
        grant_membership(person=person, space=epn.space, role=Role.ANIMATOR)
        _token, secret = make_token(person=person, space=epn.space)
        self.address = address_of(epn.space, "api:visits")
        self.client = Client(headers={"Authorization": f"Token {secret}"})

    def page(self, query: str) -> Any:
        response = self.client.get(f"{self.address}{query}")
        if response.status_code != 200:
            raise RuntimeError(f"the list answered {response.status_code}")
        return response.content

    def statements(self, query: str) -> list[Statement]:
        self.page(query)
        with noted() as found:
            self.page(query)
        return found


def bare(statements: Sequence[Statement]) -> None:
    """The same statements in the same places, and their rows, with nothing around them."""
    remaining = list(statements)
    while remaining:
        place = remaining[0].place
        with entered(place), connection.cursor() as cursor:
            while remaining and remaining[0].place == place:
                one = remaining.pop(0)
                cursor.execute(one.sql, one.parameters)
                if cursor.description is not None:
                    cursor.fetchall()


def p95(seconds: list[float]) -> float:
    return quantiles(seconds, n=20)[-1]


def api_list(*, visits: int = 100_000, rounds: int = 200) -> Result:
    """A page of a hundred visits of `visits`, through the whole stack. `ratio` is of the 95th percentiles.

    `sql` sends the request's own statements and reads their rows. `equal`: a page of any kind takes as many
    statements in an EPN of a thousand visits. `pages`: milliseconds at the 95th percentile, [ours, sql].
    """
    federation = make_federation()
    say(f"Filling an EPN with {visits:,} visits")
    person = create_person(email="bench@maillage.example", name="Bench", password=None)
    readers = []
    for number, count in enumerate((visits, FEW)):
        epn = add_epn(federation, number)
        add_visits(epn, count)
        with entered(Place(epn.space.schema_name, Kind.EPN, OWNER_ROLE)), connection.cursor() as cursor:
            cursor.execute("ANALYZE activity_visit")
        readers.append(_Reader(epn, person))
    large, small = readers
    counts = {}
    measured: dict[str, dict[str, list[float]]] = {}
    for name, query in PAGES.items():
        say(f"Measuring {name}")
        statements = large.statements(query)
        counts[name] = {len(statements), len(small.statements(query))}
        seconds: dict[str, list[float]] = {"ours": [], "sql": []}
        for number in range(rounds + 5):
            ours, sql = clock(lambda q=query: large.page(q)), clock(lambda s=statements: bare(s))  # type: ignore[misc]
            if number >= 5:
                seconds["ours"].append(ours)
                seconds["sql"].append(sql)
        measured[name] = seconds
    first = measured["first"]
    return Result(
        "api_list",
        visits,
        Timing.of(first["ours"]),
        {"sql": Timing.of(first["sql"])},
        equal=all(len(found) == 1 for found in counts.values()),
        ratio={"sql": p95(first["sql"]) / p95(first["ours"])},
        more={
            "p95": {name: round(p95(seconds), 6) for name, seconds in first.items()},
            "queries": {name: max(found) for name, found in counts.items()},
            "pages": {
                name: [round(p95(found["ours"]) * 1000, 2), round(p95(found["sql"]) * 1000, 2)]
                for name, found in measured.items()
            },
        },
    )

"""Each bench runs, small: whoever changes what one measures learns here that it no longer does."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connections

from maillage.bench import requesting, searching
from maillage.bench.plain.database.base import DatabaseWrapper as Plain
from maillage.bench.suites import BENCHES
from tenants.registry.crossing import OWNER_ROLE, address_of
from tenants.registry.provisioning.scratch import scratch_database
from tests.conftest import Cast
from tests.databases import new_name
from tests.economy import client_of
from tests.thoroughness import THOROUGH

WORKERS = {"ours": "tests.settings", "plain_django_tenants": "tests.bench.plain_settings"}
SMALLER = {
    "aggregation": {"epn": 2, "visits": 200},
    "api_list": {"visits": 1_100, "rounds": 2},
    "import": {"lines": 100},
    "journal": {"visits": 1_000, "rounds": 2},
    "provision": {"schemas": 1, "rounds": 1},
    "xlsx": {"visits": 200},
}


@pytest.mark.parametrize("name", sorted(BENCHES) if THOROUGH else ["write"])
def test_a_bench_runs_and_finds_that_both_sides_do_the_same(
    django_db_setup: None, django_db_blocker: Any, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr(requesting, "SETTINGS", WORKERS)
    monkeypatch.setattr(searching, "MOST_DATABASE_TIME", 60)  # how long it takes is no business of a test
    bench = BENCHES[name]

    with django_db_blocker.unblock(), scratch_database(new_name("bench")):
        result = bench.run(**bench.small | SMALLER.get(name, {}))

    assert result.equal
    assert result.ours.median > 0


@contextmanager
def as_it_comes() -> Iterator[None]:
    """This thread's connection is one of django-tenants' own, as in the peer of the `request` bench."""
    ours = connections["default"]
    options = {**ours.settings_dict["OPTIONS"], "assume_role": OWNER_ROLE}
    connections["default"] = Plain({**ours.settings_dict, "OPTIONS": options})
    try:
        yield
    finally:
        connections["default"].close()
        connections["default"] = ours


def test_the_home_of_an_epn_is_the_same_page_on_django_tenants_as_it_comes(cast: Cast) -> None:
    """The peer is another wrapper around the connection: it must have every word that a page says to ours."""
    client, path = client_of(cast.amina, anew=False), address_of(cast.poste.space)

    ours = client.get(path)
    with as_it_comes():
        plain = client.get(path)

    assert (ours.status_code, plain.status_code) == (200, 200)
    assert len(plain.content) == len(ours.content)

"""The figures hold when processes write while two sweep, and when some of them are killed on the way."""

from __future__ import annotations

import io
import json
import random
import time
from collections.abc import Iterator

import pytest
from django.core.management import call_command
from django.db import connection

from maillage.reference.services import load_reference
from network.figures.models import FlowTotal, Stock
from network.figures.services import sweep
from tenants.activity.models import Visit
from tenants.premises.models import Site
from tenants.registry.crossing import entered
from tenants.registry.models import Epn, Federation
from tenants.registry.provisioning.scratch import scratch_database
from tenants.registry.provisioning.services import provision_epn, provision_federation
from tests.databases import new_name
from tests.faults.process import refresh, write
from tests.processes import Forked
from tests.thoroughness import THOROUGH

WRITERS, REFRESHERS, WRITES = (8, 2, 2_000) if THOROUGH else (4, 2, 240)


@pytest.fixture(scope="module")
def database(django_db_setup: None, django_db_blocker: object) -> Iterator[str]:
    """A database of its own: two federations with two EPN each, and two sites in each EPN."""
    name = new_name("stress")
    with django_db_blocker.unblock(), scratch_database(name):  # type: ignore[attr-defined]
        load_reference()
        for slug in ("caban", "loire"):
            federation = provision_federation(name=slug, slug=slug)
            for number in range(2):
                provision_epn(federation=federation, name="EPN", slug=f"epn-{number}", seed=_two_sites)
        yield name


def _two_sites(epn: Epn) -> None:
    Site.objects.create(name="here", postcode="1030", town="Schaerbeek", commune="21015")
    Site.objects.create(name="there", postcode="58000", town="Nevers", country="fr")


def wait_until_alone() -> None:
    """PostgreSQL notices that a killed process is gone when its statement ends: wait for its rollback."""
    for _ in range(1_200):
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()")
            if cursor.fetchone()[0] == 1:
                return
        time.sleep(0.05)
    raise AssertionError("a killed process still has a session")


def deadlocks() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
        return int(cursor.fetchone()[0])


def verified() -> dict[str, object]:
    output = io.StringIO()
    try:
        call_command("verify_figures", "--json", stdout=output)
    except SystemExit:
        pytest.fail(output.getvalue()[:2000])
    return json.loads(output.getvalue())


def test_random_writes_by_processes_at_once_with_two_refreshers_leave_no_difference_and_no_deadlock(
    database: str,
) -> None:
    refreshers = [Forked(database, refresh, 60) for _ in range(REFRESHERS)]
    writers = [Forked(database, write, seed, WRITES // WRITERS) for seed in range(WRITERS)]

    failures = [error for writer in writers for _, error in [writer.communicate(timeout=300)] if error]
    codes = [writer.returncode for writer in writers]
    for refresher in refreshers:
        refresher.terminate()
        failures += [error for error in [refresher.communicate()[1]] if error]
    wait_until_alone()
    sweep()

    assert failures == []
    assert codes == [0] * WRITERS
    found = verified()
    assert found["differences"] == 0
    assert int(str(found["cells"])) > WRITES // 2
    assert deadlocks() == 0
    for federation in Federation.objects.select_related("space"):
        with entered(federation.space):
            total = sum(FlowTotal.objects.filter(figure="visits", dimension="").values_list("count", flat=True))
            assert Stock.objects.exists()
        visits = 0
        for epn in Epn.objects.filter(affiliations__federation=federation).select_related("space"):
            with entered(epn.space):
                visits += Visit.objects.filter(deleted_at=None).count()
        assert total == visits > 0


def test_writers_and_refreshers_killed_in_the_middle_leave_nothing_that_the_sweeper_does_not_find(
    database: str,
) -> None:
    dice = random.Random(7)
    alive = [Forked(database, write, 100 + seed, 10_000) for seed in range(4)]
    alive += [Forked(database, refresh, 60) for _ in range(2)]
    for process in alive:
        process.stdout.readline()  # it is at work

    for victim in dice.sample(alive, k=len(alive)):
        time.sleep(dice.uniform(0.05, 0.4))
        victim.kill()
        victim.wait()
    wait_until_alone()

    sweep()
    assert verified()["differences"] == 0
    assert deadlocks() == 0

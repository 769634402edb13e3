"""A whole census in a database of its own: the real one where it is at hand, and a real Ctrl-C.

Every day all of it is read and planned, and one row in sixteen is written; all of it with THOROUGH=1.
"""

from __future__ import annotations

import csv
import datetime as dt
import json
import os
import signal
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, transaction

from maillage.reference.services import load_reference
from network.cadastre.census.parsing import read_census
from network.cadastre.census.planning import plan_import
from network.cadastre.census.selectors import places_by_department
from network.cadastre.management.commands import import_places as progress
from network.cadastre.models import CensusPlace
from network.directory.models import Card
from tenants.activity.models import Visit
from tenants.premises.models import Site
from tenants.registry.crossing import entered
from tenants.registry.hooks import epn_written
from tenants.registry.models import Epn, Federation
from tenants.registry.provisioning.scratch import scratch_database
from tenants.registry.provisioning.services import provision_epn, provision_federation
from tests.cadastre.census_files import place, write_census
from tests.databases import new_name
from tests.processes import Forked
from tests.thoroughness import THOROUGH

ROOT = Path(__file__).resolve().parents[2]
CENSUS = ROOT.parent / "shared" / "data" / "places-58-71.csv"
PLACES = 264
NEVERS = "Kiosque numérique de Nevers"  # written every day, and visited below


@pytest.fixture(scope="module")
def own_database(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Everything here is committed for real, so it happens away from the other tests' database."""
    with django_db_blocker.unblock(), scratch_database(new_name("census")):
        load_reference()
        yield


@pytest.fixture(scope="module")
def real() -> list[dict[str, str]]:
    """The rows of the real census."""
    if not CENSUS.is_file():
        pytest.skip("the real census isn't beside this checkout")
    with CENSUS.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@dataclass(frozen=True)
class Imported:
    federation: Federation
    file: Path
    rows: list[dict[str, str]]
    found: dict[str, Any]
    seconds: float


@pytest.fixture(scope="module")
def imported(real: list[dict[str, str]], own_database: None, tmp_path_factory: pytest.TempPathFactory) -> Imported:
    rows, file = real, CENSUS
    if not THOROUGH:
        rows = [row for at, row in enumerate(real) if at % 16 == 0 or row["nom_structure"] == NEVERS]
        file = write_census(tmp_path_factory.mktemp("census"), rows, headings=tuple(real[0]))
    began = time.monotonic()
    found = run("--federation", "nivernais", "--create", "--apply", file=file)
    federation = Federation.objects.select_related("space").get(slug="nivernais")
    return Imported(federation, file, rows, found, time.monotonic() - began)


def run(*arguments: str, file: Path) -> dict[str, Any]:
    out = StringIO()
    call_command("import_places", str(file), *arguments, "--json", stdout=out, stderr=StringIO())
    found: dict[str, Any] = json.loads(out.getvalue())
    return found


def figures(federation: Federation) -> list[tuple[Any, ...]]:
    with entered(federation.space), connection.cursor() as cursor:
        cursor.execute("SELECT figure, dimension, month, value, count FROM figures_flowtotal ORDER BY 1, 2, 3, 4")
        return cursor.fetchall()


def test_what_the_real_census_would_make(real, own_database):
    found = run("--federation", "morvan", "--create", file=CENSUS)

    assert not found["applied"]
    assert [found[name] for name in ("created", "changed", "unchanged", "refused")] == [PLACES, 0, 0, 0]
    assert found["departments"] == {"58": 120, "71": 144}
    assert found["doubtful"] == 47
    assert found["doubtful_by_reason"] == {
        "code:labels": 5,
        "code:support": 1,
        "hours:condition": 4,
        "hours:end_before_start": 1,
        "hours:hours_missing": 10,
        "hours:other_half": 3,
        "phone": 1,
        "postcode_odd": 5,
        "similar": 1,
        "url": 1,
        "url_completed": 15,
    }


def test_one_town_is_one_commune_however_its_rows_spell_it(real, own_database):
    plan = plan_import(read_census(CENSUS), None, slug="morvan")
    towns = Counter((one.place.postcode, one.place.town) for one in plan.created)

    assert towns["71100", "Chalon-sur-Saône"] == 22
    assert towns["58200", "Cosne-Cours-sur-Loire"] == 11
    assert {town for _postcode, town in towns if "con" in town.lower() and town.startswith("M")} >= {"Mâcon"}
    assert all(town == town.strip() and not town.isupper() for _postcode, town in towns)


def test_the_real_census_makes_its_places_in_under_a_minute(imported):
    made = len(imported.rows)

    assert [imported.found[name] for name in ("created", "changed", "unchanged", "refused")] == [made, 0, 0, 0]
    # A promise for a machine that does this alone, not for one on which ten others want their turn.
    assert not THOROUGH or imported.seconds < 60 or os.getloadavg()[0] > 2 * (os.cpu_count() or 1)
    departments = Counter(row["departement"] for row in imported.rows)
    assert min(departments["58"], departments["71"]) > 5
    with entered(imported.federation.space):
        assert places_by_department() == sorted(departments.items())
        assert Card.objects.count() == made
        # The spelling that the plan settled is what the place's card says.
        assert "Nevers" in set(Card.objects.values_list("town", flat=True))
        assert not any(town.isupper() for town in Card.objects.values_list("town", flat=True))
    assert Epn.objects.filter(affiliations__federation=imported.federation).count() == made


def test_every_cell_of_the_real_census_is_kept_as_it_stands(imported):
    rows = {row["bfc_id"]: {head: cell for head, cell in row.items() if cell} for row in imported.rows}

    with entered(imported.federation.space):
        kept = dict(CensusPlace.objects.values_list("source_id", "cells"))

    assert kept == rows and len(rows) == len(imported.rows)


def test_the_second_import_of_the_real_census_changes_nothing(imported):
    found = run("--federation", "nivernais", "--apply", file=imported.file)

    assert [found[name] for name in ("created", "changed", "unchanged")] == [0, 0, len(imported.rows)]
    assert found["doubtful"] == imported.found["doubtful"]


def test_a_visit_in_an_imported_epn_moves_its_federations_figures_and_no_others(imported):
    other = provision_federation(name="Caban", slug="caban")
    theirs = provision_epn(federation=other, name="Poste", slug="poste", seed=lambda epn: Site.objects.create(name="P"))
    before, elsewhere = figures(imported.federation), figures(other)
    epn = Epn.objects.select_related("space").get(slug="kiosque-numerique-de-nevers")

    with entered(epn.space), transaction.atomic():
        Visit.objects.create(
            date=dt.date(2026, 11, 20), minutes=20, site=Site.objects.get(), mode="individual", themes=["tax"],
            outcome="solved",
        )  # fmt: skip
        epn_written()

    month = dt.date(2026, 11, 1)
    added = set(figures(imported.federation)) - set(before)
    assert ("visits", "", month, "", 1) in added and ("visits", "commune", month, "58000 Nevers", 1) in added
    assert figures(other) == elsewhere == []
    with entered(theirs.space):
        assert not Visit.objects.exists()


def test_ctrl_c_in_the_middle_of_a_real_process_leaves_nothing(own_database, tmp_path):
    path = write_census(tmp_path, [place(number) for number in range(60)])
    before = what_there_is()
    process = importing(path)

    try:
        first = process.stderr.readline()
        process.send_signal(signal.SIGINT)
        out, err = process.communicate()
    finally:
        process.kill()

    assert first.startswith("4 of 60 places")
    assert process.returncode == 130, err
    assert "Nothing was written" in err and out == ""
    assert what_there_is() == before


def test_a_killed_process_leaves_nothing(own_database, tmp_path):
    path = write_census(tmp_path, [place(number) for number in range(60)])
    before = what_there_is()
    process = importing(path)

    try:
        assert process.stderr.readline().startswith("4 of 60 places")
    finally:
        process.kill()
    process.wait()

    assert what_there_is() == before


def importing(path: Path) -> Forked:
    return Forked(connection.settings_dict["NAME"], import_places, str(path))


def import_places(path: str) -> None:
    """It says sooner where it is: the beginning of the writing proves as much."""
    progress.EVERY = 4
    call_command("import_places", path, "--federation", "morvan", "--create", "--apply", "--language", "en")


def what_there_is() -> list[tuple[Any, ...]]:
    """Once nobody else is connected: a server process whose client has died is rolled back by then."""
    until = time.monotonic() + 300
    with connection.cursor() as cursor:
        while True:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
                " AND backend_type = 'client backend'"
            )
            if not cursor.fetchone()[0]:
                break
            assert time.monotonic() < until, "somebody is still connected"
            time.sleep(0.1)
        cursor.execute(
            "SELECT (SELECT count(*) FROM pg_namespace WHERE nspname !~ '^pg_(toast_)?temp'),"
            " (SELECT count(*) FROM pg_roles WHERE starts_with(rolname, current_database() || '_')),"
            " (SELECT count(*) FROM registry_space),"
            " (SELECT count(*) FROM registry_federation), (SELECT count(*) FROM registry_domain)"
        )
        return cursor.fetchall()

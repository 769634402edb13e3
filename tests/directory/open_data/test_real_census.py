"""The real census, where it is at hand: imported, exported, imported from our own file, exported again."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from maillage.reference.services import load_reference
from network.cadastre.lieux.schema import original
from network.cadastre.models import CensusPlace
from network.directory.models import Card
from network.directory.open_data.export import Export
from network.directory.open_data.files import file_of
from network.directory.open_data.selectors import exported
from tenants.registry.crossing import entered
from tenants.registry.models import Federation
from tenants.registry.provisioning.scratch import scratch_database
from tests.cadastre.census_files import write_census
from tests.databases import new_name
from tests.thoroughness import THOROUGH

CENSUS = Path(__file__).resolve().parents[4] / "shared" / "data" / "places-58-71.csv"


def imported(file: Path, slug: str, *arguments: str) -> dict[str, Any]:
    out = io.StringIO()
    call_command(
        "import_places", str(file), "--federation", slug, "--create", *arguments, "--json", stdout=out,
        stderr=io.StringIO(),
    )  # fmt: skip
    found: dict[str, Any] = json.loads(out.getvalue())
    return found


def export_of(slug: str) -> Export:
    federation = Federation.objects.select_related("space").get(slug=slug)
    with entered(federation.space):
        return exported(federation, original())


FACE = ("name", "address", "postcode", "town", "commune", "country", "latitude", "longitude", "opening_hours")


def faces(slug: str, sources: set[str], *fields: str) -> list[tuple[Any, ...]]:
    federation = Federation.objects.select_related("space").get(slug=slug)
    with entered(federation.space):
        ids = CensusPlace.objects.filter(source_id__in=sources).order_by("pk").values("epn_id")
        return sorted(Card.objects.filter(epn_id__in=ids).order_by("pk").values_list(*FACE, *fields), key=str)


@pytest.fixture
def room(request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """All of them, three times over, are eight hundred EPN: in the one transaction of a test each would wait longer
    than the one before. So they are committed, away from the other tests' database."""
    if not THOROUGH:
        request.getfixturevalue("cast")
        yield
        return
    with django_db_blocker.unblock(), scratch_database(new_name("places")):
        load_reference()
        yield


@pytest.mark.skipif(not CENSUS.is_file(), reason="the real census isn't beside this checkout")
def test_the_places_leave_in_the_strict_schema_and_come_back_the_same(room: None, tmp_path: Path) -> None:
    with CENSUS.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    # Every day four of them: one with its hours, one without an address, one whose number isn't one, one without label.
    some = rows if THOROUGH else [rows[at] for at in (1, 14, 100, 172)]
    imported(write_census(tmp_path, some, headings=tuple(rows[0])), "nivernais", "--apply")
    first = export_of("nivernais")
    without_address = sum(not row["adresse"].strip() for row in some)

    found = Counter((cell.finding.column, cell.finding.rule.value, cell.outcome.value) for cell in first.cells)
    assert found == {
        ("pivot", "required", "placeholder"): len(some) - without_address,
        ("pivot", "required", "row_left_out"): without_address,
        ("adresse", "required", "row_left_out"): without_address,
        ("telephone", "pattern", "left_empty"): sum(row["contact_tel"] == "36 46" for row in some),
    }
    # The strict file lacks what it had to leave out, and says so above. The complete one lacks nothing.
    complete = [place.row for place in first.places]
    for slug, sent, fields in (("strict", first.rows, ()), ("complete", complete, ("phone", "website"))):
        file = tmp_path / f"{slug}.csv"
        file.write_bytes(file_of(first, "csv", complete=slug == "complete", licence="", url=""))
        come = imported(file, slug, "--apply")
        back = export_of(slug)
        sources = {row["id"] for row in sent}

        assert [come[name] for name in ("created", "refused")] == [len(sent), 0]
        assert (back.rows if slug == "strict" else [place.row for place in back.places]) == sent
        assert faces(slug, sources, *fields) == faces("nivernais", sources, *fields)
    again = imported(tmp_path / "strict.csv", "strict", "--apply")
    assert [again[name] for name in ("created", "changed", "unchanged")] == [0, 0, len(first.rows)]

"""A census of a network that was imported before: what changes, and what is left alone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError
from django.db import transaction

from network.cadastre.census.selectors import places_by_department
from network.directory.models import Card
from tenants.premises.models import Site
from tenants.registry.models import Federation, Space
from tenants.registry.services import archive_epn
from tests.cadastre.census_files import HEADINGS, place, write_census
from tests.cadastre.importing import (
    ROWS,
    TO_MORVAN,
    card_of,
    census_places,
    counts,
    epn_of,
    everything_there_is,
    run,
    said,
    site_of,
)
from tests.conftest import Cast, inside, lasting


@pytest.fixture(scope="module")
def census(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_census(tmp_path_factory.mktemp("census"), ROWS)


@pytest.fixture(scope="module")
def imported(census: Path, django_db_setup: None, django_db_blocker: Any) -> Iterator[Federation]:
    with lasting(django_db_blocker):
        with django_db_blocker.unblock():
            run(census, *TO_MORVAN, "--apply")
            federation = Federation.objects.select_related("space").get(slug="morvan")
        yield federation


@pytest.fixture
def morvan(imported: Federation, cast: Cast) -> Federation:
    return imported


def test_the_second_time_nothing_changes(morvan, census):
    before = everything_there_is()

    found = run(census, "--federation", "morvan", "--apply")

    assert counts(found) == (0, 0, 3, 1, 0)
    assert everything_there_is() == before


def test_the_same_cells_under_other_headings_in_another_order_and_encoding_change_nothing(morvan, tmp_path):
    renamed = {"contact_tel": "Téléphone", "nom_structure": "NOM_STRUCTURE", "ville": "Commune"}
    headings = tuple(renamed.get(heading, heading.upper()) for heading in reversed(HEADINGS))
    rows = [{renamed.get(head, head.upper()): value for head, value in row.items()} for row in ROWS]

    path = write_census(tmp_path, rows, headings=headings, delimiter=";", encoding="cp1252")

    assert counts(run(path, "--federation", "morvan")) == (0, 0, 3, 1, 0)


def test_a_changed_cell_changes_what_it_feeds_and_leaves_what_the_epn_edited(morvan, tmp_path):
    with inside(epn_of(1)):
        Site.objects.update(address="2 rue Haute", phone="03 86 99 99 99", website="https://kiosque.fr")
    changed = {**ROWS[0], "contact_tel": "03 86 00 00 02", "code_label": "NMM-MFS", "lundi matin": "10h-12h"}
    path = write_census(tmp_path, [changed, *ROWS[1:]], name="later.csv")

    text = said(path, "--federation", "morvan")
    found = run(path, "--federation", "morvan", "--apply")

    assert "contact_tel" in text and "0386000001" in text and "03 86 00 00 02" in text
    assert counts(found) == (0, 1, 2, 1, 0)
    assert {one["column"] for one in found["changes"][0]["cells"]} == {"contact_tel", "code_label", "lundi matin"}
    site, card = site_of(1), card_of(1)
    assert (site.phone, site.address, site.website) == ("03 86 00 00 02", "2 rue Haute", "https://kiosque.fr")
    assert (card.phone, card.address, card.labels) == ("03 86 00 00 02", "2 rue Haute", ["NMM", "MFS"])
    assert site.opening_hours == card.opening_hours == "Mo 10:00-12:00"
    assert census_places()["place_1"].cells["contact_tel"] == "03 86 00 00 02"
    assert counts(run(path, "--federation", "morvan", "--apply")) == (0, 0, 3, 1, 0)


def test_a_changed_name_renames_the_epn_and_keeps_its_address(morvan, tmp_path):
    path = write_census(tmp_path, [{**ROWS[0], "nom_structure": "Kiosque de la Loire"}, *ROWS[1:]], name="later.csv")

    run(path, "--federation", "morvan", "--apply")

    assert epn_of(1).space.name == site_of(1).name == card_of(1).name == "Kiosque de la Loire"
    assert epn_of(1).slug == card_of(1).slug == "kiosque-de-nevers"


def test_a_place_missing_from_the_file_is_left_alone_and_counted(morvan, tmp_path):
    path = write_census(tmp_path, ROWS[1:], name="later.csv")

    found = run(path, "--federation", "morvan", "--apply")

    assert counts(found) == (0, 0, 2, 1, 0) and found["absent"] == 1
    assert "absent from the file 1" in said(path, "--federation", "morvan")
    assert site_of(1).retired_at is None and epn_of(1).space.archived_at is None


def test_a_column_missing_from_a_later_file_takes_nothing_away(morvan, tmp_path):
    headings = tuple(heading for heading in HEADINGS if heading not in ("contact_tel", "lundi matin"))
    path = write_census(tmp_path, ROWS, headings=headings, name="later.csv")

    found = run(path, "--federation", "morvan", "--apply")

    assert counts(found)[:3] == (0, 0, 3)
    assert site_of(1).phone == "03 86 00 00 01"


def test_an_emptied_cell_empties_its_field(morvan, tmp_path):
    path = write_census(tmp_path, [{**ROWS[0], "contact_tel": ""}, *ROWS[1:]], name="later.csv")

    run(path, "--federation", "morvan", "--apply")

    assert site_of(1).phone == "" and "contact_tel" not in census_places()["place_1"].cells


def test_a_second_file_adds_its_places_to_the_same_network(morvan, tmp_path):
    path = write_census(tmp_path, [place(9, "Le Phare", ville="Dijon", code_postal="21000", departement="21")])

    found = run(path, *TO_MORVAN, "--apply")

    assert counts(found)[:3] == (1, 0, 0) and found["absent"] == 3
    assert epn_of(9).slug == "le-phare-dijon"
    with inside(morvan):
        assert places_by_department() == [("21", 1), ("58", 2), ("71", 1)]


def test_a_closed_epn_is_no_longer_counted_among_the_places(morvan):
    archive_epn(epn=epn_of(3), federation=morvan)
    with inside(morvan):
        Card.objects.filter(slug="le-phare").update(archived_at="2026-11-22T00:00Z")

        assert places_by_department() == [("58", 2)]


def test_a_closed_network_takes_no_places(morvan, census):
    Space.objects.filter(pk=morvan.pk).update(archived_at="2026-11-22T00:00Z")

    with pytest.raises(CommandError, match="closed"):
        said(census, "--federation", "morvan")


def test_a_town_that_more_rows_spell_with_its_accent_moves_all_its_places_together(morvan, tmp_path):
    later = [place(n, f"Lieu {n}", ville="NÉVERS") for n in range(10, 13)]
    path = write_census(tmp_path, [*ROWS, *later], name="later.csv")

    found = run(path, "--federation", "morvan", "--apply")

    assert counts(found)[:3] == (3, 1, 2)
    assert site_of(1).commune_key == site_of(10).commune_key == "58000 Névers"


def test_a_site_that_the_epn_closed_stays_as_it_was(morvan, tmp_path):
    with inside(epn_of(1)), transaction.atomic():
        Site.objects.update(retired_at="2026-11-01T00:00Z")
    path = write_census(tmp_path, [{**ROWS[0], "contact_tel": "03 86 00 00 02"}, *ROWS[1:]], name="later.csv")

    found = run(path, "--federation", "morvan", "--apply")

    assert counts(found)[:3] == (0, 1, 2)
    assert site_of(1).phone == "03 86 00 00 01"


def test_a_coordinator_opens_an_imported_epn(morvan, cast, census, signed_in):
    run(census, "--federation", "morvan", "--apply", "--grant", "farid@example.org")

    page = signed_in(cast.farid).get("/morvan/kiosque-de-nevers/")

    assert page.status_code == 200 and "⟦undefined" not in page.content.decode()


def test_the_networks_list_of_epn_shows_the_imported_ones_and_counts_them_by_departement(
    morvan, cast, census, signed_in
):
    run(census, "--federation", "morvan", "--apply", "--grant", "farid@example.org")

    page = signed_in(cast.farid).get("/morvan/epn/").content.decode()

    assert "/morvan/kiosque-de-decize/" in page and "58300 Decize" in page
    rows = re.sub(r"\s+", "", page.partition("Lieux du recensement par département")[2])
    assert '58</th><tdclass="m-num">2' in rows and '71</th><tdclass="m-num">1' in rows
    assert "⟦undefined" not in page

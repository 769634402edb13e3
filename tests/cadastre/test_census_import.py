"""From a made-up census to a network: what is written, and that a broken import leaves nothing."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection
from django.utils import timezone, translation

from network.cadastre.census import capacity, services
from network.cadastre.census.parsing import read_census
from network.cadastre.census.selectors import places_by_department
from network.cadastre.models import CensusPlace
from network.figures.selectors import moment_of
from tenants.registry.crossing import address_of
from tenants.registry.models import Epn, Federation, Membership
from tests.cadastre.census_files import place, write_census
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
from tests.conftest import Cast, inside


@pytest.fixture
def census(cast: Cast, tmp_path: Path) -> Path:
    return write_census(tmp_path, ROWS)


def test_a_dry_run_says_what_it_would_do_and_writes_nothing(census):
    before = everything_there_is()

    text = said(census, *TO_MORVAN)

    assert "To be created (3)" in text and "kiosque-de-decize" in text
    assert "oui" in text and "This code is not known (oui)" in text
    assert "created 3 · changed 0 · unchanged 0 · absent from the file 0 · doubtful cells 1 · refused rows 0" in text
    assert "58" in text and "Nothing was written" in text
    assert everything_there_is() == before


def test_applying_makes_the_network_its_epn_their_sites_hours_labels_and_cards(census):
    found = run(census, *TO_MORVAN, "--apply", "--name", "Réseau du Morvan")

    federation = Federation.objects.get(slug="morvan")
    assert counts(found) == (3, 0, 0, 1, 0) and found["applied"] is True
    assert (federation.space.name, federation.country, federation.region) == ("Réseau du Morvan", "fr", "fr")
    site, card = site_of(1), card_of(1)
    assert (site.name, site.address, site.postcode, site.town) == (
        "Kiosque de Nevers", "1 rue Basse", "58000", "Nevers",
    )  # fmt: skip
    assert (site.country, site.phone, site.modes, site.commune_key) == (
        "fr", "03 86 00 00 01", ["open_access"], "58000 Nevers",
    )  # fmt: skip
    assert (card.name, card.labels, card.town, card.slug) == (site.name, ["NMM"], "Nevers", "kiosque-de-nevers")
    assert site_of(2).opening_hours == "Mo 09:00-12:00"
    assert site_of(2).opening_hours_source == {"mo_am": "9h-12h"}
    assert address_of(epn_of(1).space) == "/morvan/kiosque-de-nevers/"
    with inside(federation):
        assert places_by_department() == [("58", 2), ("71", 1)]
        assert moment_of(timezone.localdate()).as_of is not None
    kept = census_places()
    assert [one.cells for one in kept.values()] == [
        {head: value for head, value in row.items() if value} for row in ROWS
    ]
    assert kept["place_3"].doubts == [{"column": "code_accomp", "value": "oui", "reason": "code:support"}]


def test_addresses_are_unique_free_of_reserved_words_and_say_the_town_where_names_meet(cast, tmp_path):
    rows = [
        place(1, "Cadastre"),
        place(2, "EPN"),
        place(3, "Le Phare"),
        place(4, "Le Phare", ville="DECIZE", code_postal="58300"),
        place(5, "Le Phare"),
        place(6, "…"),
        place(7, "=1+1 <b>"),
        place(8, "É" * 160),
    ]

    run(write_census(tmp_path, rows), *TO_MORVAN, "--apply")

    slugs = [epn_of(number).slug for number in range(1, 9)]
    assert slugs[:2] == ["cadastre-2", "epn-nevers"] and slugs[5] == "nevers"
    assert slugs[2:5] == ["le-phare-nevers", "le-phare-decize", "le-phare-nevers-2"]
    assert slugs[6] == "11-b" and slugs[7] == "e" * 50
    assert epn_of(7).space.name == site_of(7).name == "=1+1 <b>"


def test_refused_rows_block_the_import_unless_they_are_skipped(cast, tmp_path):
    path = write_census(tmp_path, [*ROWS, place(1, "Encore"), {"bfc_id": "place_9", "ville": "NEVERS"}])
    before, out = everything_there_is(), StringIO()

    with pytest.raises(CommandError) as stopped:
        call_command("import_places", path, *TO_MORVAN, "--apply", "--json", stdout=out)

    assert stopped.value.returncode == 1
    assert counts(json.loads(out.getvalue())) == (3, 0, 0, 1, 2)
    assert everything_there_is() == before
    text = said(path, *TO_MORVAN, "--apply", "--skip-refused")
    assert "An earlier line has this identifier already (2)" in text and "The name is empty" in text
    assert set(census_places()) == {"place_1", "place_2", "place_3"}


def test_a_failure_half_way_leaves_nothing(cast, census, monkeypatch):
    before = everything_there_is()
    bulk_create = CensusPlace.objects.bulk_create
    monkeypatch.setattr(services.CensusPlace.objects, "bulk_create", lambda rows: bulk_create([*rows, rows[0]]))

    with pytest.raises(CommandError, match="écrit"):
        run(census, *TO_MORVAN, "--apply")

    assert everything_there_is() == before


def test_a_server_that_goes_away_half_way_is_named(cast, census, monkeypatch):
    def gone(*_: object, **__: object) -> None:
        raise OperationalError("the connection is lost\nLINE 1")

    before = everything_there_is()
    monkeypatch.setattr(services, "_keep", gone)

    with pytest.raises(CommandError, match=r"Rien n’a été écrit : the connection is lost$"):
        call_command("import_places", census, *TO_MORVAN, "--apply", "--language", "fr", stdout=StringIO())

    assert everything_there_is() == before


@pytest.mark.parametrize("at", [1, 2, 3])
def test_ctrl_c_at_any_place_leaves_nothing(cast, census, at):
    before = everything_there_is()
    found = read_census(census)

    def stop(done: int, steps: int) -> None:
        if done == at:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        services.import_census(
            census=found,
            slug="morvan",
            create=services.new_federation(found, slug="morvan", name=""),
            people=[cast.dries],
            progress=stop,
        )

    assert everything_there_is() == before


def test_the_command_says_that_nothing_was_written_after_ctrl_c(cast, census, monkeypatch):
    def interrupted(**_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("network.cadastre.management.commands.import_places.import_census", interrupted)
    err = StringIO()

    with pytest.raises(SystemExit) as stopped:
        call_command("import_places", census, *TO_MORVAN, "--apply", "--language", "fr", stderr=err)

    assert stopped.value.code == 130 and "Rien n’a été écrit" in err.getvalue()


def test_a_person_can_be_given_the_roles_that_open_what_was_imported(cast, census):
    found = run(census, *TO_MORVAN, "--apply", "--grant", "Dries@example.org", "--grant", "chloe@example.org")

    federation = Federation.objects.get(slug="morvan")
    for person in (cast.dries, cast.chloe):
        roles = Membership.objects.filter(person=person, until=None, space__domains__domain__startswith="morvan")
        assert sorted(roles.values_list("role", flat=True)) == ["epn_coordinator"] * 3 + ["network_coordinator"]
    assert found["granted"] == 8
    assert run(census, "--federation", "morvan", "--apply", "--grant", "dries@example.org")["granted"] == 0
    assert Membership.objects.filter(person=cast.dries, space=cast.caban.space, until=None).exists()
    assert federation.space.memberships.count() == 2


def test_somebody_unknown_is_given_nothing_and_nothing_is_written(cast, census):
    before = everything_there_is()

    with pytest.raises(CommandError, match=r"nobody@example\.org"):
        run(census, *TO_MORVAN, "--apply", "--grant", "nobody@example.org")

    assert everything_there_is() == before


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--federation", "morvan"), "Add --create"),
        (("--federation", "api", "--create"), "kept for a page"),
        (("--federation", "Mor van", "--create"), "small letters"),
        (("--federation", "mor\0van", "--create"), "small letters"),
        (("--federation", "morvan", "--create", "--name", "n" * 161), "160"),
    ],
)
def test_a_network_that_cannot_be_is_refused_in_a_dry_run_already(census, arguments, words):
    with pytest.raises(CommandError, match=words):
        said(census, *arguments)


def test_an_existing_network_needs_no_create_and_its_other_epn_stay(cast, census):
    run(census, "--federation", "loire", "--apply")

    with inside(cast.loire):
        assert CensusPlace.objects.count() == 3
    slugs = set(Epn.objects.filter(affiliations__federation=cast.loire).values_list("slug", flat=True))
    assert slugs >= {"nevers", "decize", "kiosque-de-nevers"}


def test_a_server_without_room_for_the_locks_is_named_before_anything_is_made(cast, census, monkeypatch):
    monkeypatch.setattr(capacity, "lock_table", lambda: capacity.LockTable(per_transaction=2, transactions=100))
    before = everything_there_is()

    with pytest.raises(CommandError, match=r"max_locks_per_transaction.* 64 .*\(it is 2\)"), translation.override("en"):
        call_command("import_places", census, *TO_MORVAN, "--apply", "--language", "en", stdout=StringIO())

    assert everything_there_is() == before


def test_what_one_more_epn_locks_is_not_more_than_was_reckoned(cast, census):
    found, seen = read_census(census), []

    def look(done: int, steps: int) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(DISTINCT (locktype, relation, classid, objid)) FROM pg_locks"
                " WHERE pid = pg_backend_pid() AND NOT fastpath"
            )
            seen.append(cursor.fetchone()[0])

    services.import_census(
        census=found, slug="morvan", create=services.new_federation(found, slug="morvan", name=""), progress=look
    )

    reckoned = capacity.locks_of("epn")
    assert seen[2] - seen[1] <= reckoned <= 1.3 * (seen[2] - seen[1])


def test_a_file_that_is_refused_gives_scripts_their_object_and_people_a_sentence(cast, tmp_path):
    path = tmp_path / "empty.csv"
    path.write_text("")
    out = StringIO()

    with pytest.raises(CommandError, match="vide"):
        call_command("import_places", path, *TO_MORVAN, "--json", "--language", "fr", stdout=out)

    assert counts(found := json.loads(out.getvalue())) == (0, 0, 0, 0, 0)
    assert found["error"] == "Le fichier est vide."


@pytest.mark.parametrize(
    ("variable", "words"),
    [("nl_BE.UTF-8", "Te maken (3)"), ("fr_FR.UTF-8", "À créer (3)"), ("en_GB", "To be created (3)"), ("C", "À créer")],
)
def test_the_output_is_in_the_operators_language(census, monkeypatch, variable, words):
    monkeypatch.delenv("LC_ALL", raising=False)
    monkeypatch.delenv("LC_MESSAGES", raising=False)
    monkeypatch.setenv("LANG", variable)
    out = StringIO()

    call_command("import_places", census, *TO_MORVAN, stdout=out)

    assert words in out.getvalue()


def test_what_a_cell_holds_cannot_move_the_operators_terminal(cast, tmp_path):
    path = write_census(tmp_path, [place(1, "Kiosque\x1b[2J", ville="X\x1b]0;title\x07")])

    assert "\x1b" not in said(path, *TO_MORVAN) and "\x07" not in said(path, *TO_MORVAN)

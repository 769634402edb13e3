"""From a made-up census to a network: what is written, what is left alone, and that a broken import leaves nothing."""

from __future__ import annotations

import json
import re
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection, transaction
from django.utils import timezone, translation

from network.cadastre.census import capacity, services
from network.cadastre.census.parsing import read_census
from network.cadastre.census.selectors import places_by_department
from network.cadastre.models import CensusPlace
from network.directory.models import Card
from network.figures.selectors import moment_of
from tenants.premises.models import Site
from tenants.registry.crossing import address_of
from tenants.registry.models import Domain, Epn, Federation, Membership, Space
from tenants.registry.services import archive_epn
from tests.cadastre.census_files import HEADINGS, place, write_census
from tests.conftest import Cast, inside

ROWS = [
    place(1, "Kiosque de Nevers", adresse="1 rue Basse", contact_tel="0386000001", code_label="NMM", code_accomp="L"),
    place(2, "Kiosque de Decize", ville="DECIZE", code_postal="58300", **{"lundi matin": "9h-12h"}),
    place(3, "Le Phare", ville="MÂCON", code_postal="71000", departement="71", code_accomp="oui"),
]
TO_MORVAN = ("--federation", "morvan", "--create")


def run(*arguments: object) -> dict[str, Any]:
    out = StringIO()
    call_command("import_places", *map(str, arguments), "--json", stdout=out, stderr=StringIO())
    return json.loads(out.getvalue())


def said(*arguments: object, language: str = "en") -> str:
    out = StringIO()
    call_command("import_places", *map(str, arguments), "--language", language, stdout=out, stderr=StringIO())
    return out.getvalue()


def counts(found: dict[str, Any]) -> tuple[int, int, int, int, int]:
    return found["created"], found["changed"], found["unchanged"], found["doubtful"], found["refused"]


def census_places() -> dict[str, CensusPlace]:
    with inside(Federation.objects.get(slug="morvan")):
        return {one.source_id: one for one in CensusPlace.objects.all()}


def epn_of(number: int) -> Epn:
    return Epn.objects.select_related("space").get(pk=census_places()[f"place_{number}"].epn_id)


def site_of(number: int) -> Site:
    with inside(epn_of(number)):
        return Site.objects.get()


def card_of(number: int) -> Card:
    epn = epn_of(number)
    with inside(Federation.objects.get(slug="morvan")):
        return Card.objects.get(epn_id=epn.pk)


def everything_there_is() -> tuple[object, ...]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_namespace")
        schemas = cursor.fetchone()[0]
        cursor.execute("SELECT count(*) FROM pg_roles")
        roles = cursor.fetchone()[0]
    return schemas, roles, *(model.objects.count() for model in (Space, Domain, Epn, Federation, Membership))


@pytest.fixture
def census(cast: Cast, tmp_path: Path) -> Path:
    return write_census(tmp_path, ROWS)


@pytest.fixture
def morvan(census: Path) -> Federation:
    run(census, *TO_MORVAN, "--apply")
    return Federation.objects.select_related("space").get(slug="morvan")


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


def test_a_coordinator_opens_an_imported_epn(cast, census, signed_in):
    run(census, *TO_MORVAN, "--apply", "--grant", "farid@example.org")

    page = signed_in(cast.farid).get("/morvan/kiosque-de-nevers/")

    assert page.status_code == 200 and "⟦undefined" not in page.content.decode()


def test_the_networks_list_of_epn_shows_the_imported_ones_and_counts_them_by_departement(cast, census, signed_in):
    run(census, *TO_MORVAN, "--apply", "--grant", "farid@example.org")

    page = signed_in(cast.farid).get("/morvan/epn/").content.decode()

    assert "/morvan/kiosque-de-decize/" in page and "58300 Decize" in page
    rows = re.sub(r"\s+", "", page.partition("Lieux du recensement par département")[2])
    assert '58</th><tdclass="m-num">2' in rows and '71</th><tdclass="m-num">1' in rows
    assert "⟦undefined" not in page


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


def test_a_closed_network_takes_no_places(morvan, census):
    Space.objects.filter(pk=morvan.pk).update(archived_at="2026-11-22T00:00Z")

    with pytest.raises(CommandError, match="closed"):
        said(census, "--federation", "morvan")


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

"""A network is saved, loses something, and gets it back: one space, or everything in another database."""

from __future__ import annotations

import hashlib
import io
import json
import re
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command
from django.db import DatabaseError, ProgrammingError, connection, transaction
from django.utils import timezone

from maillage.accounts.models import Person
from maillage.accounts.services import create_person
from maillage.audit.models import Entry
from maillage.audit.services import record
from maillage.backup import saving
from maillage.backup.programs import BackupError, binaries, contents_of, environment, run
from maillage.backup.restoring import NOTHING, THERE_ALREADY
from maillage.backup.saving import forget_old
from maillage.reference.services import load_reference
from network.cadastre.editions.freezing import freeze_edition
from network.cadastre.editions.opening import open_edition
from network.cadastre.editions.questionnaire import latest_questionnaire
from network.directory.models import Card
from network.figures.services import sweep
from tenants.activity.models import Visit
from tenants.premises.models import Site
from tenants.registry.crossing import OWNER_ROLE, entered
from tenants.registry.database.base import Place
from tenants.registry.enums import Role
from tenants.registry.models import Epn, Federation, Space, Template
from tenants.registry.provisioning import catalog
from tenants.registry.provisioning.scratch import scratch_database
from tenants.registry.provisioning.services import provision_epn, provision_federation
from tenants.registry.selectors import space_at
from tenants.registry.services import grant_membership
from tests.databases import new_name
from tests.demo.network import digests, empty_database
from tests.faults.process import write
from tests.processes import Forked
from tests.thoroughness import THOROUGH

POSTE, ABATTOIRS = "caban/poste", "caban/abattoirs"
WRITES, WRITES_MEANWHILE = (300, 80) if THOROUGH else (120, 40)


@pytest.fixture(scope="module")
def network(django_db_setup: None, django_db_blocker: object) -> Iterator[str]:
    """A database of its own: two federations with two EPN each, where people have written for a while."""
    name = new_name("saved")
    with django_db_blocker.unblock(), scratch_database(name):  # type: ignore[attr-defined]
        load_reference()
        for federation, slugs in {"caban": ("poste", "abattoirs"), "loire": ("nevers", "decize")}.items():
            made = provision_federation(name=federation, slug=federation)
            for slug in slugs:
                provision_epn(federation=made, name=slug, slug=slug, seed=_two_sites)
        amina = create_person(email="amina@example.org", name="Amina", language="fr", password="a long sentence")
        grant_membership(person=amina, space=space_at(POSTE), role=Role.EPN_COORDINATOR)
        Session.objects.create(session_key="somebody", session_data="", expire_date=timezone.now())
        write(11, WRITES)
        sweep()
        _a_frozen_edition()
        yield name


def _a_frozen_edition() -> None:
    today = timezone.localdate()
    with entered(space_at("caban")):
        edition = open_edition(
            year=today.year, perimeter="all", due_on=today, questionnaire=latest_questionnaire(), by_name="Dries"
        )
        freeze_edition(pk=edition.pk, missing=2)


def _check_of_the_edition() -> str:
    """Makes the file again from the rows; raises CommandError when it is another one. Gives the hash."""
    return said("freeze_edition", "--federation", "caban", "--year", str(timezone.localdate().year), "--check")


def _two_sites(epn: Epn) -> None:
    Site.objects.create(name="here", postcode="1030", town="Schaerbeek", commune="21015")
    Site.objects.create(name="there", postcode="58000", town="Nevers", country="fr")


@pytest.fixture(scope="module")
def saved(network: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("backups") / "whole"
    call_command("backup", str(folder), stdout=io.StringIO())
    return folder


@contextmanager
def another_database() -> Iterator[str]:
    """The default connection is in an empty database until the block ends."""
    before = connection.settings_dict["NAME"]
    name = new_name("restored")
    with empty_database(name):
        connection.close()
        connection.settings_dict["NAME"] = name
        try:
            yield name
        finally:
            connection.close()
            connection.settings_dict["NAME"] = before


def said(*command: str) -> str:
    output = io.StringIO()
    call_command(*command, stdout=output)
    return output.getvalue()


def differences() -> int:
    return int(json.loads(said("verify_figures", "--json"))["differences"])


def owner_of(space: Space) -> Place:
    return Place(space.schema_name, space.kind, OWNER_ROLE, space.pk)


def schemas() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nspname FROM pg_namespace WHERE nspname ~ '^(epn|federation)_' ORDER BY 1")
        return [name for (name,) in cursor.fetchall()]


def test_a_backup_is_one_private_file_a_schema_with_a_manifest_that_can_be_checked(saved: Path) -> None:
    manifest = json.loads((saved / "manifest.json").read_text())

    assert [part["schema"] for part in manifest["parts"]] == [
        "public", *Space.objects.order_by("pk").values_list("schema_name", flat=True)
    ]  # fmt: skip
    assert stat.S_IMODE(saved.stat().st_mode) == 0o700
    assert {stat.S_IMODE((saved / part["file"]).stat().st_mode) for part in manifest["parts"]} == {0o600}
    assert "is whole: 7 schemas" in said("restore", str(saved), "--check")
    assert not list(saved.parent.glob("*.partial*"))


def test_all_schemas_of_a_backup_are_of_one_moment(network: str, tmp_path: Path, monkeypatch: Any) -> None:
    """A visit written after the first schema was dumped is in none of them."""
    dump = saving._dump
    nevers = space_at("loire/nevers")
    before = digests()[f"{nevers.schema_name}.activity_visit"]

    def dump_while_somebody_writes(programs: Path, folder: Path, snapshot: str, space: Space | None) -> object:
        part = dump(programs, folder, snapshot, space)
        if space is None:
            _visit_by_another_connection(nevers)
        return part

    monkeypatch.setattr(saving, "_dump", dump_while_somebody_writes)
    call_command("backup", str(tmp_path / "moment"), stdout=io.StringIO())
    monkeypatch.undo()
    assert digests()[f"{nevers.schema_name}.activity_visit"] != before
    call_command("restore", str(tmp_path / "moment"), "--space", "loire/nevers", stdout=io.StringIO())

    assert digests()[f"{nevers.schema_name}.activity_visit"] == before
    assert differences() == 0


def _visit_by_another_connection(space: Space) -> None:
    parameters = connection.get_connection_params()
    with psycopg.connect(**{key: parameters[key] for key in ("dbname", "host", "user")}) as other:
        other.execute(f"SET ROLE {OWNER_ROLE}")
        other.execute(f"SET search_path TO {space.schema_name}, public")
        other.execute("DELETE FROM activity_visit WHERE id = (SELECT min(id) FROM activity_visit)")


def test_one_epn_saved_alone_gets_its_rows_back_and_nobody_else_notices(network: str, tmp_path: Path) -> None:
    poste = space_at(POSTE)
    said("backup", str(tmp_path / "one"), "--space", POSTE)
    assert len(json.loads((tmp_path / "one" / "manifest.json").read_text())["parts"]) == 1
    with pytest.raises(CommandError, match=f"--space {POSTE}"):
        call_command("restore", str(tmp_path / "one"))
    before = digests()
    with entered(owner_of(poste)):
        Visit.objects.all().delete()
        Site.objects.update(name="lost")
    sweep()
    write_elsewhere = digests()

    answer = said("restore", str(tmp_path / "one"), "--space", POSTE)

    aside = next(name for name in schemas() if name.startswith(f"{poste.schema_name}_until_"))
    assert aside in answer and "is as it was saved" in answer
    after = digests()
    assert {key for key in before if before[key] != after[key]} <= _moved_by_counting(poste)
    assert {key for key in after if after[key] != write_elsewhere[key]} >= {f"{poste.schema_name}.activity_visit"}
    assert differences() == 0
    with entered(owner_of(poste)):
        assert catalog_of(poste) == Template.objects.get(kind="epn").fingerprint
    with entered(space_at("caban")):
        assert Card.objects.get(epn_id=poste.pk)
    assert Entry.objects.filter(verb="space.restored", space_id=poste.pk).exists()


def _moved_by_counting(space: Space) -> set[str]:
    """Tables whose keys or moments differ after the same figures were written anew."""
    federations = [one.space.schema_name for one in Federation.objects.select_related("space")]
    moved = ("figures_flow", "figures_flowtotal", "figures_stock", "figures_sweep", "directory_card", "directory_door")
    return {f"{schema}.{table}" for schema in federations for table in moved}


def catalog_of(space: Space) -> str:
    with transaction.atomic():
        return catalog.fingerprint(space.schema_name)


def test_what_stands_aside_is_read_by_the_owner_alone_and_a_visit_can_be_logged_at_once(
    network: str, saved: Path
) -> None:
    poste = space_at(POSTE)
    answer = said("restore", str(saved), "--space", POSTE)
    aside = next(word.strip(",") for word in answer.split() if "_until_" in word)

    with entered(poste.place), connection.cursor() as cursor:
        assert Visit.objects.exists()
        Visit.objects.create(
            date=timezone.localdate(), minutes=5, site=Site.objects.first(), mode="phone", themes=["tax"],
            outcome="solved",
        )  # fmt: skip
        with pytest.raises(ProgrammingError, match="permission denied for schema"):
            cursor.execute(f"SELECT * FROM {aside}.activity_visit")
    with entered(Place(role=OWNER_ROLE)), connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {aside}.activity_visit")
        assert cursor.fetchone()[0] > 0
    sweep()
    assert differences() == 0


def test_who_writes_while_a_space_is_restored_waits_and_loses_nothing_after_it(network: str, saved: Path) -> None:
    poste = space_at(POSTE)
    writers = [Forked(network, write, 40 + seed, WRITES_MEANWHILE) for seed in range(2)]
    for writer in writers:
        writer.stdout.readline()  # it is at work

    for _ in range(2):
        said("restore", str(saved), "--space", POSTE)
    failures = [error for writer in writers for _, error in [writer.communicate(timeout=300)] if error]

    assert failures == []
    assert [writer.returncode for writer in writers] == [0, 0]
    sweep()
    assert differences() == 0
    with entered(poste.place):
        assert Visit.objects.exists()


def test_a_federation_restored_counts_its_epn_as_they_are_now(network: str, saved: Path) -> None:
    caban, abattoirs = space_at("caban"), space_at(ABATTOIRS)
    with entered(owner_of(abattoirs)):
        Visit.objects.filter(pk__in=list(Visit.objects.values_list("pk", flat=True)[:5])).delete()
    sweep()

    said("restore", str(saved), "--space", "caban")

    assert differences() == 0
    with entered(caban.place):
        assert Card.objects.count() == 2


def test_everything_comes_back_in_another_database_with_walls_of_its_own(network: str, tmp_path: Path) -> None:
    poste, abattoirs = space_at(POSTE), space_at(ABATTOIRS)
    with entered(poste.place):
        record(verb="visit.recorded", target=1, space_id=poste.pk)
    with entered(abattoirs.place):
        record(verb="visit.deleted", target=1, space_id=poste.pk)  # what Chloé's EPN has no business to say
    assert _journal_of(poste) == {"visit.recorded"}
    call_command("backup", str(tmp_path / "all"), stdout=io.StringIO())
    before = digests()
    old_roles = set(Space.objects.values_list("role_name", flat=True))
    frozen = _check_of_the_edition()

    with another_database() as name:
        said("restore", str(tmp_path / "all"))

        assert _check_of_the_edition() == frozen  # a frozen edition is the same file elsewhere
        after = digests()
        assert {key for key in before if before[key] != after.get(key)} <= _moved_by_counting(space_at("caban"))
        assert differences() == 0
        assert Person.objects.get(email="amina@example.org").check_password("a long sentence")
        assert not Session.objects.exists()
        roles = set(Space.objects.values_list("role_name", flat=True))
        assert all(role.startswith(f"{name}_") for role in roles)
        assert roles.isdisjoint(old_roles)
        poste, abattoirs = space_at(POSTE), space_at(ABATTOIRS)
        with entered(poste.place), connection.cursor() as cursor:
            assert Visit.objects.exists()
            assert [one.name for one in Person.objects.all()] == ["Amina"]
            with pytest.raises(ProgrammingError, match="permission denied for schema"):
                cursor.execute(f"SELECT * FROM {abattoirs.schema_name}.activity_visit")
        with entered(abattoirs.place):
            assert list(Person.objects.all()) == []
        with connection.cursor() as cursor:
            with pytest.raises(ProgrammingError, match="permission denied"):
                cursor.execute(f"SELECT * FROM {poste.schema_name}.activity_visit")
            with pytest.raises(ProgrammingError, match="permission denied"):
                cursor.execute("DELETE FROM audit_entry")
            cursor.execute(
                "SELECT DISTINCT pg_get_userbyid(relowner) FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace"
                " WHERE nspname !~ '^(pg_|information_schema)' AND relkind IN ('r', 'S')"
            )
            assert cursor.fetchall() == [(OWNER_ROLE,)]
        assert "visit.recorded" in _journal_of(poste)
        assert "visit.deleted" not in _journal_of(poste)
        with entered(Place(role=OWNER_ROLE)), pytest.raises(DatabaseError, match="only grows"):
            Entry.objects.all().delete()
        made = provision_epn(federation=Federation.objects.get(slug="caban"), name="Third", slug="third")
        assert made.space.schema_name not in before


def _journal_of(space: Space) -> set[str]:
    with entered(space.place):
        return set(Entry.objects.values_list("verb", flat=True)) & {"visit.recorded", "visit.deleted"}


def test_what_is_restored_of_the_public_schema_names_no_login_role_of_the_old_server(saved: Path) -> None:
    kept = contents_of(binaries(), saved / "public.dump", leave_out=THERE_ALREADY)
    left_out = set(contents_of(binaries(), saved / "public.dump", leave_out=NOTHING)) - set(kept)
    listing = saved.parent / "contents"
    listing.write_text("\n".join(kept) + "\n")
    said = run(
        binaries(), "pg_restore", "--no-owner", "--no-privileges", "-L", listing, "-f", "-", saved / "public.dump"
    )

    assert len(left_out) >= 3
    assert "POLICY" in said
    assert not re.search(rf"\bTO \"?{connection.settings_dict['USER']}\b", said)


def test_a_used_database_a_damaged_file_and_half_a_backup_are_refused_and_change_nothing(
    network: str, saved: Path, tmp_path: Path
) -> None:
    before = digests()
    with pytest.raises(CommandError, match="is not empty"):
        call_command("restore", str(saved))

    damaged = tmp_path / "damaged"
    damaged.mkdir()
    for file in saved.iterdir():
        (damaged / file.name).write_bytes(file.read_bytes())
    victim = damaged / f"{space_at(POSTE).schema_name}.dump"
    victim.write_bytes(victim.read_bytes()[:-7] + b"garbage")
    with pytest.raises(CommandError, match="missing or damaged"):
        call_command("restore", str(damaged), "--space", POSTE)

    manifest = json.loads((damaged / "manifest.json").read_text())
    manifest["migrations"].append("registry.9999_from_the_future")
    (damaged / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(CommandError, match="is newer"):
        call_command("restore", str(damaged), "--check")
    (damaged / "manifest.json").unlink()
    with pytest.raises(CommandError, match="only a part of one"):
        call_command("restore", str(damaged))
    with pytest.raises(CommandError, match="exists already"):
        call_command("backup", str(saved))
    assert digests() == before


def test_a_restore_that_fails_half_way_leaves_the_space_as_it_was(network: str, saved: Path, tmp_path: Path) -> None:
    """The file is what the manifest says, and still can't be replayed to its end."""
    poste = space_at(POSTE)
    broken = tmp_path / "broken"
    shutil.copytree(saved, broken)
    file = broken / f"{poste.schema_name}.dump"
    file.write_bytes(file.read_bytes()[: file.stat().st_size - 400])
    manifest = json.loads((broken / "manifest.json").read_text())
    part = next(one for one in manifest["parts"] if one["schema"] == poste.schema_name)
    part["sha256"] = hashlib.sha256(file.read_bytes()).hexdigest()
    (broken / "manifest.json").write_text(json.dumps(manifest))
    before, there = digests(), schemas()

    with pytest.raises(CommandError, match=r"failed"):
        call_command("restore", str(broken), "--space", POSTE)

    assert (digests(), schemas()) == (before, there)


def test_another_installations_space_of_the_same_number_is_refused(network: str, saved: Path, tmp_path: Path) -> None:
    foreign = tmp_path / "foreign"
    shutil.copytree(saved, foreign)
    text = (foreign / "manifest.json").read_text()
    created = space_at(POSTE).created_at.isoformat()
    (foreign / "manifest.json").write_text(text.replace(created, "2020-01-01T00:00:00+00:00"))

    with pytest.raises(CommandError, match="of this installation"):
        call_command("restore", str(foreign), "--space", POSTE)


def test_dated_backups_are_kept_up_to_a_number_and_nothing_else_is_deleted(network: str, tmp_path: Path) -> None:
    for name in ("2026-01-01T00-00-00Z", "2026-01-02T00-00-00Z", "2026-01-03T00-00-00Z", "notes"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "manifest.json").write_text("{}")
    (tmp_path / "2025-12-31T00-00-00Z").mkdir()  # somebody's folder, or half a backup

    gone = forget_old(tmp_path, keep=2)

    assert [one.name for one in gone] == ["2026-01-01T00-00-00Z"]
    assert (tmp_path / "notes").exists()
    assert (tmp_path / "2025-12-31T00-00-00Z").exists()
    with pytest.raises(CommandError, match="goes with --dated"):
        call_command("backup", str(tmp_path / "x"), "--keep", "3")


def test_a_missing_program_is_named_and_no_password_is_an_argument(
    network: str, tmp_path: Path, monkeypatch: Any
) -> None:
    monkeypatch.setenv("MAILLAGE_PG_BIN", str(tmp_path))
    monkeypatch.setitem(connection.settings_dict, "PASSWORD", "very secret")

    assert environment()["PGPASSWORD"] == "very secret"
    monkeypatch.undo()
    monkeypatch.setenv("MAILLAGE_PG_BIN", str(tmp_path))
    with pytest.raises(CommandError, match="postgresql-client-"):
        call_command("backup", str(tmp_path / "x"))
    assert issubclass(BackupError, Exception)
    assert not (tmp_path / "x").exists()

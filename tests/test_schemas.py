"""Rules about tables that let a schema stand alone, and live on another machine: read from models and catalogs."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import connection, migrations, models
from django.db.migrations.loader import MigrationLoader

from tenants.marks import triggers
from tenants.registry.database.compiler import kind_of_model
from tenants.registry.models import SchemaState, Space, SpaceManager, SpaceModel, Template
from tests.conftest import Cast
from tests.test_consistency import PACKAGES, found, name, python_files, text_of, tree_of

ROOT = Path(__file__).resolve().parents[1]
OURS = {"maillage", "tenants", "network"}


def ours() -> list[type[models.Model]]:
    return [one for one in apps.get_models(include_auto_created=True) if one.__module__.split(".")[0] in OURS]


def relations() -> Iterator[tuple[type[models.Model], Any, str, str]]:
    for model in ours():
        for one in model._meta.get_fields():
            if isinstance(one, models.ForeignKey | models.ManyToManyField):
                yield model, one, kind_of_model(model), kind_of_model(one.related_model)


def test_no_relation_leads_from_public_to_a_space_or_from_one_kind_of_space_to_another() -> None:
    wrong = [str(one) for _, one, here, there in relations() if here != there and there != "public"]

    assert wrong == []


def test_a_relation_from_a_space_to_public_has_no_constraint_no_reverse_and_no_cascade() -> None:
    crossing = [(model, one) for model, one, here, there in relations() if here != "public" and there == "public"]

    assert crossing
    for _model, one in crossing:
        assert not one.db_constraint, one
        assert one.remote_field.related_name == "+", one
        assert one.remote_field.on_delete is models.DO_NOTHING, one
        assert one.related_model._meta.db_table in settings.PUBLIC_TABLES_READABLE_IN_SPACES, one


def test_every_model_of_a_space_refuses_to_work_elsewhere() -> None:
    plain = [one for one in ours() if kind_of_model(one) != "public" and not issubclass(one, SpaceModel)]

    assert plain == []
    for one in ours():
        if issubclass(one, SpaceModel):
            assert isinstance(one._base_manager, SpaceManager), one
            assert isinstance(one._default_manager, SpaceManager), one


def test_no_constraint_in_the_catalogs_leads_out_of_its_schema(cast: Cast) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conname, conrelid::regclass::text, confrelid::regclass::text FROM pg_constraint k"
            " JOIN pg_class here ON here.oid = k.conrelid JOIN pg_class there ON there.oid = k.confrelid"
            " WHERE contype = 'f' AND here.relnamespace <> there.relnamespace"
        )
        assert cursor.fetchall() == []
        cursor.execute("SELECT count(*) FROM pg_constraint WHERE contype = 'f'")
        assert cursor.fetchone()[0] > 20


def test_no_table_is_both_in_public_and_in_a_space(cast: Cast) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace"
            " WHERE relkind = 'r' AND nspname IN ('public', 'template_of_epn', 'template_of_federation')"
            " GROUP BY relname HAVING count(*) > 1"
        )
        assert [table for (table,) in cursor.fetchall()] == ["django_migrations"]


def test_every_table_has_a_primary_key(cast: Cast) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.oid::regclass::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
            " WHERE relkind IN ('r', 'p') AND nspname !~ '^(pg_|information_schema)'"
            " AND NOT EXISTS (SELECT FROM pg_constraint WHERE conrelid = c.oid AND contype = 'p')"
        )
        assert cursor.fetchall() == []


# Keys that aren't numbers of 64 bits or UUID, and why they may be.
OTHER_KEYS = {
    "figures.Sweep": "one row, by a constraint",
    "registry.Template": "one row a kind of schema",
    "registry.Federation": "its space's own id",
    "registry.Epn": "its space's own id",
    "open_data.OfficialNumber": "its EPN's own id",
    "registry.SchemaState": "its space's own id",
    "accounts.Credential": "its person's own id",
    "accounts.Attempt": "the form that Django's cache in the database expects",
}


def test_every_key_has_64_bits_or_is_a_uuid() -> None:
    others = {
        one._meta.label
        for one in ours()
        if not isinstance(one._meta.pk, models.BigAutoField | models.UUIDField)
        and not one._meta.label.startswith(("reference.", "cadastre.", "directory.", "funding."))
    }

    assert others <= set(OTHER_KEYS)
    codes = [one for one in ours() if one._meta.label.startswith(("reference.", "cadastre.", "directory.", "funding."))]
    for one in codes:
        key = one._meta.pk
        assert isinstance(key, models.BigAutoField | models.UUIDField | models.CharField | models.BigIntegerField), one
    assert settings.DEFAULT_AUTO_FIELD == "django.db.models.BigAutoField"


# --- SQL that another machine could not run -----------------------------------------------------------------


SQL = re.compile(r"\b(SELECT|INSERT|UPDATE|DELETE|CREATE|ALTER)\b")


@cache
def sql_texts() -> list[tuple[str, str]]:
    """Every string constant of our code that holds SQL, with its file."""
    texts = []
    for path in python_files(*PACKAGES):
        if "bench" in path.parts or "devdb" in path.parts:
            continue
        if not SQL.search(text_of(path)):
            continue
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.JoinedStr):
                text = "".join(one.value for one in node.values if isinstance(one, ast.Constant))
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                text = node.value
            else:
                continue
            if SQL.search(text):
                texts.append((name(path), text))
    return texts


def test_no_upsert_reads_the_clock() -> None:
    clock = r"ON CONFLICT.*\b(now\(\)|CURRENT_TIMESTAMP|CURRENT_DATE|clock_timestamp)"

    assert [path for path, text in sql_texts() if re.search(clock, text, re.S | re.I)] == []


def test_a_trigger_writes_its_own_schema_only_by_its_qualified_name_and_makes_no_table() -> None:
    bodies = [(path, text) for path, text in sql_texts() if "plpgsql" in text.lower()]

    assert bodies
    for path, text in bodies:
        assert not re.search(r"CREATE (TEMP |UNLOGGED )?TABLE", text, re.I), path
        for written in re.findall(r"INSERT INTO (\S+)|UPDATE (\S+) SET|DELETE FROM (\S+)", text):
            assert "".join(written).startswith("%I."), (path, written)
        if "INSERT INTO %I." in text:
            assert "TG_TABLE_SCHEMA" in text
    assert "ARRAY(SELECT" in triggers.FUNCTIONS.sql  # the transition table is read into an array first


def test_no_session_setting_lock_timeout_or_notify_is_relied_on() -> None:
    relied = r"\b(lock_timeout|statement_timeout|NOTIFY|LISTEN|pg_notify)\b"

    assert [path for path, text in sql_texts() if re.search(relied, text)] == []


def test_an_advisory_lock_is_a_statement_of_its_own() -> None:
    locks = [text for _, text in sql_texts() if "pg_advisory" in text]

    assert locks
    for text in locks:
        assert re.fullmatch(r"SELECT pg_advisory_\w+\([^;]*\)", text), text


def test_no_update_computes_a_time_in_the_database() -> None:
    wrong = [
        f"{name(path)}:{node.lineno}"
        for path in python_files(*PACKAGES)
        if re.search(r"\bF\(", text_of(path)) and re.search(r"timedelta|Now\(\)", text_of(path))
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.BinOp)
        and re.search(r"\bF\(", ast.unparse(node))
        and re.search(r"timedelta|Now\(\)", ast.unparse(node))
    ]
    assert wrong == []
    assert found(r"\.update\(.*\bNow\(\)", python_files(*PACKAGES)) == {}


def test_no_constraints_name_is_parsed() -> None:
    assert found(r"constraint_name.*(split|startswith|\[)|_uniq\b|_fkey\b", python_files("tenants", "network")) == {}


# --- Migrations ---------------------------------------------------------------------------------------------


def own_migrations() -> list[tuple[str, migrations.Migration]]:
    return [
        (f"{app}.{label}", migration)
        for (app, label), migration in MigrationLoader(None).disk_migrations.items()
        if type(migration).__module__.split(".")[0] in OURS
    ]


def test_migrations_have_sentence_names() -> None:
    for label, _ in own_migrations():
        number, *words = label.split(".")[1].split("_")

        assert re.fullmatch(r"\d{4}", number), label
        assert len(words) >= 2, label
        assert words[0] not in {"auto", "initial", "alter", "merge"}, label


def test_data_migrations_stand_apart_from_changes_of_tables() -> None:
    for label, migration in own_migrations():
        kinds = {isinstance(one, migrations.RunPython) for one in migration.operations}

        assert len(kinds) <= 1, label


def test_no_migration_renames_or_changes_an_identity() -> None:
    for label, migration in own_migrations():
        for one in migration.operations:
            assert not isinstance(one, migrations.RenameIndex | migrations.RenameModel | migrations.RenameField), label
            if isinstance(one, migrations.RunSQL):
                assert "RENAME CONSTRAINT" not in str(one.sql).upper(), label
            if isinstance(one, migrations.AlterField):
                assert not one.field.primary_key, label


def test_a_column_added_later_has_a_default_in_the_database() -> None:
    """So that the old processes keep inserting while a new version is deployed."""
    for label, migration in own_migrations():
        for one in migration.operations:
            if isinstance(one, migrations.AddField) and not one.field.null and not migration.initial:
                assert one.field.has_db_default(), f"{label}: {one.name}"


def test_every_migration_can_be_undone_or_says_that_it_cannot() -> None:
    for label, migration in own_migrations():
        for one in migration.operations:
            assert one.reversible, f"{label}: {one}"


@pytest.mark.parametrize("kind", ["federation", "epn"])
def test_every_space_says_which_migrations_it_has(cast: Cast, kind: str) -> None:
    spaces = Space.objects.filter(kind=kind)

    assert set(spaces.values_list("pk", flat=True)) == set(
        SchemaState.objects.filter(space__kind=kind, migrations=Template.objects.get(kind=kind).migrations).values_list(
            "space", flat=True
        )
    )


def test_a_person_holds_no_counter_and_no_secret(cast: Cast) -> None:
    readable = {column.name for column in apps.get_model("accounts.Person")._meta.local_fields}

    assert readable.isdisjoint({"password", "last_login", "hash", "token"})
    assert Session._meta.db_table not in settings.PUBLIC_TABLES_READABLE_IN_SPACES


def test_every_module_can_be_imported() -> None:
    for path in python_files(*PACKAGES):
        parts = path.relative_to(ROOT).with_suffix("").parts
        module = ".".join(parts[1:] if parts[0] == "platform" else parts)
        # The settings of a bench's peer change the ones of this process.
        if not module.endswith(("__main__", "wsgi")) and "bench.plain" not in module:
            import_module(module.removesuffix(".__init__"))

"""A space that is made from the compiled template is what Django's own migrations would have made."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.transaction import TransactionManagementError
from django.db.utils import OperationalError, ProgrammingError
from django.test.utils import CaptureQueriesContext

from maillage.audit.models import Entry
from maillage.reference.services import load_reference
from network.webhooks.models import Subscription
from network.webhooks.services import subscribe
from tenants.activity.models import Visit
from tenants.premises.models import Site
from tenants.registry.crossing import OWNER_ROLE, entered
from tenants.registry.database.base import Place
from tenants.registry.enums import Kind
from tenants.registry.errors import EnteredInTransactionError
from tenants.registry.models import Domain, Epn, Federation, SchemaState, Space, Template
from tenants.registry.provisioning import catalog, services
from tenants.registry.provisioning.scratch import scratch_database
from tenants.registry.provisioning.services import provision_epn, provision_federation
from tenants.registry.provisioning.templates import build_template, migrate_everything, migrate_schema, template_schema
from tenants.registry.provisioning.walls import quoted, role_of
from tenants.registry.services import rename_epn
from tests.conftest import Cast, inside
from tests.databases import new_name
from tests.processes import Forked
from tests.registry.process import migrate_and_provision

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def database(django_db_setup: None, django_db_blocker: Any) -> Iterator[str]:
    """A database of this module's own, where things are really committed."""
    name = new_name("provisioning")
    with django_db_blocker.unblock(), scratch_database(name):
        load_reference()
        provision_federation(name="Caban", slug="caban")
        yield name


@pytest.fixture
def caban(database: str) -> Federation:
    return Federation.objects.select_related("space").get(slug="caban")


def description(schema: str) -> list[str]:
    with entered(Place(role=OWNER_ROLE)), transaction.atomic():
        return catalog.description_of(schema)


def rows(statement: str, parameters: list[object] | None = None) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return list(cursor.fetchall())


def everything_that_exists() -> dict[str, object]:
    return {
        "schemas": rows("SELECT nspname FROM pg_namespace ORDER BY 1"),
        "roles": rows("SELECT rolname FROM pg_roles WHERE starts_with(rolname, current_database()) ORDER BY 1"),
        "spaces": list(Space.objects.order_by("pk").values_list("pk", "schema_name")),
        "domains": list(Domain.objects.order_by("pk").values_list("domain", flat=True)),
        "epn": list(Epn.objects.order_by("pk").values_list("slug", flat=True)),
        "states": list(SchemaState.objects.order_by("pk").values_list("pk", flat=True)),
        "journal": Entry.objects.count(),
    }


@pytest.mark.parametrize("kind", [Kind.FEDERATION, Kind.EPN])
def test_a_provisioned_schema_a_template_and_a_schema_migrated_by_django_are_equal_in_every_respect(
    caban: Federation, kind: Kind
) -> None:
    if kind == Kind.EPN:
        provisioned = provision_epn(federation=caban, name="Equal", slug="equal").space.schema_name
    else:
        provisioned = caban.space.schema_name
    by_django = f"{kind}_by_django"
    with entered(Place(role=OWNER_ROLE)), connection.cursor() as cursor:
        cursor.execute(f"CREATE SCHEMA {by_django}")

    migrate_schema(kind, by_django)

    assert description(provisioned) == description(template_schema(kind)) == description(by_django)
    assert len(description(provisioned)) > 30
    with entered(Place(role=OWNER_ROLE)), transaction.atomic():
        marks = {catalog.fingerprint(schema) for schema in (provisioned, template_schema(kind), by_django)}
    assert marks == {Template.objects.get(kind=kind).fingerprint}
    with entered(Place(role=OWNER_ROLE)):
        applied = [
            rows(f"SELECT app, name FROM {quoted(schema)}.django_migrations ORDER BY app, name")
            for schema in (provisioned, by_django)
        ]
    assert applied[0] == applied[1]


def test_names_of_constraints_triggers_and_identity_columns_are_kept(caban: Federation) -> None:
    schema = provision_epn(federation=caban, name="Names", slug="names").space.schema_name

    shape = "\n".join(description(schema))

    for name in ("visit_has_a_theme", "visit_minutes_within_a_day", "contract_hours_within_full_time"):
        assert f"'{name}'" in shape
    for name in ("insert", "update", "delete", "truncate"):
        assert f"activity_visit_marks_{name}" in shape
    assert "staff_contract_marks_stock" in shape
    assert "premises_site_marks_flow" in shape
    assert "template_of_epn" not in shape
    identities = rows(
        "SELECT attidentity::text FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid"
        " WHERE c.relnamespace = %s::regnamespace AND attname = 'id' AND relname = 'activity_visit'",
        [schema],
    )
    assert identities == [("d",)]


def test_a_difference_in_a_single_constraint_changes_the_fingerprint(caban: Federation) -> None:
    schema = provision_epn(federation=caban, name="Other", slug="other").space.schema_name
    with entered(Place(role=OWNER_ROLE)), connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {schema}.activity_visit DROP CONSTRAINT visit_has_a_theme")

    assert description(schema) != description(template_schema(Kind.EPN))


def test_tables_that_refer_to_each_other_and_to_themselves_are_made_again_as_they_were(database: str) -> None:
    """None of ours do yet: "house" and "tenant" go round in a circle, "lodger" only leads into it."""
    with entered(Place(role=OWNER_ROLE)), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "CREATE SCHEMA circle; CREATE SCHEMA circle_again; SET LOCAL search_path TO circle;"
            "CREATE TABLE lodger (id bigint PRIMARY KEY, tenant bigint, knows bigint REFERENCES lodger);"
            "CREATE TABLE house (id bigint PRIMARY KEY, tenant bigint) WITH (fillfactor = 50);"
            "CREATE TABLE tenant (id bigint PRIMARY KEY, house bigint REFERENCES house, CHECK (house <> id));"
            "ALTER TABLE house ADD FOREIGN KEY (tenant) REFERENCES tenant DEFERRABLE INITIALLY DEFERRED;"
            "ALTER TABLE lodger ADD FOREIGN KEY (tenant) REFERENCES tenant ON DELETE CASCADE"
        )
        ddl = catalog.ddl_of("circle")
        cursor.execute(f"SET LOCAL search_path TO circle_again; {catalog.replay(ddl)}")
        made, again = catalog.description_of("circle"), catalog.description_of("circle_again")
        transaction.set_rollback(True)

    assert made == again and len([line for line in made if line.startswith("constraint")]) == 8


def test_a_schema_is_described_in_a_transaction_and_the_path_is_as_before(database: str) -> None:
    with pytest.raises(TransactionManagementError):
        catalog.fingerprint(template_schema(Kind.EPN))

    with transaction.atomic():
        catalog.fingerprint(template_schema(Kind.EPN))
        assert rows("SELECT current_setting('search_path')") == [('"public"',)]


@pytest.mark.parametrize("where", ["seed", "grants", "journal"])
def test_a_provisioning_that_fails_in_the_middle_leaves_no_schema_no_role_and_no_row(
    caban: Federation, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    def fail(*args: object, **kwargs: object) -> None:
        raise RuntimeError("in the middle")

    if where == "grants":
        monkeypatch.setattr(services, "grants_for_space", lambda *args: "GRANT nothing ON nothing TO nobody")
    if where == "journal":
        monkeypatch.setattr(services, "record", fail)
    before = everything_that_exists()

    with pytest.raises((RuntimeError, ProgrammingError)):
        provision_epn(federation=caban, name="Half", slug="half", seed=fail if where == "seed" else None)

    assert everything_that_exists() == before
    assert rows("SELECT current_setting('search_path'), current_setting('role')") == [('"public"', "none")]
    monkeypatch.undo()
    provision_epn(federation=caban, name="Whole", slug=f"whole-{where}")


def test_without_a_savepoint_a_failure_is_one_of_the_whole_transaction(caban: Federation) -> None:
    before = everything_that_exists()

    with pytest.raises(RuntimeError), transaction.atomic():
        provision_epn(federation=caban, name="One", slug="one-of-two", savepoint=False)
        with pytest.raises(ValidationError):
            provision_epn(federation=caban, name="Two", slug="one-of-two", savepoint=False)
        assert transaction.get_rollback()
        raise RuntimeError

    assert everything_that_exists() == before


def test_a_seed_that_catches_its_own_error_leaves_the_connection_where_it_was(caban: Federation) -> None:
    def seed(epn: Epn) -> None:
        try:
            with transaction.atomic():
                Visit.objects.create(minutes=0)
        except Exception:
            Site.objects.create(name="after the error")

    epn = provision_epn(federation=caban, name="Caught", slug="caught", seed=seed)

    assert rows("SELECT current_setting('search_path'), current_setting('role')") == [('"public"', "none")]
    with inside(epn):
        assert Site.objects.get().name == "after the error"


def test_a_space_is_not_made_inside_a_space(caban: Federation) -> None:
    with inside(caban), pytest.raises(EnteredInTransactionError):
        provision_epn(federation=caban, name="Inside", slug="inside")


MALFORMED = [
    "", "a", "A-b", "rue de la poste", "-x", "x-", "x--y", "é-te", "x" * 51, "x\n", "x/y", "x\x00", "..", "x_y", "x;y",
    "%2e", "x\u202e", "１２", "x'--",
]  # fmt: skip


@pytest.mark.parametrize("slug", MALFORMED)
def test_a_malformed_address_is_refused_before_any_sql_with_what_to_do(caban: Federation, slug: str) -> None:
    before = everything_that_exists()

    for attempt in (
        lambda: provision_epn(federation=caban, name="x", slug=slug),
        lambda: provision_federation(name="x", slug=slug),
    ):
        with pytest.raises(ValidationError) as caught:
            attempt()
        assert caught.value.code == "malformed"

    assert everything_that_exists() == before


def test_an_address_that_a_page_has_is_reserved_in_either_segment(caban: Federation) -> None:
    for slug in ("api", "accounts", "static", "health", "spaces", "language"):
        with pytest.raises(ValidationError) as caught:
            provision_federation(name="x", slug=slug)
        assert caught.value.code == "reserved"
    for slug in ("api", "epn", "cadastre"):
        with pytest.raises(ValidationError) as caught:
            provision_epn(federation=caban, name="x", slug=slug)
        assert caught.value.code == "reserved"


def test_an_address_that_is_or_was_somebody_elses_is_taken(caban: Federation) -> None:
    epn = provision_epn(federation=caban, name="First", slug="first")
    rename_epn(epn=epn, federation=caban, name="First", slug="first-renamed")

    for slug in ("first", "first-renamed"):
        with pytest.raises(ValidationError) as caught:
            provision_epn(federation=caban, name="Second", slug=slug)
        assert caught.value.code == "taken"
    assert rename_epn(epn=epn, federation=caban, name="First", slug="first").slug == "first"


def test_of_two_who_take_the_same_address_at_once_one_is_told_that_it_is_taken(caban: Federation) -> None:
    start = threading.Barrier(2, timeout=120)
    outcomes: list[str] = []

    def take() -> None:
        try:
            start.wait()
            provision_epn(federation=caban, name="Wanted", slug="wanted")
            outcomes.append("made")
        except ValidationError as error:
            outcomes.append(str(error.code))
        finally:
            connection.close()

    threads = [threading.Thread(target=take) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["made", "taken"]


def test_two_processes_that_start_with_new_migrations_and_provision_at_once_both_succeed(
    database: str,
) -> None:
    """Of federations, whose template takes a fifth of the other's time; one function builds both."""
    Template.objects.filter(kind=Kind.FEDERATION).delete()

    processes = [Forked(database, migrate_and_provision, prefix, 3) for prefix in ("left", "right")]

    assert [process.communicate()[1] for process in processes] == ["", ""]
    made = Federation.objects.filter(slug__regex="^(left|right)-").select_related("space")
    assert len(made) == 6
    shapes = {tuple(description(one.space.schema_name)) for one in made}
    assert shapes == {tuple(description(template_schema(Kind.FEDERATION)))}


def test_migrating_again_changes_nothing_and_looks_into_no_space(caban: Federation) -> None:
    provision_epn(federation=caban, name="Still", slug="still")
    built = list(Template.objects.order_by("kind").values_list("kind", "built_at"))

    with CaptureQueriesContext(connection) as queries:
        assert migrate_everything() == []

    spaces = list(Space.objects.values_list("schema_name", flat=True))
    assert not [query["sql"] for query in queries if any(f'"{space}"' in query["sql"] for space in spaces)]
    assert list(Template.objects.order_by("kind").values_list("kind", "built_at")) == built


@pytest.fixture
def migrated_later(
    django_db_setup: None, django_db_blocker: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> Iterator[Federation]:
    """A federation of yesterday, in a database of its own, and a migration of today."""
    package = tmp_path / "webhooks_later"
    package.mkdir()
    (package / "__init__.py").write_text("")
    there = sorted(path.stem for path in (ROOT / "network/webhooks/migrations").glob("0*.py"))
    for name in there:
        (package / f"{name}.py").write_text(
            "from importlib import import_module\n"
            f"Migration = import_module('network.webhooks.migrations.{name}').Migration\n"
        )
    (package / "9999_add_a_table.py").write_text(
        "from django.db import migrations\n\n"
        "class Migration(migrations.Migration):\n"
        f"    dependencies = [('webhooks', '{there[-1]}')]\n"
        "    operations = [migrations.RunSQL('CREATE TABLE webhooks_later (id bigint PRIMARY KEY)')]\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    with django_db_blocker.unblock(), scratch_database(new_name("later")):
        caban = provision_federation(name="Caban", slug="caban")
        provision_epn(federation=caban, name="Poste", slug="poste")
        settings.MIGRATION_MODULES = {"webhooks": "webhooks_later"}
        yield caban


def test_a_new_migration_rebuilds_the_template_and_brings_every_space_up_to_date_with_its_data(
    migrated_later: Federation,
) -> None:
    """Of federations, as above."""
    caban = migrated_later
    with inside(caban):
        subscribe(url="https://example.org/hook", events=["figures.refreshed"], description="kept")
    before = Template.objects.get(kind=Kind.FEDERATION)

    changed = migrate_everything()

    template = Template.objects.get(kind=Kind.FEDERATION)
    assert template.migrations != before.migrations
    assert template.fingerprint != before.fingerprint
    assert "webhooks_later" in template.ddl
    assert changed == [caban.space.schema_name]  # and no EPN
    assert description(caban.space.schema_name) == description(template_schema(Kind.FEDERATION))
    with inside(caban):
        assert Subscription.objects.get().description == "kept"
        assert rows("SELECT count(*) FROM webhooks_later") == [(0,)]  # the grants came along
    assert provision_federation(name="New", slug="new-shape").pk
    assert migrate_everything() == []


def test_the_name_of_a_role_names_its_database_and_fits(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert role_of("epn_7") == f"{database}_epn_7"

    monkeypatch.setitem(connection.settings_dict, "NAME", "é" * 40)
    names = {role_of(f"epn_{number}") for number in range(20)}

    assert len(names) == 20
    assert all(len(name.encode()) <= 63 for name in names)


def test_a_superuser_may_log_in_as_well_and_the_walls_still_stand(
    django_db_setup: None, django_db_blocker: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    connection.close()
    monkeypatch.setitem(connection.settings_dict, "USER", "postgres")
    with django_db_blocker.unblock():
        try:
            superuser = rows("SELECT rolsuper FROM pg_roles WHERE rolname = session_user") == [(True,)]
        except OperationalError:
            superuser = False
        if not superuser:
            connection.close()
            pytest.skip("this server has no superuser `postgres` to log in as")
        with scratch_database(new_name("superuser")):
            federation = provision_federation(name="Caban", slug="caban")
            one, two = (provision_epn(federation=federation, name=slug, slug=slug) for slug in ("one", "two"))
            with inside(one):
                assert rows("SELECT current_user") == [(one.space.role_name,)]
                assert Site.objects.count() == 0
                with pytest.raises(ProgrammingError, match="permission denied for schema"):
                    rows(f"SELECT * FROM {two.space.schema_name}.premises_site")
                with pytest.raises(ProgrammingError, match="permission denied"):
                    rows("SELECT * FROM accounts_credential")
            assert migrate_everything() == []
        connection.close()


def test_a_template_is_built_once(cast: Cast) -> None:
    known = Template.objects.get(kind=Kind.EPN)

    assert build_template(Kind.EPN).built_at == known.built_at

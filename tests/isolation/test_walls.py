"""What PostgreSQL itself refuses to the request role of a space, whatever our code asks."""

from __future__ import annotations

import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError, ProgrammingError

from maillage.accounts.models import Person
from maillage.audit.models import Entry
from maillage.audit.services import acting, record
from tenants.activity.models import Visit
from tenants.marks.models import Mark
from tests.conftest import Cast, inside


def run(statement: str, parameters: list[object] | None = None) -> list[tuple[object, ...]]:
    """One statement, in a savepoint of its own."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return cursor.fetchall() if cursor.description else []


def refused(statement: str) -> str:
    with pytest.raises(ProgrammingError) as caught:
        run(statement)
    return str(caught.value)


@pytest.mark.parametrize(
    "attack",
    [
        "SELECT * FROM {other}.activity_visit",
        "SELECT count(*) FROM {other}.activity_visit",
        "INSERT INTO {other}.marks_mark (id, source) VALUES (gen_random_uuid(), 'flow')",
        "UPDATE {other}.activity_visit SET note = ''",
        "DELETE FROM {other}.activity_visit",
        "TRUNCATE {other}.activity_visit",
        "LOCK TABLE {other}.activity_visit",
        "DROP TABLE {other}.activity_visit",
        "ALTER TABLE {other}.activity_visit DISABLE TRIGGER ALL",
        "COPY {other}.activity_visit TO STDOUT",
        "COPY {other}.activity_visit (note) FROM STDIN",
        "SELECT * FROM {other}.activity_visit v JOIN activity_visit USING (id)",
        "CREATE TABLE {other}.stolen (id int)",
    ],
)
def test_another_epn_fully_qualified_is_refused(cast: Cast, visits: object, attack: str) -> None:
    with inside(cast.poste):
        for other in (cast.abattoirs, cast.nevers, cast.caban):
            assert "permission denied for schema" in refused(attack.format(other=other.space.schema_name))


def test_a_federation_cannot_read_a_visit_of_its_own_epn(cast: Cast, visits: object) -> None:
    with inside(cast.caban):
        assert "permission denied" in refused(f"SELECT * FROM {cast.poste.space.schema_name}.activity_visit")
        assert "permission denied" in refused(f"SELECT * FROM {cast.loire.space.schema_name}.figures_flowtotal")


@pytest.mark.parametrize(
    "attack",
    [
        "COPY (SELECT 1) TO PROGRAM 'id'",
        "COPY activity_visit (note) FROM PROGRAM 'id'",
        "COPY activity_visit TO '/tmp/stolen'",
        "COPY activity_visit (note) FROM '/etc/passwd'",
        "SELECT pg_read_file('/etc/passwd')",
        "SELECT lo_import('/etc/passwd')",
    ],
)
def test_a_file_or_a_program_of_the_server_is_out_of_reach(cast: Cast, attack: str) -> None:
    with inside(cast.poste):
        assert "permission denied" in refused(attack)


@pytest.mark.parametrize(
    "attack",
    [
        "CREATE TEMP TABLE activity_visit (id int)",
        "CREATE TEMP TABLE premises_site AS SELECT 1",
        "CREATE TEMP VIEW accounts_person AS SELECT 1",
        "CREATE TABLE pg_temp.activity_visit (id int)",
    ],
)
def test_no_temporary_table_can_shadow_a_real_one(cast: Cast, attack: str) -> None:
    with inside(cast.poste):
        assert "permission denied" in refused(attack)


def test_no_role_of_ours_may_make_temporary_tables_at_all(cast: Cast) -> None:
    granted = run(
        "SELECT rolname FROM pg_roles WHERE (rolname LIKE 'maillage%%' OR rolname LIKE current_database() || '%%')"
        " AND NOT rolsuper AND has_database_privilege(rolname, current_database(), 'TEMPORARY')"
        " AND NOT pg_has_role(rolname, (SELECT datdba FROM pg_database WHERE datname = current_database()), 'USAGE')"
    )

    assert granted == []


@pytest.mark.parametrize(
    "attack",
    [
        "CREATE TABLE public.stolen (id int)",
        "CREATE TABLE stolen (id int)",
        "CREATE VIEW mine AS SELECT 1",
        "CREATE FUNCTION lower(text) RETURNS text LANGUAGE sql AS $$ SELECT 'x' $$",
        "CREATE FUNCTION public.lower(text) RETURNS text LANGUAGE sql AS $$ SELECT 'x' $$",
        "CREATE SCHEMA mine",
        "CREATE EXTENSION hstore",
        "CREATE TRIGGER spy AFTER INSERT ON activity_visit EXECUTE FUNCTION marks_leave_everything('flow')",
        "ALTER TABLE activity_visit DISABLE TRIGGER ALL",
        "ALTER TABLE activity_visit ADD COLUMN x int",
        "DROP TABLE activity_visit",
        "TRUNCATE activity_visit",
        "CREATE ROLE mine",
        "ALTER ROLE maillage_owner LOGIN",
        "SET session_replication_role = replica",
        "SELECT * FROM django_migrations",
    ],
)
def test_a_space_makes_and_changes_no_object_not_even_at_home(cast: Cast, attack: str) -> None:
    with inside(cast.poste), pytest.raises(DatabaseError, match=r"permission denied|must be owner"):
        run(attack)


def test_a_space_cannot_give_its_rights_away(cast: Cast) -> None:
    with inside(cast.poste):
        # PostgreSQL only warns when a role has nothing that it could grant.
        run("GRANT SELECT ON activity_visit TO PUBLIC")
        run(f'GRANT SELECT ON activity_visit TO "{cast.abattoirs.space.role_name}"')

        rights = run("SELECT unnest(relacl)::text FROM pg_class WHERE oid = 'activity_visit'::regclass")

    assert not [right for (right,) in rights if str(right).startswith(("=", cast.abattoirs.space.role_name))]


@pytest.mark.parametrize(
    "table",
    [
        "accounts_credential",
        "django_session",
        "registry_membership",
        "registry_apitoken",
        "registry_invitation",
        "signing_in_keptform",
        "signing_in_pin",
        "signing_in_pintries",
        "signing_in_sharedpc",
        "registry_domain",
        "registry_template",
        "registry_schemastate",
        "account_emailaddress",
        "account_emailconfirmation",
        "audit_entry",
        "auth_permission",
        "django_content_type",
        "django_migrations",
        "procrastinate_jobs",
        "procrastinate_events",
        "procrastinate_periodic_defers",
        "procrastinate_workers",
    ],
)
def test_credentials_sessions_memberships_and_the_journal_are_unreadable_in_a_space(cast: Cast, table: str) -> None:
    for space in (cast.poste, cast.caban):
        with inside(space):
            message = refused(f"SELECT * FROM public.{table}")

            assert f"permission denied for table {table}" in message


def test_a_space_reads_the_declared_public_tables_and_no_other(cast: Cast, settings: object) -> None:
    readable = run(
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'v', 'm', 'p')"
        " AND has_any_column_privilege(%s, oid, 'SELECT') ORDER BY relname",
        [cast.poste.space.role_name],
    )

    declared = settings.PUBLIC_TABLES_READABLE_IN_SPACES  # type: ignore[attr-defined]
    # Of the journal it reads its own lines alone: tests/audit.
    assert [name for (name,) in readable] == sorted([*declared, "audit_entry"])


def test_a_space_writes_nothing_in_public_but_its_line_in_the_journal(cast: Cast) -> None:
    writable = run(
        "SELECT relname, right_name FROM pg_class, unnest(ARRAY['INSERT', 'UPDATE', 'REFERENCES']) AS right_name"
        " WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'v', 'm', 'p')"
        " AND has_any_column_privilege(%s, oid, right_name)",
        [cast.poste.space.role_name],
    )

    assert writable == [("audit_entry", "INSERT")]


@pytest.mark.parametrize(
    "attack",
    [
        "INSERT INTO procrastinate_jobs (task_name) VALUES ('refresh_figures')",
        "UPDATE procrastinate_jobs SET args = '{}'",
        "DELETE FROM procrastinate_jobs",
        "SELECT procrastinate_fetch_job_v2(NULL, NULL)",
        "SELECT procrastinate_finish_job_v1(1, 'failed', true)",
        "SELECT procrastinate_register_worker_v1()",
        (
            "SELECT procrastinate_defer_jobs_v1("
            "ARRAY[ROW('default', 'refresh_figures', 0, NULL, NULL, '{}', NULL)::procrastinate_job_to_defer_v1])"
        ),
    ],
)
def test_a_space_neither_asks_for_a_job_nor_takes_one_away_not_even_by_a_function(cast: Cast, attack: str) -> None:
    for space in (cast.poste, cast.caban):
        with inside(space):
            assert "permission denied for table procrastinate_" in refused(attack)


def test_names_of_people_of_another_epn_are_hidden_even_from_raw_sql(cast: Cast) -> None:
    with inside(cast.poste):
        assert run("SELECT name FROM accounts_person ORDER BY name") == [("Amina",), ("Bram",)]
        assert run("SELECT count(*) FROM public.accounts_person WHERE email LIKE 'chloe%%'") == [(0,)]
        assert not Person.objects.filter(pk=cast.farid.pk).exists()
        assert "permission denied" in refused("UPDATE accounts_person SET name = 'x'")
        assert "permission denied" in refused("SELECT name FROM accounts_person FOR UPDATE")
    with inside(cast.caban):
        assert run("SELECT name FROM accounts_person ORDER BY name") == [("Dries",), ("Eva",)]


def test_somebody_who_left_is_still_named_on_what_they_recorded(cast: Cast) -> None:
    run(
        "UPDATE registry_membership SET until = now() WHERE person_id = %s AND space_id = %s",
        [cast.bram.pk, cast.poste.pk],
    )

    with inside(cast.poste):
        visit_by_bram = Person.objects.get(pk=cast.bram.pk)

    assert visit_by_bram.name == "Bram"


def test_the_login_role_reads_no_space_without_taking_its_role(cast: Cast, visits: object) -> None:
    assert "permission denied" in refused(f"SELECT * FROM {cast.poste.space.schema_name}.activity_visit")
    assert "permission denied" in refused("UPDATE audit_entry SET actor_id = 1")
    assert "permission denied" in refused("DELETE FROM audit_entry")
    assert "permission denied" in refused("TRUNCATE audit_entry")
    assert run("SELECT rolsuper, rolbypassrls FROM pg_roles WHERE rolname = session_user") == [(False, False)]


def test_marks_are_left_by_a_write_but_neither_read_nor_taken_away_by_the_space(cast: Cast, visits: object) -> None:
    with inside(cast.poste):
        for attack in (
            "SELECT * FROM marks_mark",
            "DELETE FROM marks_mark",
            "UPDATE marks_mark SET month = NULL",
            "TRUNCATE marks_mark",
        ):
            assert "permission denied for table marks_mark" in refused(attack)
        with pytest.raises(ProgrammingError), transaction.atomic():
            Mark.objects.count()


def test_a_federation_cannot_write_its_own_figures(cast: Cast) -> None:
    with inside(cast.caban):
        for table in ("figures_flow", "figures_flowtotal", "figures_stock", "figures_sweep"):
            assert "permission denied" in refused(f"DELETE FROM {table}")
            assert "permission denied" in refused(f"UPDATE {table} SET id = 1")
            assert "permission denied" in refused(f"INSERT INTO {table} DEFAULT VALUES")


def test_lying_about_who_and_where_in_the_journal_is_signed_by_the_role_that_lied(cast: Cast) -> None:
    with inside(cast.poste), acting(actor_id=cast.farid.pk, space_id=cast.nevers.pk, door="page"):
        record(verb="visit.deleted", target=1)

    assert Entry.objects.filter(verb="visit.deleted", space_id=cast.nevers.pk).exists()
    assert run("SELECT role_name FROM audit_entry WHERE verb = 'visit.deleted'") == [(cast.poste.space.role_name,)]


@pytest.mark.parametrize(
    "attack",
    [
        (
            "INSERT INTO audit_entry (id, at, verb, target, door, role_name)"
            " VALUES (gen_random_uuid(), now(), 'x', '', 'page', 'maillage_owner')"
        ),
        "UPDATE audit_entry SET role_name = 'maillage_owner'",
        "DELETE FROM audit_entry",
        "SELECT role_name FROM audit_entry",
        (
            "INSERT INTO audit_entry (id, at, verb, target, door)"
            " VALUES (gen_random_uuid(), now(), 'x', '', 'page') RETURNING role_name"
        ),
    ],
)
def test_the_journal_takes_a_line_and_gives_no_signature(cast: Cast, attack: str) -> None:
    with inside(cast.poste):
        assert "permission denied for table audit_entry" in refused(attack)


def test_a_space_cannot_take_another_role_by_its_rights_only_by_the_login_role_behind_it(cast: Cast) -> None:
    """Said in the documentation: this stops mistakes, not arbitrary SQL. The rights themselves are none."""
    for other in (cast.abattoirs.space.role_name, "maillage_owner", "maillage_crossing"):
        assert run("SELECT pg_has_role(%s, %s, 'MEMBER')", [cast.poste.space.role_name, other]) == [(False,)]


def test_a_visit_of_the_same_id_elsewhere_is_somebody_elses(cast: Cast, visits: dict[int, Visit]) -> None:
    run_ids = {epn: visit.pk for epn, visit in visits.items()}

    with inside(cast.abattoirs):
        notes = set(Visit.objects.filter(pk__in=run_ids.values()).values_list("note", flat=True))

    assert notes <= {"secret of abattoirs"}

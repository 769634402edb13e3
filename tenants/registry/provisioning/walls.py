"""The roles that hold the walls, and what each may touch.

    maillage_owner     owns every schema and table; nobody works as it but migrations and provisioning
    maillage_space     what all request roles share: SELECT on a short list of public tables; on the journal, INSERT
                       and SELECT of the lines of the role's own space
    maillage_crossing  reads an EPN, writes the figures, cards and documents of its federation
    <database>_<schema>  the request role of one space, with its own schema and no other

The login role needs CREATEROLE, and NOINHERIT so that it can't read a space without becoming its role.
This stops mistakes, not arbitrary SQL: one injected `set_config('role', …)` would get out.
"""

import hashlib

from django.conf import settings
from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from psycopg import sql

from tenants.registry.crossing import CROSSING_ROLE, OWNER_ROLE

SPACE_ROLE = "maillage_space"

# Tables of a space that its request role may use in part only: nothing else writes them.
INSERT_ONLY = {"marks_mark"}
READ_ONLY = {"figures_flow", "figures_flowtotal", "figures_stock", "figures_outlook", "figures_sweep"}
HIDDEN = {"django_migrations"}
# What only the space's own role reads: no crossing has business with a secret, a person's follow-up, who is expected,
# or what is kept about the staff besides the contracts that figures count.
SECRET = {
    "webhooks_signingkey",
    "releases_releasedcell",
    "releases_frozenmonth",
    "followup_thread",
    "followup_step",
    "followup_erasurerun",
    "appointments_appointment",
    "appointments_calendarfeed",
    "handover_heldthing",
    "handover_handover",
    "handover_accessend",
    "handover_accesskept",
    "privacy_forgettingrun",
    "staff_training",
    "staff_contractchange",
    "article60_evaluation",
    "article60_alert",
    "volunteers_organisation",
    "volunteers_volunteerfile",
    "volunteers_defrayal",
    "funding_applicationstep",
    "funding_expense",
    "funding_expenseimport",
    "funding_headinghabit",
    "funding_reminder",
    "reports_pack",
    "reports_packversion",
    "reports_packline",
    "reports_activitykey",
    "reports_report",
    "reports_reportgrant",
    "reports_reportvalue",
    "reports_frozenreport",
    "reports_reportfile",
    "reports_reportstep",
    "funding_epncost",
    "funding_scenario",
    "funding_scenariomeasure",
    "funding_proposal",
}
# What a crossing may write: the marks that it takes away, and what it brings to the federation.
CROSSING_WRITES = {
    "marks_mark",
    "figures_flow",
    "figures_flowtotal",
    "figures_stock",
    "figures_outlook",
    "figures_sweep",
    "directory_card",
    "directory_door",
    "webhooks_change",
    # The documents of an EPN, which its own pages write through the crossing of documents.
    "editions_censusreturn",
    "editions_returnvalue",
    "editions_returnfile",
    "editions_returnstep",
    "recognition_application",
}


def quoted(name: str) -> str:
    return sql.Identifier(name).as_string(None)


def role_of(schema: str) -> str:
    """The request role's name. Roles are cluster-wide, so the database is part of it; at most 63 bytes."""
    name = f"{connection.settings_dict['NAME']}_{schema}"
    if len(name.encode()) <= 63:
        return name
    return f"{name.encode()[:46].decode(errors='ignore')}_{hashlib.sha256(name.encode()).hexdigest()[:16]}"


def _membership(role: str, *, admin: bool = False) -> str:
    """GRANT the right to become a role, without its rights coming along unasked (PostgreSQL 16 and later)."""
    options = ["ADMIN OPTION"] if admin else []
    if connection.pg_version >= 160000:  # type: ignore[attr-defined]
        options = [*(["ADMIN TRUE"] if admin else []), "SET TRUE", "INHERIT FALSE"]
    clause = f" WITH {', '.join(options)}" if options else ""
    return f"GRANT {quoted(role)} TO {{login}}{clause}"


def login_role() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT session_user")
        return str(cursor.fetchone()[0])


def prepare_database() -> None:
    """Make the shared roles and their rights; idempotent, before the first migration and after each.

    Raises ProgrammingError when the login role lacks CREATEROLE or doesn't own the database.
    """
    login = quoted(login_role())
    database = quoted(connection.settings_dict["NAME"])
    with connection.cursor() as cursor:
        for role in (OWNER_ROLE, SPACE_ROLE, CROSSING_ROLE):
            # Roles are cluster-wide: another database's set-up may make the same one at this very moment.
            cursor.execute(
                f"DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{role}') THEN"
                f" CREATE ROLE {quoted(role)} NOLOGIN; END IF;"
                " EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$"
            )
            cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = session_user")
            if not cursor.fetchone()[0]:
                cursor.execute(_membership(role).format(login=login))
        cursor.execute("SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = current_database()")
        if cursor.fetchone()[0] == OWNER_ROLE:
            cursor.execute(f"SET ROLE {quoted(OWNER_ROLE)}")
        cursor.execute(f"GRANT CREATE ON DATABASE {database} TO {quoted(OWNER_ROLE)}")
        cursor.execute(f"GRANT CREATE, USAGE ON SCHEMA public TO {quoted(OWNER_ROLE)}")
        cursor.execute(f"REVOKE TEMPORARY ON DATABASE {database} FROM PUBLIC")
        cursor.execute("REVOKE CREATE ON SCHEMA public FROM PUBLIC")
        cursor.execute(f"GRANT USAGE ON SCHEMA public TO {quoted(SPACE_ROLE)}, {quoted(CROSSING_ROLE)}, {login}")
        cursor.execute("RESET ROLE")


def grant_public_tables() -> None:
    """After a migration of the public schema: what the login role and the spaces may do with its tables.

    To be run as the owner. Web processes are at work meanwhile: each right is there before and after.
    """
    readable = ", ".join(map(quoted, settings.PUBLIC_TABLES_READABLE_IN_SPACES))
    login = quoted(login_role())
    columns = "id, at, actor_id, space_id, verb, target, door"
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {login}")
        cursor.execute(f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {login}")
        cursor.execute(f"REVOKE UPDATE, DELETE, TRUNCATE ON audit_entry FROM {login}")
        cursor.execute(f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {quoted(SPACE_ROLE)}, {quoted(CROSSING_ROLE)}")
        cursor.execute(f"GRANT SELECT ON {readable} TO {quoted(SPACE_ROLE)}")
        cursor.execute(f"GRANT INSERT ({columns}), SELECT ({columns}) ON audit_entry TO {quoted(SPACE_ROLE)}")
        cursor.execute(
            "GRANT SELECT ON registry_space, registry_epn, registry_federation, registry_affiliation,"
            " reference_term, reference_commune, reference_boundary, reference_contracttype, reference_datedrule"
            f" TO {quoted(CROSSING_ROLE)}"
        )
    # A transaction for each table: a rule's change locks it, and who waits for two could wait in a circle.
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DROP POLICY IF EXISTS the_register_itself ON accounts_person")
        cursor.execute(
            f"CREATE POLICY the_register_itself ON accounts_person TO {login} USING (true) WITH CHECK (true)"
        )
    with transaction.atomic(), connection.cursor() as cursor:
        _let_each_read_its_journal(cursor, login)


def _let_each_read_its_journal(cursor: CursorWrapper, login: str) -> None:
    """A space reads the lines about it, but for those that another space has signed with its role."""
    for policy in ("the_journal_itself", "lines_of_the_space"):
        cursor.execute(f"DROP POLICY IF EXISTS {policy} ON audit_entry")
    cursor.execute(f"CREATE POLICY the_journal_itself ON audit_entry FOR SELECT TO {login} USING (true)")
    cursor.execute(
        f"CREATE POLICY lines_of_the_space ON audit_entry FOR SELECT TO {quoted(SPACE_ROLE)} USING ("
        "space_id = (SELECT s.id FROM registry_space s WHERE s.role_name = current_user)"
        " AND (role_name = current_user OR role_name NOT IN (SELECT s.role_name FROM registry_space s)))"
    )


def create_request_role(role: str) -> None:
    """To be run as the login role: it alone has CREATEROLE."""
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE ROLE {quoted(role)} LOGIN IN ROLE {quoted(SPACE_ROLE)}")
        cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = session_user")
        if not cursor.fetchone()[0]:
            cursor.execute(_membership(role).format(login=quoted(login_role())))


def grants_for_space(schema: str, role: str, tables: list[str]) -> str:
    """One script: the rights of a space's request role and of the crossings on its tables."""
    own, crossing, here = quoted(role), quoted(CROSSING_ROLE), quoted(schema)

    def names(chosen: set[str]) -> str:
        return ", ".join(f"{here}.{quoted(table)}" for table in sorted(chosen))

    everything = set(tables) - HIDDEN
    free = everything - INSERT_ONLY - READ_ONLY
    lines = [
        f"GRANT USAGE ON SCHEMA {here} TO {own}, {crossing}",
        f"GRANT SELECT ON {names(everything - SECRET)} TO {crossing}",
    ]
    for rights, chosen, to in (
        ("SELECT, INSERT, UPDATE, DELETE", free, own),
        ("INSERT", everything & INSERT_ONLY, own),
        ("SELECT", everything & READ_ONLY, own),
        ("INSERT, UPDATE, DELETE", everything & CROSSING_WRITES, crossing),
    ):
        if chosen:
            lines.append(f"GRANT {rights} ON {names(chosen)} TO {to}")
    return ";\n".join(lines)


def become_owner() -> str:
    """For a script that another program runs."""
    return f"SET ROLE {quoted(OWNER_ROLE)}"


# Waiting for a table while holding another could end in a circle, in which PostgreSQL throws out one of the two:
# all at once or none, and again in a moment, for half a minute.
LOCK_ALL = """
DO $body$ DECLARE tries int := 0; BEGIN
    LOOP
        BEGIN
            LOCK TABLE {tables} IN ACCESS EXCLUSIVE MODE NOWAIT;
            EXIT;
        EXCEPTION WHEN lock_not_available THEN
            tries := tries + 1;
            IF tries = 600 THEN RAISE EXCEPTION 'somebody writes there all the time: try again later'; END IF;
            PERFORM pg_sleep(0.05);
        END;
    END LOOP;
END $body$"""


def set_aside(schema: str, aside: str, role: str, tables: list[str]) -> list[str]:
    """Statements that give a schema another name, under which its owner alone reads it. To be run as the owner.

    Whoever writes now ends first; whoever comes later waits, and finds the new table by its name.
    """
    return [
        LOCK_ALL.format(tables=", ".join(f"{quoted(schema)}.{quoted(table)}" for table in tables)),
        f"ALTER SCHEMA {quoted(schema)} RENAME TO {quoted(aside)}",
        f"REVOKE ALL ON SCHEMA {quoted(aside)} FROM {quoted(role)}, {quoted(CROSSING_ROLE)}",
    ]

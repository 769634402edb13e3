"""Every role × every table: the rights are those of the design, and no other."""

from __future__ import annotations

from typing import Any

from django.db import connection

from tenants.registry.crossing import OWNER_ROLE
from tenants.registry.models import Space
from tests.conftest import Cast


def rows(statement: str, parameters: list[object] | None = None) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return list(cursor.fetchall())


ALL = frozenset({"SELECT", "INSERT", "UPDATE", "DELETE"})
READ = frozenset({"SELECT"})
NOTHING: frozenset[str] = frozenset()
FIGURES = {"figures_flow", "figures_flowtotal", "figures_stock", "figures_outlook", "figures_sweep"}
CARDS = {"directory_card", "directory_door"}
DOCUMENTS = {f"editions_{name}" for name in ("censusreturn", "returnvalue", "returnfile", "returnstep")}
DOCUMENTS |= {"recognition_application"}
PRIVILEGES = ["SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER"]


def expected_right(who: str, kind: str, own: bool, table: str, readable: list[str]) -> frozenset[str]:
    """What `who` may do with a table of a schema of this kind, in words of the design."""
    if table == "django_migrations":
        return ALL if who == "login" and kind == "public" else NOTHING
    if kind == "public":
        if who == "login":
            return frozenset({"SELECT", "INSERT"}) if table == "audit_entry" else ALL
        if who == "crossing":
            crossing = [one for one in readable if one.startswith(("registry_", "reference_"))]
            return READ if table in crossing else NOTHING
        return READ if table in readable else NOTHING
    if kind == "template" or who == "login" or (who == "space" and not own):
        return NOTHING
    if who == "crossing":
        # A secret is its federation's alone, a person's follow-up their EPN's.
        if table in {
            "webhooks_signingkey", "appointments_appointment", "appointments_calendarfeed", "staff_training",
            "staff_contractchange", "article60_evaluation", "article60_alert", "releases_releasedcell",
            "releases_frozenmonth", "funding_applicationstep", "funding_expense", "funding_expenseimport",
            "funding_headinghabit", "funding_reminder", "reports_pack", "reports_packversion", "reports_packline",
            "reports_activitykey", "reports_report", "reports_reportgrant", "reports_reportvalue",
            "reports_frozenreport", "reports_reportfile", "reports_reportstep",
            "funding_epncost", "funding_scenario", "funding_scenariomeasure", "funding_proposal",
        }:  # fmt: skip
            return NOTHING
        if table.startswith(("followup_", "volunteers_", "handover_", "privacy_")):
            return NOTHING
        return ALL if table in FIGURES | DOCUMENTS | CARDS | {"marks_mark", "webhooks_change"} else READ
    if table == "marks_mark":
        return frozenset({"INSERT"})
    return READ if table in FIGURES else ALL


def test_every_role_has_on_every_table_the_rights_that_the_design_gives_it_and_no_other(
    cast: Cast, settings: Any
) -> None:
    login = rows("SELECT session_user")[0][0]
    kinds = {"public": "public", "template_of_epn": "template", "template_of_federation": "template"}
    kinds |= {space.schema_name: space.kind for space in Space.objects.all()}
    who: dict[str, tuple[str, str | None]] = {login: ("login", None), "maillage_crossing": ("crossing", None)}
    who |= {space.role_name: ("space", space.schema_name) for space in Space.objects.all()}
    found = rows(
        "SELECT who, nspname, relname, array_remove(array_agg(CASE WHEN"
        " has_schema_privilege(who, n.oid, 'USAGE') AND has_table_privilege(who, c.oid, right_name)"
        " THEN right_name END), NULL)"
        " FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace, unnest(%s::name[]) who,"
        " unnest(%s::text[]) right_name"
        " WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND nspname !~ '^(pg_|information_schema)'"
        " GROUP BY who, nspname, relname",
        [list(who), PRIVILEGES],
    )

    wrong = []
    for role, schema, table, rights in found:
        name, own = who[role]
        expected = expected_right(name, kinds[schema], schema == own, table, settings.PUBLIC_TABLES_READABLE_IN_SPACES)
        if frozenset(rights) != expected:
            wrong.append((role, schema, table, sorted(rights), sorted(expected)))
    assert wrong == []
    assert len(found) > 500


def test_every_schema_and_table_belongs_to_the_owner_who_cannot_log_in(cast: Cast) -> None:
    assert rows(
        "SELECT DISTINCT pg_get_userbyid(relowner) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
        " WHERE nspname !~ '^(pg_|information_schema)' AND relkind IN ('r', 'S')"
    ) == [(OWNER_ROLE,)]
    assert rows("SELECT rolcanlogin, rolsuper FROM pg_roles WHERE rolname = %s", [OWNER_ROLE]) == [(False, False)]
    assert rows(
        "SELECT bool_or(rolsuper OR rolcreaterole OR rolcreatedb OR rolbypassrls OR rolreplication),"
        " bool_and(rolpassword IS NULL OR rolpassword = '********') FROM pg_roles WHERE starts_with(rolname, %s)",
        [f"{connection.settings_dict['NAME']}_"],
    ) == [(False, True)]

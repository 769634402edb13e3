"""What was released can't be changed, by whatever way: triggers that raise, as operations for a migration.

They read their own schema and write nothing, once a statement. A release is open until it has its number; its cells and
months ask whether their release has one.
"""

from django.db.migrations.operations import RunSQL

REFUSED = "RAISE EXCEPTION 'this is released' USING ERRCODE = 'integrity_constraint_violation'"
RELEASE = "releases_release"
HELD = ("releases_releasedcell", "releases_frozenmonth")
TRANSITION = {
    "INSERT": "REFERENCING NEW TABLE AS new_rows",
    "UPDATE": "REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows",
    "DELETE": "REFERENCING OLD TABLE AS old_rows",
}
ASKING = """
    IF TG_OP IN ('INSERT', 'UPDATE') THEN
        keys := ARRAY(SELECT DISTINCT r.release_id FROM new_rows r);
    END IF;
    IF TG_OP IN ('UPDATE', 'DELETE') THEN
        keys := keys || ARRAY(SELECT DISTINCT r.release_id FROM old_rows r);
    END IF;
    EXECUTE format(
        'SELECT EXISTS (SELECT FROM %I.releases_release e WHERE e.id = ANY($1) AND e.number IS NOT NULL)',
        TG_TABLE_SCHEMA
    ) INTO released USING keys;"""
# It gets its number by an update, and then it stays.
BODIES = {
    RELEASE: "released := EXISTS (SELECT FROM old_rows r WHERE r.number IS NOT NULL);",
    **dict.fromkeys(HELD, ASKING),
}
EVENTS = {RELEASE: ("UPDATE", "DELETE"), **dict.fromkeys(HELD, tuple(TRANSITION))}


def _function(table: str) -> str:
    triggers = "".join(
        f"CREATE TRIGGER {table}_stays_{event.lower()} AFTER {event} ON {table} {TRANSITION[event]}"
        f" FOR EACH STATEMENT EXECUTE FUNCTION {table}_stays();\n"
        for event in EVENTS[table]
    )
    return f"""
CREATE FUNCTION {table}_stays() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE
    keys bigint[];
    released boolean;
BEGIN
    {BODIES[table]}
    IF released THEN {REFUSED}; END IF;
    RETURN NULL;
END
$body$;
{triggers}"""


def _away(table: str) -> str:
    triggers = "".join(f"DROP TRIGGER {table}_stays_{event.lower()} ON {table}; " for event in EVENTS[table])
    return f"{triggers}DROP FUNCTION {table}_stays();"


GUARDS = RunSQL(sql="".join(map(_function, BODIES)), reverse_sql=" ".join(map(_away, BODIES)))

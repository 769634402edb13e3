"""A frozen edition can't be changed, by whatever way: triggers that raise, as operations for a migration.

They read their own schema and write nothing, once a statement: a trigger for each row took twenty times as long as
the write. Returns, answers and files ask whether their edition is frozen; a questionnaire, whether a frozen edition
uses it.
"""

from django.db.migrations.operations import RunSQL

REFUSED = "RAISE EXCEPTION 'this edition is frozen' USING ERRCODE = 'integrity_constraint_violation'"
# Of each table the key that leads to its edition, and the way from there; $1 are the keys of the rows.
WAYS = {
    "editions_censusreturn": ("edition_id", "%I.editions_edition e WHERE e.id = ANY($1)"),
    "editions_returnvalue": (
        "census_return_id",
        "%I.editions_edition e JOIN %I.editions_censusreturn r ON r.edition_id = e.id WHERE r.id = ANY($1)",
    ),
    "editions_returnfile": (
        "value_id",
        (
            "%I.editions_edition e JOIN %I.editions_censusreturn r ON r.edition_id = e.id"
            " JOIN %I.editions_returnvalue v ON v.census_return_id = r.id WHERE v.id = ANY($1)"
        ),
    ),
    "editions_questionnaire": ("id", "%I.editions_edition e WHERE e.questionnaire_id = ANY($1)"),
    "editions_indicator": ("questionnaire_id", "%I.editions_edition e WHERE e.questionnaire_id = ANY($1)"),
    "editions_rule": ("questionnaire_id", "%I.editions_edition e WHERE e.questionnaire_id = ANY($1)"),
}
TABLES = ("editions_edition", "editions_frozenedition", *WAYS)
TRANSITION = {
    "INSERT": "REFERENCING NEW TABLE AS new_rows",
    "UPDATE": "REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows",
    "DELETE": "REFERENCING OLD TABLE AS old_rows",
}


def _asking(table: str) -> str:
    key, way = WAYS[table]
    schemas = ", ".join(["TG_TABLE_SCHEMA"] * way.count("%I"))
    return f"""
    IF TG_OP IN ('INSERT', 'UPDATE') THEN
        keys := ARRAY(SELECT DISTINCT r.{key} FROM new_rows r);
    END IF;
    IF TG_OP IN ('UPDATE', 'DELETE') THEN
        keys := keys || ARRAY(SELECT DISTINCT r.{key} FROM old_rows r);
    END IF;
    EXECUTE format('SELECT EXISTS (SELECT FROM {way} AND e.frozen_at IS NOT NULL)', {schemas})
    INTO frozen USING keys;"""


# An edition is frozen by an update, and its file is made after it: then both stay.
BODIES = {
    "editions_edition": "frozen := EXISTS (SELECT FROM old_rows r WHERE r.frozen_at IS NOT NULL);",
    "editions_frozenedition": "frozen := EXISTS (SELECT FROM old_rows r);",
    **{table: _asking(table) for table in WAYS},
}


def _function(table: str) -> str:
    events = ("UPDATE", "DELETE") if table not in WAYS else tuple(TRANSITION)
    triggers = "".join(
        f"CREATE TRIGGER {table}_stays_{event.lower()} AFTER {event} ON {table} {TRANSITION[event]}"
        f" FOR EACH STATEMENT EXECUTE FUNCTION {table}_stays();\n"
        for event in events
    )
    return f"""
CREATE FUNCTION {table}_stays() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE
    keys bigint[];
    frozen boolean;
BEGIN
    {BODIES[table]}
    IF frozen THEN {REFUSED}; END IF;
    RETURN NULL;
END
$body$;
{triggers}"""


def _away(table: str) -> str:
    events = ("update", "delete") if table not in WAYS else ("insert", "update", "delete")
    triggers = "".join(f"DROP TRIGGER {table}_stays_{event} ON {table}; " for event in events)
    return f"{triggers}DROP FUNCTION {table}_stays();"


GUARDS = RunSQL(sql="".join(map(_function, TABLES)), reverse_sql=" ".join(map(_away, TABLES)))

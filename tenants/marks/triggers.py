"""Statement-level triggers that leave marks, as operations for the migrations of the tables that they watch.

They write their own schema only, by its qualified name, and read a transition table into an array first:
two of the rules that let a schema live on another node.
"""

from django.db.migrations.operations import RunSQL

FUNCTIONS = RunSQL(
    sql="""
CREATE FUNCTION marks_leave_months() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE
    months date[];
    more date[];
BEGIN
    -- Static, so that a session plans them once. The first day of a month, without a time zone in between.
    IF TG_OP IN ('INSERT', 'UPDATE') THEN
        months := ARRAY(SELECT DISTINCT r.date - (extract(day FROM r.date)::int - 1) FROM new_rows r);
    END IF;
    IF TG_OP IN ('UPDATE', 'DELETE') THEN
        more := ARRAY(SELECT DISTINCT r.date - (extract(day FROM r.date)::int - 1) FROM old_rows r);
    END IF;
    EXECUTE format(
        'INSERT INTO %I.marks_mark (id, source, month) SELECT gen_random_uuid(), $3, m'
        ' FROM (SELECT DISTINCT unnest($1 || $2)) AS found(m)', TG_TABLE_SCHEMA)
    USING months, more, TG_ARGV[0];
    RETURN NULL;
END
$body$;
CREATE FUNCTION marks_leave_everything() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    EXECUTE format(
        'INSERT INTO %I.marks_mark (id, source, month) VALUES (gen_random_uuid(), $1, NULL)', TG_TABLE_SCHEMA)
    USING TG_ARGV[0];
    RETURN NULL;
END
$body$;
""",
    reverse_sql="DROP FUNCTION marks_leave_months(); DROP FUNCTION marks_leave_everything();",
)


def mark_months(table: str, source: str) -> RunSQL:
    """Each write to `table` marks the months of `source` that its rows (their `date`) were in and are in.

    TRUNCATE marks every one.
    """
    transition = {
        "INSERT": "REFERENCING NEW TABLE AS new_rows",
        "UPDATE": "REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows",
        "DELETE": "REFERENCING OLD TABLE AS old_rows",
    }
    create = [
        f"CREATE TRIGGER {table}_marks_{event.lower()} AFTER {event} ON {table} {tables}"
        f" FOR EACH STATEMENT EXECUTE FUNCTION marks_leave_months('{source}')"
        for event, tables in transition.items()
    ]
    create.append(
        f"CREATE TRIGGER {table}_marks_truncate AFTER TRUNCATE ON {table}"
        f" FOR EACH STATEMENT EXECUTE FUNCTION marks_leave_everything('{source}')"
    )
    names = [*(event.lower() for event in transition), "truncate"]
    return RunSQL(
        sql=";\n".join(create),
        reverse_sql=";\n".join(f"DROP TRIGGER {table}_marks_{name} ON {table}" for name in names),
    )


def mark_everything(table: str, source: str, *, events: str = "INSERT OR UPDATE OR DELETE OR TRUNCATE") -> RunSQL:
    """Such a write to `table` asks for every month (or every day) of `source` to be counted again."""
    return RunSQL(
        sql=f"CREATE TRIGGER {table}_marks_{source} AFTER {events} ON {table}"
        f" FOR EACH STATEMENT EXECUTE FUNCTION marks_leave_everything('{source}')",
        reverse_sql=f"DROP TRIGGER {table}_marks_{source} ON {table}",
    )

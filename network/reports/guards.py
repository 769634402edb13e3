"""A signed version can't be changed, by whatever way: triggers that raise, as an operation for a migration.

Its moment of sending may be set once. They read nothing but the row, and write nothing.
"""

from django.db.migrations.operations import RunSQL

REFUSED = "RAISE EXCEPTION 'this report is frozen' USING ERRCODE = 'integrity_constraint_violation'"
SIGNED = ("id", "report_id", "number", "content", "sha256", "as_of", "signed_at", "signed_by_id")
SAME = " AND ".join(f"NEW.{name} IS NOT DISTINCT FROM OLD.{name}" for name in SIGNED)

FREEZE = f"""
CREATE FUNCTION reports_frozenreport_stays() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF OLD.sent_at IS NULL AND {SAME} THEN
            RETURN NEW;
        END IF;
    END IF;
    {REFUSED};
END
$body$;
CREATE TRIGGER reports_frozenreport_stays BEFORE UPDATE OR DELETE ON reports_frozenreport
    FOR EACH ROW EXECUTE FUNCTION reports_frozenreport_stays();
CREATE FUNCTION reports_reportfile_stays() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    {REFUSED};
END
$body$;
CREATE TRIGGER reports_reportfile_stays BEFORE UPDATE OR DELETE ON reports_reportfile
    FOR EACH ROW EXECUTE FUNCTION reports_reportfile_stays();
"""
THAW = """
DROP TRIGGER reports_reportfile_stays ON reports_reportfile;
DROP FUNCTION reports_reportfile_stays();
DROP TRIGGER reports_frozenreport_stays ON reports_frozenreport;
DROP FUNCTION reports_frozenreport_stays();
"""
GUARDS = RunSQL(sql=FREEZE, reverse_sql=THAW)

"""The journal only grows, whoever asks: rights say so to every role that works, this to their owner too.

The way out is the retention command's, which says in its transaction what it does. Row-level security is
switched on here; who may read which rows is said with the other grants, after each migration.
"""

from django.db import migrations

ONLY_GROWS = """
CREATE FUNCTION audit_only_grows() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    IF TG_OP = 'DELETE' AND current_user = 'maillage_owner'
       AND current_setting('maillage.journal_retention', true) = 'on' THEN
        RETURN NULL;
    END IF;
    RAISE EXCEPTION 'the journal only grows' USING ERRCODE = 'insufficient_privilege';
END
$body$;
CREATE TRIGGER audit_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_entry
    FOR EACH STATEMENT EXECUTE FUNCTION audit_only_grows();
ALTER TABLE audit_entry ENABLE ROW LEVEL SECURITY;
CREATE POLICY who_may_write_adds ON audit_entry FOR INSERT WITH CHECK (true);
"""
UNDO = """
DROP POLICY who_may_write_adds ON audit_entry;
ALTER TABLE audit_entry DISABLE ROW LEVEL SECURITY;
DROP TRIGGER audit_only_grows ON audit_entry;
DROP FUNCTION audit_only_grows();
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_create_the_journal")]

    operations = [migrations.RunSQL(ONLY_GROWS, UNDO)]

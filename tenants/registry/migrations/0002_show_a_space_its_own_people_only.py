"""Row-level security on people: a space's request role sees those who hold or held a membership there.

The function runs as the owner, which may read memberships, and looks at the role that the connection has
taken: a space can't ask about another one.
"""

from django.db import migrations

PEOPLE = """
CREATE FUNCTION registry_people_here() RETURNS SETOF bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $body$
    SELECT m.person_id FROM registry_membership m JOIN registry_space s ON s.id = m.space_id
    WHERE s.role_name = CASE current_setting('role') WHEN 'none' THEN session_user::text ELSE current_setting('role') END
$body$;
ALTER TABLE accounts_person ENABLE ROW LEVEL SECURITY;
CREATE POLICY people_of_the_space ON accounts_person FOR SELECT TO maillage_space
    USING (id IN (SELECT registry_people_here()));
"""
UNDO = """
DROP POLICY people_of_the_space ON accounts_person;
ALTER TABLE accounts_person DISABLE ROW LEVEL SECURITY;
DROP FUNCTION registry_people_here();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("registry", "0001_create_the_register"),
        ("accounts", "0001_create_people_and_credentials"),
    ]

    operations = [migrations.RunSQL(PEOPLE, UNDO)]

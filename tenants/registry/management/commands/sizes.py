from typing import Any

from django.core.management.base import BaseCommand
from django.db import connection

from tenants.registry.models import Domain

# Rows as PostgreSQL last counted them: reading the sizes of an EPN reads none of its rows.
SIZES = """
SELECT n.nspname, sum(pg_total_relation_size(c.oid))::bigint,
    coalesce(max(c.reltuples) FILTER (WHERE relname = 'activity_visit'), 0)
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind = 'r' AND nspname !~ '^(pg_|information_schema)' GROUP BY n.nspname ORDER BY 2 DESC, 1"""


class Command(BaseCommand):
    help = "How much room each space takes in the database, the largest first, and about how many visits it holds."

    def handle(self, *args: Any, **options: Any) -> None:
        addresses = dict(Domain.objects.filter(is_primary=True).values_list("tenant__schema_name", "domain"))
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_database_size(current_database())")
            whole = cursor.fetchone()[0]
            cursor.execute(SIZES)
            rows = cursor.fetchall()
        for schema, size, visits in rows:
            about = f"  about {visits:.0f} visits" if visits > 0 else ""
            self.stdout.write(f"{size / 1e6:10.1f} MB  {addresses.get(schema, schema)}{about}")
        self.stdout.write(f"{whole / 1e6:10.1f} MB  the whole database")

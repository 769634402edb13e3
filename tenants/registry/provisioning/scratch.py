"""A database of one's own for tests and benches: made, migrated, walled, used, dropped with its roles."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, connections

from tenants.registry.crossing import OWNER_ROLE
from tenants.registry.provisioning.templates import migrate_everything
from tenants.registry.provisioning.walls import quoted

END_SESSIONS = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND backend_type = 'client backend'"
)


@contextmanager
def scratch_database(name: str) -> Iterator[None]:
    """Point the default connection at a new database of that name until the block ends."""
    before = connection.settings_dict["NAME"]
    connection.close()
    with connections["default"]._nodb_cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = %s)", [OWNER_ROLE])
        owned = cursor.fetchone()[0]
        cursor.execute(f"CREATE DATABASE {quoted(name)}{f' OWNER {quoted(OWNER_ROLE)}' if owned else ''}")
    connection.settings_dict["NAME"] = name
    try:
        migrate_everything()
        yield
    finally:
        connections.close_all()
        connection.settings_dict["NAME"] = before
        with connections["default"]._nodb_cursor() as cursor:
            # Not DROP … WITH (FORCE): it refuses where an autovacuum worker is busy. A plain one sends that away.
            cursor.execute(END_SESSIONS, [name])
            if owned:
                cursor.execute(f"SET ROLE {quoted(OWNER_ROLE)}")
            cursor.execute(f"DROP DATABASE {quoted(name)}")
            cursor.execute("RESET ROLE")
            # Request roles are cluster-wide: they outlive their database unless they are dropped.
            cursor.execute("SELECT rolname FROM pg_roles WHERE starts_with(rolname, %s)", [f"{name}_"])
            for (role,) in cursor.fetchall():
                cursor.execute(f"DROP ROLE {quoted(role)}")

"""A database of one's own for tests and benches: made, migrated, walled, used, dropped with its roles.

On a server that is itself thrown away, nothing is dropped.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, connections
from django.db.backends.utils import CursorWrapper

from tenants.registry.crossing import OWNER_ROLE
from tenants.registry.provisioning.templates import migrate_everything
from tenants.registry.provisioning.walls import quoted

END_SESSIONS = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND backend_type = 'client backend'"
)
# The server goes as a whole (`devdb --ephemeral`); to drop a database would write everybody's pages to the disk.
KEPT = os.environ.get("MAILLAGE_DATABASE_IS_EPHEMERAL") == "1"
SHARED_PATTERN = "maillage_pattern"
LOCK = 0x4D6150  # advisory, in the server's own database: one process migrates the shared pattern, the others wait
_pattern = ""  # the database that others are copied from, if any


@contextmanager
def scratch_database(name: str, *, migrated: bool = True) -> Iterator[None]:
    """Point the default connection at a new database of that name until the block ends."""
    if KEPT and migrated and not _pattern and name != SHARED_PATTERN:
        share_pattern()
    before = connection.settings_dict["NAME"]
    connection.close()
    with connections["default"]._nodb_cursor() as cursor:
        owned = _has_owner(cursor)
        owner = f" OWNER {quoted(OWNER_ROLE)}" if owned else ""
        template = f" TEMPLATE {quoted(_pattern)}" if _pattern and migrated else ""
        cursor.execute(f"CREATE DATABASE {quoted(name)}{owner}{template}")
    connection.settings_dict["NAME"] = name
    try:
        if migrated:
            migrate_everything()  # of a copy, only what doesn't come along: what the roles may do with the database
        yield
    finally:
        connections.close_all()
        connection.settings_dict["NAME"] = before
        if not KEPT:
            _drop(name, owned)


@contextmanager
def pattern_database(name: str) -> Iterator[None]:
    """Migrate once: while the block lasts, each scratch database of this process is a copy of this one, made in a
    tenth of the time. On a server that is thrown away, all processes copy the same one."""
    global _pattern
    if KEPT:
        share_pattern()
        yield
        return
    with scratch_database(name):
        connection.close()
        _mark_as_template(name, True)
        _pattern = name
        try:
            yield
        finally:
            _pattern = ""
            _mark_as_template(name, False)


def share_pattern() -> None:
    """Make the pattern of this server, or wait for whoever makes it."""
    global _pattern
    with connections["default"]._nodb_cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])  # until this cursor's connection is closed
        cursor.execute("SELECT EXISTS (SELECT FROM pg_database WHERE datname = %s AND datistemplate)", [SHARED_PATTERN])
        if not cursor.fetchone()[0]:
            with scratch_database(SHARED_PATTERN):
                connection.close()
                _mark_as_template(SHARED_PATTERN, True)
    _pattern = SHARED_PATTERN


def _has_owner(cursor: CursorWrapper) -> bool:
    cursor.execute("SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = %s)", [OWNER_ROLE])
    return bool(cursor.fetchone()[0])


def _mark_as_template(name: str, yes: bool) -> None:
    """Only a template may be copied by somebody who doesn't own it; and only what is none may be dropped."""
    with connections["default"]._nodb_cursor() as cursor:
        if _has_owner(cursor):
            cursor.execute(f"SET ROLE {quoted(OWNER_ROLE)}")
        cursor.execute(f"ALTER DATABASE {quoted(name)} WITH IS_TEMPLATE {yes}")


def _drop(name: str, owned: bool) -> None:
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

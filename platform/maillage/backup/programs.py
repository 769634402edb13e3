"""PostgreSQL's own programs: found, pointed at our database, and run without a secret or a row in sight of others."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from django.db import connection

from maillage.devdb.binaries import candidate_binaries, without_postgres_variables

NEEDED = ("pg_dump", "pg_restore", "psql")
# libpq's names for what DATABASE_URL may say; a password in an argument could be read by every user of the machine.
VARIABLES = {
    "host": "PGHOST",
    "port": "PGPORT",
    "user": "PGUSER",
    "password": "PGPASSWORD",
    "dbname": "PGDATABASE",
    "passfile": "PGPASSFILE",
    "service": "PGSERVICE",
    "sslmode": "PGSSLMODE",
    "sslrootcert": "PGSSLROOTCERT",
    "sslcert": "PGSSLCERT",
    "sslkey": "PGSSLKEY",
    "connect_timeout": "PGCONNECT_TIMEOUT",
    "target_session_attrs": "PGTARGETSESSIONATTRS",
}


class BackupError(Exception):
    """Says to the operator what is wrong and what to do."""


def _candidates() -> Iterator[Path]:
    if chosen := os.environ.get("MAILLAGE_PG_BIN"):
        yield Path(chosen)
        return
    yield from candidate_binaries()
    if on_path := shutil.which("pg_dump"):
        yield Path(on_path).parent


def _major(folder: Path) -> int | None:
    if not all((folder / name).exists() for name in NEEDED):
        return None
    answer = subprocess.run([folder / "pg_dump", "--version"], capture_output=True, text=True)
    found = re.search(r"\(PostgreSQL\) (\d+)", answer.stdout)
    return int(found[1]) if found else None


def server_major() -> int:
    connection.ensure_connection()
    return int(connection.pg_version) // 10000  # type: ignore[attr-defined]


def binaries() -> Path:
    """The programs of the server's own major version, or else of the next newer one."""
    wanted = server_major()
    found = [(major, folder) for folder in _candidates() if (major := _major(folder)) is not None]
    fitting = [one for one in found if one[0] >= wanted]
    if not fitting:
        there = ", ".join(f"{major} in {folder}" for major, folder in found) or "none"
        raise BackupError(
            f"The server is PostgreSQL {wanted}: pg_dump, pg_restore and psql of that version are needed (found:"
            f" {there}). Install postgresql-client-{wanted}, or set MAILLAGE_PG_BIN to their folder."
        )
    return min(fitting, key=lambda one: one[0])[1]


def environment() -> dict[str, str]:
    parameters: dict[str, Any] = connection.get_connection_params()
    named = {VARIABLES[name]: str(value) for name, value in parameters.items() if name in VARIABLES and value}
    return without_postgres_variables() | named | {"PGCLIENTENCODING": "UTF8", "LC_ALL": "C.UTF-8"}


def run(folder: Path, program: str, *arguments: str | Path) -> str:
    """What the program prints. Raises BackupError with its message, which may name a table but never a row."""
    done = subprocess.run(
        [str(folder / program), *map(str, arguments)],
        capture_output=True,
        text=True,
        env=environment(),
        stdin=subprocess.DEVNULL,
    )
    if done.returncode:
        raise BackupError(f"{program} failed: {first_line(done.stderr)}")
    return done.stdout


def first_line(errors: str) -> str:
    lines = [line for line in errors.splitlines() if line.strip()]
    return lines[0] if lines else "it said nothing"


def contents_of(folder: Path, dump: Path, *, leave_out: str) -> list[str]:
    """The dump's table of contents, without what that pattern finds."""
    lines = run(folder, "pg_restore", "--list", dump).splitlines()
    return [line for line in lines if line.startswith(";") or not re.search(leave_out, line)]


def replay(folder: Path, dump: Path, *, leave_out: str, before: Sequence[str], after: Sequence[str]) -> None:
    """Run what a dump holds in one transaction, with statements of ours before and after: all of it or nothing.

    `leave_out` is a pattern for lines of the dump's table of contents. pg_restore only writes SQL here; psql, to
    which it is piped, is the one that connects. COMMIT is sent once pg_restore has ended well.
    """
    kept = contents_of(folder, dump, leave_out=leave_out)
    command = ["psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-v", "VERBOSITY=terse", "-f", "-"]
    with tempfile.NamedTemporaryFile("w", prefix="maillage-contents-") as listing:
        listing.write("\n".join(kept) + "\n")
        listing.flush()
        shell = subprocess.Popen(
            [str(folder / command[0]), *command[1:]],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            env=environment(),
        )
        assert shell.stdin is not None
        with suppress(BrokenPipeError):  # psql has stopped at an error, and says which below
            shell.stdin.write(_script(["BEGIN", *before]))
            shell.stdin.flush()
        source = subprocess.run(
            [str(folder / "pg_restore"), "--no-owner", "--no-privileges", "-L", listing.name, "-f", "-", str(dump)],
            stdout=shell.stdin,
            stderr=subprocess.PIPE,
            stdin=subprocess.DEVNULL,
            text=True,
            env=environment(),
        )
    # Without COMMIT, what was sent is thrown away when the input ends.
    last = _script([*after, "COMMIT"]) if source.returncode == 0 else None
    _, errors = shell.communicate(last)
    if shell.returncode:
        raise BackupError(f"Nothing was changed. psql failed: {first_line(errors.decode(errors='replace'))}")
    if source.returncode:
        raise BackupError(f"Nothing was changed. pg_restore failed: {first_line(source.stderr)}")


def _script(statements: Sequence[str]) -> bytes:
    return "".join(f"{statement};\n" for statement in statements).encode()

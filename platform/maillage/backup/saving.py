"""A backup: one file for each schema, all of the same moment."""

from __future__ import annotations

import datetime as dt
import logging
import os
import shutil
from pathlib import Path

from django.db import connection, transaction

from maillage.backup import manifest as manifests
from maillage.backup.manifest import Manifest, Part, digest, installed_version, known_migrations
from maillage.backup.programs import BackupError, binaries, run, server_major
from tenants.registry.crossing import OWNER_ROLE, entered, path_of
from tenants.registry.database.base import Place
from tenants.registry.models import Space
from tenants.registry.provisioning.templates import migrations_hash, one_at_a_time

logger = logging.getLogger(__name__)

# Who is signed in is nobody's business later, and would open doors that were closed since. A job that waits may have
# been done since, and what the sweeper and the webhooks have to do stands in tables of theirs.
WITHOUT_ROWS = ("public.django_session", "public.signing_in_keptform", "public.procrastinate_*")
DATED = "%Y-%m-%dT%H-%M-%SZ"


def save(target: Path, *, space: Space | None = None) -> Manifest:
    """Write a backup of everything, or of one space, to a folder that doesn't exist yet.

    It has another name until it is whole. Raises BackupError. No migration runs meanwhile, everything else goes on.
    """
    if target.exists():
        raise BackupError(f"{target} exists already. A backup is written to a new folder.")
    folder = target.with_name(f"{target.name}.partial-{os.getpid()}")
    try:
        folder.mkdir(mode=0o700, parents=True)
    except OSError as error:
        raise BackupError(f"{folder} can't be made: {error.strerror}.") from None
    try:
        with one_at_a_time():
            manifest = _save(folder, space)
        manifest.write(folder)
        folder.rename(target)
    finally:
        if folder.exists():
            shutil.rmtree(folder)
    return manifest


def _save(folder: Path, only: Space | None) -> Manifest:
    programs = binaries()
    with entered(Place(role=OWNER_ROLE)):
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")  # the role is set before the transaction, whose first statement is the next
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            cursor.execute("SELECT pg_export_snapshot()")
            snapshot = cursor.fetchone()[0]
            spaces = [only] if only else list(Space.objects.select_related("schema_state").order_by("pk"))
            parts = [] if only else [_dump(programs, folder, snapshot, None)]
            for one in spaces:
                logger.info("saving %s", one.schema_name)
                parts.append(_dump(programs, folder, snapshot, one))
    return Manifest(
        made_at=dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        maillage=installed_version(),
        server=server_major(),
        whole=only is None,
        migrations=known_migrations(),
        parts=parts,
    )


def _dump(programs: Path, folder: Path, snapshot: str, space: Space | None) -> Part:
    schema = space.schema_name if space else "public"
    file = folder / f"{schema}.dump"
    run(
        programs,
        "pg_dump",
        "--format=custom",
        "--no-owner",
        "--no-privileges",
        "--no-password",
        f"--role={OWNER_ROLE}",
        f"--snapshot={snapshot}",
        f"--schema={schema}",
        *(f"--exclude-table-data={table}" for table in WITHOUT_ROWS),
        f"--file={file}",
    )
    file.chmod(0o600)
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = %s ORDER BY 1", [schema])
        tables = [name for (name,) in cursor.fetchall()]
    return Part(
        schema=schema,
        kind=space.kind if space else "public",
        path=path_of(space) if space else "",
        created_at=space.created_at.isoformat() if space else "",
        migrations=space.schema_state.migrations if space else migrations_hash("public"),
        tables=tables,
        file=file.name,
        bytes=file.stat().st_size,
        sha256=digest(file),
    )


def forget_old(parent: Path, *, keep: int) -> list[Path]:
    """Delete all but the newest `keep` whole backups that `--dated` has made in this folder."""
    whole = sorted(one for one in parent.iterdir() if _is_dated(one.name) and (one / manifests.NAME).is_file())
    gone = whole[:-keep]
    for one in gone:
        shutil.rmtree(one)
    return gone


def _is_dated(name: str) -> bool:
    try:
        dt.datetime.strptime(name, DATED).replace(tzinfo=dt.UTC)
    except ValueError:
        return False
    return True

"""Bringing a backup back: everything into an empty database, or one space into a living installation."""

from __future__ import annotations

import datetime as dt
import logging
import re
from pathlib import Path

from django.db import connection, transaction
from psycopg import sql

from maillage.audit.services import record
from maillage.backup.manifest import Manifest, check_file, read
from maillage.backup.programs import BackupError, binaries, replay
from network.directory.cards import copy_card
from network.figures.services import LOCK_CLASS as FIGURES_LOCK
from network.figures.services import sweep
from tenants.marks.models import Source
from tenants.registry.crossing import OWNER_ROLE, as_owner, entered
from tenants.registry.database.base import Place
from tenants.registry.enums import Kind
from tenants.registry.models import Epn, Federation, Space
from tenants.registry.provisioning.templates import migrate_everything
from tenants.registry.provisioning.walls import (
    become_owner,
    create_request_role,
    grant_public_tables,
    grants_for_space,
    prepare_database,
    quoted,
    role_of,
    set_aside,
)
from tenants.registry.selectors import epn_ever_in

logger = logging.getLogger(__name__)

# Of the public schema: itself, which every database has, and the rules that name the login role, which may be
# another one here. `grant_public_tables` makes them.
THERE_ALREADY = (
    r" (SCHEMA - public|COMMENT - SCHEMA public|POLICY public accounts_person the_register_itself"
    r"|POLICY public audit_entry the_journal_itself) "
)
NOTHING = r"(?!)"
LOCK = "SELECT pg_advisory_xact_lock({kind}, {epn})"


def restore_everything(folder: Path) -> Manifest:
    """Fill an empty database. Raises BackupError, before anything is written, when it can't end well.

    Roles are made anew and named after this database; nobody is signed in.
    """
    manifest = read(folder)
    if not manifest.whole:
        raise BackupError(f"{folder} holds one space only: restore it with --space {manifest.parts[0].path}.")
    files = {part.schema: check_file(folder, part) for part in manifest.parts}
    _refuse_a_used_database()
    programs = binaries()
    prepare_database()
    for part in manifest.parts:
        logger.info("restoring %s", part.schema)
        renamed = _roles_of_this_database(manifest) if part.kind == Kind.PUBLIC else []
        replay(programs, files[part.schema], leave_out=THERE_ALREADY, before=[become_owner()], after=renamed)
        if part.kind == Kind.PUBLIC:
            as_owner(grant_public_tables)()
    for space in Space.objects.order_by("pk"):
        _give_role(space, manifest)
    connection.close()  # what it remembers of the catalogs is of the empty database
    migrate_everything()
    sweep()
    return manifest


def _refuse_a_used_database() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.oid::regclass::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
            " WHERE c.relkind IN ('r', 'p', 'v', 'S') AND nspname !~ '^(pg_|information_schema)' LIMIT 1"
        )
        if (used := cursor.fetchone()) is not None:
            raise BackupError(
                f"The database {connection.settings_dict['NAME']} is not empty (it has {used[0]}). Everything is"
                " restored into a new one; to bring one space back, name it with --space."
            )


def _roles_of_this_database(manifest: Manifest) -> list[str]:
    """Statements that name the request roles after this database, in the register and under the journal's lines.

    Else a line that a space has signed in another one's journal would look like nobody's, and be believed.
    """
    named = ", ".join(
        f"({sql.Literal(part.schema).as_string(None)}, {sql.Literal(role_of(part.schema)).as_string(None)})"
        for part in manifest.parts
        if part.kind != Kind.PUBLIC
    )
    if not named:
        return []
    lines = (
        f"UPDATE public.audit_entry e SET role_name = n.role FROM (VALUES {named}) n(schema, role)"
        " JOIN public.registry_space s ON s.schema_name = n.schema WHERE e.role_name = s.role_name"
    )
    register = (
        f"UPDATE public.registry_space s SET role_name = n.role FROM (VALUES {named}) n(schema, role)"
        " WHERE s.schema_name = n.schema"
    )
    return [
        "ALTER TABLE public.audit_entry DISABLE TRIGGER audit_only_grows",
        lines,
        "ALTER TABLE public.audit_entry ENABLE TRIGGER audit_only_grows",
        register,
    ]


def _give_role(space: Space, manifest: Manifest) -> None:
    """A request role of this database's own: another database's would let its holder in here."""
    part = manifest.part(space.schema_name)
    assert part is not None  # the register and the schemas are of one moment
    with transaction.atomic(), connection.cursor() as cursor:
        # Left behind by a database that was dropped. PostgreSQL refuses if it can do anything anywhere.
        cursor.execute(f"DROP ROLE IF EXISTS {quoted(space.role_name)}")
        create_request_role(space.role_name)
    with entered(Place(role=OWNER_ROLE)), connection.cursor() as cursor:
        cursor.execute(grants_for_space(space.schema_name, space.role_name, part.tables))


def restore_space(folder: Path, space: Space) -> str:
    """Put a space's schema back as it was saved, and have its figures counted. Returns the name under which what
    was there now stands aside, readable by the owner alone.

    One transaction: requests in the space wait for it and then find the restored data. Raises BackupError.
    """
    manifest = read(folder)
    part = manifest.part(space.schema_name)
    if part is None or part.created_at != space.created_at.isoformat():
        raise BackupError(f"{folder} holds nothing of {space.name}: no {space.schema_name} of this installation.")
    file = check_file(folder, part)
    aside = f"{space.schema_name}_until_{dt.datetime.now(dt.UTC):%Y%m%d%H%M%S%f}"
    replay(
        binaries(),
        file,
        leave_out=NOTHING,
        before=_before(space, aside),
        after=[
            grants_for_space(space.schema_name, space.role_name, part.tables),
            *_marks_for_everything(space),
            "RESET ROLE",
            _state(space, part.migrations),
        ],
    )
    connection.close()
    migrate_everything()
    _count_again(space)
    record(verb="space.restored", target=space.pk, space_id=space.pk)
    return aside


def _before(space: Space, aside: str) -> list[str]:
    with entered(Place(role=OWNER_ROLE)), connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = %s ORDER BY 1", [space.schema_name])
        tables = [table for (table,) in cursor.fetchall()]
    return [
        # After a refresh that is under way, and before the next one.
        LOCK.format(kind=FIGURES_LOCK, epn=space.pk),
        become_owner(),
        *set_aside(space.schema_name, aside, space.role_name, tables),
    ]


def _marks_for_everything(space: Space) -> list[str]:
    """For the refresh. A federation has no marks: the ones of its EPN are left by `_count_again`."""
    return [_mark_everything(space.schema_name)] if space.kind == Kind.EPN else []


def _mark_everything(schema: str) -> str:
    return (
        f"INSERT INTO {quoted(schema)}.marks_mark (id, source, month)"
        f" VALUES (gen_random_uuid(), '{Source.FLOW}', NULL), (gen_random_uuid(), '{Source.STOCK}', NULL)"
    )


def _count_again(space: Space) -> None:
    """What figures and cards say of a restored space, and what a restored federation says of its EPN."""
    if space.kind == Kind.FEDERATION:
        members = list(epn_ever_in(space.pk).select_related("space"))
        for epn in members:
            with entered(epn.space.place), connection.cursor() as cursor:
                cursor.execute(_mark_everything(epn.space.schema_name))
        federations = list(Federation.objects.select_related("space").filter(pk=space.pk))
    else:
        members = list(Epn.objects.filter(pk=space.pk))
        federations = list(
            Federation.objects.select_related("space").filter(affiliations__epn=space.pk).distinct().order_by("pk")
        )
    for epn in members:
        copy_card(epn.pk)
    stuck = [name for result in sweep(federations=federations) for name in result.stuck]
    if stuck:
        raise BackupError(f"The data is back, but the figures of {', '.join(stuck)} could not be counted.")


def _state(space: Space, migrations: str) -> str:
    """The register's word for what the restored schema is; `migrate_everything` does what it lacks."""
    if not re.fullmatch(r"[0-9a-f]{64}", migrations):
        raise BackupError("The manifest's hash of migrations is damaged. Nothing was changed.")
    return f"UPDATE public.registry_schemastate SET migrations = '{migrations}' WHERE space_id = {int(space.pk)}"

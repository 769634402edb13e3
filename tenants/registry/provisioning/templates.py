"""A template schema for each kind of space: made by Django's own migrations, compiled, replayed for each new one."""

import hashlib
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache, partial

from django.apps import apps
from django.conf import settings
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from tenants.registry.crossing import OWNER_ROLE, as_owner, entered
from tenants.registry.database.base import Place
from tenants.registry.enums import Kind
from tenants.registry.models import SchemaState, Space, Template
from tenants.registry.provisioning import catalog
from tenants.registry.provisioning.walls import (
    grant_public_tables,
    grants_for_space,
    prepare_database,
    quoted,
)

logger = logging.getLogger(__name__)

LOCK_CLASS = 0x4D69  # advisory lock: migrations and templates of this database


def labels_of(kind: str) -> list[str]:
    names = set(settings.TENANT_TYPES[kind]["APPS"])
    return sorted(config.label for config in apps.get_app_configs() if config.name in names)


def targets_of(kind: str, loader: MigrationLoader) -> list[tuple[str, str]]:
    """The last migration of each app of this kind."""
    labels = set(labels_of(kind))
    return sorted(node for node in loader.graph.leaf_nodes() if node[0] in labels)


def migrations_hash(kind: str) -> str:
    """Names the set of migrations that a schema of this kind should have (those on the disk when first asked)."""
    return _migrations_hash(kind, tuple(sorted(settings.MIGRATION_MODULES.items())))


@cache
def _migrations_hash(kind: str, _modules: tuple[tuple[str, str | None], ...]) -> str:
    """To read them all takes a sixth of making a space."""
    loader = MigrationLoader(None)
    plan: list[tuple[str, str]] = []
    for target in targets_of(kind, loader):
        plan += loader.graph.forwards_plan(target)
    return hashlib.sha256("\n".join(f"{app}.{name}" for app, name in sorted(set(plan))).encode()).hexdigest()


def migrate_schema(kind: str, schema: str) -> None:
    """Bring one schema up to date with Django's executor, as the owner, with nothing else in sight."""
    with entered(Place(schema_name=schema, kind=kind, role=OWNER_ROLE, alone=kind != Kind.PUBLIC)):
        MigrationRecorder(connection).ensure_schema()
        executor = MigrationExecutor(connection)
        targets = targets_of(kind, executor.loader)
        if executor.migration_plan(targets):
            executor.migrate(targets)


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Two servers that start with new migrations take turns, and the second finds the work done."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s, 0)", [LOCK_CLASS])
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s, 0)", [LOCK_CLASS])


def template_schema(kind: str) -> str:
    return f"template_of_{kind}"


def build_template(kind: str, *, made: Callable[[], object] | None = None) -> Template:
    """Rebuild a kind's template from nothing when migrations have changed; otherwise give it as it is.

    `made` waits for the schema of the template, where somebody else is making it.
    """
    wanted = migrations_hash(kind)
    known = Template.objects.filter(kind=kind, migrations=wanted).first()
    if known is not None:
        return known
    with one_at_a_time():
        return Template.objects.filter(kind=kind, migrations=wanted).first() or _compile(kind, wanted, made)


def make_schema_of_template(kind: str) -> None:
    """From nothing. It needs nothing of the public schema."""
    schema = template_schema(kind)
    with entered(Place(role=OWNER_ROLE)), connection.cursor() as cursor:
        cursor.execute(f"DROP SCHEMA IF EXISTS {quoted(schema)} CASCADE")
        cursor.execute(f"CREATE SCHEMA {quoted(schema)}")
    migrate_schema(kind, schema)


def _compile(kind: str, wanted: str, made: Callable[[], object] | None) -> Template:
    schema = template_schema(kind)
    if made is None:
        make_schema_of_template(kind)
    else:
        made()
    with entered(Place(role=OWNER_ROLE)), transaction.atomic():
        ddl = catalog.ddl_of(schema)
        mark = catalog.fingerprint(schema)
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT app, name FROM {quoted(schema)}.django_migrations ORDER BY id")
            applied = cursor.fetchall()
    rows = ", ".join(f"('{app}', '{name}', now())" for app, name in applied)
    ddl += f";\nINSERT INTO django_migrations (app, name, applied) VALUES {rows}"
    template, _ = Template.objects.update_or_create(
        kind=kind, defaults={"migrations": wanted, "fingerprint": mark, "ddl": ddl}
    )
    return template


def migrate_everything(
    report: "logging.Logger | None" = None,
    *,
    beside: Callable[[Callable[[], None]], Callable[[], object]] | None = None,
) -> list[str]:
    """Public schema, templates, then each space whose migrations are not the wanted ones. Returns those.

    A space that is already up to date costs nothing: its state is a row in the public schema. In an empty database, the
    template of an EPN takes as long as all the rest: `beside` may begin it elsewhere, and gives what waits for it.
    """
    with one_at_a_time():
        prepare_database()
        made = beside(partial(make_schema_of_template, Kind.EPN)) if beside else None
        return _migrate_everything(report or logger, made)


def _migrate_everything(report: "logging.Logger", epn_made: Callable[[], object] | None) -> list[str]:
    migrate_schema(Kind.PUBLIC, "public")
    as_owner(grant_public_tables)()
    changed = []
    for kind in (Kind.FEDERATION, Kind.EPN):
        template = build_template(kind, made=epn_made if kind == Kind.EPN else None)
        behind = Space.objects.filter(kind=kind).exclude(schema_state__migrations=template.migrations).order_by("pk")
        for space in behind:
            report.info("migrating %s", space.schema_name)
            migrate_schema(kind, space.schema_name)
            grant_again(space)
            SchemaState.objects.update_or_create(space=space, defaults={"migrations": template.migrations})
            changed.append(space.schema_name)
    return changed


def grant_again(space: Space) -> None:
    """After a migration added tables: the same rights as a new space would have."""
    with entered(Place(role=OWNER_ROLE)), transaction.atomic():
        tables = catalog.tables_of(space.schema_name)
        with connection.cursor() as cursor:
            cursor.execute(grants_for_space(space.schema_name, space.role_name, tables))

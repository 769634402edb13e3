"""Making an EPN: our compiled template against django-tenants' migrate_schemas, walls included on both sides."""

from __future__ import annotations

from django.db import connection, transaction
from django_tenants.migration_executors.base import run_migrations

from maillage.bench.measuring import Result, Timing, clock, compared, say
from maillage.reference.services import load_reference
from tenants.registry.crossing import OWNER_ROLE, entered
from tenants.registry.database.base import Place
from tenants.registry.enums import Kind
from tenants.registry.models import Domain, Epn, Space
from tenants.registry.provisioning import catalog
from tenants.registry.provisioning.services import provision_epn, provision_federation
from tenants.registry.provisioning.walls import (
    create_request_role,
    grants_for_space,
    login_role,
    quoted,
    role_of,
)

MIGRATE = {"verbosity": 0, "interactive": False, "database": "default", "run_syncdb": False, "app_label": None,
           "migration_name": None, "fake": False, "fake_initial": False, "plan": False, "check_unapplied": False,
           "prune": False, "skip_checks": True, "load_initial_data": False, "force_color": False, "no_color": True,
           "stdout": None, "stderr": None}  # fmt: skip


def _by_migrate_schemas(number: int) -> str:
    schema = f"peer_{number}"
    with entered(Place(role=OWNER_ROLE)), connection.cursor() as cursor:
        cursor.execute(f"CREATE SCHEMA {quoted(schema)}")
        cursor.execute(f"GRANT ALL ON SCHEMA {quoted(schema)} TO {quoted(login_role())}")
    run_migrations([], MIGRATE, "standard", schema, tenant_type=Kind.EPN)
    with transaction.atomic():
        space = Space(schema_name=schema, kind=Kind.EPN, name=schema, role_name=role_of(schema))
        space.save()  # type: ignore[no-untyped-call]
        Domain(domain=f"bench/{schema.replace('_', '-')}", tenant=space).save()  # type: ignore[no-untyped-call]
        Epn.objects.create(space=space, slug=schema)
        create_request_role(space.role_name)
        with connection.cursor() as cursor:
            cursor.execute(f"GRANT USAGE ON SCHEMA {quoted(schema)} TO {quoted(OWNER_ROLE)}")
            cursor.execute(grants_for_space(schema, space.role_name, catalog.tables_of(schema)))
    return schema


def provision(*, schemas: int = 100, rounds: int = 15) -> Result:
    """With `schemas` already there. `equal`: both ways give the same fingerprint of tables and triggers."""
    load_reference()
    federation = provision_federation(name="Bench", slug="bench")
    say(f"Making {schemas} EPN")
    for number in range(schemas):
        provision_epn(federation=federation, name=f"EPN {number}", slug=f"epn-{number}")
    seconds: dict[str, list[float]] = {"ours": [], "migrate_schemas": []}
    fingerprints = set()
    for number in range(schemas, schemas + rounds):
        made: list[str] = []
        seconds["ours"].append(
            clock(
                lambda n=number, made=made: made.append(  # type: ignore[misc]
                    provision_epn(federation=federation, name=f"EPN {n}", slug=f"epn-{n}").space.schema_name
                )
            )
        )
        seconds["migrate_schemas"].append(
            clock(
                lambda n=number, made=made: made.append(  # type: ignore[misc]
                    _by_migrate_schemas(n)
                )
            )
        )
        with entered(Place(role=OWNER_ROLE)), transaction.atomic():
            fingerprints |= {catalog.fingerprint(schema) for schema in made}
    mine, peers, ratio = compared({name: Timing.of(found) for name, found in seconds.items()})
    return Result("provision", schemas, mine, peers, equal=len(fingerprints) == 1, ratio=ratio)

"""Making a space: one transaction for schema, tables, triggers, role, grants and registry rows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from django.db import connection, transaction

from maillage.audit.services import record
from tenants.registry.addresses import check_slug
from tenants.registry.crossing import OWNER_ROLE, current_place, within_transaction
from tenants.registry.database.base import Place
from tenants.registry.enums import Country, Kind
from tenants.registry.errors import EnteredInTransactionError
from tenants.registry.models import Affiliation, Domain, Epn, Federation, SchemaState, Space, Template
from tenants.registry.provisioning.catalog import replay
from tenants.registry.provisioning.templates import build_template
from tenants.registry.provisioning.walls import create_request_role, grants_for_space, quoted, role_of

BEGINNING_OF_TIME = dt.date(2000, 1, 1)


@dataclass(frozen=True)
class Blueprint:
    kind: str
    migrations: str
    ddl: str
    tables: tuple[str, ...]


@lru_cache(maxsize=8)
def _blueprint(kind: str, migrations: str, ddl: str) -> Blueprint:
    tables = [line.split('"')[1] for line in ddl.splitlines() if line.startswith("CREATE TABLE ")]
    return Blueprint(kind=kind, migrations=migrations, ddl=ddl, tables=tuple(tables))


def blueprint(kind: str) -> Blueprint:
    """The compiled template of a kind; built first when migrations have changed (not inside a transaction)."""
    if connection.in_atomic_block:
        template = Template.objects.get(kind=kind)
    else:
        template = build_template(kind)
    return _blueprint(kind, template.migrations, template.ddl)


def _make_space(*, kind: str, name: str, path: str, plan: Blueprint) -> Space:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence('registry_space', 'id'))")
        number = cursor.fetchone()[0]
    schema = f"{kind}_{number}"
    space = Space(pk=number, schema_name=schema, kind=kind, name=name, role_name=role_of(schema))
    space.save(force_insert=True)  # type: ignore[no-untyped-call]
    Domain.objects.bulk_create([Domain(domain=path, tenant=space, is_primary=True)])  # save() looks for another primary
    SchemaState.objects.create(space=space, migrations=plan.migrations)
    create_request_role(space.role_name)
    with (
        within_transaction(Place(schema_name=schema, kind=kind, role=OWNER_ROLE)),
        connection.cursor() as cursor,
    ):
        cursor.execute(
            f"CREATE SCHEMA {quoted(schema)};\n"
            + replay(f"{plan.ddl};\n{grants_for_space(schema, space.role_name, list(plan.tables))}")
        )
    return space


def _refuse_inside_a_space() -> None:
    if current_place().kind != Kind.PUBLIC:
        raise EnteredInTransactionError("A space is made where no space is.")


def provision_federation(
    *, name: str, slug: str, country: str = Country.BELGIUM, region: str = "be-bru", minimum_cell: int = 5
) -> Federation:
    """Make a federation, empty. Raises ValidationError on a slug that is malformed, reserved or taken."""
    _refuse_inside_a_space()
    plan = blueprint(Kind.FEDERATION)
    with transaction.atomic():
        check_slug(slug)
        space = _make_space(kind=Kind.FEDERATION, name=name, path=slug, plan=plan)
        federation = Federation.objects.create(
            space=space, slug=slug, country=country, region=region, minimum_cell=minimum_cell
        )
        record(verb="federation.made", target=space.pk, space_id=space.pk)
    return federation


def provision_epn(
    *,
    federation: Federation,
    name: str,
    slug: str,
    since: dt.date | None = None,
    seed: Callable[[Epn], None] | None = None,
    savepoint: bool = True,
) -> Epn:
    """Make an EPN of a federation, empty or with what `seed` writes: it runs in the new schema, in the same
    transaction, so that a failure leaves neither. Raises ValidationError on a slug that is malformed,
    reserved or taken. `since` is the first month whose figures are this federation's; by default, all of them.

    Without `savepoint`, a failure is one of the whole transaction that this is called in: for who makes hundreds of EPN
    in one, as PostgreSQL goes through all of a transaction's tables and locks at the end of each savepoint.
    """
    _refuse_inside_a_space()
    plan = blueprint(Kind.EPN)
    with transaction.atomic(savepoint=savepoint):
        check_slug(slug, federation=federation)
        space = _make_space(kind=Kind.EPN, name=name, path=f"{federation.slug}/{slug}", plan=plan)
        epn = Epn.objects.create(space=space, slug=slug)
        first_month = (since or BEGINNING_OF_TIME).replace(day=1)
        Affiliation.objects.create(epn=epn, federation=federation, since=first_month)
        if seed is not None:
            with within_transaction(Place(space.schema_name, Kind.EPN, OWNER_ROLE, space.pk)):
                seed(epn)
        record(verb="epn.made", target=space.pk, space_id=federation.pk)
    return epn

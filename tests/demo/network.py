"""The whole demo in a database of its own, for the tests that want a network of real size."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from unittest import mock

from django.conf import settings
from django.db import connection

from maillage.demo.building import build
from maillage.demo.places import FederationPlan, federations
from maillage.reference.models import Commune
from maillage.reference.services import load_reference
from tenants.registry.crossing import OWNER_ROLE, entered
from tenants.registry.database.base import Place
from tenants.registry.enums import Kind
from tenants.registry.models import Space
from tenants.registry.provisioning.scratch import scratch_database
from tests.databases import connected_to

# What is in the public schema and is made by the demo too. Credentials depend on the hasher of the settings.
PUBLIC = ("accounts_person", "registry_space", "registry_domain", "registry_epn", "registry_federation",
          "registry_affiliation", "registry_membership", "registry_invitation", "reference_term",
          "reference_commune")  # fmt: skip
MOMENTS = ("django_migrations",)  # says when, by the clock


def url_of(name: str) -> str:
    """DATABASE_URL of another database of the tests' server."""
    url = os.environ["DATABASE_URL"]
    address, _, options = url.partition("?")
    return f"{address.rpartition('/')[0]}/{name}?{options}"


@contextmanager
def empty_database(name: str) -> Iterator[str]:
    """Gives its URL; the default connection is where it was before."""
    before = connection.settings_dict["NAME"]
    with scratch_database(name, migrated=False), connected_to(before):
        yield url_of(name)


@contextmanager
def demo_database(name: str, *, epn: int | None = None) -> Iterator[str]:
    """A demo that is built in this process, or only the first so many EPN of its first network."""
    before = connection.settings_dict["NAME"]

    def first(communes: dict[str, Commune]) -> list[FederationPlan]:
        plan = federations(communes)[0]
        return [replace(plan, epn=plan.epn[:epn])]

    with scratch_database(name):
        load_reference()
        with nullcontext() if epn is None else mock.patch("maillage.demo.building.federations", first):
            build()
        with connected_to(before):
            yield name


def digests(*, epn: int | None = None) -> dict[str, str]:
    """A fingerprint of each table that the demo writes, of the database that one is in, or of its first EPN alone."""
    spaces = Space.objects.order_by("pk")
    found = {} if epn else {f"public.{table}": _digest(table) for table in PUBLIC}
    for space in spaces.filter(kind=Kind.EPN)[:epn] if epn else spaces:
        with entered(Place(space.schema_name, space.kind, OWNER_ROLE, space.pk)):
            for table in connection.introspection.table_names():
                if table.split("_")[0] in _apps() and table not in MOMENTS:
                    found[f"{space.schema_name}.{table}"] = _digest(table)
    return found


def _apps() -> set[str]:
    return {app.rpartition(".")[2] for app in [*settings.EPN_APPS, *settings.FEDERATION_APPS]}


def _digest(table: str) -> str:
    with connection.cursor() as cursor:
        # A role's name holds the database's.
        columns = "to_jsonb(t) - 'role_name'"
        cursor.execute(f"SELECT coalesce(string_agg(({columns})::text, chr(10) ORDER BY t::text), '') FROM {table} t")
        return hashlib.sha256(cursor.fetchone()[0].encode()).hexdigest()

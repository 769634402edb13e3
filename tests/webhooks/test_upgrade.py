"""A federation that is older than webhooks gets them by the migration, with the same walls."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from network.webhooks.services import subscribe
from tenants.registry.crossing import OWNER_ROLE, entered
from tenants.registry.database.base import Place
from tenants.registry.models import Federation, SchemaState
from tenants.registry.provisioning.scratch import scratch_database
from tenants.registry.provisioning.services import provision_federation
from tenants.registry.provisioning.templates import migrate_everything
from tests.databases import new_name


@pytest.fixture
def older(django_db_setup: None, django_db_blocker: object) -> Iterator[Federation]:
    with django_db_blocker.unblock(), scratch_database(new_name("older")):  # type: ignore[attr-defined]
        federation = provision_federation(name="Caban", slug="caban")
        with entered(Place(federation.space.schema_name, "federation", OWNER_ROLE, alone=True)):
            MigrationExecutor(connection).migrate([("webhooks", None)])
        SchemaState.objects.filter(space=federation.space).update(migrations="older")
        yield federation


def test_an_older_federation_is_brought_up_to_date(older: Federation) -> None:
    assert migrate_everything() == [older.space.schema_name]

    with entered(older.space):
        subscription, _secret = subscribe(url="https://example.org/", events=["epn.card_changed"])
        assert subscription.keys.count() == 1
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT relname, has_table_privilege('maillage_crossing', oid, 'SELECT') FROM pg_class"
                " WHERE relnamespace = %s::regnamespace AND relkind = 'r' AND relname LIKE 'webhooks%%' ORDER BY 1",
                [older.space.schema_name],
            )
            assert dict(cursor.fetchall()) == {
                "webhooks_change": True,
                "webhooks_delivery": True,
                "webhooks_signingkey": False,
                "webhooks_subscription": True,
            }

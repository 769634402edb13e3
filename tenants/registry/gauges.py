"""What Prometheus is told of the queue, and how an event learns the address of the space that it comes from."""

from __future__ import annotations

import time
from collections.abc import Iterator

from django.db import DatabaseError, connection
from prometheus_client.core import GaugeMetricFamily

from maillage.observability.context import on_address_wanted
from maillage.observability.gauges import gauge, on_scrape
from tenants.registry.jobs import jobs_by_status, longest_wait

ADDRESS = (
    "SELECT d.domain FROM registry_domain d JOIN registry_space s ON s.id = d.tenant_id"
    " WHERE s.schema_name = %s AND d.is_primary"
)
MOST_KNOWN = 5000
DOWN_SECONDS = 60.0
_known: dict[str, str] = {}
_not_before = 0.0


@on_scrape("jobs")
def jobs() -> Iterator[GaugeMetricFamily]:
    yield gauge("maillage_jobs", "Jobs of the queue.", "status", jobs_by_status().items())
    yield GaugeMetricFamily(
        "maillage_jobs_oldest_seconds",
        "Seconds that the oldest due job has waited.",
        value=longest_wait().total_seconds(),
    )


@on_address_wanted
def address_of(schema: str) -> str:
    """The address of a schema, by a connection of its own: the crash may have left the thread's own in ruins."""
    global _not_before
    if schema not in _known and time.monotonic() >= _not_before:
        aside = connection.copy()
        try:
            with aside.cursor() as cursor:
                cursor.execute(ADDRESS, [schema])
                row = cursor.fetchone()
        except DatabaseError:
            _not_before = time.monotonic() + DOWN_SECONDS  # an event without an address is better than a slow one
            return ""
        finally:
            aside.close()
        if len(_known) >= MOST_KNOWN:
            _known.clear()
        _known[schema] = row[0] if row else ""
    return _known.get(schema, "")

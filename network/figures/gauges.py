"""What Prometheus is told of the figures: how old they are, and how much waits to be counted. By federation."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from django.db import connection, transaction
from prometheus_client.core import GaugeMetricFamily

from maillage.observability.gauges import gauge, on_scrape
from tenants.registry.crossing import CROSSING_ROLE, within_transaction
from tenants.registry.database.base import Place

SCHEMAS_A_STATEMENT = 200
FEDERATIONS = (
    "SELECT f.slug, s.schema_name FROM registry_federation f JOIN registry_space s ON s.id = f.space_id"
    " WHERE s.archived_at IS NULL ORDER BY f.slug"
)
EPN = (
    "SELECT f.slug, s.schema_name FROM registry_affiliation a"
    " JOIN registry_federation f ON f.space_id = a.federation_id"
    " JOIN registry_space s ON s.id = a.epn_id WHERE a.until IS NULL ORDER BY s.id"
)
LAG = "SELECT %s, extract(epoch FROM now() - as_of) FROM {schema}.figures_sweep"
MARKS = "SELECT %s, count(*) FROM {schema}.marks_mark"


@on_scrape("figures")
def figures() -> Iterator[GaugeMetricFamily]:
    with transaction.atomic(), within_transaction(Place(role=CROSSING_ROLE)):
        lag = _from_each(FEDERATIONS, LAG)
        waiting = Counter({slug: 0 for slug, _ in lag})
        for slug, marks in _from_each(EPN, MARKS):
            waiting[slug] += int(marks)
    yield gauge(
        "maillage_refresh_lag_seconds", "Seconds since the figures were last known to be whole.", "federation", lag
    )
    yield gauge(
        "maillage_marks_waiting", "Changes in EPN that no figure counts yet.", "federation", sorted(waiting.items())
    )


def _from_each(listing: str, question: str) -> list[tuple[str, float]]:
    """Ask every listed schema the same, many in one statement."""
    found: list[tuple[str, float]] = []
    with connection.cursor() as cursor:
        cursor.execute(listing)
        listed = cursor.fetchall()
        for start in range(0, len(listed), SCHEMAS_A_STATEMENT):
            some = listed[start : start + SCHEMAS_A_STATEMENT]
            union = " UNION ALL ".join(question.format(schema=connection.ops.quote_name(one)) for _, one in some)
            cursor.execute(union, [slug for slug, _ in some])
            found += [(slug, float(value)) for slug, value in cursor.fetchall()]
    return found

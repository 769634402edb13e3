"""What only the database knows: refresh lag, marks that wait, jobs, connections. For one process: `manage metrics`.

Read when Prometheus asks, at most every few seconds and for at most a few: a scrape can't weigh on the
database. A source that fails leaves its own figures out, and says so in `maillage_gauges_failed`.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterable, Iterator

from django.db import DatabaseError, connection
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

logger = logging.getLogger(__name__)

STATEMENT_MILLISECONDS = 3000
FRESH_SECONDS = 10.0

Source = Callable[[], Iterable[GaugeMetricFamily]]
_sources: dict[str, Source] = {}


def on_scrape(name: str) -> Callable[[Source], Source]:
    """Register a source. It runs where no space is, on a connection of its own that knows the time limit."""

    def register(source: Source) -> Source:
        _sources[name] = source
        return source

    return register


def gauge(name: str, help_text: str, label: str, values: Iterable[tuple[str, float]]) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, help_text, labels=[label])
    for value, amount in values:
        family.add_metric([value], amount)
    return family


@on_scrape("connections")
def connections() -> Iterator[GaugeMetricFamily]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(state, 'other'), count(*) FROM pg_stat_activity"
            " WHERE datname = current_database() GROUP BY 1"
        )
        yield gauge("maillage_database_connections", "Connections to the database.", "state", cursor.fetchall())
        cursor.execute("SELECT current_setting('max_connections')::int")
        most = GaugeMetricFamily("maillage_database_connections_allowed", "max_connections of the server.")
        most.add_metric([], cursor.fetchone()[0])
        yield most


class DatabaseGauges(Collector):
    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.read_at = 0.0
        self.known: list[GaugeMetricFamily] = []

    def collect(self) -> Iterable[GaugeMetricFamily]:
        # Two scrapes at once: the second one waits for the first one's figures.
        with self.lock:
            if time.monotonic() - self.read_at > FRESH_SECONDS or not self.read_at:
                self.known = list(self.read())
                self.read_at = time.monotonic()
            return self.known

    def describe(self) -> Iterable[GaugeMetricFamily]:
        return []  # nothing is asked of the database when the collector is registered

    @staticmethod
    def read() -> Iterator[GaugeMetricFamily]:
        failed = GaugeMetricFamily("maillage_gauges_failed", "1 where a source could not be read.", labels=["source"])
        try:
            for name, source in _sources.items():
                try:
                    with connection.cursor() as cursor:
                        cursor.execute(f"SET statement_timeout = {STATEMENT_MILLISECONDS}")
                    found = list(source())
                except DatabaseError:
                    logger.exception("the gauges of %s could not be read", name)
                    failed.add_metric([name], 1)
                else:
                    failed.add_metric([name], 0)
                    yield from found
        finally:
            connection.close()  # a thread of the exporter lives as long as its scrape
        yield failed

from __future__ import annotations

import signal
import threading
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from prometheus_client import CollectorRegistry, ProcessCollector, start_http_server

from maillage.observability.gauges import DatabaseGauges


class Command(BaseCommand):
    help = "Serve what only the database knows (refresh lag, marks, jobs, connections) to Prometheus on METRICS_PORT."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.METRICS_PORT:
            raise CommandError("METRICS_PORT is not set: on which port? METRICS_PORT=9100 manage metrics")
        registry = CollectorRegistry()
        registry.register(DatabaseGauges())
        ProcessCollector(registry=registry)
        stop = threading.Event()
        for one in (signal.SIGTERM, signal.SIGINT):
            signal.signal(one, lambda *_: stop.set())
        server, thread = start_http_server(settings.METRICS_PORT, settings.METRICS_HOST, registry)
        self.stdout.write(f"Metrics on port {settings.METRICS_PORT}.")
        self.stdout.flush()
        stop.wait()
        server.shutdown()
        thread.join()

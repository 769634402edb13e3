"""Serving, from gunicorn's master, what its workers measured. Without Django: the master never loads it."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from wsgiref.simple_server import WSGIServer

from prometheus_client import CollectorRegistry, start_http_server
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")


class Workers(Collector):
    """The workers that run, and the memory and files of all of them together."""

    def __init__(self, arbiter: Any) -> None:
        self.arbiter = arbiter

    def collect(self) -> Iterable[GaugeMetricFamily]:
        pids = list(self.arbiter.WORKERS)
        yield GaugeMetricFamily("maillage_web_workers", "Worker processes that run.", value=len(pids))
        resident, files = 0, 0
        for pid in (os.getpid(), *pids):
            try:
                resident += int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE_BYTES
                files += len(os.listdir(f"/proc/{pid}/fd"))
            except OSError:
                continue  # it has just ended, or this system has no /proc
        yield GaugeMetricFamily("maillage_web_resident_bytes", "Memory of master and workers.", value=resident)
        yield GaugeMetricFamily("maillage_web_open_files", "Open files of master and workers.", value=files)


def serve_workers(arbiter: Any, host: str, port: int) -> WSGIServer:
    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    registry.register(Workers(arbiter))
    server, _thread = start_http_server(port, host, registry)
    return server

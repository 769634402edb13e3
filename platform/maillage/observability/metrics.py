"""What a web process measures of its requests. Labels are names of code: never a person, a path or a content.

Off unless METRICS_PORT is set: then the figures of all of gunicorn's processes are added up in files
(PROMETHEUS_MULTIPROC_DIR, see gunicorn_conf.py), which its master serves on that port.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from django.conf import settings

if TYPE_CHECKING:
    from prometheus_client import Counter, Histogram

BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)


@cache
def _requests() -> Histogram:
    # Imported late: which kind of values it keeps, prometheus_client decides at its import.
    from prometheus_client import Histogram

    return Histogram(
        "maillage_request_seconds",
        "Seconds until the first byte of an answer, by kind of space, route, method and class of status.",
        ("kind", "route", "method", "status"),
        buckets=BUCKETS,
    )


@cache
def _csp_reports() -> Counter:
    from prometheus_client import Counter

    return Counter("maillage_csp_reports", "What browsers refused to load, by directive.", ("directive",))


def request_answered(*, kind: str, route: str, method: str, status: int, seconds: float) -> None:
    if settings.METRICS_PORT:
        _requests().labels(kind=kind, route=route, method=method, status=f"{status // 100}xx").observe(seconds)


def csp_reported(*, directive: str) -> None:
    if settings.METRICS_PORT:
        _csp_reports().labels(directive=directive).inc()

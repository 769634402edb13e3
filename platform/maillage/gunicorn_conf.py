"""How gunicorn serves Maillage: `gunicorn -c python:maillage.gunicorn_conf maillage.wsgi`.

With METRICS_PORT the master serves what all workers measured. Each worker has a place of its own (1, 2, …) whose
file the next worker in that place goes on with: one file a process would fill the disk with each restart.
"""

from __future__ import annotations

import gc
import os
import tempfile
from pathlib import Path
from typing import Any

import environ

env = environ.FileAwareEnv()  # type: ignore[no-untyped-call]

# A worker's heartbeat must not wait for a disk.
IN_MEMORY = Path("/dev/shm")  # nosec B108
METRICS_PORT: int = env.int("METRICS_PORT", 0)
METRICS_HOST: str = env.str("METRICS_HOST", "0.0.0.0")  # nosec B104

bind = env.str("WEB_BIND", "0.0.0.0:8000")
workers = env.int("WEB_WORKERS", 2)
worker_class = "gthread"
threads = env.int("WEB_THREADS", 8)
timeout = env.int("WEB_TIMEOUT_SECONDS", 60)
graceful_timeout = env.int("WEB_GRACEFUL_SECONDS", 25)
keepalive = env.int("WEB_KEEPALIVE_SECONDS", 15)
max_requests = env.int("WEB_MAX_REQUESTS", 20_000)
max_requests_jitter = max_requests // 10
forwarded_allow_ips = env.str("FORWARDED_ALLOW_IPS", "127.0.0.1,::1")
worker_tmp_dir = str(IN_MEMORY) if os.access(IN_MEMORY, os.W_OK) else None
control_socket_disable = True
accesslog = None  # Maillage writes its own, without paths


def _log_settings() -> dict[str, Any]:
    from maillage.log_settings import log_settings

    return log_settings(env)


logconfig_dict = _log_settings()


def on_starting(server: Any) -> None:
    if METRICS_PORT and "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = tempfile.mkdtemp(prefix="maillage-metrics-", dir=worker_tmp_dir)


def when_ready(server: Any) -> None:
    if METRICS_PORT:
        from maillage.observability.exporter import serve_workers

        server.metrics_server = serve_workers(server, METRICS_HOST, METRICS_PORT)


def pre_fork(server: Any, worker: Any) -> None:
    taken = {one.place for one in server.WORKERS.values()}
    worker.place = next(place for place in range(1, len(taken) + 2) if place not in taken)


def post_fork(server: Any, worker: Any) -> None:
    gc.disable()  # while the application is loaded, hardly anything is garbage
    if METRICS_PORT:
        from prometheus_client import values

        server.metrics_server.socket.close()  # the master's alone
        # Before the application is loaded, and with it the first measure made.
        values.ValueClass = values.MultiProcessValue(process_identifier=lambda: worker.place)  # type: ignore[no-untyped-call]


def post_worker_init(worker: Any) -> None:
    """What was loaded stays: looking through it for garbage again and again would hold requests up."""
    gc.collect()
    gc.freeze()
    gc.enable()


def on_exit(server: Any) -> None:
    directory = os.environ.get("PROMETHEUS_MULTIPROC_DIR", "")
    if Path(directory).name.startswith("maillage-metrics-"):
        for file in Path(directory).glob("*.db"):
            file.unlink(missing_ok=True)
        Path(directory).rmdir()

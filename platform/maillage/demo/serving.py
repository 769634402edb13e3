"""Serving the demo from this very process: gunicorn, with a worker beside it, on this machine only.

The passwords of the demo are public, so nothing listens on an address that others could reach.
"""

from __future__ import annotations

import asyncio
import errno
import hashlib
import logging
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.base import CommandError
from django.core.wsgi import get_wsgi_application
from django.db import connections
from django.urls import get_resolver
from gunicorn.app.base import BaseApplication

from tenants.registry.crossing import urlconf_of
from tenants.registry.enums import Kind
from tenants.registry.jobs import queue_of_a_worker

logger = logging.getLogger(__name__)

THREADS = 8
JOBS = 2  # at the same time
FIRST_JOB_SECONDS = 3.0  # whoever waits for the first page comes first
NEXT_TRY_SECONDS = 10.0
STOP_SECONDS = 3.0  # for running jobs


def free_addresses(port: int) -> list[str]:
    """`localhost` in both of its forms. Raises CommandError when another program listens there."""
    found = []
    for family, host in ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")):
        try:
            with socket.socket(family, socket.SOCK_STREAM) as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind((host, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise CommandError(
                    f"Port {port} is busy: another program listens there. Choose another one: make demo PORT={port + 1}"
                ) from None
            if family == socket.AF_INET:
                raise CommandError(
                    f"Port {port} can't be used ({error.strerror}). Choose another one: make demo PORT=8000"
                ) from None
            continue  # a machine without IPv6
        found.append(f"[{host}]:{port}" if ":" in host else f"{host}:{port}")
    return found


def collect_static(say: Callable[[str], None]) -> None:
    """Copy, name and compress the static files, unless they are the same as last time."""
    lines = []
    for finder in get_finders():
        for path, storage in finder.list([]):
            found = Path(storage.path(path)).stat()
            lines.append(f"{path} {found.st_size} {found.st_mtime_ns}")
    wanted = hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest()
    mark = Path(settings.STATIC_ROOT) / "sources.sha256"
    if mark.exists() and mark.read_text() == wanted:
        return
    say("Static files: collecting them …")
    call_command("collectstatic", interactive=False, verbosity=0)
    mark.write_text(wanted)


def get_ready(say: Callable[[str], None]) -> None:
    """What takes time and no database, so that the first page waits for nothing else."""
    collect_static(say)
    for kind in Kind:
        get_resolver(urlconf_of(kind)).reverse_dict  # noqa: B018  (reads every address, and loads the pages behind)


class Worker(threading.Thread):
    """What `manage worker` does, in a thread of the web process, so that one Ctrl-C ends everything."""

    def __init__(self) -> None:
        super().__init__(name="worker", daemon=True)
        self.told_to_stop = threading.Event()
        self.loop: asyncio.AbstractEventLoop | None = None
        self.work: asyncio.Task[None] | None = None

    def run(self) -> None:
        self.told_to_stop.wait(FIRST_JOB_SECONDS)
        while not self.told_to_stop.is_set():
            try:
                asyncio.run(self.until_told())
            except Exception:
                # A restarted database, a federation half made: the next try is soon.
                logger.exception("the worker was interrupted")
                self.told_to_stop.wait(NEXT_TRY_SECONDS)

    async def until_told(self) -> None:
        queue = queue_of_a_worker()
        self.loop = asyncio.get_running_loop()
        async with queue.open_async():
            self.work = asyncio.create_task(
                queue.run_worker_async(
                    concurrency=JOBS, install_signal_handlers=False, shutdown_graceful_timeout=STOP_SECONDS
                )
            )
            with suppress(asyncio.CancelledError):  # it was told to stop, and has finished its jobs
                await self.work

    def stop(self) -> None:
        self.told_to_stop.set()
        if self.loop is not None and self.work is not None and not self.loop.is_closed():
            self.loop.call_soon_threadsafe(self.work.cancel)
        self.join(STOP_SECONDS + 1)


class Server(BaseApplication):
    def __init__(self, addresses: list[str], ready: Callable[[], None]) -> None:
        self.addresses = addresses
        self.ready = ready
        self.worker = Worker()
        super().__init__()  # type: ignore[no-untyped-call]

    def load_config(self) -> None:
        assert self.cfg is not None
        options: dict[str, Any] = {
            "bind": self.addresses,
            "worker_class": "gthread",
            "workers": 1,
            "threads": THREADS,
            "graceful_timeout": 5,
            "loglevel": "warning",
            "when_ready": lambda server: self.ready(),
            "post_worker_init": lambda worker: self.worker.start(),
            "worker_exit": lambda server, worker: self.worker.stop(),
        }
        if "control_socket_disable" in self.cfg.settings:  # a gunicorn that would open one in the home folder
            options["control_socket_disable"] = True
        for name, value in options.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        return get_wsgi_application()


def serve(addresses: list[str], ready: Callable[[], None]) -> None:
    """Until a signal comes. `ready` is called once connections are accepted."""
    connections.close_all()  # a connection doesn't survive the fork
    Server(addresses, ready).run()  # type: ignore[no-untyped-call]

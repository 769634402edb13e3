"""Processes of their own for tests: to be told to stop, to be killed, to work at the same time.

A Python that loads Django and our modules costs a second of a processor. Here one process does so and opens nothing;
the others are forked off it, as gunicorn's workers are with `--preload`. Nothing comes along from the test's process:
neither its connections nor what it has changed in its modules.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from multiprocessing import get_context
from multiprocessing.connection import Connection

from django.db import connection

_forks = get_context("forkserver")
_forks.set_forkserver_preload(["pytest", "tests.loaded"])  # the first: each imports what its parent was begun with


class Forked:
    """A process that does `work(*arguments)`, a function of a module, on that database. Used as a Popen is."""

    def __init__(self, database: str, work: Callable[..., object], *arguments: object) -> None:
        self._ends, theirs = zip(*(_forks.Pipe(duplex=False) for _ in range(2)), strict=True)
        self.stdout, self.stderr = (
            open(end.fileno(), closefd=False)  # noqa: SIM115 (its Connection closes it)
            for end in self._ends
        )
        self._process = _forks.Process(target=_begin, args=(theirs, database, work, arguments), daemon=True)
        self._process.start()
        for end in theirs:
            end.close()

    @property
    def returncode(self) -> int | None:
        return self._process.exitcode

    def wait(self, timeout: float = 300) -> int | None:
        self._process.join(timeout)
        return self.returncode

    def communicate(self, timeout: float = 300) -> tuple[str, str]:
        """What it has said and complained of since, once it has ended."""
        said = self.stdout.read(), self.stderr.read()
        self.wait(timeout)
        return said

    def send_signal(self, number: signal.Signals) -> None:
        assert self._process.pid is not None
        os.kill(self._process.pid, number)

    def terminate(self) -> None:
        self._process.terminate()

    def kill(self) -> None:
        self._process.kill()


def _begin(
    ends: tuple[Connection, ...], database: str, work: Callable[..., object], arguments: tuple[object, ...]
) -> None:
    for end, stream in zip(ends, (sys.stdout, sys.stderr), strict=True):
        os.dup2(end.fileno(), stream.fileno())
        end.close()
    # A shell's background job ignores Ctrl-C, and so do the processes that it starts.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    connection.settings_dict["NAME"] = database
    work(*arguments)

"""Work done beside other work, in its order: PostgreSQL makes one EPN's tables while another one is being filled."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from types import TracebackType
from typing import Any, Self, TypeVar

from django.db import connection

R = TypeVar("R")


def hurry() -> None:
    """Hundreds of commits needn't wait for the disk: a build that a power cut interrupts is begun again."""
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit TO off")


class Beside:
    """A thread with a connection of its own, which does one thing after another: what they number stays the same."""

    def __init__(self) -> None:
        self.pool = ThreadPoolExecutor(max_workers=1, initializer=hurry)
        self.given: list[Future[Any]] = []

    def do(self, work: Callable[[], R]) -> Future[R]:
        future = self.pool.submit(copy_context().run, work)
        self.given.append(future)
        return future

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Wait for everything, and raise what went wrong; after an error of one's own, what isn't begun is left."""
        if error is not None:
            for future in self.given:
                future.cancel()
        self.pool.submit(lambda: connection.close()).result()  # the thread's own, not this one's
        self.pool.shutdown()
        if error is None:
            for future in self.given:
                future.result()

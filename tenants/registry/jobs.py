"""The one door to the job queue: what is put in carries ids only, and what runs begins and ends where no space is.

The tables of jobs are in the public schema and no space's role can read or write them. So a job is put
in from outside the space that asks for it, and it enters its space itself, by the id that it was given.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import connection, transaction
from procrastinate import PsycopgConnector
from procrastinate.contrib.django import app, connector_params
from procrastinate.exceptions import AlreadyEnqueued, ConnectorException
from procrastinate.jobs import Status

from maillage.audit.services import acting
from tenants.registry.crossing import leave, outside

if TYPE_CHECKING:
    from procrastinate import App, JobContext
    from procrastinate.tasks import Task
    from procrastinate.worker import Worker

logger = logging.getLogger(__name__)


def defer(task: Task[Any, Any, Any], *, once: str = "", **ids: int | UUID) -> bool:
    """Put a job in the queue, with ids as its only arguments. Outside transactions.

    With `once`, at most one such job waits at a time. Returns whether this call put one in. Raises TypeError
    on an argument that isn't an id.
    """
    for name, value in ids.items():
        if isinstance(value, bool) or not isinstance(value, int | UUID):
            raise TypeError(f"{name} is {type(value).__name__}: a job is given ids, never content.")
    plain = {name: value if isinstance(value, int) else str(value) for name, value in ids.items()}
    with outside():
        try:
            # A savepoint: a job that waits already is an error of the database's, and ends no transaction of a test.
            with transaction.atomic():
                task.configure(queueing_lock=once or None).defer(**plain)
        except AlreadyEnqueued:
            return False
    return True


def defer_after_commit(task: Task[Any, Any, Any], *, once: str = "", **ids: int | UUID) -> None:
    """The same once this transaction has committed. A queue that can't be reached never fails the write."""
    transaction.on_commit(partial(_defer_or_log, task, once, ids), robust=True)


def _defer_or_log(task: Task[Any, Any, Any], once: str, ids: dict[str, int | UUID]) -> None:
    try:
        defer(task, once=once, **ids)
    except ConnectorException:
        logger.exception("%s could not be put in the queue", task.name)


def in_no_space(call_next: Callable[[], Any], context: JobContext, worker: Worker) -> Any:
    """Around each job: its thread's connection begins and ends where no space is, whatever the job did."""
    leave()
    try:
        with acting(actor_id=None, door="task"):
            return call_next()
    finally:
        leave()


def prepare(queue: App) -> None:
    """PROCRASTINATE_ON_APP_READY."""
    queue.worker_defaults.setdefault("task_middleware", []).append(in_no_space)


def queue_of_a_worker() -> App:
    """The queue as a worker needs it, with connections of its own; what a job puts in goes Django's way as ever."""
    return app.with_connector(PsycopgConnector(kwargs=connector_params(), min_size=1, max_size=4))


def jobs_by_status() -> dict[str, int]:
    """How many jobs the queue holds, by status; every status is named, with 0 when there is none."""
    with outside(), connection.cursor() as cursor:
        cursor.execute("SELECT status::text, count(*) FROM procrastinate_jobs GROUP BY status")
        found = dict(cursor.fetchall())
    return {one.value: found.get(one.value, 0) for one in Status}


def may_run_now() -> int:
    """How many jobs wait for a worker, and for nothing else."""
    with outside(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM procrastinate_jobs"
            " WHERE status = 'todo' AND (scheduled_at IS NULL OR scheduled_at <= now())"
        )
        return int(cursor.fetchone()[0])


def longest_wait() -> dt.timedelta:
    """How long the oldest job that could run has been waiting; nothing when none waits."""
    with outside(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(max(now() - coalesce(j.scheduled_at, e.at)), interval '0') FROM procrastinate_jobs j"
            " JOIN procrastinate_events e ON e.job_id = j.id AND e.type = 'deferred'"
            " WHERE j.status = 'todo' AND (j.scheduled_at IS NULL OR j.scheduled_at <= now())"
        )
        waited: dt.timedelta = cursor.fetchone()[0]
    return waited


__all__ = [
    "app",
    "defer",
    "defer_after_commit",
    "in_no_space",
    "jobs_by_status",
    "longest_wait",
    "may_run_now",
    "prepare",
    "queue_of_a_worker",
]

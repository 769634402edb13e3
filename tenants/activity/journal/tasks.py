from __future__ import annotations

from typing import Any

from procrastinate.tasks import Task

from maillage.audit.services import acting, visitor
from tenants.activity.journal.exporting.making import make_file, remove_old_files
from tenants.activity.journal.importing.making import check_import, remove_old_imports, write_import
from tenants.registry.crossing import current_place, entered, path_of
from tenants.registry.enums import Kind
from tenants.registry.jobs import app, defer_after_commit
from tenants.registry.models import Space
from tenants.staff.importing.services import remove_old_imports as remove_old_staff_imports
from tenants.staff.trainings.services import purge_removed_trainings


def put_in_file(file_id: int) -> None:
    """Ask for the file after this transaction."""
    space_id = current_place().space_id
    assert space_id is not None
    defer_after_commit(make, once=f"file {space_id} {file_id}", space_id=space_id, file_id=file_id)


@app.task(name="make_file")
def make(space_id: int, file_id: int) -> None:
    """A large file of an EPN's journal. Run twice, it is made once more from the beginning."""
    space = Space.objects.filter(pk=space_id, archived_at__isnull=True).first()
    if space is None:
        return
    perimeter = path_of(space)
    with entered(space), acting(actor_id=None, space_id=space.pk, door="task"):
        make_file(file_id=file_id, perimeter=perimeter)


def put_in_check(batch_id: int) -> None:
    _put_in_import(check_the_import, batch_id)


def put_in_write(batch_id: int) -> None:
    _put_in_import(write_the_import, batch_id)


def _put_in_import(task: Task[Any, Any, Any], batch_id: int) -> None:
    """Both carry who asks: what is written is theirs in the history."""
    space_id, actor_id = current_place().space_id, visitor().actor_id
    assert space_id is not None
    ids = {"space_id": space_id, "batch_id": batch_id, "actor_id": actor_id or 0}
    defer_after_commit(task, once=f"import {space_id} {batch_id}", **ids)


@app.task(name="check_import")
def check_the_import(space_id: int, batch_id: int, actor_id: int) -> None:
    """Reads every line of a large file; writes no visit."""
    space = Space.objects.filter(pk=space_id, archived_at__isnull=True).first()
    if space is not None:
        with entered(space), acting(actor_id=actor_id or None, space_id=space.pk, door="task"):
            check_import(batch_id=batch_id)


@app.task(name="write_import")
def write_the_import(space_id: int, batch_id: int, actor_id: int) -> None:
    """Logs every line of a large file, or none. Run twice, it writes once."""
    space = Space.objects.filter(pk=space_id, archived_at__isnull=True).first()
    if space is not None:
        with entered(space), acting(actor_id=actor_id or None, space_id=space.pk, door="task"):
            write_import(batch_id=batch_id)


@app.periodic(cron="23 3 * * *")
@app.task(name="remove_old_files", queueing_lock="remove_old_files")
def remove_old(timestamp: int) -> None:
    """Large files of a day ago, imports that nobody went on with for a week, trainings removed a month ago."""
    for space in Space.objects.filter(kind=Kind.EPN).order_by("pk"):
        with entered(space):
            remove_old_files()
            remove_old_imports()
            remove_old_staff_imports()
            purge_removed_trainings()

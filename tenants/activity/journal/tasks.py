from __future__ import annotations

from maillage.audit.services import acting
from tenants.activity.journal.exporting.making import make_file, remove_old_files
from tenants.registry.crossing import current_place, entered, path_of
from tenants.registry.enums import Kind
from tenants.registry.jobs import app, defer_after_commit
from tenants.registry.models import Space


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


@app.periodic(cron="23 3 * * *")
@app.task(name="remove_old_files", queueing_lock="remove_old_files")
def remove_old(timestamp: int) -> None:
    """Large files that were asked for more than a day ago, in every EPN."""
    for space in Space.objects.filter(kind=Kind.EPN).order_by("pk"):
        with entered(space):
            remove_old_files()

"""Making a large file of the journal, piece by piece, into the EPN's own tables: what the jobs do."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from maillage.design.downloads import about_the_columns
from maillage.design.xlsx_export import xlsx_chunks
from tenants.activity.journal.enums import FileState
from tenants.activity.journal.exports import columns, journal_rows
from tenants.activity.journal.filters import journal_filter
from tenants.activity.journal.models import ExportedFile, FilePiece

KEEP_FOR = dt.timedelta(hours=24)
PIECE = 512 * 1024  # bytes
TELL_EVERY = 2_000  # rows


def make_file(*, file_id: int, perimeter: str) -> None:
    """Once more from the beginning, if it was cut short; nothing, if the file is ready or gone."""
    file = ExportedFile.objects.filter(pk=file_id).exclude(state=FileState.READY).first()
    if file is None:
        return
    FilePiece.objects.filter(file=file.pk).delete()
    _tell(file, state=FileState.RUNNING, rows_done=0)
    try:
        with override(file.language):
            _write(file, perimeter)
    except Exception:
        _tell(file, state=FileState.FAILED)
        raise
    _tell(file, state=FileState.READY, rows_done=file.rows_done, rows=file.rows_done, bytes=file.bytes)


def _write(file: ExportedFile, perimeter: str) -> None:
    wanted = columns()
    names = [one.name for one in wanted]
    rows = journal_rows(journal_filter(file.filters).found, wanted)
    about = about_the_columns(
        names, None, [one.about for one in wanted], whose=perimeter, as_of=timezone.now(), filters=file.filters
    )
    chunks = xlsx_chunks(titles=("visits", _("Columns")), header=names, rows=_counted(file, rows), about=about)
    waiting: list[bytes] = []
    size = number = told = 0
    for chunk in chunks:
        waiting.append(chunk)
        size += len(chunk)
        if size >= PIECE:
            _keep(file, number, waiting)
            size, number = 0, number + 1
        if file.rows_done - told >= TELL_EVERY:
            told = file.rows_done
            _tell(file, rows_done=told)
    _keep(file, number, waiting)


def _counted(file: ExportedFile, rows: Iterable[Sequence[object]]) -> Iterator[Sequence[object]]:
    file.rows_done = 0
    for row in rows:
        yield row
        file.rows_done += 1


def _keep(file: ExportedFile, number: int, waiting: list[bytes]) -> None:
    content = b"".join(waiting)
    waiting.clear()
    FilePiece.objects.create(file=file, number=number, content=content)
    file.bytes = (file.bytes if number else 0) + len(content)


def _tell(file: ExportedFile, **how_far: object) -> None:
    ExportedFile.objects.filter(pk=file.pk).update(updated_at=timezone.now(), **how_far)


@transaction.atomic
def remove_old_files(*, older_than: dt.timedelta = KEEP_FOR) -> int:
    """Files that were asked for longer ago. Returns how many."""
    _rows, by_model = ExportedFile.objects.filter(created_at__lt=timezone.now() - older_than).delete()
    gone: int = by_model.get(ExportedFile._meta.label, 0)
    return gone

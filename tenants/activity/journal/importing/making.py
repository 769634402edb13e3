"""Checking and writing an import: what the jobs do, and a request where the lines are few."""

from __future__ import annotations

import datetime as dt
import logging
from contextlib import ExitStack

from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from django.utils.translation import override

from maillage.audit.services import record
from maillage.spreadsheets.reading import read
from tenants.activity.journal.enums import ImportState
from tenants.activity.journal.importing.checking import Checked, check
from tenants.activity.journal.models import ImportBatch, ImportedVisit
from tenants.activity.models import Visit
from tenants.activity.services import BatchRefused, record_batch
from tenants.registry.crossing import beside
from tenants.registry.database.base import DatabaseWrapper

GIVEN_UP_AFTER = dt.timedelta(minutes=5)
KEEP_FILE_FOR = dt.timedelta(days=7)
BATCH = 1000
LOCK_CLASS = 0x4A69  # advisory locks of this kind: the writing of one import
WRITTEN = "UPDATE journal_importbatch SET rows_written = %s, updated_at = %s WHERE id = %s"

logger = logging.getLogger(__name__)


def at_work(batch: ImportBatch) -> bool:
    """A job has it, or is about to; one that gave no sign for a while is taken for dead."""
    if batch.state not in (ImportState.CHECKING, ImportState.WRITING):
        return False
    return timezone.now() - batch.updated_at < GIVEN_UP_AFTER


def check_import(*, batch_id: int) -> None:
    batch = ImportBatch.objects.filter(pk=batch_id, state=ImportState.CHECKING, content__isnull=False).first()
    if batch is None:
        return
    try:
        found = _checked(batch)
    except Exception:
        _tell(batch, state=ImportState.FAILED)
        raise
    _tell(batch, state=ImportState.CHECKED, problems=found.problems, rows_done=batch.rows)


def write_import(*, batch_id: int) -> None:
    """Every line or none, in one transaction. Run twice, it writes once."""
    batch = ImportBatch.objects.filter(pk=batch_id, state=ImportState.WRITING, content__isnull=False).first()
    if batch is None:
        return
    try:
        found = _checked(batch)
        if not found.problems:
            _write(batch, found)
            return
    except BatchRefused:
        logger.info("import %s no longer passes: somebody wrote meanwhile", batch_id)
        found = _checked(batch)
    except Exception:
        _tell(batch, state=ImportState.FAILED)
        raise
    _tell(batch, state=ImportState.CHECKED, problems=found.problems, rows_done=batch.rows, rows_written=0)


def _checked(batch: ImportBatch) -> Checked:
    with override(batch.language):
        return check(batch, read(bytes(batch.content or b"")), tell=lambda done: _tell(batch, rows_done=done))


def _write(batch: ImportBatch, found: Checked) -> None:
    """While it writes visits, the import's own row stays free: there another connection says how far it is."""
    keyed = found.keyed(batch)
    line_of = {key: line for (key, _facts), (line, _same) in zip(keyed, found.facts, strict=True)}
    with ExitStack() as stack:
        progress = _Progress(batch, len(keyed), stack)

        def keep_lines(some: list[Visit]) -> None:
            made = [ImportedVisit(batch=batch, visit=visit, line=line_of[visit.key]) for visit in some]
            ImportedVisit.objects.bulk_create(made, batch_size=BATCH)
            progress.tell(len(made))

        with transaction.atomic():
            _only_one_writes(batch)
            if not ImportBatch.objects.filter(pk=batch.pk, state=ImportState.WRITING).exists():
                return
            record_batch(batch=keyed, recorded_by_id=batch.by_id, imported=True, each=keep_lines)
            record(verb="visits.imported", target=f"{len(keyed)} visits")
            _tell(batch, state=ImportState.DONE, content=None, written_at=timezone.now(), rows=len(keyed),
                  rows_done=len(keyed), rows_written=len(keyed))  # fmt: skip


def _only_one_writes(batch: ImportBatch) -> None:
    """Until the end of this transaction; a second job waits here, and then finds the work done."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [LOCK_CLASS, str(batch.key)])


class _Progress:
    """How many visits are written already. Nobody else can see them yet; where few are, nobody would look."""

    def __init__(self, batch: ImportBatch, all_of_them: int, stack: ExitStack) -> None:
        self.batch, self.stack, self.written = batch, stack, 0
        self.other: DatabaseWrapper | None = None
        self.is_told = all_of_them > BATCH

    def tell(self, more: int) -> None:
        self.written += more
        if not self.is_told:
            return
        try:
            if self.other is None:
                self.other = self.stack.enter_context(beside())
            with self.other.cursor() as cursor:
                cursor.execute(WRITTEN, [self.written, timezone.now(), self.batch.pk])
        except DatabaseError:
            self.is_told = False  # the import itself goes on
            logger.warning("import %s can't say how far it is", self.batch.pk, exc_info=True)


def _tell(batch: ImportBatch, **how_far: object) -> None:
    ImportBatch.objects.filter(pk=batch.pk).update(updated_at=timezone.now(), **how_far)


@transaction.atomic
def remove_old_imports(*, older_than: dt.timedelta = KEEP_FILE_FOR) -> int:
    """Files that nobody went on with. Returns how many; what was written keeps its row."""
    old = ImportBatch.objects.filter(written_at__isnull=True, updated_at__lt=timezone.now() - older_than)
    _rows, by_model = old.delete()
    gone: int = by_model.get(ImportBatch._meta.label, 0)
    return gone

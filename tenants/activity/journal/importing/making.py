"""Checking and writing an import: what the jobs do, and a request where the lines are few."""

from __future__ import annotations

import datetime as dt
import logging

from django.db import transaction
from django.utils import timezone
from django.utils.translation import override

from maillage.audit.services import record
from tenants.activity.journal.enums import ImportState
from tenants.activity.journal.importing.checking import Checked, check
from tenants.activity.journal.importing.reading import read
from tenants.activity.journal.models import ImportBatch, ImportedVisit
from tenants.activity.services import BatchRefused, record_batch

GIVEN_UP_AFTER = dt.timedelta(minutes=5)
KEEP_FILE_FOR = dt.timedelta(days=7)
BATCH = 1000

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
    _tell(batch, state=ImportState.CHECKED, problems=found.problems, rows_done=batch.rows)


def _checked(batch: ImportBatch) -> Checked:
    with override(batch.language):
        return check(batch, read(bytes(batch.content or b"")), tell=lambda done: _tell(batch, rows_done=done))


@transaction.atomic
def _write(batch: ImportBatch, found: Checked) -> None:
    locked = ImportBatch.objects.select_for_update().get(pk=batch.pk)
    if locked.state != ImportState.WRITING:
        return
    made = record_batch(batch=found.keyed(batch), recorded_by_id=batch.by_id, imported=True)
    ImportedVisit.objects.bulk_create(
        [
            ImportedVisit(batch=batch, visit=visit, line=line)
            for visit, (line, _facts) in zip(made, found.facts, strict=True)
        ],
        batch_size=BATCH,
    )
    record(verb="visits.imported", target=f"{len(made)} visits")
    moment = timezone.now()
    _tell(batch, state=ImportState.DONE, content=None, written_at=moment, rows=len(made), rows_done=len(made))


def _tell(batch: ImportBatch, **how_far: object) -> None:
    ImportBatch.objects.filter(pk=batch.pk).update(updated_at=timezone.now(), **how_far)


@transaction.atomic
def remove_old_imports(*, older_than: dt.timedelta = KEEP_FILE_FOR) -> int:
    """Files that nobody went on with. Returns how many; what was written keeps its row."""
    old = ImportBatch.objects.filter(written_at__isnull=True, updated_at__lt=timezone.now() - older_than)
    _rows, by_model = old.delete()
    gone: int = by_model.get(ImportBatch._meta.label, 0)
    return gone

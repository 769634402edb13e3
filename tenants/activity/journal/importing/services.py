"""An import on its way: a file is taken in, its columns and words are said, and a job (or this process) checks it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from maillage.audit.services import record
from maillage.spreadsheets.reading import read
from maillage.spreadsheets.texts import folded
from tenants.activity.enums import ChangeKind
from tenants.activity.history import keep
from tenants.activity.journal.enums import Habit, ImportState
from tenants.activity.journal.importing.columns import guessed
from tenants.activity.journal.importing.making import at_work, check_import, write_import
from tenants.activity.journal.models import ImportBatch, ImportHabit
from tenants.activity.journal.tasks import put_in_check, put_in_write
from tenants.activity.models import Visit, VisitChange
from tenants.activity.rules import problem
from tenants.registry.changes import ClockTime
from tenants.registry.hooks import epn_written

AT_ONCE = 1_000  # rows that one waits for; more are a job's
LONGEST_HABIT = 200


@transaction.atomic
def take_in(*, content: bytes, filename: str, by_id: int, language: str) -> ImportBatch:
    """Keep the file, and guess its columns. Raises FileRefused when it is no table."""
    sheet = read(content)
    habits = dict(ImportHabit.objects.filter(kind=Habit.HEADING).values_list("said", "meant"))
    batch: ImportBatch = ImportBatch.objects.create(
        by_id=by_id,
        language=language,
        filename=filename.replace("\0", "")[:200],
        content=content,
        headings=sheet.headings,
        columns={str(position): name for position, name in guessed(sheet.headings, habits).items()},
        rows=len(sheet.rows),
    )
    return batch


@transaction.atomic
def say_columns(*, batch: ImportBatch, columns: Mapping[int, str], defaults: Mapping[str, str]) -> None:
    """Which column each heading is; kept for the next file of this EPN."""
    _still_prepared(batch)
    batch.columns = {str(position): name for position, name in columns.items() if name}
    batch.defaults = dict(defaults)
    _save(batch, "columns", "defaults", state=ImportState.PREPARED)
    for position, heading in enumerate(batch.headings):
        _remember(Habit.HEADING, "", folded(heading), columns.get(position, ""))


@transaction.atomic
def say_values(*, batch: ImportBatch, values: Mapping[str, Mapping[str, str]]) -> None:
    """What words that nobody knew stand for; kept for the next file of this EPN."""
    _still_prepared(batch)
    batch.values = {
        column: {**batch.values.get(column, {}), **values.get(column, {})} for column in {*batch.values, *values}
    }
    _save(batch, "values", state=ImportState.PREPARED)
    for column, meanings in values.items():
        for said, meant in meanings.items():
            _remember(Habit.VALUE, column, said, meant)


def recall_values(*, batch: ImportBatch) -> None:
    """What this EPN said the last time of the words of these columns."""
    values: dict[str, dict[str, str]] = {}
    for column, said, meant in ImportHabit.objects.filter(
        kind=Habit.VALUE, column__in=batch.columns.values()
    ).values_list("column", "said", "meant"):
        values.setdefault(column, {})[said] = meant
    batch.values = values
    _save(batch, "values")


def start_check(*, batch: ImportBatch) -> None:
    """Read every line: now when they are few, else by a job."""
    _still_prepared(batch)
    with transaction.atomic():
        _save(batch, state=ImportState.CHECKING, rows_done=0, rows_written=0)
        if batch.rows > AT_ONCE:
            put_in_check(batch.pk)
            return
    check_import(batch_id=batch.pk)


def start_write(*, batch: ImportBatch) -> None:
    """Log them all, or none. Raises ValidationError unless the check found nothing wrong."""
    if batch.state != ImportState.CHECKED or batch.problems:
        raise problem(_("This file isn't ready to be imported."), "not_ready")
    with transaction.atomic():
        _save(batch, state=ImportState.WRITING, rows_done=0, rows_written=0)
        if batch.rows > AT_ONCE:
            put_in_write(batch.pk)
            return
    write_import(batch_id=batch.pk)


@transaction.atomic
def undo_import(*, batch: ImportBatch) -> list[int]:
    """Take its visits out of the journal, like a deletion. Returns the lines that stay: somebody corrected them since.

    Raises ValidationError unless it is done. Twice is once.
    """
    batch = ImportBatch.objects.select_for_update().get(pk=batch.pk)
    if batch.state == ImportState.UNDONE:
        return []
    if batch.state != ImportState.DONE:
        raise problem(_("There is nothing to take back."), "nothing_to_undo")
    lines = dict(batch.visits.values_list("visit", "line"))
    there = set(
        Visit.objects.filter(pk__in=lines, deleted_at__isnull=True).select_for_update().values_list("pk", flat=True)
    )
    corrected = set(
        VisitChange.objects.filter(visit__in=there, kind=ChangeKind.CHANGED).values_list("visit", flat=True)
    )
    gone = sorted(there - corrected)
    Visit.objects.filter(pk__in=gone).update(deleted_at=timezone.now(), updated_at=ClockTime())
    keep(ChangeKind.DELETED, gone)
    _save(batch, state=ImportState.UNDONE, undone_at=timezone.now())
    record(verb="visits.import_undone", target=f"{len(gone)} visits")
    epn_written()
    return sorted(lines[pk] for pk in corrected)


@transaction.atomic
def forget_import(*, batch: ImportBatch) -> None:
    """Before it was written: file and row go."""
    if batch.written_at is None and not at_work(batch):
        batch.delete()


def _still_prepared(batch: ImportBatch) -> None:
    if batch.content is None or (batch.state not in (ImportState.PREPARED, ImportState.CHECKED, ImportState.FAILED)
                                 and at_work(batch)):  # fmt: skip
        raise problem(_("This import is at work, or done: start again with the file."), "at_work")


def _remember(kind: Habit, column: str, said: str, meant: str) -> None:
    if said and len(said) <= LONGEST_HABIT:
        ImportHabit.objects.update_or_create(kind=kind, column=column, said=said, defaults={"meant": meant})


def _save(batch: ImportBatch, *names: str, **more: dt.datetime | str | int) -> None:
    for name, value in more.items():
        setattr(batch, name, value)
    batch.updated_at = timezone.now()
    batch.save(update_fields=[*names, *more, "updated_at"])

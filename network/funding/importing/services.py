"""An import of a ledger: a file is taken in, its columns are said, and all its expenses are written or none."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from maillage.audit.services import record
from maillage.spreadsheets.decoding import FileRefused
from maillage.spreadsheets.reading import read
from maillage.spreadsheets.texts import folded
from network.funding.importing.checking import check
from network.funding.importing.columns import guessed
from network.funding.models import Expense, ExpenseImport, Grant, HeadingHabit
from tenants.registry.crossing import current_place

MOST_LINES = 5_000
LONGEST_HABIT = 200
KEEP_FILE_FOR = dt.timedelta(days=7)


@transaction.atomic
def take_in(*, grant: Grant, content: bytes, filename: str, by_id: int | None) -> ExpenseImport:
    """Keep the file, and guess its columns. Raises FileRefused when it is no ledger."""
    sheet = read(content)
    if len(sheet.rows) > MOST_LINES:
        raise FileRefused(_("More than %(n)s rows: cut the file into several.") % {"n": MOST_LINES})
    habits = dict(HeadingHabit.objects.values_list("said", "meant"))
    batch: ExpenseImport = ExpenseImport.objects.create(
        grant=grant,
        by_id=by_id,
        filename=filename.replace("\0", "")[:200],
        content=content,
        headings=sheet.headings,
        columns={str(position): name for position, name in guessed(sheet.headings, habits).items()},
        rows=len(sheet.rows),
    )
    return batch


@transaction.atomic
def say_columns(*, batch: ExpenseImport, columns: Mapping[int, str]) -> None:
    """Which column each heading is; kept for the next ledger of this network."""
    batch.columns = {str(position): name for position, name in columns.items() if name}
    batch.save(update_fields=["columns"])
    for position, heading in enumerate(batch.headings):
        said = folded(heading)
        if said and len(said) <= LONGEST_HABIT:
            HeadingHabit.objects.update_or_create(said=said, defaults={"meant": columns.get(position, "")})


@transaction.atomic
def write_import(*, batch: ExpenseImport) -> int:
    """Every expense, or none: the lines are checked once more, as somebody may have written meanwhile.

    Returns how many. Raises ValidationError unless every line passes. Twice is once.
    """
    grant = Grant.objects.select_for_update().get(pk=batch.grant_id)
    batch = ExpenseImport.objects.select_for_update().get(pk=batch.pk)
    if batch.written_at is not None:
        return batch.expenses.count()
    batch.grant = grant
    if grant.deleted_at is not None or batch.content is None:
        raise ValidationError(_("This file isn't ready to be imported."))
    found = check(batch, read(bytes(batch.content)))
    if found.problems or not found.ready:
        raise ValidationError(_("This file isn't ready to be imported."))
    for one in found.ready:
        one.expense.batch = batch
    Expense.objects.bulk_create([one.expense for one in found.ready])
    batch.content, batch.written_at = None, timezone.now()
    batch.save(update_fields=["content", "written_at"])
    record(verb="expenses.imported", target=f"{len(found.ready)} expenses", space_id=current_place().space_id)
    return len(found.ready)


@transaction.atomic
def undo_import(*, batch: ExpenseImport) -> int:
    """Delete its expenses, also those that were corrected since. Returns how many. Twice is once."""
    batch = ExpenseImport.objects.select_for_update().get(pk=batch.pk)
    if batch.undone_at is not None:
        return 0
    if batch.written_at is None:
        raise ValidationError(_("There is nothing to take back."))
    gone: int = batch.expenses.filter(deleted_at__isnull=True).update(deleted_at=timezone.now())
    batch.undone_at = timezone.now()
    batch.save(update_fields=["undone_at"])
    record(verb="expenses.import_undone", target=f"{gone} expenses", space_id=current_place().space_id)
    return gone


@transaction.atomic
def forget_import(*, batch: ExpenseImport) -> None:
    """Before it was written: file and row go."""
    ExpenseImport.objects.filter(pk=batch.pk, written_at__isnull=True).delete()


@transaction.atomic
def remove_old_imports(*, older_than: dt.timedelta = KEEP_FILE_FOR) -> None:
    """Files that nobody went on with; what was written keeps its row."""
    ExpenseImport.objects.filter(written_at__isnull=True, created_at__lt=timezone.now() - older_than).delete()

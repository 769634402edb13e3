"""An import of staff: a file is taken in, its columns and words are said, and all its contracts are written or none."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from maillage.audit.services import record
from maillage.spreadsheets.decoding import FileRefused
from maillage.spreadsheets.reading import read
from maillage.spreadsheets.texts import folded
from tenants.registry.changes import ClockTime
from tenants.registry.hooks import epn_written
from tenants.staff.enums import ChangeKind
from tenants.staff.history import keep_all
from tenants.staff.importing.checking import Checked, Someone, check
from tenants.staff.importing.columns import guessed
from tenants.staff.importing.forgetting import forget_people_of
from tenants.staff.models import Contract, ContractChange, ImportedContract, StaffHabit, StaffImport, StaffMember
from tenants.staff.wording import problem

MOST_LINES = 2_000
LONGEST_HABIT = 200
KEEP_FILE_FOR = dt.timedelta(days=7)


@transaction.atomic
def take_in(*, content: bytes, filename: str, by_id: int | None) -> StaffImport:
    """Keep the file, and guess its columns. Raises FileRefused when it is no list of staff."""
    sheet = read(content)
    if len(sheet.rows) > MOST_LINES:
        raise FileRefused(_("More than %(n)s rows: cut the file into several.") % {"n": MOST_LINES})
    habits = dict(StaffHabit.objects.filter(column="").values_list("said", "meant"))
    batch: StaffImport = StaffImport.objects.create(
        by_id=by_id,
        filename=filename.replace("\0", "")[:200],
        content=content,
        headings=sheet.headings,
        columns={str(position): name for position, name in guessed(sheet.headings, habits).items()},
        rows=len(sheet.rows),
    )
    return batch


@transaction.atomic
def say_columns(*, batch: StaffImport, columns: Mapping[int, str]) -> None:
    """Which column each heading is; kept for the next file of this EPN, as what its words stood for is recalled."""
    batch.columns = {str(position): name for position, name in columns.items() if name}
    batch.values = {}
    for column, said, meant in (
        StaffHabit.objects.filter(column__in=columns.values()).exclude(column="").values_list("column", "said", "meant")
    ):
        batch.values.setdefault(column, {})[said] = meant
    batch.save(update_fields=["columns", "values"])
    for position, heading in enumerate(batch.headings):
        _remember("", folded(heading), columns.get(position, ""))


@transaction.atomic
def say_values(*, batch: StaffImport, values: Mapping[str, Mapping[str, str]]) -> None:
    """What words that nobody knew stand for; kept for the next file of this EPN."""
    batch.values = {
        column: {**batch.values.get(column, {}), **values.get(column, {})} for column in {*batch.values, *values}
    }
    batch.save(update_fields=["values"])
    for column, meanings in values.items():
        for said, meant in meanings.items():
            _remember(column, said, meant)


def _remember(column: str, said: str, meant: str) -> None:
    if said and len(said) <= LONGEST_HABIT:
        StaffHabit.objects.update_or_create(column=column, said=said, defaults={"meant": meant})


@transaction.atomic
def write_import(*, batch: StaffImport, epn_name: str, confirmed: bool) -> int:
    """Every contract, or none: the lines are checked once more, as somebody may have written meanwhile.

    Returns how many. Raises ValidationError unless every line passes and what is unusual is confirmed. Twice is once.
    """
    batch = StaffImport.objects.select_for_update().get(pk=batch.pk)
    if batch.written_at is not None:
        return batch.contracts.count()
    found = check(batch, read(bytes(batch.content or b"")), epn_name=epn_name)
    if found.problems or not found.ready:
        raise problem(_("This file isn't ready to be imported."), "not_ready")
    if found.to_confirm and not confirmed:
        raise problem(_("Some lines are unusual. Tick that they are right, or correct the file."), "unconfirmed")
    _write(batch, found)
    return len(found.ready)


def _write(batch: StaffImport, found: Checked) -> None:
    new: list[Someone] = list({id(one.someone): one.someone for one in found.ready if not one.someone.member}.values())
    for someone, member in zip(
        new, StaffMember.objects.bulk_create(StaffMember(name=one.name) for one in new), strict=True
    ):
        someone.member = member
    made_people = {id(one) for one in new}
    contracts = Contract.objects.bulk_create([Contract(member=one.someone.member, **one.facts) for one in found.ready])
    ImportedContract.objects.bulk_create(
        ImportedContract(batch=batch, contract=contract, line=one.line, made_person=id(one.someone) in made_people)
        for one, contract in zip(found.ready, contracts, strict=True)
    )
    keep_all(ChangeKind.ADDED, [one.pk for one in contracts])
    record(verb="contracts.imported", target=f"{len(contracts)} contracts")
    batch.content, batch.written_at = None, timezone.now()
    batch.save(update_fields=["content", "written_at"])
    epn_written()


@transaction.atomic
def undo_import(*, batch: StaffImport) -> list[int]:
    """Delete its contracts, as a person would; who came with it, and of whom nothing else is known, is forgotten.

    Returns the lines that stay: somebody changed them since. Raises ValidationError unless it is written. Twice is
    once.
    """
    batch = StaffImport.objects.select_for_update().get(pk=batch.pk)
    if batch.undone_at is not None:
        return []
    if batch.written_at is None:
        raise problem(_("There is nothing to take back."), "nothing_to_undo")
    lines = dict(batch.contracts.filter(contract__deleted_at__isnull=True).values_list("contract", "line"))
    changed = set(
        ContractChange.objects.filter(~Q(kind=ChangeKind.ADDED), contract__in=lines).values_list("contract", flat=True)
    )
    gone = sorted(set(lines) - changed)
    Contract.objects.filter(pk__in=gone).update(deleted_at=timezone.now(), updated_at=ClockTime())
    keep_all(ChangeKind.DELETED, gone)
    forget_people_of(batch)
    batch.undone_at = timezone.now()
    batch.save(update_fields=["undone_at"])
    record(verb="contracts.import_undone", target=f"{len(gone)} contracts")
    epn_written()
    return sorted(lines[pk] for pk in changed)


@transaction.atomic
def forget_import(*, batch: StaffImport) -> None:
    """Before it was written: file and row go."""
    StaffImport.objects.filter(pk=batch.pk, written_at__isnull=True).delete()


@transaction.atomic
def remove_old_imports(*, older_than: dt.timedelta = KEEP_FILE_FOR) -> None:
    """Files that nobody went on with; what was written keeps its row."""
    StaffImport.objects.filter(written_at__isnull=True, created_at__lt=timezone.now() - older_than).delete()

"""Preparing a release, releasing it, throwing a draft away. Inside the federation's space."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from maillage.audit.services import record
from network.figures.selectors import moment_of
from network.releases.cells import Cell
from network.releases.disclosure.protecting import NotProtectableError
from network.releases.enums import ReleaseState, Withheld
from network.releases.history import history_of, may_be_corrected, releases
from network.releases.models import FrozenMonth, Release, ReleasedCell
from network.releases.periods import Period
from network.releases.preparing import Prepared, prepare
from network.releases.rules import period_problems, reason_problems

LOCK = 0x52656C  # one release of a federation at a time


def begin_release(
    *, period: Period, minimum_cell: int, today: dt.date | None = None, at: dt.datetime | None = None
) -> Release:
    """A new draft of a period, in place of the former draft. Raises ValidationError.

    `at` is when it was prepared, if not now: the demo's figures of a year are those of soon after it.
    """
    found = releases()
    moment = moment_of(period.last)
    problems = period_problems(
        period,
        today=today or timezone.localdate(),
        as_of=moment.as_of,
        first_month=moment.first_month,
        released=[one.period for one in found],
    )
    if problems:
        raise ValidationError(problems)
    return _draft(period, minimum_cell, found, at or moment.as_of, at=at)


def begin_correction(*, number: int, reason: str) -> Release:
    """A draft that will replace a release. The threshold stays what it was. Raises ValidationError by field."""
    found = releases()
    one = next((one for one in found if one.number == number), None)
    if one is None or not may_be_corrected(one, found):
        raise ValidationError(_("A later release holds this period: correct that one."))
    if problems := reason_problems(reason):
        raise ValidationError({"reason": problems})
    as_of = moment_of(one.period.last).as_of
    return _draft(one.period, one.minimum_cell, found, as_of, corrects=one, reason=reason.strip())


def _draft(
    period: Period,
    minimum_cell: int,
    found: list[Release],
    as_of: dt.datetime | None,
    *,
    corrects: Release | None = None,
    reason: str = "",
    at: dt.datetime | None = None,
) -> Release:
    with transaction.atomic():
        _lock()
        Release.objects.exclude(state=ReleaseState.RELEASED).delete()
        draft: Release = Release.objects.create(
            kind=period.kind,
            first=period.first,
            corrects=corrects,
            reason=reason,
            minimum_cell=minimum_cell,
            as_of=as_of,
            prepared_at=at or timezone.now(),
            latest=found[0].number or 0 if found else 0,
        )
    return draft


def _lock() -> None:
    """Of this federation: the lock's second number is its own."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(current_schema()))", [LOCK])


def fill_draft(*, draft_id: int, federation_id: int) -> Release | None:
    """Count and protect a draft; None when another one has taken its place. Run twice, it is filled once.

    Raises ValidationError when there is nothing to correct; the draft is gone then.
    """
    draft: Release | None = Release.objects.filter(pk=draft_id).first()
    if draft is None or draft.state != ReleaseState.PREPARING:
        return draft

    def progress(percent: int) -> None:
        Release.objects.filter(pk=draft_id).update(progress=percent)

    try:
        prepared = prepare(
            federation_id,
            draft.period,
            history=history_of(draft.first.year, releases()),
            minimum_cell=draft.minimum_cell,
            correcting=draft.corrects_id is not None,
            progress=progress,
        )
    except ValidationError:
        draft.delete()
        raise
    except NotProtectableError:
        Release.objects.filter(pk=draft_id).update(state=ReleaseState.FAILED)
        return None
    with transaction.atomic():
        kept: Release | None = (
            Release.objects.select_for_update().filter(pk=draft_id, state=ReleaseState.PREPARING).first()
        )
        if kept is None:
            return None
        _write(kept, prepared)
    return kept


def _write(draft: Release, prepared: Prepared) -> None:
    _copy_cells(draft.pk, prepared.cells)
    for one in prepared.frozen:
        one.release = draft
    FrozenMonth.objects.bulk_create(prepared.frozen, batch_size=2000)
    draft.tables = prepared.tables
    draft.state = ReleaseState.DRAFT
    draft.progress = 100
    draft.save(update_fields=["tables", "state", "progress"])


def _copy_cells(release_id: int, cells: list[tuple[Cell, Withheld]]) -> None:
    """In one statement, of which the planner sees one parameter a column: thousands of rows are quick."""
    if not cells:
        return
    columns: list[list[Any]] = [
        [cell.key.table for cell, _withheld in cells],
        [cell.key.period for cell, _withheld in cells],
        [cell.key.place for cell, _withheld in cells],
        [cell.key.value for cell, _withheld in cells],
        ["{" + ",".join(map(str, cell.numbers)) + "}" for cell, _withheld in cells],
        [int(withheld) for _cell, withheld in cells],
    ]
    table = connection.ops.quote_name(ReleasedCell._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(
            f'INSERT INTO {table} (release_id, "table", period, place, value, numbers, withheld)'
            " SELECT %s, t, p, w, v, n::bigint[], h"
            " FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::smallint[])"
            " AS rows(t, p, w, v, n, h)",
            [release_id, *columns],
        )


def publish(*, draft_id: int, by_id: int | None, at: dt.datetime | None = None) -> Release:
    """The draft gets the next number, and nothing of it changes any more. Raises ValidationError."""
    gone = ValidationError(_("This draft isn't there any more: somebody has released it or made another one."))
    try:
        with transaction.atomic():
            _lock()
            draft: Release | None = (
                Release.objects.select_for_update().filter(pk=draft_id, state=ReleaseState.DRAFT).first()
            )
            if draft is None:
                raise gone
            last = Release.objects.filter(number__isnull=False).order_by("-number").first()
            number = 0 if last is None else last.number or 0
            if number != draft.latest:
                raise ValidationError(_("Something was released since this draft was made. Prepare it again."))
            draft.number = number + 1
            draft.state = ReleaseState.RELEASED
            draft.released_at = at or timezone.now()
            draft.released_by_id = by_id
            draft.save(update_fields=["number", "state", "released_at", "released_by_id"])
            record(verb="release.made" if draft.corrects_id is None else "release.corrected", target=draft.number)
    except IntegrityError:
        raise gone from None
    return draft


def discard(*, draft_id: int) -> None:
    Release.objects.exclude(state=ReleaseState.RELEASED).filter(pk=draft_id).delete()

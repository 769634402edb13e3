"""A sheet of strokes becomes visits: one save, all of it or nothing, and taken back whole."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from maillage.audit.services import record
from tenants.activity.counter.selectors import session_of_day
from tenants.activity.counter.services import change_counter_session, delete_counter_session, record_counter_session
from tenants.activity.counter.tables import TallySheet
from tenants.activity.enums import ChangeKind
from tenants.activity.history import keep
from tenants.activity.models import CounterSession, Visit
from tenants.activity.rules import MOST_PEOPLE, Actor, VisitFacts, problem
from tenants.activity.services import BatchRefused, record_batch
from tenants.activity.undo import check_may_undo
from tenants.registry.changes import ClockTime
from tenants.registry.hooks import epn_written

MOST_VISITS = 300  # on one sheet


@dataclass(frozen=True)
class Strokes:
    """So many visits of one theme with one outcome."""

    theme: str
    outcome: str
    number: int
    minutes: int


@dataclass(frozen=True)
class Sheet:
    date: dt.date
    site_id: int
    mode: str
    animator_id: int | None
    strokes: Sequence[Strokes]
    turned_away: int = 0
    starts_at: dt.time | None = None  # of the half-day, where none is noted yet
    ends_at: dt.time | None = None


def record_sheet(*, key: uuid.UUID, sheet: Sheet, by: Actor) -> TallySheet:
    """As many anonymous visits as there are strokes, and those turned away to the day's half-day.

    The same `key` twice is one sheet. Raises ValidationError, by field where there is one.
    """
    before: TallySheet | None = TallySheet.objects.filter(key=key).first()
    if before is not None and before.undone_at is not None:
        raise ValidationError(_("This sheet was taken back. Save it again if you want it after all."), "key_reused")
    if before is not None:
        return before
    number = sum(one.number for one in sheet.strokes)
    if not number and not sheet.turned_away:
        raise problem(_("The sheet is empty. Count at least one visit, or one person turned away."), "empty")
    if number > MOST_VISITS:
        raise problem(_("That is %(number)s visits: a sheet holds at most %(most)s. Save it in two parts."), "too_many",
                      number=number, most=MOST_VISITS)  # fmt: skip
    with transaction.atomic():
        made = _visits(key, sheet, by)
        session, is_new = _session(sheet)
        saved: TallySheet = TallySheet.objects.create(
            key=key, date=sheet.date, site_id=sheet.site_id, visits=[one.pk for one in made],
            turned_away=sheet.turned_away, session=session, session_is_new=is_new, recorded_by_id=by.person_id,
        )  # fmt: skip
        record(verb="tally_sheet.recorded", target=saved.pk)
    return saved


def _visits(key: uuid.UUID, sheet: Sheet, by: Actor) -> list[Visit]:
    """Each visit's key follows from the sheet's, so that a sheet sent twice at once can't be two."""
    batch: list[tuple[uuid.UUID, VisitFacts]] = [
        (
            uuid.uuid5(key, f"{one.theme}/{one.outcome}/{number}"),
            {
                "date": sheet.date, "minutes": one.minutes, "site_id": sheet.site_id, "mode": sheet.mode,
                "themes": [one.theme], "outcome": one.outcome, "animator_id": sheet.animator_id,
            },
        )
        for one in sheet.strokes
        for number in range(one.number)
    ]  # fmt: skip
    if not batch:
        return []
    try:
        return record_batch(batch=batch, by=by)
    except BatchRefused as refused:
        # What is wrong with one is wrong with many; each thing is said once.
        said: dict[str, ValidationError] = {}
        for problems in refused.problems.values():
            for field, errors in problems.items():
                said.setdefault(field, errors[0])
        raise ValidationError(dict(said)) from None


def _session(sheet: Sheet) -> tuple[CounterSession | None, bool]:
    if not sheet.turned_away:
        return None, False
    session = session_of_day(sheet.site_id, sheet.date)
    if session is not None:
        return change_counter_session(
            session=session, turned_away=min(MOST_PEOPLE, session.turned_away + sheet.turned_away)
        ), False
    if sheet.starts_at is None or sheet.ends_at is None:
        missing = problem(_("Say from when to when the desk was open: this half-day isn't noted yet."), "no_session")
        raise ValidationError({"starts_at": [missing]})
    return record_counter_session(
        date=sheet.date, site_id=sheet.site_id, starts_at=sheet.starts_at, ends_at=sheet.ends_at,
        turned_away=sheet.turned_away,
    ), True  # fmt: skip


def undo_sheet(*, sheet: TallySheet, by: Actor) -> None:
    """Take back all visits of a sheet and whom it had turned away. Twice is once; a quarter of an hour long."""
    if sheet.undone_at is not None:
        return
    check_may_undo(by_id=sheet.recorded_by_id, at=sheet.created_at, person_id=by.person_id)
    moment = timezone.now()
    with transaction.atomic():
        there = Visit.objects.filter(pk__in=sheet.visits, deleted_at__isnull=True)
        ids = list(there.values_list("pk", flat=True))
        there.update(deleted_at=moment, updated_at=ClockTime())
        keep(ChangeKind.DELETED, ids, by=by)
        session = sheet.session
        if session is not None and sheet.session_is_new and session.turned_away == sheet.turned_away:
            delete_counter_session(session=session)
        elif session is not None:
            change_counter_session(session=session, turned_away=max(0, session.turned_away - sheet.turned_away))
        sheet.undone_at = moment
        sheet.session = None if session is None or session.pk is None else session
        sheet.save(update_fields=["undone_at", "session"])
        record(verb="tally_sheet.undone", target=sheet.pk)
        epn_written()

"""Undo: what somebody has just done they take back with one button, for a quarter of an hour. One rule for all of it.

A visit, a tap at the desk, a tally sheet, a correction of many visits, an appointment, a plan of stops. What is kept
longer (a deleted visit, an import) has a way back of its own.
"""

from __future__ import annotations

import datetime as dt

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

UNDO_FOR = dt.timedelta(minutes=15)
MINUTES = UNDO_FOR.seconds // 60


def undoable_since() -> dt.datetime:
    """What was done after this moment can still be taken back."""
    return timezone.now() - UNDO_FOR


def may_undo(*, by_id: int | None, at: dt.datetime, person_id: int | None) -> bool:
    """`by_id` did it, `at` that moment; `person_id` would take it back."""
    return by_id == person_id and at >= undoable_since()


def check_may_undo(*, by_id: int | None, at: dt.datetime, person_id: int | None, otherwise: str = "") -> None:
    """Raise ValidationError with code `too_late`; `otherwise` says it in other words, with what to do instead."""
    if not may_undo(by_id=by_id, at=at, person_id=person_id):
        text = otherwise or _("It is too late to undo: more than %(minutes)s minutes have passed.")
        raise ValidationError(text, code="too_late", params={"minutes": MINUTES})

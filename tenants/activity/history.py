"""What was done to a visit since it was logged: written by the services, in the transaction of what they do.

A text that somebody typed may name somebody, and an access need is about their health; both are corrected for just
that reason. Of these the history says that they changed, and doesn't keep what stood there.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from maillage.audit.services import visitor
from tenants.activity.enums import ChangeKind
from tenants.activity.models import Visit, VisitChange
from tenants.activity.rules import VISIT_FIELDS, Actor

TOLD_ONLY = frozenset({"note", "referral_to", "accessibility"})  # kept as "something stood there": true or false
BATCH = 1000


def differences(before: Visit, after: Visit) -> tuple[dict[str, Any], dict[str, Any]]:
    """The facts in which two states of a visit differ, as each of them has it."""
    names = [name for name in VISIT_FIELDS if getattr(before, name) != getattr(after, name)]
    return {name: _kept(name, before) for name in names}, {name: _kept(name, after) for name in names}


def _kept(name: str, visit: Visit) -> Any:
    value = getattr(visit, name)
    if name in TOLD_ONLY:
        return bool(value)
    if isinstance(value, dt.date):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value


def keep_changed(pairs: Iterable[tuple[Visit, Visit]], *, by: Actor | None = None) -> None:
    """Of each visit as it was and as it is. One statement, however many; none where nothing differs."""
    made = []
    for before, after in pairs:
        was, became = differences(before, after)
        if was:
            made.append(_line(after.pk, ChangeKind.CHANGED, by, was, became))
    _write(made)


def keep(kind: ChangeKind, visit_ids: Iterable[int], *, by: Actor | None = None) -> None:
    """That these visits were deleted, brought back or imported. One statement, however many."""
    _write([_line(pk, kind, by) for pk in visit_ids])


def _line(
    visit_id: int,
    kind: ChangeKind,
    by: Actor | None,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> VisitChange:
    """Without an actor, whoever is at the door; nobody in a command."""
    who = visitor().actor_id if by is None else by.person_id
    return VisitChange(visit_id=visit_id, kind=kind, by_id=who, before=before or {}, after=after or {})


def _write(made: list[VisitChange]) -> None:
    if made:
        VisitChange.objects.bulk_create(made, batch_size=BATCH)

"""Correcting many visits at once, and taking that back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from maillage.audit.services import record
from tenants.activity.history import keep_changed
from tenants.activity.journal.bulk.planning import FIELDS, Plan, Selection, Value, plan
from tenants.activity.journal.models import CorrectedVisit, Correction
from tenants.activity.models import Visit
from tenants.activity.rules import Actor, NotYours
from tenants.activity.undo import check_may_undo
from tenants.registry.changes import ClockTime
from tenants.registry.hooks import epn_written

BATCH = 1000


@transaction.atomic
def correct_visits(*, selection: Selection, what: str, value: Value, by: Actor) -> tuple[Correction | None, Plan]:
    """Correct one fact of each of these visits that may be; None when that is none of them.

    One transaction, one refresh. Raises ValidationError on a value that nobody may choose.
    """
    pks = list(selection.visits().values_list("pk", flat=True))
    locked = Visit.objects.filter(pk__in=pks, deleted_at__isnull=True).order_by("pk").select_for_update()
    made = plan(locked, what=what, value=value, actor=by)
    if not made.changes:
        return None, made
    names = [FIELDS[what][0]] + (["contract_id"] if what == "animator" else [])
    correction: Correction = Correction.objects.create(by_id=by.person_id, field=what)
    CorrectedVisit.objects.bulk_create(
        [
            CorrectedVisit(
                correction=correction, visit_id=before.pk, before=_said(before, names), after=_said(after, names)
            )
            for before, after in made.changes
        ],
        batch_size=BATCH,
    )
    _write(made.changes, names, by)
    record(verb="visits.corrected", target=f"{len(made.changes)} visits")
    return correction, made


@transaction.atomic
def take_back(*, correction: Correction, by: Actor) -> tuple[int, int]:
    """Put back what stood there. Returns how many visits, and how many stay since somebody changed them meanwhile.

    Raises NotYours, or ValidationError when it is too late. Twice is once.
    """
    correction = Correction.objects.select_for_update().get(pk=correction.pk)
    if correction.by_id != by.person_id:
        raise NotYours(_("Whoever made a correction takes it back."))
    if correction.undone_at is not None:
        return 0, 0
    check_may_undo(by_id=correction.by_id, at=correction.at, person_id=by.person_id)
    lines = {one.visit_id: one for one in correction.lines.all()}
    pairs, left = [], 0
    for visit in Visit.objects.filter(pk__in=lines).order_by("pk").select_for_update():
        line = lines[visit.pk]
        if _said(visit, line.after) != line.after:
            left += 1
            continue
        restored = Visit(**{one.attname: getattr(visit, one.attname) for one in Visit._meta.concrete_fields})
        for name, value in line.before.items():
            setattr(restored, name, value)
        pairs.append((visit, restored))
    names = list(next(iter(lines.values())).before) if lines else []
    _write(pairs, names, by)
    correction.undone_at = timezone.now()
    correction.save(update_fields=["undone_at"])
    record(verb="visits.correction_undone", target=f"{len(pairs)} visits")
    return len(pairs), left


def _said(visit: Visit, names: Iterable[str]) -> dict[str, Any]:
    return {name: getattr(visit, name) for name in names}


def _write(pairs: list[tuple[Visit, Visit]], names: list[str], by: Actor) -> None:
    """One statement for all visits that get the same."""
    alike: dict[str, tuple[dict[str, Any], list[int]]] = defaultdict(lambda: ({}, []))
    for _before, after in pairs:
        said = _said(after, names)
        group = alike[repr(sorted(said.items()))]
        group[0].update(said)
        group[1].append(after.pk)
    for said, pks in alike.values():
        Visit.objects.filter(pk__in=pks).update(**said, updated_at=ClockTime())
    keep_changed(pairs, by=by)
    epn_written()

"""Writing visits. Every write is journalled and moves the figures."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Unpack

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from maillage.audit.services import record
from maillage.design.two_versions import locked_as_seen
from tenants.activity.enums import ChangeKind
from tenants.activity.history import differences, keep, keep_changed
from tenants.activity.models import Visit
from tenants.activity.rules import (
    NEEDED,
    VISIT_FIELDS,
    Actor,
    Problems,
    VisitFacts,
    asks_who_acts,
    check_may_change,
    done_for_problems,
    is_for_volunteers,
    problem,
    tidied,
    too_long_a_day,
    visit_problems,
    without_zeros,
)
from tenants.activity.selectors import (
    Surroundings,
    contracts_by_account,
    done_for_excluded,
    known_people,
    minutes_by_day,
    surroundings,
    volunteers_among,
)
from tenants.activity.undo import check_may_undo
from tenants.premises.models import Site
from tenants.registry.changes import ClockTime
from tenants.registry.enums import Role
from tenants.registry.hooks import epn_written

KEEP_DELETED_FOR = dt.timedelta(days=30)
BATCH = 1000


# --- one visit ------------------------------------------------------------------------------------------------


def record_visit(
    *,
    key: uuid.UUID | None = None,
    recorded_by_id: int | None = None,
    by: Actor | None = None,
    **facts: Unpack[VisitFacts],
) -> Visit:
    """Log one visit. The same `key` twice with the same facts is one visit: the first is given back.

    `by`: who types it, in their role; `recorded_by_id` alone says who, and nothing of their role.

    Raises ValidationError by field on bad facts, and with code `key_reused` when `key` stands for another visit.
    """
    typist = by.person_id if by is not None else recorded_by_id
    visit = Visit(key=key or uuid.uuid4(), recorded_by_id=typist, **_completed(facts))
    try:
        _check(visit, by)
    except ValidationError:
        # Sent a second time, its own minutes may have filled the day.
        before = _the_same_before([visit]) if key is not None else None
        if before:
            return before[0]
        raise
    try:
        with transaction.atomic():
            visit.save(force_insert=True)
            record(verb="visit.recorded", target=visit.pk)
            epn_written()
    except IntegrityError:
        before = _the_same_before([visit])
        if before is None:
            raise
        return before[0]
    return visit


@transaction.atomic
def change_visit(*, visit: Visit, by: Actor | None = None, seen: str = "", **changes: Unpack[VisitFacts]) -> Visit:
    """Correct a visit. `seen`: the version that one has before one's eyes (two_versions.version_of).

    Raises NotYours, ValidationError by field, or ChangedMeanwhile with the visit as it stands when it isn't the one
    that was seen; nothing is then changed. A change of nothing writes nothing, and the version stays.
    """
    check_may_change(visit, by)
    if seen:
        visit = locked_as_seen(Visit.objects.all(), visit.pk, seen)
        check_may_change(visit, by)
    changed = Visit(**{field.attname: getattr(visit, field.attname) for field in Visit._meta.concrete_fields})
    changed._state.adding, changed._state.db = False, visit._state.db
    for name, value in tidied(dict(changes)).items():
        setattr(changed, name, value)
    _check(changed, by, kept=visit)
    if changed.contract_id == visit.contract_id and not any(differences(visit, changed)):
        return changed
    changed.updated_at = ClockTime()
    changed.save(force_update=True)
    changed.refresh_from_db(fields=["updated_at"])
    keep_changed([(visit, changed)], by=by)
    record(verb="visit.changed", target=changed.pk)
    epn_written()
    return changed


def delete_visit(*, visit: Visit, by: Actor | None = None) -> None:
    """Take a visit out of the journal and the figures. Its row stays a while, for an undo. Twice is once."""
    check_may_change(visit, by)
    _set_deleted(visit, timezone.now(), "visit.deleted", by)


def restore_visit(*, visit: Visit, by: Actor | None = None) -> None:
    check_may_change(visit, by)
    _set_deleted(visit, None, "visit.restored", by)


def undo_last_visit(*, by: Actor, key: uuid.UUID | None = None) -> Visit:
    """Take back the visit that this person typed last. With its `key`, a second tap takes back no other one.

    Raises ValidationError when there is nothing to take back, or when it is too late for it.
    """
    typed = Visit.objects.filter(recorded_by=by.person_id)
    visit: Visit | None = (
        typed.filter(key=key).first()
        if key is not None
        else typed.filter(deleted_at__isnull=True).order_by("-pk").first()
    )
    if visit is None:
        raise problem(_("There is no visit to undo."), "nothing_to_undo")
    if visit.deleted_at is not None:
        return visit
    check_may_undo(
        by_id=visit.recorded_by_id, at=visit.created_at, person_id=by.person_id,
        otherwise=_(
            "It is too late to undo: more than %(minutes)s minutes have passed. Delete the visit in the journal."
        ),
    )  # fmt: skip
    _set_deleted(visit, timezone.now(), "visit.undone", by)
    return visit


def _set_deleted(visit: Visit, moment: dt.datetime | None, verb: str, by: Actor | None) -> None:
    with transaction.atomic():
        waiting = Visit.objects.filter(pk=visit.pk, deleted_at__isnull=moment is not None)
        if waiting.update(deleted_at=moment, updated_at=ClockTime()):
            keep(ChangeKind.DELETED if moment else ChangeKind.RESTORED, [visit.pk], by=by)
            record(verb=verb, target=visit.pk)
            epn_written()
    visit.deleted_at = moment


# --- many visits ----------------------------------------------------------------------------------------------


class BatchRefused(Exception):
    """What is wrong with some visits of a batch: problems by field, by the visit's position from 0."""

    def __init__(self, problems: dict[int, Problems]) -> None:
        super().__init__(f"{len(problems)} visits")
        self.problems = problems


def record_batch(
    *,
    batch: Sequence[tuple[uuid.UUID, VisitFacts]],
    recorded_by_id: int | None = None,
    by: Actor | None = None,
    imported: bool = False,
    each: Callable[[list[Visit]], None] | None = None,
) -> list[Visit]:
    """Log many visits by their keys, all or none, with one refresh; the same batch again is the same visits.

    `each` is called with every thousand of them, in the transaction that writes them.

    Raises BatchRefused, and ValidationError with code `key_reused` when a key stands for another visit.
    """
    typist = by.person_id if by is not None else recorded_by_id
    made = [Visit(key=key, recorded_by_id=typist, **_completed(facts)) for key, facts in batch]
    before = _the_same_before(made)
    if before is not None:
        return before
    _complete_batch(made, by)
    try:
        _save_batch(made, imported=imported, each=each)
    except IntegrityError:
        before = _the_same_before(made)
        if before is None:
            raise
        return before
    return made


def check_batch(*, batch: Sequence[tuple[uuid.UUID, VisitFacts]]) -> None:
    """What record_batch would say of these, and nothing is written. Raises BatchRefused."""
    _complete_batch([Visit(key=key, **_completed(facts)) for key, facts in batch], None)


def record_visits(
    *,
    visits: Iterable[VisitFacts],
    recorded_by_id: int | None = None,
    by: Actor | None = None,
    imported: bool = False,
) -> int:
    """Log many visits, all or none, with one refresh. Returns how many. `imported`: their history says so.

    Raises ValidationError whose messages begin with the number of the visit, from 1.
    """
    typist = by.person_id if by is not None else recorded_by_id
    made = [Visit(recorded_by_id=typist, **_completed(facts)) for facts in visits]
    try:
        _complete_batch(made, by)
    except BatchRefused as refused:
        raise ValidationError([
            problem(_("Visit %(number)s: %(problem)s"), str(each.code), number=position + 1,
                    problem=" ".join(each.messages))
            for position, found in refused.problems.items() for problems in found.values() for each in problems
        ]) from None  # fmt: skip
    _save_batch(made, imported=imported)
    return len(made)


def _complete_batch(made: list[Visit], by: Actor | None) -> None:
    """Give each visit its contract, or raise BatchRefused. A few statements, however many visits."""
    sites = set(Site.objects.filter(pk__in={one.site_id for one in made}).values_list("pk", flat=True))
    accounts = {one.animator_id for one in made if one.animator_id is not None}
    known = known_people(accounts)
    contracts = contracts_by_account(accounts)
    minutes: dict[tuple[int, dt.date], int] = defaultdict(int)
    if made and accounts:
        days = [one.date for one in made]
        minutes.update(minutes_by_day(accounts, min(days), max(days)))
    acting = [one for one in made if asks_who_acts(one, None)]
    excluded = done_for_excluded() if acting else ()
    volunteers = _volunteers_of(acting, by, excluded)
    wrong: dict[int, Problems] = {}
    for position, one in enumerate(made):
        found = visit_problems(_facts_of(one))
        if one.site_id not in sites:
            found["site_id"] = [problem(_("This site doesn't exist here."), "unknown_site")]
        if one.animator_id is not None and one.animator_id not in known:
            found["animator_id"] = [problem(_("This person doesn't work here."), "unknown_animator")]
        contract_id, contract_type = next(
            (
                (pk, kind)
                for pk, kind, starts, ends in contracts.get(one.animator_id or 0, ())
                if "date" not in found and starts <= one.date <= ends
            ),
            (None, None),
        )
        if asks_who_acts(one, None):
            found |= _who_acts(one, contract_type, excluded, volunteers)
        if not found and one.animator_id is not None:
            spent = minutes[one.animator_id, one.date]
            if tired := too_long_a_day(one.minutes, spent, one.date):
                found["minutes"] = tired
            minutes[one.animator_id, one.date] = spent + one.minutes
            one.contract_id = contract_id
        if found:
            wrong[position] = found
        else:
            one.margins = without_zeros(one.margins)
    if wrong:
        raise BatchRefused(wrong)


def _save_batch(
    made: list[Visit], *, imported: bool = False, each: Callable[[list[Visit]], None] | None = None
) -> None:
    with transaction.atomic():
        for start in range(0, len(made), BATCH):
            some = Visit.objects.bulk_create(made[start : start + BATCH])
            if imported:
                keep(ChangeKind.IMPORTED, [one.pk for one in some])
            if each is not None:
                each(some)
        record(verb="visits.recorded", target=f"{len(made)} visits")
        epn_written()


@transaction.atomic
def purge_deleted_visits(*, older_than: dt.timedelta = KEEP_DELETED_FOR, count_only: bool = False) -> int:
    """Erase the visits that were deleted longer ago. Returns how many; no figure changes."""
    old = Visit.objects.filter(deleted_at__lt=timezone.now() - older_than)
    if count_only:
        return int(old.count())
    _rows, by_model = old.delete()
    gone: int = by_model.get(Visit._meta.label, 0)
    if gone:
        record(verb="visits.purged", target=f"{gone} visits")
        epn_written()
    return gone


# --- what is common ---------------------------------------------------------------------------------------------


def _completed(facts: VisitFacts) -> dict[str, Any]:
    """The facts of a new visit with what was not said. Raises TypeError on a word that is none of them."""
    absent = [name for name in NEEDED if name not in facts]
    if absent:
        raise ValidationError({name: [problem(_("This is missing."), "required")] for name in absent})
    return tidied({"attendances": 1, "margins": {}, **facts})


def _the_same_before(made: list[Visit]) -> list[Visit] | None:
    """The visits that have these keys already, when they are the same ones; None when no key is taken.

    Raises ValidationError with code `key_reused` when a key stands for another visit.
    """
    before = {one.key: one for one in Visit.objects.filter(key__in=[one.key for one in made])}
    if not before:
        return None
    for one in made:
        twin = before.get(one.key)
        if twin is None or twin.deleted_at is not None or _compared(twin) != _compared(one):
            raise ValidationError(
                _("This page has already saved a visit. Save again if this is another one."), code="key_reused"
            )
    return [before[one.key] for one in made]


def _compared(visit: Visit) -> dict[str, Any]:
    facts = _facts_of(visit)
    margins = facts["margins"]
    whole = isinstance(margins, dict) and all(isinstance(counts, dict) for counts in margins.values())
    return {**facts, "margins": without_zeros(margins) if whole else margins}


def _facts_of(visit: Visit) -> dict[str, Any]:
    return {name: getattr(visit, name) for name in VISIT_FIELDS}


def _volunteers_of(acting: Sequence[Visit], by: Actor | None, excluded: Sequence[str]) -> set[int | None]:
    """Which animators of these visits are volunteers here, whoever types. None: nobody is named, and one types."""
    if not acting or not is_for_volunteers(excluded):
        return set()
    typed: set[int | None] = {None, by.person_id} if by is not None and by.role == Role.VOLUNTEER else set()
    unknown = {one.animator_id for one in acting if one.animator_id is not None} - typed
    return typed | (volunteers_among(unknown) if unknown else set())


def _who_acts(
    visit: Visit, contract_type: str | None, excluded: Sequence[str], volunteers: set[int | None]
) -> Problems:
    """Somebody without a contract is known by their role here."""
    problems = done_for_problems(contract_type, volunteers=visit.animator_id in volunteers, excluded=excluded)
    return {"autonomy": problems} if problems else {}


def _check(visit: Visit, by: Actor | None, kept: Visit | None = None) -> None:
    """Raise ValidationError by field; else set the contract that the animator had on that day."""
    found = visit_problems(_facts_of(visit), kept)
    around: Surroundings | None = None
    if "date" not in found:
        acts = asks_who_acts(visit, kept)
        around = surroundings(
            site_id=visit.site_id, animator_id=visit.animator_id, day=visit.date, without=visit.pk, who_may_act=acts
        )
        if around is not None and acts and "autonomy" not in found:
            excluded = around.done_for_excluded
            volunteers = _volunteers_of([visit], by, excluded) if around.contract_type is None else set()
            found |= _who_acts(visit, around.contract_type, excluded, volunteers)
        if around is None:
            found["site_id"] = [problem(_("This site doesn't exist here."), "unknown_site")]
    if around is not None:
        if visit.animator_id is not None and not around.animator_is_known:
            found["animator_id"] = [problem(_("This person doesn't work here."), "unknown_animator")]
        elif visit.animator_id is not None and "minutes" not in found:
            found["minutes"] = too_long_a_day(visit.minutes, around.minutes_that_day, visit.date)
        visit.contract_id = around.contract_id
    if any(found.values()):
        raise ValidationError({field: problems for field, problems in found.items() if problems})
    visit.margins = without_zeros(visit.margins)

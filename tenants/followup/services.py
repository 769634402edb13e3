"""Writing threads and steps. Every write is journalled by a verb and an id, and puts off the day of erasure."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection
from typing import TypeVar, Unpack

from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from maillage.audit.services import record
from maillage.design.two_versions import locked_as_seen
from tenants.activity.models import Visit
from tenants.activity.rules import Actor, NotYours, Problems, VisitFacts, problem
from tenants.activity.selectors import known_people
from tenants.activity.services import record_visit
from tenants.followup.codes import new_code
from tenants.followup.models import ErasureRun, Step, Thread
from tenants.followup.rules import (
    StepFacts,
    ThreadFacts,
    ending_problems,
    erased_on,
    step_problems,
    thread_problems,
    tidied,
)

TRIES = 20
Row = TypeVar("Row", Thread, Step)


# --- threads --------------------------------------------------------------------------------------------------


def open_thread(*, by: Actor, key: uuid.UUID | None = None, **facts: Unpack[ThreadFacts]) -> Thread:
    """Begin a thread under a new code. The same `key` twice is one thread: the first is given back.

    Raises ValidationError by field; without a consent there is no thread.
    """
    key = key or uuid.uuid4()
    before: Thread | None = Thread.objects.filter(key=key).first()
    if before is not None:
        return before
    thread = Thread(key=key, consent_by_id=by.person_id, **tidied(facts))
    _check_thread(thread)
    for _try in range(TRIES):
        thread.code = new_code()
        if not Thread.objects.filter(code=thread.code).exists():
            break
    try:
        with transaction.atomic():
            thread.save(force_insert=True)
            record(verb="thread.opened", target=thread.pk)
    except IntegrityError:  # sent twice at the same moment
        return _thread_of(key)
    return thread


def change_thread(*, thread: Thread, seen: str = "", **changes: Unpack[ThreadFacts]) -> None:
    """Raises ChangedMeanwhile when the thread isn't as it was `seen`, and ValidationError by field."""
    with transaction.atomic():
        now_there = _locked(thread, seen)
        changed = _copy(now_there)
        for name, value in tidied(changes).items():
            setattr(changed, name, value)
        _check_thread(changed, kept=now_there)
        changed.updated_at = timezone.now()
        changed.last_activity = timezone.localdate()
        changed.save(force_update=True)
        record(verb="thread.changed", target=thread.pk)


def close_thread(*, thread: Thread, ending: str) -> None:
    """What is still to be done stays written, and leaves the list. Closing twice is once."""
    if problems := ending_problems(ending):
        raise ValidationError({"ending": problems})
    with transaction.atomic():
        today = timezone.localdate()
        still_open = Thread.objects.filter(pk=thread.pk, closed_on__isnull=True)
        if still_open.update(closed_on=today, ending=ending, last_activity=today, updated_at=timezone.now()):
            record(verb="thread.closed", target=thread.pk)


def reopen_thread(*, thread: Thread) -> None:
    with transaction.atomic():
        closed = Thread.objects.filter(pk=thread.pk, closed_on__isnull=False)
        today = timezone.localdate()
        if closed.update(closed_on=None, ending="", last_activity=today, updated_at=timezone.now()):
            record(verb="thread.reopened", target=thread.pk)


@transaction.atomic
def erase_thread(*, thread: Thread) -> None:
    """The person takes their consent back: the thread and its steps are gone at once, for good."""
    gone, _by_model = Thread.objects.filter(pk=thread.pk).delete()
    if gone:
        record(verb="thread.erased", target=thread.pk)


def hand_over(*, by: Actor, from_id: int, to_id: int, thread_ids: Collection[int] | None = None) -> int:
    """Somebody leaves: another one follows their open threads and does what waits. Returns how many threads.

    With `thread_ids`, those alone.
    """
    if not by.coordinates:
        raise NotYours(_("Only a coordinator hands the follow-ups of somebody over."))
    if from_id == to_id:
        raise ValidationError({"to": [problem(_("Choose two different people."), "same")]})
    _check_people({"to": to_id})
    concerned = Thread.objects.filter(closed_on__isnull=True)
    if thread_ids is not None:
        concerned = concerned.filter(pk__in=set(thread_ids))
    with transaction.atomic():
        now = timezone.now()
        threads = list(concerned.filter(animator=from_id).values_list("pk", flat=True))
        waiting = Step.objects.filter(animator=from_id, done_on__isnull=True, thread__in=concerned.order_by())
        steps = waiting.update(animator=to_id, updated_at=now)
        Thread.objects.filter(pk__in=threads).update(animator=to_id, updated_at=now)
        if threads or steps:
            record(verb="threads.handed_over", target=f"{len(threads)} threads, {steps} steps")
    return len(threads)


@transaction.atomic
def erase_overdue(*, months: int, today: dt.date | None = None) -> ErasureRun | None:
    """Erase the threads without activity for so many months. What is left are two numbers; None: nothing was due."""
    day = today or timezone.localdate()
    # A month has 28 days at least: fewer rows to look at, whatever the calendar.
    quiet = Thread.objects.select_for_update().filter(last_activity__lte=day - dt.timedelta(days=28 * months))
    due = [pk for pk, last in quiet.order_by("pk").values_list("pk", "last_activity") if erased_on(last, months) <= day]
    if not due:
        return None
    steps, _by_model = Step.objects.filter(thread__in=due).delete()
    Thread.objects.filter(pk__in=due).delete()
    run: ErasureRun = ErasureRun.objects.create(day=day, threads=len(due), steps=steps, months=months)
    record(verb="threads.erased", target=f"{len(due)} threads")
    return run


# --- steps ----------------------------------------------------------------------------------------------------


def add_step(
    *, thread: Thread, key: uuid.UUID | None = None, visit_id: int | None = None, **facts: Unpack[StepFacts]
) -> Step:
    """What was done, or what comes next. The same `key` twice is one step. Raises ValidationError by field."""
    key = key or uuid.uuid4()
    before: Step | None = Step.objects.filter(key=key).first()
    if before is not None:
        return before
    step = Step(key=key, thread_id=thread.pk, visit_id=visit_id, **tidied(facts))
    _check_step(step)
    try:
        with transaction.atomic():
            # Locked: it can't be erased or closed before the step is in.
            if not Thread.objects.select_for_update().filter(pk=thread.pk, closed_on__isnull=True).exists():
                raise problem(_("This follow-up was closed or erased meanwhile. Open it again first."), "closed")
            step.save(force_insert=True)
            _touch(thread.pk)
            record(verb="step.added", target=step.pk)
    except IntegrityError:
        return _step_of(key)
    return step


def change_step(*, step: Step, seen: str = "", **changes: Unpack[StepFacts]) -> Step:
    """Raises ChangedMeanwhile when the step isn't as it was `seen`, and ValidationError by field."""
    with transaction.atomic():
        now_there = _locked(step, seen)
        changed: Step = _copy(now_there)
        for name, value in tidied(changes).items():
            setattr(changed, name, value)
        _check_step(changed, kept=now_there)
        changed.updated_at = timezone.now()
        changed.save(force_update=True)
        _touch(step.thread_id)
        record(verb="step.changed", target=step.pk)
    return changed


def mark_done(*, step: Step) -> None:
    """Tapped twice, it is done once."""
    with transaction.atomic():
        waiting = Step.objects.filter(pk=step.pk, done_on__isnull=True)
        if waiting.update(done_on=timezone.localdate(), updated_at=timezone.now()):
            _touch(step.thread_id)
            record(verb="step.done", target=step.pk)


def mark_not_done(*, step: Step) -> None:
    """Takes the tap back. A step that never had a day to be done by was written down as done, and stays so."""
    with transaction.atomic():
        done = Step.objects.filter(pk=step.pk, done_on__isnull=False, due_on__isnull=False)
        if done.update(done_on=None, updated_at=timezone.now()):
            _touch(step.thread_id)
            record(verb="step.undone", target=step.pk)


@transaction.atomic
def delete_step(*, step: Step) -> None:
    gone, _by_model = Step.objects.filter(pk=step.pk).delete()
    if gone:
        _touch(step.thread_id)
        record(verb="step.deleted", target=step.pk)


def record_visit_of(*, thread: Thread, by: Actor, text: str, key: uuid.UUID, **facts: Unpack[VisitFacts]) -> Visit:
    """A visit like any other, anonymous; only the thread knows that it was of its own. The same `key` is one visit."""
    with transaction.atomic():
        visit = record_visit(key=key, recorded_by_id=by.person_id, **facts)
        if not Step.objects.filter(visit=visit.pk).exists():
            add_step(thread=thread, text=text, done_on=facts["date"], animator_id=by.person_id, visit_id=visit.pk)
    return visit


# --- what is common -------------------------------------------------------------------------------------------


def _thread_of(key: uuid.UUID) -> Thread:
    found: Thread = Thread.objects.get(key=key)
    return found


def _step_of(key: uuid.UUID) -> Step:
    found: Step = Step.objects.get(key=key)
    return found


def _copy(row: Row) -> Row:
    copy = type(row)(**{field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields})
    copy._state.adding, copy._state.db = False, row._state.db
    return copy


def _locked(row: Row, seen: str) -> Row:
    try:
        found: Row = locked_as_seen(type(row).objects.all(), row.pk, seen)
    except ObjectDoesNotExist:
        raise problem(_("Somebody has deleted this meanwhile."), "gone") from None
    return found


def _touch(thread_id: int) -> None:
    Thread.objects.filter(pk=thread_id).update(last_activity=timezone.localdate())


def _people_problems(people: dict[str, int | None]) -> Problems:
    known = known_people(pk for pk in people.values() if pk is not None)
    return {
        field: [problem(_("This person doesn't work here."), "unknown_animator")]
        for field, pk in people.items()
        if pk not in known
    }


def _check_people(people: dict[str, int | None]) -> None:
    if problems := _people_problems(people):
        raise ValidationError(dict(problems))


def _check_thread(thread: Thread, kept: Thread | None = None) -> None:
    found = thread_problems(thread, kept) | _people_problems({"animator_id": thread.animator_id})
    if found:
        raise ValidationError(dict(found))


def _check_step(step: Step, kept: Step | None = None) -> None:
    found = step_problems(step, kept) | _people_problems({"animator_id": step.animator_id})
    if found:
        raise ValidationError(dict(found))

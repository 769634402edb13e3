"""Reading threads: by their code, what is to be done today, and what was erased."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Case, Count, IntegerField, Q, QuerySet, Value, When
from django.utils import timezone

from tenants.followup.models import ErasureRun, Step, Thread
from tenants.followup.rules import WARN_BEFORE, erased_on

SOON = dt.timedelta(days=14)


def threads() -> QuerySet[Thread]:
    found: QuerySet[Thread] = Thread.objects.select_related("animator", "consent_by")
    return found.order_by("-last_activity", "-pk")


def open_threads() -> QuerySet[Thread]:
    return threads().filter(closed_on__isnull=True)


def by_code(code: str) -> Thread | None:
    found: Thread | None = Thread.objects.filter(code=code).first()
    return found


def steps() -> QuerySet[Step]:
    found: QuerySet[Step] = Step.objects.select_related("thread", "animator")
    return found


def steps_of(thread: Thread) -> tuple[list[Step], list[Step]]:
    """What is to be done, the most urgent first; what was done, the last first."""
    every = list(Step.objects.filter(thread=thread.pk).select_related("animator", "visit").order_by("pk"))
    waiting = sorted((one for one in every if one.done_on is None), key=lambda one: (one.due_on or dt.date.max, one.pk))
    done = sorted((one for one in every if one.done_on is not None), key=lambda one: (one.done_on, one.pk))
    return waiting, done[::-1]


def _waiting() -> QuerySet[Step]:
    return steps().filter(done_on__isnull=True, thread__closed_on__isnull=True)


def to_do(*, person_id: int, today: dt.date | None = None) -> QuerySet[Step]:
    """Steps due today or before: one's own first, then the longest overdue."""
    mine = Case(When(animator=person_id, then=Value(0)), default=Value(1), output_field=IntegerField())
    due = _waiting().filter(due_on__lte=today or timezone.localdate())
    return due.alias(others=mine).order_by("others", "due_on", "pk")


def coming(today: dt.date | None = None) -> QuerySet[Step]:
    """The days after today, nearest first."""
    day = today or timezone.localdate()
    return _waiting().filter(due_on__gt=day, due_on__lte=day + SOON).order_by("due_on", "pk")


@dataclass(frozen=True)
class Due:
    mine: int
    all: int


def due_count(*, person_id: int) -> Due:
    """How much is due today or before, in one statement: for the counter's page."""
    due = Step.objects.filter(
        done_on__isnull=True, thread__closed_on__isnull=True, due_on__lte=timezone.localdate()
    ).order_by()
    found = due.aggregate(all=Count("pk"), mine=Count("pk", filter=Q(animator=person_id)))
    return Due(mine=found["mine"], all=found["all"])


def is_soon_erased(thread: Thread, months: int) -> bool:
    return erased_on(thread.last_activity, months) <= timezone.localdate() + WARN_BEFORE


def followed_by() -> dict[int, int]:
    """How many open threads each person follows."""
    rows = Thread.objects.filter(closed_on__isnull=True).order_by().values_list("animator").annotate(n=Count("pk"))
    return dict(rows)


def held_by(person_id: int) -> QuerySet[Thread]:
    """Open threads that somebody follows, or in which a step of theirs waits."""
    waiting = _waiting().filter(animator=person_id).order_by()
    return open_threads().filter(Q(animator=person_id) | Q(pk__in=waiting.values("thread")))


def erasures() -> QuerySet[ErasureRun]:
    found: QuerySet[ErasureRun] = ErasureRun.objects.order_by("-day", "-pk")
    return found

"""Who waited at a desk, ticket by ticket, and who came for open access: drawn from the half-day and its EPN alone."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterable, Iterator
from typing import Any
from zoneinfo import ZoneInfo

from maillage.demo.copying import copy_rows
from tenants.activity.models import CounterSession

# Since then the counter itself hands the tickets out; before, one noted at noon how many there had been.
SINCE = dt.date(2026, 1, 1)
QUEUED = ("pk", "date", "starts_at", "ends_at", "tickets", "arrivals")  # what is drawn from of a half-day
TICKET_COLUMNS = ("session_id", "date", "number", "taken_at", "called_at", "done_at", "left_at")
# Where everybody stands at the door at nine, and where people come as the morning goes.
AT_THE_DOOR = frozenset({"guichet-du-miroir"})
# Who keeps computers open beside the desk: how many of them.
OPEN_ACCESS = {"rue-de-la-poste": 6, "canal": 4, "nord": 4}
OPEN_ACCESS_SINCE = dt.date(2025, 1, 1)
DESKS = 2
LONG, SHORT = 32, 12  # minutes of a help
PATIENT = 0.96


def open_access(slug: str, day: dt.date, start: dt.time, end: dt.time) -> tuple[int | None, int | None, int | None]:
    """Minutes, people, computers in use; nothing where there is none."""
    computers = OPEN_ACCESS.get(slug)
    if computers is None or day < OPEN_ACCESS_SINCE:
        return None, None, None
    rng = random.Random(f"{slug} open access {day}")
    length = (end.hour - start.hour) * 60 + end.minute - start.minute
    return length, rng.randint(1, computers + 2), rng.randint(1, computers)


def tickets(
    slug: str, sessions: Iterable[tuple[int, dt.date, dt.time, dt.time, int, int]], zone: ZoneInfo
) -> Iterator[tuple[Any, ...]]:
    """Rows of TICKET_COLUMNS for half-days, of which the QUEUED columns are given."""
    for pk, day, start, end, handed_out, arrivals in sessions:
        rng = random.Random(f"{slug} queue {day}")
        opens = dt.datetime.combine(day, start, zone)
        closes = dt.datetime.combine(day, end, zone) - dt.timedelta(minutes=10)
        number = min(handed_out, arrivals)
        span = int((closes - opens).total_seconds() // 60) - LONG
        late = [0] * number if slug in AT_THE_DOOR else sorted(rng.randint(0, span) for _ in range(number))
        free = [opens] * DESKS
        for place, minutes in enumerate(late, start=1):
            taken = opens + dt.timedelta(minutes=minutes)
            called = max(taken, min(free)) + dt.timedelta(seconds=rng.randint(5, 90))
            done = called + dt.timedelta(minutes=rng.randint(SHORT, LONG))
            if rng.random() < PATIENT and called <= closes:
                free[free.index(min(free))] = done
                yield (pk, day, place, taken, called, done, None)
            else:
                yield (pk, day, place, taken, None, None, min(closes, taken + dt.timedelta(minutes=45)))


def write_queues(slug: str, zone: ZoneInfo) -> None:
    """The tickets of the half-days that are there, in the space that one is in."""
    opened = CounterSession.objects.filter(opened_at__isnull=False).order_by("pk")
    copy_rows("activity_ticket", TICKET_COLUMNS, tickets(slug, list(opened.values_list(*QUEUED)), zone))

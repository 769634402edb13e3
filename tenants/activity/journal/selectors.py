"""Reading the journal: one page, its totals, the views that people keep."""

from __future__ import annotations

import datetime as dt
import re
from typing import NamedTuple

from django.db.models import Q, QuerySet

from maillage.reference.sorting import Alphabetical
from tenants.activity.journal.models import SavedView
from tenants.activity.models import Visit

CURSOR = re.compile(r"(\d{4}-\d\d-\d\d)-(\d{1,18})")


class Line(NamedTuple):
    """What a line of the journal shows of a visit, and what says who may change it."""

    pk: int
    date: dt.date
    minutes: int
    attendances: int
    site_id: int
    mode: str
    themes: list[str]
    outcome: str
    note: str
    animator_id: int | None
    recorded_by_id: int | None
    created_at: dt.datetime


def page_of(found: QuerySet[Visit], cursor: str, size: int) -> tuple[list[Line], str]:
    """One page after a cursor ("" or an unreadable one: the latest), and the cursor of the next ("": none).

    The tenth page and the thousandth cost the same: none of what lies before is read.
    """
    edge = CURSOR.fullmatch(cursor)
    if edge is not None:
        try:
            day, pk = dt.date.fromisoformat(edge[1]), int(edge[2])
        except ValueError:
            pass
        else:
            # The first condition is what the index can use.
            found = found.filter(Q(date__lte=day) & (Q(date__lt=day) | Q(pk__lt=pk)))
    rows = [Line._make(one) for one in found.order_by("-date", "-pk").values_list(*Line._fields)[: size + 1]]
    return rows[:size], f"{rows[size - 1].date}-{rows[size - 1].pk}" if len(rows) > size else ""


def views_for(person_id: int) -> QuerySet[SavedView]:
    """One's own views and the EPN's, by name."""
    found: QuerySet[SavedView] = SavedView.objects.filter(Q(owner=person_id) | Q(owner__isnull=True))
    return found.order_by(Alphabetical("name"), "pk")

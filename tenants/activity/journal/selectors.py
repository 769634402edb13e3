"""Reading the journal: one page, its totals, the views that people keep."""

from __future__ import annotations

import datetime as dt
import re

from django.db.models import Q, QuerySet

from maillage.reference.sorting import Alphabetical
from tenants.activity.journal.models import SavedView
from tenants.activity.models import Visit

CURSOR = re.compile(r"(\d{4}-\d\d-\d\d)-(\d{1,18})")


def in_order(found: QuerySet[Visit]) -> QuerySet[Visit]:
    """Latest first, with what a line shows."""
    return found.select_related("site", "animator").order_by("-date", "-pk")


def page_of(found: QuerySet[Visit], cursor: str, size: int) -> tuple[list[Visit], str]:
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
    rows = list(in_order(found)[: size + 1])
    return rows[:size], f"{rows[size - 1].date}-{rows[size - 1].pk}" if len(rows) > size else ""


def views_for(person_id: int) -> QuerySet[SavedView]:
    """One's own views and the EPN's, by name."""
    found: QuerySet[SavedView] = SavedView.objects.filter(Q(owner=person_id) | Q(owner__isnull=True))
    return found.order_by(Alphabetical("name"), "pk")

"""Reading the journal: one page, its totals, the views that people keep."""

from __future__ import annotations

import datetime as dt
import json
import re
from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import urlencode

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Q, QuerySet

from maillage.reference.sorting import Alphabetical
from tenants.activity.journal.models import SavedView
from tenants.activity.models import Visit
from tenants.activity.selectors import Tally

LATEST = '{sql} ORDER BY "activity_visit"."date" DESC, "activity_visit"."id" DESC LIMIT {most}'
TOTALS = "SELECT count(*), coalesce(sum(attendances), 0), coalesce(sum(minutes), 0) FROM ({sql}) AS found"
VIEWS = (
    "SELECT name, filters, owner_id FROM journal_savedview WHERE owner_id = %s OR owner_id IS NULL"
    f" ORDER BY {Alphabetical.template % {'expressions': 'name'}}, id"
)
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


@dataclass(frozen=True)
class Page:
    """`older` is the cursor of the next page ("": none). Totals read every visit: only the first page has them."""

    lines: list[Line]
    older: str
    totals: Tally | None


def page_of(found: QuerySet[Visit], cursor: str, size: int) -> Page:
    """One page after a cursor ("" or an unreadable one: the latest).

    The tenth page and the thousandth cost the same: none of what lies before is read.
    """
    edge, first = CURSOR.fullmatch(cursor), not cursor
    if edge is not None:
        try:
            day, pk = dt.date.fromisoformat(edge[1]), int(edge[2])
        except ValueError:
            pass
        else:
            # The first condition is what the index can use.
            found = found.filter(Q(date__lte=day) & (Q(date__lt=day) | Q(pk__lt=pk)))
    try:
        # Worded by the ORM once, and asked twice.
        sql, values = found.order_by().values_list(*Line._fields).query.sql_with_params()
    except EmptyResultSet:
        return Page([], "", Tally(0, 0, 0) if first else None)
    with connection.cursor() as asked:
        asked.execute(LATEST.format(sql=sql, most=size + 1), values)
        rows = [Line._make(one) for one in asked.fetchall()]
        totals = None
        if first:
            asked.execute(TOTALS.format(sql=sql), values)
            totals = Tally(*asked.fetchone())
    older = f"{rows[size - 1].date}-{rows[size - 1].pk}" if len(rows) > size else ""
    return Page(rows[:size], older, totals)


def views_for(person_id: int) -> QuerySet[SavedView]:
    """One's own views and the EPN's, by name."""
    found: QuerySet[SavedView] = SavedView.objects.filter(Q(owner=person_id) | Q(owner__isnull=True))
    return found.order_by(Alphabetical("name"), "pk")


class ShownView(NamedTuple):
    """What the journal shows of a view that was kept."""

    name: str
    is_own: bool
    query: str


def views_above_the_journal(person_id: int) -> list[ShownView]:
    """The same ones, for every page of the journal: worded once, not by the ORM each time."""
    with connection.cursor() as cursor:
        cursor.execute(VIEWS, [person_id])
        rows = cursor.fetchall()
    return [ShownView(name, owner is not None, urlencode(json.loads(filters))) for name, filters, owner in rows]

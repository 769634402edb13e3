"""Half-days at the desk as a table."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from maillage.design.csv_export import ROWS_A_CHUNK, Cell
from tenants.activity.selectors import people_of_the_journal

SESSION_NAMES = (
    "date", "starts_at", "ends_at", "site", "tickets", "arrivals", "turned_away", "note", "waiting_median_minutes",
    "waiting_longest_minutes", "open_access_minutes", "open_access_users", "workstations", "animators",
)  # fmt: skip


def session_header() -> list[Cell]:
    return [
        _("Day"), _("From"), _("To"), _("Site"), _("Tickets"), _("Came"),
        pgettext_lazy("heading of a narrow column", "Turned away"), _("Note"), _("Waiting, median (minutes)"),
        _("Longest wait (minutes)"), _("Open access (minutes)"), _("People in open access"), _("Computers in use"),
        _("Animators"),
    ]  # fmt: skip


def whole_minutes(waited: dt.timedelta | None) -> int | None:
    return None if waited is None else int(waited.total_seconds() // 60)


def session_rows(found: QuerySet[Any]) -> Iterator[list[Cell]]:
    """`found`: with what those who were called had waited."""
    names = dict(people_of_the_journal())
    for one in found.iterator(chunk_size=ROWS_A_CHUNK):
        yield [
            one.date, one.starts_at, one.ends_at, one.site.name, one.tickets, one.arrivals, one.turned_away, one.note,
            whole_minutes(one.waited), whole_minutes(one.waited_longest), one.open_access_minutes,
            one.open_access_users, one.workstations, ", ".join(names.get(pk, "") for pk in one.animators),
        ]  # fmt: skip

"""Half-days at the desk as a table."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from maillage.design.csv_export import ROWS_A_CHUNK, Cell
from tenants.activity.models import CounterSession

SESSION_NAMES = ("date", "starts_at", "ends_at", "site", "tickets", "arrivals", "turned_away", "note")


def session_header() -> list[Cell]:
    return [
        _("Day"), _("From"), _("To"), _("Site"), _("Tickets"), _("Came"),
        pgettext_lazy("heading of a narrow column", "Turned away"), _("Note"),
    ]  # fmt: skip


def session_rows(found: QuerySet[CounterSession]) -> Iterator[list[Cell]]:
    for one in found.iterator(chunk_size=ROWS_A_CHUNK):
        yield [
            one.date, one.starts_at, one.ends_at, one.site.name, one.tickets, one.arrivals, one.turned_away, one.note,
        ]  # fmt: skip

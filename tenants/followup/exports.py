"""Follow-ups as tables, without a word of what is written in them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from maillage.design.csv_export import ROWS_A_CHUNK, Cell
from maillage.reference.selectors import label_of
from tenants.followup.codes import shown
from tenants.followup.models import ErasureRun, Step, Thread
from tenants.followup.rules import erased_on

STEP_NAMES = ("due_on", "code", "themes", "animator")
THREAD_NAMES = ("code", "opened_on", "themes", "animator", "last_activity", "closed_on", "ending", "erased_on")
ERASURE_NAMES = ("day", "threads", "steps", "months")


def _themes(thread: Thread) -> str:
    return "|".join(label_of("theme", one) for one in thread.themes)


def step_header() -> list[Cell]:
    return [_("To be done by"), _("Code"), _("Themes"), _("By whom")]


def step_rows(found: Iterable[Step]) -> Iterator[list[Cell]]:
    for one in found:
        yield [one.due_on, shown(one.thread.code), _themes(one.thread), one.animator.name]


def thread_header() -> list[Cell]:
    return [
        _("Code"), _("Opened on"), _("Themes"), _("Followed by"), _("Last activity"), _("Closed on"),
        _("How it ended"), _("Erased on"),
    ]  # fmt: skip


def thread_rows(found: QuerySet[Thread], months: int) -> Iterator[list[Cell]]:
    for one in found.iterator(chunk_size=ROWS_A_CHUNK):
        yield [
            shown(one.code), one.opened_on, _themes(one), one.animator.name, one.last_activity, one.closed_on,
            one.get_ending_display() if one.ending else "", erased_on(one.last_activity, months),
        ]  # fmt: skip


def erasure_header() -> list[Cell]:
    return [_("Day"), _("Follow-ups erased"), _("Steps erased"), _("Months kept")]


def erasure_rows(found: QuerySet[ErasureRun]) -> Iterator[list[Cell]]:
    for one in found.iterator(chunk_size=ROWS_A_CHUNK):
        yield [one.day, one.threads, one.steps, one.months]

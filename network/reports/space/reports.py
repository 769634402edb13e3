"""The reports that a funder may read: of its own packs, from the day they were sent, and never a draft."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, F, Func, JSONField, OuterRef, Value
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast

from network.funding.models import Grant
from network.reports.enums import State
from network.reports.models import FrozenReport, Report
from network.reports.space.whose import Whose

# As the funder knows it: what was sent back is with the network, whatever it does with it before it sends it again.
WITH_THE_NETWORK = (State.DRAFT, State.SIGNED, State.RETURNED)


@dataclass(frozen=True)
class SentReport:
    """A report as its last version that was sent says it; what is being corrected since then isn't told."""

    pk: int
    title: str
    first: dt.date
    last: dt.date
    number: int
    sent_at: dt.datetime
    state: str

    @property
    def waits(self) -> bool:
        return self.state == State.SENT


def _sent(funders: Iterable[int], **which: Any) -> list[SentReport]:
    """One statement. The words come from the frozen file: the report's own may be those of the next version."""
    said = Cast(Func(F("content"), Value("UTF8"), function="convert_from"), JSONField())
    found = (
        FrozenReport.objects.filter(
            report__pack_version__pack__funder__in=list(funders), report__deleted_at__isnull=True,
            sent_at__isnull=False, **which,
        )
        .annotate(**{f"said_{name}": KeyTextTransform(name, said) for name in ("title", "first", "last")})
        .order_by("report", "-number")
        .distinct("report")
        .values_list("report", "said_title", "said_first", "said_last", "number", "sent_at", "report__state")
    )  # fmt: skip
    rows = [
        SentReport(pk, title, dt.date.fromisoformat(first), dt.date.fromisoformat(last), number, sent_at, state)
        for pk, title, first, last, number, sent_at, state in found
    ]
    return sorted(rows, key=lambda one: (one.last, one.pk), reverse=True)


def reports_of(who: Whose) -> list[SentReport]:
    """Of the funder that is shown, the latest period first."""
    return _sent([who.funder.pk]) if who.funder is not None else []


def reports_about(grant: Grant, who: Whose) -> list[SentReport]:
    return _sent(who.ids, report__grants=grant)


def report_of(who: Whose, pk: int) -> Report | None:
    """A report of one of the reader's own funders that was sent; any other isn't there."""
    sent = FrozenReport.objects.filter(report=OuterRef("pk"), sent_at__isnull=False)
    found: Report | None = (
        Report.objects.filter(Exists(sent), pk=pk, pack_version__pack__funder__in=who.ids, deleted_at__isnull=True)
        .select_related("pack_version__pack__funder")
        .first()
    )
    return found


def may_be_undone(report: Report) -> bool:
    """As long as the network hasn't signed the next version: after that it is another report that waits."""
    return report.state in (State.RETURNED, State.ACCEPTED, State.REFUSED)


@dataclass(frozen=True)
class YearOfReports:
    year: int
    waiting: int
    returned: int
    accepted: int
    refused: int


def by_year(reports: Iterable[SentReport]) -> list[YearOfReports]:
    """By the year in which the period ends, the latest first."""
    states: dict[int, list[str]] = {}
    for one in reports:
        states.setdefault(one.last.year, []).append(one.state)
    return [
        YearOfReports(
            year=year,
            waiting=found.count(State.SENT),
            returned=sum(one in WITH_THE_NETWORK for one in found),
            accepted=found.count(State.ACCEPTED),
            refused=found.count(State.REFUSED),
        )
        for year, found in sorted(states.items(), reverse=True)
    ]

"""The reports that a funder may read: of its own packs, from the day they were sent, and never a draft."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

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

    @property
    def told_state(self) -> str:
        """For a program: `waiting`, `with_the_network`, `accepted` or `refused`."""
        return "waiting" if self.waits else "with_the_network" if self.state in WITH_THE_NETWORK else self.state


def _sent(funders: Iterable[int], **which: Any) -> list[SentReport]:
    """One statement. The words come from the frozen file: the report's own may be those of the next version."""
    found = (
        FrozenReport.objects.filter(
            report__pack_version__pack__funder__in=list(funders), report__deleted_at__isnull=True,
            sent_at__isnull=False, **which,
        )
        .order_by("report", "-number")
        .distinct("report")
        .values_list("report", "content", "number", "sent_at", "report__state")
    )  # fmt: skip
    rows = []
    for pk, file, number, sent_at, state in found:
        said = json.loads(bytes(file))
        first, last = (dt.date.fromisoformat(said[name]) for name in ("first", "last"))
        rows.append(SentReport(pk, said["title"], first, last, number, sent_at, state))
    return sorted(rows, key=lambda one: (one.last, one.pk), reverse=True)


def reports_of(who: Whose) -> list[SentReport]:
    """Of the funder that is shown, the latest period first."""
    return _sent([who.funder.pk]) if who.funder is not None else []


def reports_about(grant: Grant, who: Whose) -> list[SentReport]:
    return _sent(who.ids, report__grants=grant)


def sent_reports(funders: Iterable[int]) -> QuerySet[Report]:
    """Of these funders; a draft isn't there. What they say is `told_of`: their own words may be those of a draft."""
    sent = FrozenReport.objects.filter(report=OuterRef("pk"), sent_at__isnull=False)
    found: QuerySet[Report] = Report.objects.filter(
        Exists(sent), pack_version__pack__funder__in=list(funders), deleted_at__isnull=True
    )
    return found.select_related("pack_version__pack__funder")


def told_of(reports: Iterable[Report]) -> list[SentReport]:
    """In the same order, one statement."""
    rows = list(reports)
    said = {one.pk: one for one in _sent({one.pack_version.pack.funder_id for one in rows}, report__in=rows)}
    return [said[one.pk] for one in rows]


def report_of(who: Whose, pk: int) -> Report | None:
    """A report of one of the reader's own funders that was sent; any other isn't there."""
    return sent_reports(who.ids).filter(pk=pk).first()


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

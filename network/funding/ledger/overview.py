"""The money of the network at a glance: by year and funder, and everything that is due."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from network.funding.enums import ApplicationState, DueKind
from network.funding.models import CENT, Application, Call, Grant, Instalment, ReportDate

ZERO = Decimal(0)
SOON = 90  # days
OPEN = (ApplicationState.DRAFT, ApplicationState.SENT)


@dataclass
class YearRow:
    """Euros of one funder in one year. A grant counts in each year by the days of its period."""

    year: int
    funder: str
    secured: Decimal = ZERO
    asked: Decimal = ZERO  # whatever became of it, once it was sent
    waiting: Decimal = ZERO
    refused: Decimal = ZERO


def by_year(grant: Grant) -> dict[int, Decimal]:
    return over_years(grant.amount_eur, grant.starts_on, grant.ends_on)


def over_years(amount: Decimal, starts_on: dt.date, ends_on: dt.date) -> dict[int, Decimal]:
    """An amount over the years of a period, by days; what rounding leaves is the last year's."""
    days = (ends_on - starts_on).days + 1
    shares: dict[int, Decimal] = {}
    left = amount
    for year in range(starts_on.year, ends_on.year):
        first, last = max(starts_on, dt.date(year, 1, 1)), dt.date(year, 12, 31)
        shares[year] = (amount * ((last - first).days + 1) / days).quantize(CENT)
        left -= shares[year]
    shares[ends_on.year] = left
    return shares


def years(grants: Iterable[Grant], applications: Iterable[Application]) -> list[YearRow]:
    """The latest year first, funders by name."""
    rows: dict[tuple[int, str], YearRow] = {}

    def row(year: int, funder: str) -> YearRow:
        return rows.setdefault((year, funder), YearRow(year, funder))

    for grant in grants:
        for year, amount in by_year(grant).items():
            row(year, grant.funder.name).secured += amount
    for one in applications:
        if one.state in (ApplicationState.DRAFT, ApplicationState.WITHDRAWN):
            continue
        found = row(one.year, one.funder.name)
        found.asked += one.asked_eur
        if one.state == ApplicationState.SENT:
            found.waiting += one.asked_eur
        elif one.state == ApplicationState.REFUSED:
            found.refused += one.asked_eur
        elif one.state == ApplicationState.REDUCED and one.granted_eur is not None:
            found.refused += one.asked_eur - one.granted_eur
    return sorted(rows.values(), key=lambda one: (-one.year, one.funder.casefold()))


def total_of(rows: Iterable[YearRow], year: int) -> YearRow:
    whole = YearRow(year, "")
    for one in rows:
        if one.year == year:
            whole.secured += one.secured
            whole.asked += one.asked
            whole.waiting += one.waiting
            whole.refused += one.refused
    return whole


@dataclass(frozen=True)
class Due:
    """Something to do by a day. `grant_id` and `call_id` say where; `item_id` is its own, in its kind."""

    kind: DueKind
    item_id: int
    on: dt.date
    text: str
    funder: str
    amount: Decimal | None = None
    grant_id: int | None = None
    call_id: int | None = None

    def days(self, today: dt.date) -> int:
        return (self.on - today).days


def due(today: dt.date) -> list[Due]:
    """Everything that isn't done, by day: also what is late. A call or a grant that is over is no longer due."""
    found = [
        Due(DueKind.CALL, one.pk, one.deadline, one.title, one.funder.name, one.budget_eur, call_id=one.pk)
        for one in Call.objects.filter(deleted_at__isnull=True, deadline__gte=today).select_related("funder")
    ]
    alive = {"deleted_at__isnull": True, "grant__deleted_at__isnull": True}
    for part in Instalment.objects.filter(**alive, received_on__isnull=True).select_related("grant__funder"):
        text = f"{part.grant.title} · {part.label}"
        name = part.grant.funder.name
        found.append(Due(DueKind.INSTALMENT, part.pk, part.due_on, text, name, part.amount_eur, grant_id=part.grant_id))
    for date in ReportDate.objects.filter(**alive, done_on__isnull=True).select_related("grant__funder"):
        text = f"{date.grant.title} · {date.label}"
        found.append(Due(DueKind.REPORT, date.pk, date.due_on, text, date.grant.funder.name, grant_id=date.grant_id))
    for grant in Grant.objects.filter(deleted_at__isnull=True, ends_on__gte=today).select_related("funder"):
        found.append(Due(DueKind.END, grant.pk, grant.ends_on, grant.title, grant.funder.name, grant_id=grant.pk))
    return sorted(found, key=lambda one: (one.on, one.kind, one.item_id))


def parted(items: Iterable[Due], today: dt.date) -> list[tuple[str, list[Due]]]:
    """Late, soon, later; a part without anything isn't there."""
    parts: dict[str, list[Due]] = {_("Late"): [], _("In the next 90 days"): [], _("Later"): []}
    late, soon, later = parts.values()
    for one in items:
        days = one.days(today)
        (late if days < 0 else soon if days <= SOON else later).append(one)
    return [(name, found) for name, found in parts.items() if found]

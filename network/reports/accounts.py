"""What the accounts of a report's own grants say of its months, in euros and cents."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models import Q, Sum

from network.funding.enums import GrantKind
from network.funding.ledger.overview import over_years
from network.funding.ledger.selectors import CHARGED
from network.funding.models import CENT, Expense, Grant, Instalment
from network.reports.counting import last_day
from network.reports.enums import MoneyOf
from network.reports.sources import MoneySource

ZERO = Decimal(0)


@dataclass
class Accounts:
    """All of them together; `categories` of what was spent in the months."""

    granted: Decimal = ZERO
    received: Decimal = ZERO
    left: Decimal = ZERO
    categories: dict[str, Decimal] = field(default_factory=lambda: defaultdict(Decimal))

    @property
    def spent(self) -> Decimal:
        return sum(self.categories.values(), ZERO)

    def of(self, source: MoneySource) -> Decimal:
        if source.of == MoneyOf.SPENT:
            return self.categories[source.category] if source.category else self.spent
        return {MoneyOf.GRANTED: self.granted, MoneyOf.RECEIVED: self.received, MoneyOf.LEFT: self.left}[source.of]


def granted_in(grant: Grant, first: dt.date, last: dt.date) -> Decimal:
    return part_in(grant, grant.amount_eur, first, last)


def part_in(grant: Grant, amount: Decimal, first: dt.date, last: dt.date) -> Decimal:
    """The part of an amount of a grant for some days of its period.

    Parts that follow each other add up to the amount; whole years are the ledger's.
    """

    def until(day: dt.date, year: int, euros: Decimal) -> Decimal:
        begin, end = max(grant.starts_on, dt.date(year, 1, 1)), min(grant.ends_on, dt.date(year, 12, 31))
        gone = (min(day, end) - begin).days + 1
        return ZERO if gone <= 0 else (euros * gone / ((end - begin).days + 1)).quantize(CENT)

    before = first - dt.timedelta(days=1)
    years = over_years(amount, grant.starts_on, grant.ends_on)
    return sum((until(last, year, euros) - until(before, year, euros) for year, euros in years.items()), ZERO)


def read_accounts(grants: Sequence[Grant], first: dt.date, last: dt.date) -> Accounts:
    """Two statements. `first` and `last` are first days of months."""
    end, own = last_day(last), [one.pk for one in grants]
    found = Accounts()
    alive = Expense.objects.filter(grant__in=own, deleted_at__isnull=True, spent_on__lte=end).order_by()
    found.left = sum((one.amount_eur for one in grants), ZERO)
    sums = alive.values_list("category").annotate(here=Sum(CHARGED, filter=Q(spent_on__gte=first)), ever=Sum(CHARGED))
    for category, here, ever in sums:
        found.categories[category] += here or ZERO
        found.left -= ever
    instalments: dict[int, list[Instalment]] = defaultdict(list)
    for one in Instalment.objects.filter(grant__in=own, deleted_at__isnull=True).order_by("pk"):
        instalments[one.grant_id].append(one)
    for grant in grants:
        euros = granted_in(grant, first, end)
        found.granted += euros
        parts = instalments[grant.pk]
        if not parts and grant.kind in (GrantKind.OWN, GrantKind.IN_KIND):
            found.received += euros  # nobody sends it: it is there, day by day
        else:
            received = (one.amount_eur for one in parts if one.received_on and first <= one.received_on <= end)
            found.received += sum(received, ZERO)
    return found

"""What a funder may read of the ledger: its own grants, without a name, a supplier or another funder's euro."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, Sum

from maillage.spreadsheets.texts import folded
from network.directory.models import Card
from network.directory.selectors import COMMUNE_KEY
from network.funding.enums import AllocationKind, ExpenseCategory
from network.funding.ledger.selectors import CHARGED, ZERO, Account, accounts, grants
from network.funding.models import Allocation, Expense, Grant
from network.reports.accounts import part_in
from network.reports.counting import last_day
from network.reports.space.whose import Whose
from tenants.registry.models import Epn


def accounts_of(who: Whose, today: dt.date) -> list[Account]:
    """The grants of the funder that is shown, the latest first, in five statements."""
    if who.funder is None:
        return []
    return accounts(grants().filter(funder=who.funder), today)


def grant_of(who: Whose, pk: int) -> Grant | None:
    """A grant of one of the reader's own funders; somebody else's isn't there."""
    found: Grant | None = grants().filter(pk=pk, funder__in=who.ids).first()
    return found


@dataclass(frozen=True)
class Category:
    """What was charged to a grant in one category. Neither words nor suppliers: they may hold names."""

    category: ExpenseCategory
    lines: int
    euros: Decimal


def spent_by_category(grant: Grant) -> list[Category]:
    found = Expense.objects.filter(grant=grant, deleted_at__isnull=True).order_by().values("category")
    rows = {one["category"]: one for one in found.annotate(lines=Count("pk"), euros=Sum(CHARGED))}
    return [
        Category(category, rows[category]["lines"], rows[category]["euros"])
        for category in ExpenseCategory
        if category in rows
    ]


@dataclass(frozen=True)
class Purpose:
    """For what part of a grant is: an EPN by its name, else the kind. The words of a line aren't shown."""

    kind: str
    epn: str
    euros: Decimal


def purposes(account: Account, names: dict[int, str]) -> list[Purpose]:
    return [
        Purpose(str(AllocationKind(one.kind).label), names.get(one.epn_id or 0, ""), one.euros)
        for one in account.allocations
    ]


@dataclass(frozen=True)
class Place:
    """An EPN of the perimeter. `commune`: its code, or postcode and town."""

    epn: int
    name: str
    commune: str


@dataclass(frozen=True)
class Perimeter:
    """The EPN that a funder's grants fund in some months. `whole`: a grant names none, so it is for all of them."""

    places: tuple[Place, ...]
    whole: bool

    @property
    def keys(self) -> list[str]:
        return [str(one.epn) for one in self.places]


@dataclass(frozen=True)
class Share:
    """A grant, and its parts that are for an EPN."""

    grant: Grant
    parts: tuple[Allocation, ...]

    def runs_in(self, months: Collection[dt.date]) -> bool:
        return euros_in(self.grant, self.grant.amount_eur, months) > 0


def euros_in(grant: Grant, amount: Decimal, months: Collection[dt.date]) -> Decimal:
    """The part of an amount of a grant that falls in some months, as a report counts it."""
    return sum((part_in(grant, amount, one, last_day(one)) for one in months), ZERO)


def shares_of(who: Whose) -> list[Share]:
    """The grants of the funder that is shown with their parts for EPN, in two statements."""
    found = list(grants().filter(funder=who.funder)) if who.funder is not None else []
    parts: dict[int, list[Allocation]] = {}
    lines = Allocation.objects.filter(grant__in=[grant.pk for grant in found], deleted_at__isnull=True)
    for one in lines.filter(epn_id__isnull=False).order_by("pk"):  # money, equipment or a post, as in a report
        parts.setdefault(one.grant_id, []).append(one)
    for grant in found:
        for one in parts.get(grant.pk, []):
            one.grant = grant
    return [Share(grant, tuple(parts.get(grant.pk, []))) for grant in found]


def euros_by_epn(found: Iterable[Share], months: Collection[dt.date]) -> dict[int, Decimal]:
    """What the funder's own grants give to each EPN that they name, for these months."""
    euros: dict[int, Decimal] = {}
    for one in found:
        for part in one.parts:
            if part.epn_id is not None and one.runs_in(months):
                euros[part.epn_id] = euros.get(part.epn_id, ZERO) + euros_in(one.grant, part.euros, months)
    return euros


def perimeter(found: Iterable[Share], months: Collection[dt.date]) -> Perimeter:
    """The cards of the EPN: one statement, two where one has no card. A grant that names no EPN is for all of them."""
    running = [one for one in found if one.runs_in(months)]
    if not running:
        return Perimeter((), False)
    whole = any(not one.parts for one in running)
    cards = Card.objects.annotate(key=COMMUNE_KEY).order_by()
    named = list(euros_by_epn(running, months))
    chosen = cards.filter(archived_at__isnull=True) if whole else cards.filter(epn_id__in=named)
    places = [Place(*row) for row in chosen.values_list("epn_id", "name", "key")]
    if without := set(named) - {one.epn for one in places}:
        bare = Epn.objects.filter(pk__in=without).values_list("pk", "space__name")
        places += [Place(pk, name, "") for pk, name in bare]
    return Perimeter(tuple(sorted(places, key=lambda one: (folded(one.name), one.epn))), whole)

"""The same euro counted twice: found before something is sent, and said; nothing is refused for it.

Three questions: is one invoice charged for more than all of itself; does a grant pay for more than it is; and has an
EPN, in a year, more than an EPN costs (the cost model of that year)?
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Sum
from django.utils.translation import gettext as _

from maillage.design.numbers import day_label, euros, number
from maillage.spreadsheets.texts import folded
from network.funding.ledger.overview import by_year
from network.funding.ledger.selectors import Account, accounts, grants
from network.funding.models import Application, Expense
from network.funding.selectors import cost_model_on

WHOLE = Decimal(100)


@dataclass(frozen=True)
class Finding:
    """`grants` are the accounts that it concerns, `epn` the EPN."""

    text: str
    grants: frozenset[int] = frozenset()
    epn: frozenset[int] = frozenset()


def findings(names: dict[int, str], today: dt.date, asking: Application | None = None) -> list[Finding]:
    """Of the whole network; `asking` counts as if it were accepted, in equal parts to its EPN."""
    found = accounts(grants(), today)
    return [*_invoices(found), *_overdrawn(found), *_more_than_it_costs(found, names, asking)]


def of_grant(found: Iterable[Finding], grant_id: int) -> list[Finding]:
    return [one for one in found if grant_id in one.grants]


def of_application(found: Iterable[Finding], application: Application) -> list[Finding]:
    """What concerns its EPN; what concerns money that is there already is said too, where it asks for the network."""
    own = set(application.epn_ids)
    return [one for one in found if not own or own & one.epn]


def _invoices(found: Iterable[Account]) -> Iterable[Finding]:
    """Only lines whose day and amount come to more than the whole are read one by one."""
    by_grant = {account.grant.pk: account for account in found}
    alive = Expense.objects.filter(grant__in=by_grant, deleted_at__isnull=True)
    twice = alive.order_by().values("spent_on", "amount_eur").annotate(share=Sum("percent")).filter(share__gt=WHOLE)
    suspects = set(twice.values_list("spent_on", "amount_eur"))
    same: dict[tuple[dt.date, Decimal, str], list[tuple[Account, Expense]]] = defaultdict(list)
    for one in alive.filter(spent_on__in={day for day, _amount in suspects}).order_by("pk") if suspects else ():
        if (one.spent_on, one.amount_eur) in suspects:
            key = (one.spent_on, one.amount_eur, folded(one.reference or one.label))
            same[key].append((by_grant[one.grant_id], one))
    for (day, amount, _key), charged in same.items():
        share = sum((one.percent for _account, one in charged), Decimal(0))
        if share <= WHOLE:
            continue
        told = ", ".join(dict.fromkeys(account.grant.title for account, _one in charged))
        text = _("“%(what)s” of %(day)s (%(amount)s) is charged at %(share)s %% in all: %(grants)s.") % {
            "what": charged[0][1].label,
            "day": day_label(day),
            "amount": euros(amount),
            "share": number(share.normalize()),
            "grants": told,
        }
        yield Finding(text, grants=frozenset(account.grant.pk for account, _one in charged))


def _overdrawn(found: Iterable[Account]) -> Iterable[Finding]:
    for account in found:
        if account.balance.spent > account.balance.granted:
            text = _("“%(grant)s”: %(spent)s are charged to a grant of %(granted)s.") % {
                "grant": account.grant.title,
                "spent": euros(account.balance.spent),
                "granted": euros(account.balance.granted),
            }
            yield Finding(text, grants=frozenset({account.grant.pk}))


def _more_than_it_costs(
    found: Iterable[Account], names: dict[int, str], asking: Application | None
) -> Iterable[Finding]:
    given: dict[tuple[int, int], Decimal] = defaultdict(Decimal)
    behind: dict[tuple[int, int], set[int]] = defaultdict(set)
    for account in found:
        years = by_year(account.grant)
        for one in account.allocations:
            if one.epn_id is None:
                continue
            for year, amount in years.items():
                given[one.epn_id, year] += one.euros * amount / account.grant.amount_eur
                behind[one.epn_id, year].add(account.grant.pk)
    asked: set[tuple[int, int]] = set()
    if asking is not None:
        for epn in asking.epn_ids:
            given[epn, asking.year] += asking.asked_eur / len(asking.epn_ids)
            asked.add((epn, asking.year))
    costs = {year: cost_model_on(dt.date(year, 12, 31)) for year in {year for _epn, year in given}}
    for epn, year in sorted(given, key=lambda one: (-one[1], names.get(one[0], "").casefold())):
        cost = costs[year]
        amount = given[epn, year].quantize(Decimal("0.01"))
        if cost is None or amount <= cost.amount_eur:
            continue
        text = (
            _("%(epn)s in %(year)s: %(given)s with this application, and one EPN costs %(cost)s.")
            if (epn, year) in asked
            else _("%(epn)s in %(year)s: %(given)s are allocated, and one EPN costs %(cost)s.")
        )
        words = {"epn": names.get(epn, str(epn)), "year": year, "given": euros(amount), "cost": euros(cost.amount_eur)}
        yield Finding(text % words, grants=frozenset(behind[epn, year]), epn=frozenset({epn}))

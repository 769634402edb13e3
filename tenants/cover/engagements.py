"""People at work, as the cover counts them: a contract with its known end, cut where its hours a week change."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from tenants.cover.enums import Holding
from tenants.staff.models import Contract
from tenants.staff.terms import Stretch, stretches

ARTICLE_60 = "art60"
NOBODY_YET = 0  # the contract and the person of somebody who is only imagined
FULL_TIME = Decimal(38)
NOTHING = Decimal(0)


@dataclass(frozen=True)
class Engagement:
    """`at_work` leaves breaks out. `last_day` is None for a contract without a known end."""

    contract_id: int
    member_id: int
    type: str
    counts_in_fte: bool
    begins: dt.date
    last_day: dt.date | None
    at_work: tuple[Stretch, ...]

    @property
    def holding(self) -> Holding:
        if not self.counts_in_fte:
            return Holding.APART
        if self.type == ARTICLE_60:
            return Holding.ARTICLE_60
        return Holding.LASTING if self.last_day is None else Holding.ENDING

    def runs_on(self, day: dt.date) -> bool:
        return self.begins <= day and (self.last_day is None or self.last_day >= day)

    def terms_on(self, day: dt.date) -> Stretch | None:
        """None before the contract, after it and in a break."""
        return next((one for one in self.at_work if one.first <= day <= one.last), None)

    def hours_on(self, day: dt.date) -> Decimal:
        found = self.terms_on(day)
        return NOTHING if found is None else found.hours_per_week

    def fte_on(self, day: dt.date) -> Decimal:
        found = self.terms_on(day)
        return NOTHING if found is None or not self.counts_in_fte else found.fte


def engagements(
    contracts: Iterable[Contract], in_fte: frozenset[str], first: dt.date, last: dt.date
) -> list[Engagement]:
    """What of these contracts is at work from `first` to `last`. Reads their former terms and breaks: prefetch both."""
    found = [
        Engagement(
            contract_id=one.pk,
            member_id=one.member_id,
            type=one.type,
            counts_in_fte=one.type in in_fte,
            begins=one.starts_on,
            last_day=one.ends_on,
            at_work=tuple(stretches(one, first, last)),
        )
        for one in contracts
    ]
    return [one for one in found if one.begins <= last and (one.last_day is None or one.last_day >= first)]


def imagined(*, hours: Decimal, begins: dt.date, until: dt.date | None, last: dt.date) -> Engagement:
    """Somebody who isn't there: so many hours a week of 38, from one day to another."""
    ends = min(until or last, last)
    at_work = (Stretch(begins, ends, hours, max(hours, FULL_TIME)),) if begins <= ends else ()
    return Engagement(NOBODY_YET, NOBODY_YET, "", True, begins, until, at_work)

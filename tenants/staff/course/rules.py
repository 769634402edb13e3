"""What can't be in the course of a contract: a change of hours, a break, shares of who pays. Nothing is written."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext as _

from maillage.design.numbers import day_label, number
from tenants.staff.enums import BreakKind
from tenants.staff.models import Contract, ContractBreak, FormerTerms
from tenants.staff.rules import END_AHEAD, LAST_DAY, LONGEST_EMPLOYER
from tenants.staff.wording import Problems, problem

ONE_DAY = dt.timedelta(days=1)
WHOLE = Decimal(100)
MOST_PAYERS = 10


@dataclass(frozen=True)
class Share:
    """Who bears which part of the cost, in per cent."""

    payer: str
    percent: Decimal
    grant: int | None = None  # the network's, by its number there


def amendment_problems(
    contract: Contract, former: Iterable[FormerTerms], *, starts_on: dt.date, hours: Decimal, full_time: Decimal
) -> Problems:
    """Of other hours from a day on, up to the next change where there is one."""
    every = list(former)
    held = held_from(contract, every, starts_on)
    if starts_on <= contract.starts_on:
        text = _("The contract starts on %(day)s: correct its hours instead, if they were wrong from the start.")
        return {"starts_on": [problem(text, "from_the_start", day=day_label(contract.starts_on))]}
    if starts_on > (contract.ends_on or LAST_DAY) or starts_on > timezone.localdate() + END_AHEAD:
        return {"starts_on": [problem(_("The contract has ended by then. Choose an earlier day."), "after_the_end")]}
    if starts_on - ONE_DAY in {one.until for one in every}:
        text = _("The hours change on %(day)s already. Choose another day, or remove that change first.")
        return {"starts_on": [problem(text, "on_another", day=day_label(starts_on))]}
    if (hours, full_time) == (held.hours_per_week, held.full_time_hours):
        return {"hours_per_week": [problem(_("These are the hours of that day: nothing would change."), "the_same")]}
    return {}


def held_from(contract: Contract, former: Iterable[FormerTerms], day: dt.date) -> Contract | FormerTerms:
    """What says the hours of a day: the earliest former terms that reach it, else the contract itself."""
    reaching = [one for one in former if one.until >= day]
    return min(reaching, key=lambda one: one.until, default=contract)


def break_problems(
    contract: Contract, others: Iterable[ContractBreak], *, kind: str, starts_on: dt.date, ends_on: dt.date | None
) -> Problems:
    """Both days belong to a break; one without an end goes on."""
    if kind not in BreakKind.values:
        return {"kind": [problem(_("This answer doesn't exist. Choose one from the list."), "unknown_kind")]}
    if starts_on < contract.starts_on:
        text = _("The contract starts on %(day)s, after this break.")
        return {"starts_on": [problem(text, "before_the_start", day=day_label(contract.starts_on))]}
    last = contract.ends_on or timezone.localdate() + END_AHEAD
    if starts_on > last:
        text = _("The contract ends on %(day)s, before this break.")
        return {"starts_on": [problem(text, "after_the_end", day=day_label(last))]}
    if ends_on is not None and ends_on < starts_on:
        text = _("The end is before the start (%(day)s): correct one of the two days.")
        return {"ends_on": [problem(text, "end_before_start", day=day_label(starts_on))]}
    if ends_on is not None and ends_on > last:
        text = _("The contract ends on %(day)s: write that day, or an earlier one.")
        return {"ends_on": [problem(text, "after_the_end", day=day_label(last))]}
    for one in others:
        if one.starts_on <= (ends_on or LAST_DAY) and (one.ends_on or LAST_DAY) >= starts_on:
            text = _("There is a break from %(day)s already, and this one overlaps it. Correct that one instead.")
            return {"starts_on": [problem(text, "overlaps", day=day_label(one.starts_on))]}
    return {}


def payer_problems(shares: Sequence[Share], grants: Collection[int] = ()) -> Problems:
    """Shares add up to 100 %, or there are none. `grants`: those of the network that may be named."""
    names = [one.payer.strip().casefold() for one in shares]
    if any("\0" in one.payer or not 0 < len(one.payer.strip()) <= LONGEST_EMPLOYER for one in shares):
        text = _("Each share needs the name of who pays: at most %(longest)s characters.")
        return {"payers": [problem(text, "name", longest=LONGEST_EMPLOYER)]}
    if len(shares) > MOST_PAYERS:
        return {"payers": [problem(_("At most %(most)s payers."), "too_many", most=MOST_PAYERS)]}
    if len(set(names)) < len(names):
        return {"payers": [problem(_("The same payer stands here twice. Add the two shares up."), "twice")]}
    named = [one.grant for one in shares if one.grant is not None]
    if not set(named) <= set(grants):
        return {"payers": [problem(_("The network has no such grant for this EPN."), "unknown_grant")]}
    if len(set(named)) < len(named):
        return {"payers": [problem(_("The same grant stands here twice. Add the two shares up."), "twice")]}
    if any(not 0 < one.percent <= WHOLE for one in shares):
        return {"payers": [problem(_("A share is more than 0 and at most 100 %."), "out_of_range")]}
    total = sum((one.percent for one in shares), Decimal(0))
    if not shares or total == WHOLE:
        return {}
    if total < WHOLE:
        text = _("The shares add up to %(total)s %%: %(rest)s %% are missing. Who pays them?")
    else:
        text = _("The shares add up to %(total)s %%: %(rest)s %% too much. Correct one of them.")
    words = {"total": number(total.normalize()), "rest": number(abs(WHOLE - total).normalize())}
    return {"payers": [problem(text, "not_a_whole", **words)]}

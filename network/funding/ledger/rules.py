"""What a line of the ledger must obey: pure checks that give what is wrong by field, in words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from maillage.design.numbers import day_label, euros, number
from network.funding.enums import AllocationKind, ApplicationState, FunderKind, GrantKind
from network.funding.models import Allocation, Application, ApplicationStep, Call, Expense, Grant

Problems = dict[str, str | Promise]
WHOLE = Decimal(100)

# From where to where an application goes. Everything else is taken back step by step.
NEXT: dict[str, tuple[ApplicationState, ...]] = {
    ApplicationState.DRAFT: (ApplicationState.SENT, ApplicationState.WITHDRAWN),
    ApplicationState.SENT: (
        ApplicationState.ACCEPTED, ApplicationState.REDUCED, ApplicationState.REFUSED, ApplicationState.WITHDRAWN,
    ),
    ApplicationState.ACCEPTED: (ApplicationState.WITHDRAWN,),
    ApplicationState.REDUCED: (ApplicationState.WITHDRAWN,),
    ApplicationState.REFUSED: (),
    ApplicationState.WITHDRAWN: (),
}  # fmt: skip
NEEDS_A_REASON = (ApplicationState.REFUSED, ApplicationState.REDUCED)


def call_problems(call: Call) -> Problems:
    if call.opens_on and call.deadline and call.deadline < call.opens_on:
        return {"deadline": _("The deadline is before the day on which the call opens.")}
    return {}


def application_problems(application: Application) -> Problems:
    if application.call is not None and application.call.funder_id != application.funder_id:
        return {"call": _("This call is another funder's.")}
    return {}


def step_problems(
    application: Application, last: ApplicationStep | None, *, state: str, on: dt.date, amount: Decimal | None,
    reason: str, today: dt.date,
) -> Problems:  # fmt: skip
    found: Problems = {}
    if state not in NEXT[application.state]:
        found["state"] = _("From “%(now)s”, an application can't become this.") % {
            "now": application.get_state_display()
        }
    if on > today:
        found["on"] = _("This day hasn't come yet.")
    elif last is not None and on < last.on:
        found["on"] = _("This is before the last step, on %(day)s.") % {"day": day_label(last.on)}
    if state in NEEDS_A_REASON and not reason:
        found["reason"] = _("Write the reason that the funder gave.")
    if state == ApplicationState.REDUCED:
        if amount is None:
            found["amount_eur"] = _("Write how much was granted.")
        elif amount >= application.asked_eur:
            found["amount_eur"] = _("This isn't less than the %(asked)s that were asked.") % {
                "asked": euros(application.asked_eur)
            }
    return found


def grant_problems(grant: Grant, allocations: Iterable[Allocation], expenses: Iterable[Expense]) -> Problems:
    """Also when a grant changes: what stands in it must still fit."""
    found: Problems = {}
    if grant.ends_on < grant.starts_on:
        found["ends_on"] = _("The grant ends before it starts.")
        return found
    if grant.application is not None and grant.application.funder_id != grant.funder_id:
        found["application"] = _("This application was another funder's.")
    if grant.kind == GrantKind.OWN and grant.funder.kind != FunderKind.OWN:
        found["kind"] = _("Own funds come from a funder of the kind “our own funds”.")
    given = allocated(grant, allocations)
    if given > grant.amount_eur:
        found["amount_eur"] = _("%(given)s of it are allocated already.") % {"given": euros(given)}
    outside = [one.spent_on for one in expenses if not grant.covers(one.spent_on)]
    if outside:
        found["ends_on"] = _("An expense of %(day)s would be outside the period.") % {"day": day_label(outside[0])}
    return found


def allocated(grant: Grant, allocations: Iterable[Allocation]) -> Decimal:
    total = Decimal(0)
    for one in allocations:
        one.grant = grant
        total += one.euros
    return total


def allocation_problems(new: Allocation, others: Iterable[Allocation]) -> Problems:
    """`others` are those of the same grant besides it."""
    found: Problems = {}
    if (new.amount_eur is None) == (new.percent is None):
        found["amount_eur"] = _("Write an amount or a share: one of the two.")
        return found
    if new.kind == AllocationKind.EPN and new.epn_id is None:
        found["epn_id"] = _("Say which EPN.")
    if new.kind == AllocationKind.POST and not new.label:
        found["label"] = _("Describe the post, without the person's name.")
    left = new.grant.amount_eur - allocated(new.grant, others)
    if new.euros > left:
        share = left * WHOLE / new.grant.amount_eur
        text = _("More than 100 %% of the grant would be allocated. What is left: %(left)s (%(share)s %%).")
        field = "percent" if new.amount_eur is None else "amount_eur"
        found[field] = text % {"left": euros(left), "share": number(share, 0 if share == int(share) else 2)}
    return found


def expense_problems(grant: Grant, spent_on: dt.date) -> Problems:
    if grant.covers(spent_on):
        return {}
    text = _("Outside the period of this grant: %(first)s to %(last)s.")
    return {"spent_on": text % {"first": day_label(grant.starts_on), "last": day_label(grant.ends_on)}}


def instalment_problems(amount: Decimal, others: Iterable[Decimal], grant: Grant) -> Problems:
    left = grant.amount_eur - sum(others, Decimal(0))
    if amount <= left:
        return {}
    return {"amount_eur": _("The instalments would be more than the grant. What is left: %(left)s.")
            % {"left": euros(left)}}  # fmt: skip

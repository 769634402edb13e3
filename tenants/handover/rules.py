"""When access ends with a contract, and what may be written about what somebody holds."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import TypedDict

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from maillage.design.numbers import day_label
from tenants.handover.enums import Held
from tenants.staff.models import Contract
from tenants.staff.rules import FIRST_DAY
from tenants.staff.wording import Problems, problem

TOLD_BEFORE = dt.timedelta(days=14)  # before the last day
LEAST_NOTICE = dt.timedelta(days=7)  # whatever the contract says, nobody is shut out sooner after being told
KEPT_AT_MOST = dt.timedelta(days=366)
LONGEST_LABEL = 120
ONE_DAY = dt.timedelta(days=1)


def last_day(contracts: Iterable[Contract], elsewhere: Mapping[int, dt.date]) -> dt.date | None:
    """The last day of somebody's contracts together; None without a contract, and where one has no end.

    `elsewhere`: ends by contract that another app knows better, as that of the CPAS (`tenants.staff.known_ends`).
    """
    ends = [elsewhere.get(one.pk, one.ends_on) for one in contracts]
    known = [day for day in ends if day is not None]
    return max(known) if known and len(known) == len(ends) else None


def first_day_without(last: dt.date, told_on: dt.date) -> dt.date:
    """From which day on the person gets in no more: after the last day, and a week after they were told at least."""
    return max(last + ONE_DAY, told_on + LEAST_NOTICE)


class ThingFacts(TypedDict, total=False):
    """What one says of a thing held. A new one needs all but `returned_on`."""

    kind: str
    label: str
    since: dt.date
    returned_on: dt.date | None


def thing_problems(facts: ThingFacts) -> Problems:
    found: Problems = {}
    label, since, returned = facts.get("label") or "", facts.get("since"), facts.get("returned_on")
    if facts.get("kind") not in Held.values:
        found["kind"] = [problem(_("Choose one from the list."), "unknown_kind")]
    if not label.strip():
        found["label"] = [problem(_("What is it? For instance: key of the front door."), "required")]
    elif "\0" in label:
        found["label"] = [problem(_("There is a character in it that can't be saved. Type it again."), "null")]
    elif len(label) > LONGEST_LABEL:
        found["label"] = [
            problem(_("This is too long: at most %(longest)s characters."), "too_long", longest=LONGEST_LABEL)
        ]
    for field, day in (("since", since), ("returned_on", returned)):
        if day is not None and not FIRST_DAY <= day <= timezone.localdate():
            found[field] = [problem(_("Check the day: it is in the future, or too long ago."), "out_of_range")]
    if since is None:
        found["since"] = [problem(_("Since when? Today, if you don't know."), "required")]
    elif returned is not None and returned < since:
        text = _("It can't be given back before it was received (%(day)s).")
        found["returned_on"] = [problem(text, "end_before_start", day=day_label(since))]
    return found


def kept_problems(until: dt.date | None, today: dt.date) -> list[ValidationError]:
    if until is None:
        return [problem(_("Until which day?"), "required")]
    if until < today:
        return [problem(_("This day is over. Choose today or later."), "past")]
    if until > today + KEPT_AT_MOST:
        return [problem(_("At most one year from now. You can prolong it then."), "too_late")]
    return []

"""What a closing must be. Pure checks."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from tenants.premises.enums import ClosingReason
from tenants.premises.rules import Problems, problem

FIRST_DAY = dt.date(2000, 1, 1)
FURTHEST = dt.timedelta(days=3 * 366)
LONGEST = 366  # days: what is shut for longer is a site to close


def closing_problems(first: Any, last: Any, reason: str, today: dt.date) -> Problems:
    found: dict[str, ValidationError] = {}
    for name, day in (("first_day", first), ("last_day", last)):
        if not isinstance(day, dt.date):
            found[name] = problem(_("Enter a date."), "required")
        elif not FIRST_DAY <= day <= today + FURTHEST:
            found[name] = problem(_("This day is too far away."), "too_far")
    if not found and last < first:
        found["last_day"] = problem(_("The last day comes before the first one."), "end_before_start")
    elif not found and (last - first).days >= LONGEST:
        found["last_day"] = problem(_("This is longer than a year. Close the site instead."), "too_long")
    if reason and reason not in ClosingReason.values:
        found["reason"] = problem(_("“%(value)s” is not in the list."), "unknown_code", value=reason)
    return {name: [one] for name, one in found.items()}

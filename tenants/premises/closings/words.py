"""A closing in words, and as cards and programs get it."""

from __future__ import annotations

import datetime as dt
from typing import TypedDict

from django.utils.translation import gettext as _

from maillage.design.numbers import day_label
from tenants.premises.enums import ClosingReason
from tenants.premises.models import Closing


class ClosedDays(TypedDict):
    """`first` and `last` are closed too: `2026-07-20`. `reason` is a code, or empty."""

    first: str
    last: str
    reason: str


def closed_days_of(one: Closing) -> ClosedDays:
    return {"first": one.first_day.isoformat(), "last": one.last_day.isoformat(), "reason": one.reason}


def closing_in_words(first: dt.date, last: dt.date, reason: str = "") -> str:
    """ "closed from 20 July 2026 to 31 July 2026 (holidays)" """
    days = {"first": day_label(first), "last": day_label(last)}
    text = _("closed on %(first)s") % days if first == last else _("closed from %(first)s to %(last)s") % days
    if reason not in ClosingReason.values:
        return text
    return _("%(closed)s (%(reason)s)") % {"closed": text, "reason": ClosingReason(reason).label}

"""Weeks, hours and half-days in words, in the reader's language."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from django.utils import formats
from django.utils.translation import gettext as _

from maillage.design.numbers import NBSP, NOT_KNOWN, Number, number
from tenants.cover.enums import WeekState
from tenants.cover.weeks import AN_HOUR, Week

ICONS = {
    WeekState.NOBODY: "close",
    WeekState.SHORT: "warning",
    WeekState.ONE: "person",
    WeekState.HELD: "people",
    WeekState.CLOSED: "lock",
    WeekState.UNKNOWN: "help",
}


def span(monday: dt.date) -> str:
    """2–8 nov., 30 nov. – 6 déc."""
    sunday = monday + dt.timedelta(days=6)
    last = formats.date_format(sunday, "j N")
    if monday.month == sunday.month:
        return f"{monday.day}–{last}"
    return f"{formats.date_format(monday, 'j N')} – {last}"


def span_of_year(monday: dt.date) -> str:
    """With its year: 1–7 févr. 2027."""
    return f"{span(monday)} {(monday + dt.timedelta(days=6)).year}"


def plain(value: Number | None, decimals: int = 1) -> str:
    """At most one decimal, and none where it would be a zero."""
    if value is None:
        return NOT_KNOWN
    rounded = round(Decimal(str(value)), decimals)
    return number(rounded, 0 if rounded == rounded.to_integral_value() else decimals)


def hours(value: Number | None) -> str:
    return NOT_KNOWN if value is None else f"{plain(value)}{NBSP}h"


def of_week(week: Week) -> str:
    """Covered: 19 h of 28 h."""
    covered = week.covered_minutes / AN_HOUR
    return _("%(given)s of %(asked)s") % {"given": hours(covered), "asked": hours(week.needed_hours)}

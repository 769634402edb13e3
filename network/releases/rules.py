"""What may be released, and when: pure checks, each with what to do about it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from maillage.design.free_text import problems as personal_data_problems
from network.releases.periods import Period

LONGEST_REASON = 1000


def period_problems(
    period: Period,
    *,
    today: dt.date,
    as_of: dt.datetime | None,
    first_month: dt.date | None,
    released: Collection[Period],
) -> list[ValidationError]:
    """Why a period can't be released (yet). `released` are the periods of the releases there are."""
    if first_month is None or period.last < first_month:
        return [ValidationError(_("Nothing is known of %(period)s: choose a later period.") % {"period": period.name})]
    if period.last >= today:
        told = _("%(period)s is still open: it can be released from %(day)s on.")
        return [
            ValidationError(
                told % {"period": period.name, "day": date_format(period.last + dt.timedelta(days=1))}, "open"
            )
        ]
    if as_of is None or timezone.localtime(as_of).date() <= period.last:
        told = _("The figures of %(period)s have not all arrived yet. They are checked every five minutes: try later.")
        return [ValidationError(told % {"period": period.name}, "as_of")]
    for other in released:
        if other.contains(period):
            told = _("%(period)s is released already, with %(other)s: correct that release instead.")
            return [ValidationError(told % {"period": period.name, "other": other.name}, "released")]
    return []


def reason_problems(reason: str) -> list[ValidationError]:
    """The reason of a correction: everybody reads it."""
    if not reason.strip():
        return [ValidationError(_("Say why the release is corrected: everybody reads it."), "required")]
    if "\0" in reason:
        return [ValidationError(_("There is a character in it that can't be saved. Type it again."), "null")]
    if len(reason) > LONGEST_REASON:
        told = _("At most %(most)s characters, please.") % {"most": LONGEST_REASON}
        return [ValidationError(told, "max_length")]
    return personal_data_problems(reason)


def correction_problems(changes: Collection[int], whole: int, minimum_cell: int) -> list[ValidationError]:
    """`changes` are the differences of all cells about people, `whole` that of the network's visits in the period."""
    if not any(changes):
        return [ValidationError(_("Nothing has changed since that release: there is nothing to correct."), "same")]
    if 0 < abs(whole) < minimum_cell:
        told = _(
            "Fewer than %(k)s visits have changed since: publishing so small a difference could point at somebody."
            " Correct it later, together with more."
        )
        return [ValidationError(told % {"k": minimum_cell}, "too_small")]
    return []

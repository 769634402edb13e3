"""Numbers and dates in the reader's language. `None` comes out as a dash: not known, never zero."""

from __future__ import annotations

import datetime
from decimal import ROUND_HALF_UP, Decimal

from django.utils import formats, timezone
from django.utils.translation import get_language, gettext, ngettext

NOT_KNOWN = "–"
NBSP = "\N{NO-BREAK SPACE}"

Number = int | float | Decimal


def number(value: Number | None, decimals: int | None = None) -> str:
    if value is None:
        return NOT_KNOWN
    if decimals is not None:
        # Half up, as people round by hand: 2.5 is 3, and 0.125 FTE is 0.13.
        value = Decimal(str(value)).quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    return formats.number_format(value, decimals, force_grouping=True)


def duration(minutes: Number | None) -> str:
    """90 minutes → "1 h 30"."""
    if minutes is None:
        return NOT_KNOWN
    hours, rest = divmod(int(minutes), 60)
    if not hours:
        return f"{rest}{NBSP}min"
    return f"{number(hours)}{NBSP}h" + (f"{NBSP}{rest:02d}" if rest else "")


def euros(value: Number | None) -> str:
    """Whole euros without cents; cents where there are some."""
    if value is None:
        return NOT_KNOWN
    amount = Decimal(str(value))
    text = number(amount, 0 if amount == amount.to_integral_value() else 2)
    language = get_language() or "fr"
    if language.startswith("fr"):
        return f"{text}{NBSP}€"
    return f"€{NBSP}{text}" if language.startswith("nl") else f"€{text}"


def percent(share: Number | None, decimals: int = 0) -> str:
    """A share between 0 and 1 → "65 %"."""
    if share is None:
        return NOT_KNOWN
    text = number(Decimal(str(share)) * 100, decimals)
    return f"{text}{NBSP}%" if (get_language() or "fr").startswith("fr") else f"{text}%"


def share(part: Number | None, whole: Number | None, decimals: int = 0) -> str:
    """Percentage of a whole; a dash when there is no whole to divide by."""
    if part is None or not whole:
        return NOT_KNOWN
    return percent(Decimal(str(part)) / Decimal(str(whole)), decimals)


def fte(value: Number | None) -> str:
    """Full-time equivalents, always with two decimals."""
    return number(value, 2)


def month_label(value: datetime.date | str | None, short: bool = False) -> str:
    """A date or "2026-10" → "octobre 2026"."""
    if value is None or value == "":
        return NOT_KNOWN
    day = datetime.date.fromisoformat(f"{value[:7]}-01") if isinstance(value, str) else value
    return formats.date_format(day, "N Y" if short else "F Y")


def short_month(month: str) -> str:
    """ "2026-10" → "oct." """
    return formats.date_format(datetime.date.fromisoformat(f"{month[:7]}-01"), "N")


def day_label(value: datetime.date | None) -> str:
    """ "2026-06-01" → "1er juin 2026": French alone counts the first day of a month as an ordinal."""
    if value is None:
        return NOT_KNOWN
    text = formats.date_format(value, "DATE_FORMAT")
    return f"1er{text[1:]}" if value.day == 1 and (get_language() or "fr").startswith("fr") else text


def as_of(value: datetime.datetime | datetime.date | None) -> str:
    """The moment a figure was true, in the reader's time zone."""
    if value is None:
        return NOT_KNOWN
    if not isinstance(value, datetime.datetime):
        return day_label(value)
    if timezone.is_aware(value):
        value = timezone.localtime(value)
    return gettext("%(day)s at %(time)s") % {
        "day": day_label(value),
        "time": formats.date_format(value, "H:i"),
    }


def days_left(days: int | None) -> str:
    """How long until a day: "ends in 12 days", "ends today", "ended 3 days ago"."""
    if days is None:
        return NOT_KNOWN
    if days == 0:
        return gettext("ends today")
    if days > 0:
        return ngettext("ends in %(days)s day", "ends in %(days)s days", days) % {"days": number(days)}
    return ngettext("ended %(days)s day ago", "ended %(days)s days ago", -days) % {"days": number(-days)}

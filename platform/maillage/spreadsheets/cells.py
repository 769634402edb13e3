"""What one cell says: a day, minutes, a number, euros, yes or no. `Unreadable` tells, in words, what was expected."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal, InvalidOperation

from django.utils.translation import gettext as _

from maillage.spreadsheets.reading import shown
from maillage.spreadsheets.texts import folded

DAYS = ("%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%Y/%m/%d", "%d/%m/%y")
TIME_AFTER = re.compile(r"[ T]\d{1,2}[:h]\d{2}.*\Z")
DAY_ZERO = dt.date(1899, 12, 30)  # of a spreadsheet's numbered days
NUMBERED_DAYS = range(36_526, 73_051)  # 2000 to 2099
YES = {"1", "true", "vrai", "waar", "oui", "ja", "yes", "x", "o", "j", "y"}
NO = {"", "0", "false", "faux", "onwaar", "non", "nee", "no", "n"}
HOURS = re.compile(r"(?:(\d{1,2})\s*(?:h|u|:)\s*)(\d{1,2})?\s*(?:min|m)?\Z")
MINUTES = re.compile(r"(\d{1,5})\s*(?:min(?:utes?|uten)?\.?|')?\Z")


class Unreadable(ValueError):
    """The message is for whoever made the file."""


def day_of(cell: object) -> dt.date:
    if isinstance(cell, dt.datetime):
        return cell.date()
    if isinstance(cell, dt.date):
        return cell
    if isinstance(cell, int | float) and int(cell) in NUMBERED_DAYS:
        return DAY_ZERO + dt.timedelta(days=int(cell))
    text = TIME_AFTER.sub("", shown(cell))
    for form in DAYS:
        try:
            return dt.datetime.strptime(text, form).date()  # noqa: DTZ007 - a day has no time zone
        except ValueError:
            continue
    raise Unreadable(_("Not a day. Write it like 2026-10-31 or 31/10/2026."))


def minutes_of(cell: object) -> int:
    if isinstance(cell, dt.timedelta):
        return round(cell.total_seconds() / 60)
    if isinstance(cell, dt.time):
        return cell.hour * 60 + cell.minute
    text = shown(cell).lower()
    if found := HOURS.fullmatch(text):
        return int(found[1]) * 60 + int(found[2] or 0)
    if found := MINUTES.fullmatch(text):
        return int(found[1])
    raise Unreadable(_("Not a duration. Write minutes, like 20, or 1:30."))


def count_of(cell: object) -> int:
    text = shown(cell)
    if re.fullmatch(r"\d{1,6}", text, re.ASCII):
        return int(text)
    raise Unreadable(_("Not a whole number."))


def euros_of(cell: object) -> Decimal:
    text = shown(cell).replace("€", "").replace("EUR", "").replace("\N{NO-BREAK SPACE}", "").strip().replace(",", ".")
    try:
        amount = Decimal(text)
    except InvalidOperation:
        raise Unreadable(_("Not an amount. Write it like 22.59.")) from None
    if not amount.is_finite():
        raise Unreadable(_("Not an amount. Write it like 22.59."))
    return amount


def yes_of(cell: object) -> bool:
    word = folded(shown(cell))
    if word in YES or cell is True:
        return True
    if word in NO:
        return False
    raise Unreadable(_("Say yes or no."))


def hours_of(cell: object) -> Decimal:
    """Hours, as one writes them of a week: 19, 19,5, 19h30, 19 h."""
    if isinstance(cell, dt.timedelta):
        return (Decimal(round(cell.total_seconds() / 60)) / 60).quantize(Decimal("0.01"))
    if isinstance(cell, dt.time):
        return (Decimal(cell.hour * 60 + cell.minute) / 60).quantize(Decimal("0.01"))
    text = shown(cell).lower()
    if found := HOURS.fullmatch(text):
        return (int(found[1]) + Decimal(int(found[2] or 0)) / 60).quantize(Decimal("0.01"))
    text = text.replace("\N{NO-BREAK SPACE}", "").replace(",", ".").strip()
    if re.fullmatch(r"\d{1,4}(\.\d{1,6})?", text, re.ASCII):
        return Decimal(text).quantize(Decimal("0.01"))
    raise Unreadable(_("Not hours. Write them like 19 or 19.5."))


def words_in(cell: object) -> list[str]:
    """The several things that a cell names: A | B, A ; B, or a line each."""
    return [part.strip() for part in re.split(r"[|;\n]", shown(cell) if cell is not None else "") if part.strip()]

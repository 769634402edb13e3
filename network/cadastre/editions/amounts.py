"""A number as people write it: comma or point, thousands kept apart by a blank, a point, a comma or an apostrophe."""

from __future__ import annotations

import re
from decimal import Decimal

from django.utils import formats
from django.utils.translation import gettext as _

from network.cadastre.editions.checking import LARGEST, decimal_of
from network.cadastre.editions.enums import Kind
from network.cadastre.editions.models import Indicator

BLANKS = re.compile("[\\s\u00a0\u202f'’_]")
LONGEST = 40
DIGITS = re.compile(r"[+-]?\d+\Z", re.ASCII)
GROUPS = re.compile(r"[+-]?\d{1,3}([.,])\d{3}(\1\d{3})*\Z", re.ASCII)
ONE_MARK = re.compile(r"[+-]?\d*[.,]\d+\Z", re.ASCII)
BOTH = re.compile(r"[+-]?\d{1,3}(?:([.,])\d{3})(?:\1\d{3})*(?!\1)[.,]\d+\Z", re.ASCII)


class NotANumber(ValueError):
    """The message is for whoever wrote it."""


def canonical(value: Decimal, decimals: int) -> str:
    """As it is kept: with a point, without blanks, with at most its decimals, which are written out."""
    if value == round(value, decimals):
        value = value.quantize(Decimal(1).scaleb(-decimals))
    return f"{value:f}"


def read_number(text: str, indicator: Indicator) -> str:
    """What was written, as it is kept; "" for nothing. Its bounds are another matter. Raises NotANumber.

    A single mark with three digits after it is a thousand where no decimals are asked for, and in an amount; where
    both could be meant, it is asked again.
    """
    plain = BLANKS.sub("", text.replace("€", "").replace("EUR", "").replace("\u2212", "-"))
    if not plain:
        return ""
    if len(plain) > LONGEST:
        raise NotANumber(_("This number is too large."))
    value = _decimal(plain, indicator)
    if abs(value) >= LARGEST:
        raise NotANumber(_("This number is too large."))
    return canonical(value, indicator.decimals)


def _decimal(plain: str, indicator: Indicator) -> Decimal:
    if DIGITS.match(plain):
        return Decimal(plain)
    if found := GROUPS.match(plain):
        mark = found[1]
        if plain.count(mark) > 1 or not indicator.decimals or indicator.kind == Kind.MONEY:
            return Decimal(plain.replace(mark, ""))
        if indicator.decimals < 3:
            whole = plain.replace(mark, "")
            raise NotANumber(
                _("Do you mean %(large)s or %(small)s? Write it without a mark for thousands.")
                % {"large": whole, "small": shown(plain.replace(mark, "."))}
            )
    if ONE_MARK.match(plain):
        return Decimal(plain.replace(",", "."))
    if found := BOTH.match(plain):
        whole = plain.replace(found[1], "")
        return Decimal(whole.replace(",", "."))
    raise NotANumber(_("This isn't a number. Write it like 1250 or 12,5."))


def shown(kept: str) -> str:
    """In a field: the reader's mark for decimals, no thousands, no nought at the end of its decimals."""
    value = decimal_of(kept)
    if value is None:
        return kept
    text = f"{value:f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return text.replace(".", formats.get_format("DECIMAL_SEPARATOR"))

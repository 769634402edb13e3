"""Whether an official number can be one: its form, and its check digits where it has some."""

from __future__ import annotations

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from tenants.registry.enums import Country

RNA = re.compile(r"W[0-9A-Z]\d{8}")
RIDET = re.compile(r"\d{9,10}")
SIRET = re.compile(r"\d{14}")
BELGIAN = re.compile(r"[0-8]\d{9}")
LA_POSTE = "356000000"


def tidied(text: str) -> str:
    """`BE 0403.170.701` → `0403170701`."""
    return re.sub(r"[\s.\-\u00a0\u202f]", "", text).upper().removeprefix("BE")


def check_number(number: str, country: str) -> None:
    """Raises ValidationError, which says what was expected."""
    if country == Country.BELGIUM:
        if not (BELGIAN.fullmatch(number) and number.isascii() and 97 - int(number[:8]) % 97 == int(number[8:])):
            raise ValidationError(_("Write a Belgian number of ten digits, such as 0403.170.701."), code="bad_number")
        return
    if RNA.fullmatch(number) or RIDET.fullmatch(number):
        return
    if not (SIRET.fullmatch(number) and number.isascii() and _is_siret(number)):
        raise ValidationError(_("Write a SIRET of fourteen digits, or an RNA number such as W751000000."),
                              code="bad_number")  # fmt: skip


def _is_siret(number: str) -> bool:
    """Luhn's sum, but for the post offices, which have too many of them: the plain sum of the digits is a multiple
    of five there."""
    if not number.strip("0"):
        return False
    if number.startswith(LA_POSTE):
        return sum(map(int, number)) % 5 == 0 or _luhn(number)
    return _luhn(number)


def _luhn(number: str) -> bool:
    doubled = [int(digit) * (2 - at % 2) for at, digit in enumerate(number)]
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0

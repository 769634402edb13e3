"""What in a text points at one person: e-mail addresses, telephone numbers, national numbers, IBAN, bank cards.

Pure: `findings(text)` says where, `without(text)` takes it out. It looks for what is spelt like such a number and,
where the number has a check, adds up; so amounts, dates, hours, postcodes and file numbers may stay. No name is found.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

REMOVED = "[…]"

SEP = r"[ \u00a0\u202f.\-/]"
GAP = rf"\)?{SEP}{{0,3}}"
# Not in the middle of a longer number or of a word: 2024/0470123456 is the number of a file.
BEGIN = r"(?:(?<!\w)|(?<=[Tt][ée]l)|(?<=[Gg][Ss][Mm]))(?<!\d[.\-/])"
END = r"(?![\w])(?![.\-/,:]\d)"


class Kind(StrEnum):
    EMAIL = "email"
    IBAN = "iban"
    CARD = "card"
    NIR = "nir"
    NATIONAL_NUMBER = "national_number"
    PHONE = "phone"


LABELS: dict[Kind, Any] = {
    Kind.EMAIL: gettext_lazy("an e-mail address"),
    Kind.IBAN: gettext_lazy("an account number"),
    Kind.CARD: gettext_lazy("a bank card's number"),
    Kind.NIR: gettext_lazy("a social security number"),
    Kind.NATIONAL_NUMBER: gettext_lazy("a national number"),
    Kind.PHONE: gettext_lazy("a telephone number"),
}


@dataclass(frozen=True)
class Finding:
    """`text[start:end]` looks like personal data."""

    kind: Kind
    start: int
    end: int


def _digits(text: str) -> str:
    return "".join(str(int(char)) for char in text if char.isdecimal())


# --- e-mail ---------------------------------------------------------------------------------------------------

EMAIL = re.compile(r"(?<![\w.+\-])[\w.+\-]{1,64}@[\w\-]{1,63}(?:\.[\w\-]{1,63}){1,8}")

# --- IBAN -----------------------------------------------------------------------------------------------------

IBAN = re.compile(rf"(?<!\w)([A-Za-z]{{2}}){SEP}?\d{SEP}?\d(?=\W?\w)")
IBAN_LENGTHS = {
    "AD": 24, "AE": 23, "AL": 28, "AT": 20, "AZ": 28, "BA": 20, "BE": 16, "BG": 22, "CH": 21, "CY": 28, "CZ": 24,
    "DE": 22, "DK": 18, "DO": 28, "EE": 20, "EG": 29, "ES": 24, "FI": 18, "FR": 27, "GB": 22, "GE": 22, "GI": 23,
    "GR": 27, "HR": 21, "HU": 28, "IE": 22, "IL": 23, "IS": 26, "IT": 27, "JO": 30, "KW": 30, "KZ": 20, "LB": 28,
    "LI": 21, "LT": 20, "LU": 20, "LV": 21, "MA": 28, "MC": 27, "MD": 24, "ME": 22, "MK": 19, "MR": 27, "MT": 31,
    "MU": 30, "NL": 18, "NO": 15, "PK": 24, "PL": 28, "PS": 29, "PT": 25, "QA": 29, "RO": 24, "RS": 22, "SA": 24,
    "SE": 24, "SI": 19, "SK": 24, "SM": 27, "TN": 24, "TR": 26, "UA": 29, "XK": 20,
}  # fmt: skip


def _ibans(text: str) -> Iterator[Finding]:
    """From a country's letters on, as many letters and digits as an account of that country has."""
    for found in IBAN.finditer(text):
        wanted = IBAN_LENGTHS.get(found[1].upper(), 0)
        spelt, at = "", found.start()
        while at < len(text) and len(spelt) < wanted:
            char = text[at]
            if char.isascii() and char.isalnum():
                spelt += char.upper()
            elif not re.match(SEP, char) or not spelt or not text[at - 1].isalnum():
                break
            at += 1
        follows = text[at : at + 1]
        if wanted and len(spelt) == wanted and not follows.isalnum() and _is_iban(spelt):
            yield Finding(Kind.IBAN, found.start(), at)


def _is_iban(spelt: str) -> bool:
    return int("".join(str(int(char, 36)) for char in spelt[4:] + spelt[:4])) % 97 == 1


# --- bank cards -----------------------------------------------------------------------------------------------

CARD = re.compile(
    rf"{BEGIN}(?:[2-6]\d{{3}}({SEP}?)\d{{4}}\1\d{{4}}\1\d{{4}}(?:\1\d{{1,3}})?|3[47]\d{{2}}{SEP}?\d{{6}}{SEP}?\d{{5}}){END}"
)


def _is_card(spelt: str) -> bool:
    """The check of Luhn; sixteen times the same digit would pass, and isn't a card."""
    digits = [int(char) for char in reversed(_digits(spelt))]
    doubled = [sum(divmod(2 * digit, 10)) for digit in digits[1::2]]
    return len(set(digits)) > 1 and (sum(digits[::2]) + sum(doubled)) % 10 == 0


# --- numbers of the State -------------------------------------------------------------------------------------

NATIONAL = re.compile(rf"{BEGIN}\d{{2}}{SEP}?\d{{2}}{SEP}?\d{{2}}(?:{SEP}| ?[-–] ?)?\d{{3}}{SEP}?\d{{2}}{END}")
NIR = re.compile(
    rf"{BEGIN}[1-478]{SEP}?\d{{2}}{SEP}?\d{{2}}{SEP}?\d[\dABab]{SEP}?\d{{3}}{SEP}?\d{{3}}{SEP}{{0,3}}\d{{2}}{END}"
)
CORSICA = {"2A": "19", "2B": "18"}


def _is_national_number(spelt: str) -> bool:
    """Birth date, serial, and 97 minus the rest of the nine digits by 97; a 2 goes before for who is born since 2000.

    A month has 20 or 40 added for who isn't in the national register (a "bis" number), a day may be unknown.
    """
    digits = _digits(spelt)
    month, day = int(digits[2:4]), int(digits[4:6])
    if month % 20 > 12 or month > 52 or day > 31:
        return False
    check = int(digits[9:])
    return check in (97 - int(digits[:9]) % 97, 97 - int("2" + digits[:9]) % 97)


def _is_nir(spelt: str) -> bool:
    """Sex, year, month, place, order, and 97 minus the rest by 97. The two Corsican departments count as 19 and 18."""
    plain = re.sub(SEP, "", spelt).upper()
    place = plain[5:7]
    body = plain[:5] + CORSICA.get(place, place) + plain[7:]
    return body.isdecimal() and int(_digits(body[13:])) == 97 - int(_digits(body[:13])) % 97


# --- telephones -----------------------------------------------------------------------------------------------

ABROAD = "31|32|33|34|39|40|44|48|49|90|212|213|216|221|224|237|243|250|257|351|352|359|380"
PHONES = [
    re.compile(rf"{BEGIN}{spelling}{END}")
    for spelling in (
        # Belgian mobile: 0470 12 34 56, 0470/12.34.56, 0470 123 456
        rf"04[5-9]\d{GAP}(?:\d{{2}}{SEP}?\d{{2}}{SEP}?\d{{2}}|\d{{3}}{SEP}?\d{{3}})",
        # Belgian line: 02 123 45 67, 010 12 34 56, 065/123.456; 070, 078 and 0800 are services, nobody's own
        rf"0[2349]{GAP}[1-9]\d{{2}}{SEP}?\d{{2}}{SEP}?\d{{2}}",
        rf"0(?:1[0-69]|5\d|6[0-35-9]|71|8[1-79])(?!00){GAP}(?:\d{{2}}{SEP}?\d{{2}}{SEP}?\d{{2}}|\d{{3}}{SEP}?\d{{3}})",
        # French, and Dutch mobile; 08 are services
        rf"0[1-79]({SEP}?)\d{{2}}(?:\1\d{{2}}){{3}}",
        rf"06{SEP}\d{{8}}",
    )
]
ABROAD_PHONE = re.compile(
    rf"(?<![\w+])(?:\+(?=[1-9])|00{SEP}?(?=(?:{ABROAD})))\d{{1,3}}{SEP}{{0,2}}(?:\(0\){SEP}?)?(?:\d{SEP}?){{7,12}}\d{END}"
)
ENTERPRISE = re.compile(r"\d{4}\.\d{3}\.\d{3}")
VAT = re.compile(rf"(?:BE|TVA|BTW|BCE|KBO|RPM){SEP}?$", re.IGNORECASE)


def _is_enterprise(text: str, found: re.Match[str]) -> bool:
    """0403.019.261, or BE 0403 019 261, with its check: an organisation, not a telephone."""
    digits = _digits(found[0])
    written_so = ENTERPRISE.fullmatch(found[0]) or VAT.search(text[max(0, found.start() - 6) : found.start()])
    return bool(written_so) and len(digits) == 10 and int(digits[8:]) == 97 - int(digits[:8]) % 97


def _phones(text: str) -> Iterator[Finding]:
    for spelling in PHONES:
        for found in spelling.finditer(text):
            if not _is_enterprise(text, found):
                yield Finding(Kind.PHONE, *found.span())
    for found in ABROAD_PHONE.finditer(text):
        if 9 <= len(_digits(found[0])) <= 16:
            yield Finding(Kind.PHONE, *found.span())


# --- together -------------------------------------------------------------------------------------------------


def _matching(kind: Kind, spelling: re.Pattern[str], adds_up: Callable[[str], bool], text: str) -> Iterator[Finding]:
    for found in spelling.finditer(text):
        if adds_up(found[0]):
            yield Finding(kind, *found.span())


def _every(text: str) -> Iterator[Finding]:
    """What is surest first: where two overlap, the first one counts."""
    yield from _matching(Kind.EMAIL, EMAIL, lambda _spelt: True, text)
    yield from _ibans(text)
    yield from _matching(Kind.NIR, NIR, _is_nir, text)
    yield from _matching(Kind.CARD, CARD, _is_card, text)
    yield from _matching(Kind.NATIONAL_NUMBER, NATIONAL, _is_national_number, text)
    yield from _phones(text)


def findings(text: str) -> list[Finding]:
    """What looks like personal data in a text, in its order; no two overlap."""
    kept: list[Finding] = []
    for one in _every(text):
        if all(one.end <= other.start or other.end <= one.start for other in kept):
            kept.append(one)
    return sorted(kept, key=lambda one: one.start)


def without(text: str) -> str:
    """The text with each finding replaced, until none is left: one may have hidden its neighbour."""
    while found := findings(text):
        for one in reversed(found):
            text = f"{text[: one.start]}{REMOVED}{text[one.end :]}"
    return text


def named(text: str) -> str:
    """The findings in words, for whoever wrote them: a telephone number “0470 12 34 56”, …"""
    each = _("%(kind)s “%(text)s”")
    return ", ".join(each % {"kind": LABELS[one.kind], "text": text[one.start : one.end]} for one in findings(text))

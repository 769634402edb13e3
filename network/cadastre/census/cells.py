"""What a single cell says: a postcode, a date, a point, a telephone number, a web address, a list of codes.

Each reader gives the value that can be used ("" or None where there is none) and what is doubtful about it.
"""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal, InvalidOperation
from urllib.parse import urlsplit

from network.cadastre.census.enums import Doubtful
from tenants.registry.enums import Country

POSTCODE = {Country.FRANCE.value: re.compile(r"(?!00)\d{5}\Z"), Country.BELGIUM.value: re.compile(r"[1-9]\d{3}\Z")}
DEPARTMENT = re.compile(r"(?:2[AB]|9[78]\d|\d{1,2})\Z")
EARLIEST = dt.date(2000, 1, 1)
DATE_FORMATS = ("%d/%m/%Y", "%Y-%m-%d", "%d-%m-%Y", "%d.%m.%Y", "%Y/%m/%d", "%d/%m/%y", "%d %m %Y")
TIME_AFTER_DATE = re.compile(r"[ T]\d{1,2}[:h]\d{2}.*\Z")

# Latitude and longitude, south to north and west to east: the two countries, then what France has overseas.
BOXES = (
    (41.2, 51.6, -5.3, 9.7),
    (14.3, 18.2, -63.2, -60.7),
    (2.0, 5.9, -54.7, -51.5),
    (-21.5, -20.8, 55.1, 55.9),
    (-13.1, -12.5, 44.9, 45.4),
    (46.7, 47.2, -56.5, -56.1),
    (-28.0, -7.5, -155.0, -134.0),
    (-23.0, -13.0, 158.0, 169.0),
    (-14.5, -13.0, -178.5, -176.0),
)

MODES = {"L": "open_access", "RDV": "appointment", "G": "workshop", "R": "course"}
"""What a place offers (code_accomp), in the words of the vocabulary `mode`.

A, "alone", gives no mode: somebody who is alone at a computer isn't being helped, and every mode is a way of
helping. The codes of code_typo say what kind of house it is, not how it helps: they stay in the row.
"""
SUPPORT_CODES = frozenset({"A", *MODES})
TYPOLOGY_CODES = frozenset({"M", "I", "T", "O", "F", "TL"})
LABEL_CODES = frozenset({"APTIC", "CTL", "FTL", "MSAP", "MFS", "NMM", "DM", "RIN", "P", "BFC", "F"})
LONGEST_READ = 500  # characters of a number, an address or a list of codes; beyond, it is a text that lost its way
BETWEEN_CODES = re.compile(r"[-–,;/|+\s]+")

SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)
HOST = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}\Z", re.IGNORECASE)
GARBLED = re.compile("\ufffd|Ã[\u0080-\u00bf]|Â[\u00a0-\u00bf]|â€|Ã[©¨ªÂ®´§¢«»¹¼‰€]")


def one_line(value: str) -> str:
    """What a field shows: a cell may hold several lines and runs of spaces."""
    return " ".join(value.split())


def read_postcode(value: str, country: str) -> tuple[str, Doubtful | None]:
    code = one_line(value)
    compact = code.replace(" ", "")
    if POSTCODE[country].match(compact) and compact.isascii():
        return compact, None
    return code, Doubtful.POSTCODE


def department_of(postcode: str, country: str) -> str:
    """The département that a French postcode is of; "" elsewhere. Corsica's begin with 20."""
    if country != Country.FRANCE or not POSTCODE[country].match(postcode):
        return ""
    if postcode.startswith("20"):
        return "2A" if postcode[2] in "01" else "2B"
    return postcode[:3] if postcode[:2] in ("97", "98") else postcode[:2]


def read_department(value: str, postcode: str, country: str) -> tuple[str, Doubtful | None]:
    """Its code, of the column or else of the postcode. A name in the column is taken at its word."""
    own = department_of(postcode, country)
    written = one_line(value).upper()
    if not written:
        return own, None
    if not DEPARTMENT.match(written) or not written.isascii():
        if own and not re.search(r"\d", written):
            return own, None
        return (own or written)[:10] if len(written) <= 10 else own, Doubtful.DEPARTMENT
    code = written.zfill(2)
    if own and code != own and not (code == "20" and own in ("2A", "2B")):
        return code, Doubtful.DEPARTMENT_MISMATCH
    return own if code == "20" and own else code, None


def date_of(value: str) -> dt.date | None:
    """The day that is written, in any of the usual ways."""
    text = TIME_AFTER_DATE.sub("", one_line(value))
    for form in DATE_FORMATS:
        try:
            return dt.datetime.strptime(text, form).date()  # noqa: DTZ007 - a day has no time zone
        except ValueError:
            continue
    return None


def read_date(value: str, today: dt.date) -> Doubtful | None:
    day = date_of(value)
    if day is None:
        return Doubtful.DATE
    if day > today:
        return Doubtful.DATE_TO_COME
    return Doubtful.DATE_TOO_OLD if day < EARLIEST else None


def read_coordinate(value: str, largest: int) -> Decimal | None:
    """Degrees, to a millionth (a hand's breadth); None when it isn't a number or not on Earth."""
    text = one_line(value).replace(",", ".")
    if not re.fullmatch(r"[+-]?\d{1,3}(?:\.\d{1,30})?", text, re.ASCII):
        return None
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return round(number, 6) if abs(number) <= largest else None


def somewhere(latitude: Decimal, longitude: Decimal) -> Doubtful | None:
    """Whether a point is in France or in Belgium, roughly; or would be, the other way round."""

    def inside(north: Decimal, east: Decimal) -> bool:
        return any(south <= north <= top and west <= east <= right for south, top, west, right in BOXES)

    if inside(latitude, longitude):
        return None
    return Doubtful.COORDINATES_SWAPPED if inside(longitude, latitude) else Doubtful.COORDINATES_ELSEWHERE


def read_phone(value: str, country: str) -> tuple[str, Doubtful | None]:
    """Numbers in pairs of digits, as they are said aloud. What isn't a whole number stays as it is written."""
    text = one_line(value)
    if len(text) > LONGEST_READ:
        return text, Doubtful.PHONE
    numbers = [part for part in re.split(r"\s*(?:/|;|\||,|\bou\b|\bet\b|\bof\b)\s*", text) if part]
    read = [_number(part, country) for part in numbers]
    if not read or not all(read):
        return text, Doubtful.PHONE
    return " / ".join(read), None


def _number(text: str, country: str) -> str:
    if not re.fullmatch(r"[+\d\s.()\u00a0\u202f-]+", text) or not text.isascii():
        return ""
    digits = re.sub(r"\D", "", text.replace("(0)", ""))
    for prefix, home in (("33", Country.FRANCE), ("32", Country.BELGIUM)):
        if (text.lstrip().startswith("+") and digits.startswith(prefix)) or digits.startswith(f"00{prefix}"):
            digits = f"0{digits.removeprefix('00').removeprefix(prefix).removeprefix('0')}"
            country = home
            break
    if country == Country.FRANCE:
        return " ".join(re.findall("..", digits)) if re.fullmatch(r"0[1-9]\d{8}", digits) else ""
    if re.fullmatch(r"04\d{8}", digits):
        return f"{digits[:4]} {digits[4:6]} {digits[6:8]} {digits[8:]}"
    if not re.fullmatch(r"0[1-9]\d{7}", digits):
        return ""
    zone = 2 if digits[1] in "2349" else 3
    head, tail = digits[:zone], digits[zone:]
    return f"{head} {tail[:3]} {tail[3:5]} {tail[5:]}" if zone == 2 else f"{head} {tail[:2]} {tail[2:4]} {tail[4:]}"


def read_url(value: str) -> tuple[str, Doubtful | None]:
    """An http address. Anything else (`javascript:`, two addresses, a sentence) would make a bad link: it gives ""."""
    text = value.strip()
    doubt = None
    if len(text) > LONGEST_READ:
        return "", Doubtful.URL
    if not re.match(r"https?://", text, re.IGNORECASE):
        if SCHEME.match(text) and not re.match(r"[^/:]+:\d+(/|\Z)", text):
            return "", Doubtful.URL
        text, doubt = f"http://{text.removeprefix('//')}", Doubtful.URL_COMPLETED
    try:
        parts = urlsplit(text)
        host, _port = parts.hostname or "", parts.port
        if not host.isascii():
            host = host.encode("idna").decode()
    except ValueError:  # UnicodeError is one
        return "", Doubtful.URL
    if not HOST.match(host) or re.search(r"[\s<>\"{}\\^`\x00-\x1f]", text) or parts.username or "://" in text[8:]:
        return "", Doubtful.URL
    return text, doubt


def read_codes(value: str, known: frozenset[str]) -> tuple[list[str], list[str]]:
    """The codes of a cell, each once, in its order, those we know in capitals; and those that we don't know."""
    if len(value) > LONGEST_READ:
        return [], [f"{value[:20]}…"]
    codes: list[str] = []
    strange: list[str] = []
    for part in BETWEEN_CODES.split(value.strip()):
        code = part.upper() if part.upper() in known else part
        if code and code not in codes:
            codes.append(code)
            if code not in known:
                strange.append(code)
    return codes, strange


def is_garbled(value: str) -> bool:
    return GARBLED.search(value) is not None

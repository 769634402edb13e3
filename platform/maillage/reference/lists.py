"""Lists that an operator brings, of communes or about them: reading one, with each bad line named."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterable
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

T = TypeVar("T")
CODE = re.compile(r"[0-9A-Za-z]{2,7}\Z")
POSTCODE = re.compile(r"[0-9A-Z -]{3,10}\Z")
HOME = "be"
BAD_LINES_SHOWN = 10


def read_communes(path: Path, country: str) -> list[dict[str, Any]]:
    """Rows for the model Commune. Raises ValidationError with every bad line, and nothing is half read."""

    def one(cells: dict[str, str]) -> tuple[str, dict[str, Any]]:
        commune = _commune(cells, country)
        return commune["nis"], commune

    return list(read_lines(path, needed=(("code", "nis"), ("name_fr", "name"), ("postcodes",)), one=one).values())


def read_lines(
    path: Path, *, needed: Iterable[tuple[str, ...]], one: Callable[[dict[str, str]], tuple[str, T]]
) -> dict[str, T]:
    """A CSV in UTF-8 that an operator brings, by code: `one` makes each line's code and what it says from its cells.

    `needed` are columns, each by any of its names, in small letters. Raises ValidationError with every bad line: those
    for which `one` raised ValueError (in words) or InvalidOperation, or whose code an earlier line has.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise ValidationError(_("The file can't be read: it must be a CSV in UTF-8.")) from error
    first, _newline, _rest = text.partition("\n")
    reader = csv.DictReader(text.splitlines(), delimiter=max(",;\t", key=first.count), restkey="left over", restval="")
    headings = {(name or "").strip().lower() for name in reader.fieldnames or []}
    lacking = [" / ".join(names) for names in needed if not headings & set(names)]
    if lacking:
        raise ValidationError(_("Missing columns: %(names)s.") % {"names": ", ".join(lacking)})
    found: dict[str, T] = {}
    wrong: list[str] = []
    for row in reader:
        cells = {(name or "").strip().lower(): str(value).strip() for name, value in row.items()}
        try:
            code, said = one(cells)
            if code in found:
                raise ValueError(_("the code %(code)s stands there twice") % {"code": code})
            found[code] = said
        except (ValueError, InvalidOperation) as error:
            reason = str(error) if isinstance(error, ValueError) else _("not a number")
            wrong.append(_("line %(line)s: %(reason)s") % {"line": reader.line_num, "reason": reason})
    if wrong:
        raise ValidationError(first_of(wrong))
    if not found:
        raise ValidationError(_("The file has no rows."))
    return found


def first_of(wrong: list[str]) -> list[str]:
    """The first problems, and how many there are besides."""
    more = [_("and %(n)s more") % {"n": len(wrong) - BAD_LINES_SHOWN}] if len(wrong) > BAD_LINES_SHOWN else []
    return [*wrong[:BAD_LINES_SHOWN], *more]


def _commune(cells: dict[str, str], country: str) -> dict[str, Any]:
    code = cells.get("code") or cells.get("nis", "")
    name = cells.get("name_fr") or cells.get("name", "")
    postcodes = [one.strip() for one in cells["postcodes"].split("|") if one.strip()]
    if not CODE.match(code):
        raise ValueError(_("“%(value)s” is not a code") % {"value": code[:40]})
    if not name or len(name) > 120 or "\0" in name:
        raise ValueError(_("the name is missing or too long"))
    if not postcodes or not all(POSTCODE.match(one) for one in postcodes):
        raise ValueError(_("the postcodes are missing or wrong"))
    return {
        "nis": code if country == HOME else f"{country}-{code}",
        "country": country,
        "name_fr": name,
        "name_nl": cells.get("name_nl") or name,
        "postcodes": postcodes,
        "population": _whole(cells.get("population", ""), 2**31 - 1),
        "population_year": _whole(cells.get("population_year", ""), 2100),
        "area_km2": _number(cells.get("area_km2", ""), Decimal(999_999), "0.01"),
        "latitude": _number(cells.get("lat", ""), Decimal(90), "0.000001"),
        "longitude": _number(cells.get("lon", ""), Decimal(180), "0.000001"),
        "retired_at": None,
    }


def _whole(text: str, most: int) -> int | None:
    number = _number(text, Decimal(most), "1")
    return None if number is None else int(number)


def _number(text: str, most: Decimal, step: str) -> Decimal | None:
    if not text:
        return None
    number = Decimal(text)
    if not number.is_finite() or abs(number) > most:
        raise ValueError(_("“%(value)s” is out of range") % {"value": text[:40]})
    return number.quantize(Decimal(step))

"""Answers in the reader's words: a number with its unit, a choice by its label, a row of a table, and back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from maillage.design.numbers import NBSP, NOT_KNOWN, euros, number
from maillage.reference.selectors import contract_types, label_of, terms
from maillage.spreadsheets.texts import folded
from network.cadastre.editions.checking import decimal_of
from network.cadastre.editions.enums import Kind
from network.cadastre.editions.models import Indicator
from network.cadastre.editions.sources import SOURCES

VOCABULARIES = ("theme", "contract_type")  # columns of tables whose words have codes
UNITS: dict[str, str | Promise] = {
    "visits": _("visits"),
    "attendances": _("attendances"),
    "hours": _("hours"),
    "dates": _("dates"),
    "people": _("people"),
    "sites": _("sites"),
    "contracts": _("contracts"),
    "FTE": _("FTE"),
    "devices": _("devices"),
    "EUR": "€",
}


SAID_BY_THE_QUESTION = ("visits", "attendances", "dates", "people", "sites", "contracts", "devices")


def choice_label(one: Mapping[str, Any]) -> str:
    """Of something that is kept as {"code", "fr", "nl", "en"}."""
    language = (get_language() or "fr")[:2]
    return str(one.get(language) or one.get("fr") or one.get("code", ""))


def unit_of(indicator: Indicator) -> str:
    """In the reader's language where we know it; else as the network wrote it."""
    return str(UNITS.get(indicator.unit, indicator.unit))


def unit_beside(indicator: Indicator) -> str:
    """Where a number of things says by its question what it counts, nothing."""
    return "" if indicator.unit in SAID_BY_THE_QUESTION else unit_of(indicator)


def source_label(name: str) -> str:
    return str(SOURCES[name].label) if name in SOURCES else name


def in_words(indicator: Indicator, value: Any) -> str:
    """One value on one line; a table as how many lines it has."""
    if value in (None, "", [], {}):
        return NOT_KNOWN
    if indicator.kind == Kind.MONEY:
        return euros(decimal_of(value))
    if indicator.kind == Kind.NUMBER:
        found = decimal_of(value)
        unit = unit_beside(indicator)
        text = str(value) if found is None else number(found, _decimals(indicator, str(value)))
        return f"{text}{NBSP}{unit}" if unit else text
    if indicator.kind == Kind.CHOICE:
        return next((choice_label(one) for one in indicator.choices if one["code"] == value), str(value))
    if indicator.kind == Kind.FILE:
        return str(value.get("name", "")) if isinstance(value, dict) else str(value)
    if indicator.kind == Kind.TABLE:
        return "; ".join(": ".join(part for part in cells if part) for cells in table_rows(indicator, value))
    return str(value)


def _decimals(indicator: Indicator, kept: str) -> int:
    """Those that say something."""
    said = kept.partition(".")[2].rstrip("0")
    return min(len(said), indicator.decimals)


def table_rows(indicator: Indicator, rows: Any) -> list[list[str]]:
    """The cells of a table, in words."""
    found = []
    names = {str(one["code"]): choice_label(one) for one in indicator.rows}
    for row in rows if isinstance(rows, list) else []:
        cells = []
        for column in indicator.columns:
            said = str(row.get(column["code"], "") or "")
            if column.get("kind") == Kind.NUMBER:
                kept = decimal_of(said)
                cells.append(said if kept is None else number(kept, len(said.partition(".")[2].rstrip("0"))))
            else:
                cells.append(names.get(said) or word_of_code(str(column["code"]), said))
        found.append(cells)
    return found


def word_of_code(column: str, code: str) -> str:
    return label_of(column, code) if column in VOCABULARIES and code else code


def code_of_word(column: str, word: str) -> str:
    """The code of a word in any of the three languages; the word itself where it has none."""
    if column not in VOCABULARIES or not word:
        return word
    known = contract_types(every=True) if column == "contract_type" else terms(column, retired=True)
    wanted = folded(word)
    for one in known:
        if wanted in {folded(text) for text in (one.code, one.label_fr, one.label_nl, one.label_en)}:
            return one.code
    return word

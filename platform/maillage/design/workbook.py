"""A workbook of several sheets: numbers as numbers, texts as texts that no spreadsheet runs, the same bytes again.

A single table of any length is sent by `xlsx_export`, which keeps nothing in memory; this is for a document.
"""

from __future__ import annotations

import datetime as dt
import io
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from maillage.design.csv_export import Cell

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
NOT_IN_A_NAME = re.compile(r"[\[\]:*?/\\]")
LONGEST_NAME = 31
AS_THEY_ARE = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "default_date_format": "yyyy-mm-dd",
}
TAKEN = frozenset({str, int, float, bool, Decimal, dt.date, type(None)})


@dataclass(frozen=True)
class Sheet:
    """`names` never change, whatever the language: a column named as one of `PERCENT` holds a share of one."""

    title: str
    names: Sequence[str]
    header: Sequence[Cell]
    rows: Iterable[Sequence[Cell]]
    note: str = ""


PERCENT = frozenset({"share"})


def workbook(
    sheets: Iterable[Sheet],
    *,
    about: Iterable[tuple[str, str]],
    title: str,
    author: str,
    moment: dt.datetime,
    told: Callable[[], object] = lambda: None,
) -> bytes:
    """First what the document is, line by line, then the sheets. `moment` is its date; `told` is called after each."""
    import xlsxwriter  # here: few processes ever make one, and each would load it

    output = io.BytesIO()
    book = xlsxwriter.Workbook(output, AS_THEY_ARE)
    made = moment.astimezone(dt.UTC).replace(tzinfo=None, microsecond=0)
    book.set_properties({"title": title, "author": author, "created": made})
    formats = _Formats(
        bold=book.add_format({"bold": True, "text_wrap": True, "valign": "top"}),
        wrapped=book.add_format({"text_wrap": True, "valign": "top"}),
        percent=book.add_format({"num_format": "0.0%"}),
    )
    taken: set[str] = set()
    _about(book.add_worksheet(_sheet_name(_("About"), taken)), about, formats)
    for sheet in sheets:
        _fill(book.add_worksheet(_sheet_name(sheet.title, taken)), sheet, formats)
        told()
    book.close()
    return output.getvalue()


@dataclass(frozen=True)
class _Formats:
    bold: Format
    wrapped: Format
    percent: Format


def _sheet_name(title: str, taken: set[str]) -> str:
    """What a spreadsheet allows as a name, each once."""
    name = NOT_IN_A_NAME.sub(" ", title).strip("' ")[:LONGEST_NAME]
    number = 1
    while name.casefold() in taken:
        number += 1
        name = f"{name[: LONGEST_NAME - 3]} {number}"
    taken.add(name.casefold())
    return name


def _about(sheet: Worksheet, lines: Iterable[tuple[str, str]], formats: _Formats) -> None:
    sheet.set_column(0, 0, 24)
    sheet.set_column(1, 1, 90)
    for row, (label, text) in enumerate(lines):
        sheet.write_string(row, 0, label, formats.bold)
        sheet.write_string(row, 1, text, formats.wrapped)


def _fill(sheet: Worksheet, table: Sheet, formats: _Formats) -> None:
    """A heading that stays in sight, then the rows; what they don't say stands under them."""
    sheet.freeze_panes(1, 0)
    heads = [str(head) for head in table.header]
    sheet.write_row(0, 0, heads, formats.bold)
    first = 0
    for width, alike in groupby(min(max(len(head) + 2, 12), 36) for head in heads):  # one call for neighbours alike
        last = first + len(list(alike)) - 1
        sheet.set_column(first, last, width)
        first = last + 1
    shares = [column for column, name in enumerate(table.names) if name in PERCENT]
    row = 0
    for row, cells in enumerate(table.rows, start=1):
        sheet.write_row(row, 0, [value if value.__class__ in TAKEN else _written(value) for value in cells])
        for column in shares:
            if cells[column] is not None:
                sheet.write(row, column, _written(cells[column]), formats.percent)
    if table.note:
        sheet.write_string(row + 2, 0, table.note)


def _written(value: Cell) -> Cell:
    """What XlsxWriter takes as it is (`AS_THEY_ARE`: a text stays a text); a moment is a text, a day is a day."""
    if value.__class__ in TAKEN or (isinstance(value, dt.date) and not isinstance(value, dt.datetime)):
        return value
    return float(value) if isinstance(value, int | float | Decimal) else str(value)

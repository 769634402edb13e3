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

import xlsxwriter
from django.utils.translation import gettext as _
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from maillage.design.csv_export import Cell

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
NOT_IN_A_NAME = re.compile(r"[\[\]:*?/\\]")
LONGEST_NAME = 31
AS_THEY_ARE = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


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
    output = io.BytesIO()
    book = xlsxwriter.Workbook(output, AS_THEY_ARE)
    made = moment.astimezone(dt.UTC).replace(tzinfo=None, microsecond=0)
    book.set_properties({"title": title, "author": author, "created": made})
    formats = _Formats(
        bold=book.add_format({"bold": True, "text_wrap": True, "valign": "top"}),
        wrapped=book.add_format({"text_wrap": True, "valign": "top"}),
        percent=book.add_format({"num_format": "0.0%"}),
        day=book.add_format({"num_format": "yyyy-mm-dd"}),
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
    day: Format


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
    for column, head in enumerate(table.header):
        sheet.set_column(column, column, min(max(len(str(head)) + 2, 12), 36))
        sheet.write_string(0, column, str(head), formats.bold)
    row = 0
    for row, cells in enumerate(table.rows, start=1):
        for column, value in enumerate(cells):
            _write(sheet, row, column, value, formats.percent if table.names[column] in PERCENT else None, formats.day)
    if table.note:
        sheet.write_string(row + 2, 0, table.note)


def _write(sheet: Worksheet, row: int, column: int, value: Cell, shape: Format | None, day: Format) -> None:
    if value is None:
        return
    if isinstance(value, bool):
        sheet.write_boolean(row, column, value)
    elif isinstance(value, int | float | Decimal):
        sheet.write_number(row, column, float(value), *([shape] if shape else []))
    elif isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        sheet.write_datetime(row, column, dt.datetime.combine(value, dt.time.min), day)
    else:
        sheet.write_string(row, column, str(value))

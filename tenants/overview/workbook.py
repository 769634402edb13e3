"""The numbers as a workbook: one sheet a section, numbers as numbers, texts as texts that no spreadsheet runs."""

from __future__ import annotations

import datetime as dt
import io
import re
from decimal import Decimal

import xlsxwriter
from django.utils import translation
from django.utils.translation import gettext as _
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from maillage.design import numbers
from tenants.overview.paper import Paper, how_it_was_counted, title_of
from tenants.overview.rules import WORDS, paragraphs
from tenants.overview.tables import Table, tables
from tenants.overview.words import remarks

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
NOT_IN_A_NAME = re.compile(r"[\[\]:*?/\\]")
LONGEST_NAME = 31
AS_THEY_ARE = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


def workbook_of(paper: Paper) -> bytes:
    """The same paper is the same bytes: its date is that of the figures."""
    output = io.BytesIO()
    with translation.override(paper.language):
        book = xlsxwriter.Workbook(output, AS_THEY_ARE)
        made = paper.found.as_of.astimezone(dt.UTC).replace(tzinfo=None, microsecond=0)
        book.set_properties({"title": f"{title_of(paper)} – {paper.epn}", "author": paper.epn, "created": made})
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        percent = book.add_format({"num_format": "0.0%"})
        taken: set[str] = set()
        _about(book.add_worksheet(_sheet_name(_("About"), taken)), paper, bold, wrapped)
        for table in tables(paper.found):
            if table.rows:
                _fill(book.add_worksheet(_sheet_name(table.title, taken)), table, bold, percent)
        book.close()
    return output.getvalue()


def _sheet_name(title: str, taken: set[str]) -> str:
    """What a spreadsheet allows as a name, each once."""
    name = NOT_IN_A_NAME.sub(" ", title).strip("' ")[:LONGEST_NAME]
    number = 1
    while name.casefold() in taken:
        number += 1
        name = f"{name[: LONGEST_NAME - 3]} {number}"
    taken.add(name.casefold())
    return name


def _about(sheet: Worksheet, paper: Paper, bold: Format, wrapped: Format) -> None:
    found = paper.found
    lines = [
        (_("Title"), title_of(paper)),
        (_("EPN"), paper.epn),
        *([(_("Network"), paper.network)] if paper.network else []),
        (_("Period"), str(found.spans.period)),
        (_("As of"), numbers.as_of(found.as_of)),
        *([(_("Version"), str(paper.number))] if paper.number else []),
        *((_("To be known"), text) for text in [*remarks(found), *how_it_was_counted(found)]),
    ]
    for name, title in zip(WORDS, (_("Introduction"), _("Highlights"), _("Thanks")), strict=True):
        lines += [(title, text) for text in paragraphs(paper.words.get(name, ""))]
    sheet.set_column(0, 0, 24)
    sheet.set_column(1, 1, 90)
    for row, (label, text) in enumerate(lines):
        sheet.write_string(row, 0, label, bold)
        sheet.write_string(row, 1, text, wrapped)


def _fill(sheet: Worksheet, table: Table, bold: Format, percent: Format) -> None:
    """A heading that stays in sight, then the rows; what the section doesn't say stands under them."""
    sheet.freeze_panes(1, 0)
    for column, head in enumerate(table.header):
        sheet.set_column(column, column, min(max(len(head) + 2, 12), 36))
        sheet.write_string(0, column, head, bold)
    for row, cells in enumerate(table.rows, start=1):
        for column, value in enumerate(cells):
            if value is None:
                continue
            if isinstance(value, int | float | Decimal):
                is_share = table.names[column] == "share"
                sheet.write_number(row, column, float(value), *([percent] if is_share else []))
            else:
                sheet.write_string(row, column, str(value))
    if table.note:
        sheet.write_string(len(table.rows) + 2, 0, table.note)

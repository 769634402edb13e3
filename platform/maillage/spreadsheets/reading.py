"""The rows of a file that somebody chose: xlsx, ods or xls by calamine, or a table as text of any usual kind."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _
from python_calamine import CalamineError, CalamineWorkbook

from maillage.spreadsheets.decoding import CONTROL, FileRefused, decoded

LARGEST = 10 * 1024 * 1024  # bytes
LARGEST_UNPACKED = 250 * 1024 * 1024  # what a small archive may grow to
MOST_ROWS = 50_000
MOST_COLUMNS = 200
LONGEST_HEADING = 120
DELIMITERS = (";", ",", "\t", "|")
ARCHIVE, OLD_WORKBOOK = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"


@dataclass(frozen=True)
class Row:
    """Its cells, as many as there are headings. The line is the file's, where the row begins."""

    line: int
    cells: list[object]


@dataclass(frozen=True)
class Sheet:
    headings: list[str]
    rows: list[Row]

    def samples(self, column: int, most: int = 3) -> list[str]:
        """The first things that stand in a column."""
        found: dict[str, None] = {}
        for row in self.rows[:500]:
            if text := shown(row.cells[column]):
                found[text[:40]] = None
            if len(found) == most:
                break
        return list(found)


def shown(cell: object) -> str:
    """A cell as the person who wrote it would read it."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return CONTROL.sub(" ", str(cell)).strip()


def read(content: bytes) -> Sheet:
    """Raises FileRefused when it is no table, or one of no rows."""
    if not content.strip():
        raise FileRefused(_("The file is empty."))
    workbook = content.startswith((ARCHIVE, OLD_WORKBOOK))
    lines = _of_a_workbook(content) if workbook else _of_a_text(content)
    headings: list[str] | None = None
    rows: list[Row] = []
    for line, cells in lines:
        if not any(shown(cell) for cell in cells):
            continue
        if headings is None:
            headings = _headings(cells)
            continue
        if len(rows) == MOST_ROWS:
            raise FileRefused(_("More than %(n)s rows: cut the file into several.") % {"n": MOST_ROWS})
        wanted = len(headings)
        rows.append(Row(line, (list(cells) + [None] * wanted)[:wanted]))
    if headings is None or not rows:
        raise FileRefused(_("There is a heading and no row under it: nothing to import."))
    return Sheet(headings, rows)


def _headings(cells: Iterable[object]) -> list[str]:
    """Each with a name, each name once."""
    found: list[str] = []
    for number, cell in enumerate(cells, start=1):
        stem = " ".join(shown(cell).split())[:LONGEST_HEADING] or _("column %(number)s") % {"number": number}
        name, again = stem, 1
        while name in found:
            again += 1
            name = f"{stem} ({again})"
        found.append(name)
    if len(found) > MOST_COLUMNS:
        raise FileRefused(_("More than %(n)s columns: keep those that say something.") % {"n": MOST_COLUMNS})
    return found


def _of_a_workbook(content: bytes) -> Iterator[tuple[int, list[object]]]:
    """The first sheet that holds something."""
    refused = FileRefused(_("This workbook can't be opened. Save it again as XLSX, or as CSV."))
    try:
        if content.startswith(ARCHIVE):
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                if sum(one.file_size for one in archive.infolist()) > LARGEST_UNPACKED:
                    raise FileRefused(_("This workbook is too large when it is opened. Save it as CSV."))
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        for name in book.sheet_names:
            sheet = book.get_sheet_by_name(name)
            if sheet.height:
                first = sheet.start[0] + 1 if sheet.start else 1
                for number, cells in enumerate(sheet.to_python(skip_empty_area=True), start=first):
                    yield number, list(cells)
                return
    except (CalamineError, zipfile.BadZipFile, OSError, ValueError) as error:
        if isinstance(error, FileRefused):
            raise
        raise refused from error


def _of_a_text(content: bytes) -> Iterator[tuple[int, list[object]]]:
    text, _encoding = decoded(content)
    first = 1
    if text[:4].lower() == "sep=":  # what some spreadsheets write to themselves
        text, first = text.partition("\n")[2], 2
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text))
    while True:
        line = first + reader.line_num
        try:
            yield line, list(next(reader))
        except StopIteration:
            return
        except csv.Error as error:
            raise FileRefused(
                _("The quotation marks on line %(line)s or after are broken.") % {"line": line}
            ) from error


def _delimiter(text: str) -> str:
    """The one that makes the most cells of the first line that has any."""
    line = next((one for one in text.splitlines() if one.strip()), "")
    return max(DELIMITERS, key=line.count)

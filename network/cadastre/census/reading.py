"""A spreadsheet that somebody saved as text, of whatever encoding and delimiter, read row by row.

The size is looked at before anything is read. What isn't a table, or lacks a column that a place can't do
without, is refused as a whole with a message that says what to do; a broken row is refused alone.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from maillage.spreadsheets.decoding import CONTROL, FileRefused, decoded
from network.cadastre.census.columns import Layout
from network.cadastre.census.enums import Field, Refused

LARGEST = 50 * 1024 * 1024  # bytes; the most rows, of two thousand characters each, are forty
MOST_ROWS = 20_000
DELIMITERS = (",", ";", "\t", "|")


@dataclass(frozen=True)
class Refusal:
    """A row that can't become a place. The line is the file's, where the row begins; the heading is line 1."""

    line: int
    column: str
    value: str
    reason: Refused
    detail: str = ""

    @property
    def text(self) -> str:
        return f"{self.reason.label} ({self.detail})" if self.detail else str(self.reason.label)


@dataclass(frozen=True)
class Row:
    """The cells of a row that aren't empty, by heading, as they stand in the file."""

    line: int
    cells: dict[str, str]


@dataclass(frozen=True)
class Sheet:
    encoding: str
    delimiter: str
    layout: Layout
    rows: list[Row]
    refusals: list[Refusal]
    blank_rows: int


def read_sheet(path: Path) -> Sheet:
    """Raises FileRefused."""
    text, encoding = decoded(_bytes_of(path))
    first = 1
    if text[:4].lower() == "sep=":  # what some spreadsheets write to themselves
        text, first = text.split("\n", 1)[1] if "\n" in text else "", 2
    delimiter, heading = _heading(text)
    layout = Layout.of(heading)
    _check_columns(layout)
    rows, refusals, blank = [], [], 0
    for line, cells in _records(text, delimiter, first):
        if isinstance(cells, Refusal):
            refusals.append(cells)
        elif not any(cell.strip() for cell in cells):
            blank += 1
        elif len(cells) != len(layout.headings):
            refusals.append(_wrong_number(line, cells, layout))
        elif broken := [(head, cell) for head, cell in zip(layout.headings, cells, strict=True) if "\0" in cell]:
            refusals.append(Refusal(line, broken[0][0], broken[0][1], Refused.NUL))
        else:
            filled = {head: cell for head, cell in zip(layout.headings, cells, strict=True) if cell.strip()}
            rows.append(Row(line, filled))
        if len(rows) > MOST_ROWS:
            raise FileRefused(_("More than %(n)s rows: cut the file into several.") % {"n": MOST_ROWS})
    if not rows and not refusals:
        raise FileRefused(_("There is a heading and no row under it: nothing to import."))
    return Sheet(encoding, delimiter, layout, rows, refusals, blank)


def _bytes_of(path: Path) -> bytes:
    try:
        if path.is_dir():
            raise FileRefused(_("“%(path)s” is a folder, not a file.") % {"path": path})
        with path.open("rb") as file:
            data = b"" if path.stat().st_size > LARGEST else file.read(LARGEST + 1)
            if (not data and path.stat().st_size) or len(data) > LARGEST:
                raise FileRefused(
                    _("The file is larger than %(n)s MB. A census of one or a few départements is far smaller.")
                    % {"n": LARGEST // 1024 // 1024}
                )
    except (OSError, ValueError) as error:
        if isinstance(error, FileRefused):
            raise
        reason = getattr(error, "strerror", None) or str(error)
        raise FileRefused(
            _("“%(path)s” can't be read: %(reason)s") % {"path": str(path).replace("\0", "\\0"), "reason": reason}
        ) from error
    if not data.strip():
        raise FileRefused(_("The file is empty."))
    return data


def _heading(text: str) -> tuple[str, list[str]]:
    """The delimiter that makes the most of the first line, and the headings that it gives."""
    best: tuple[tuple[int, int], str, list[str]] | None = None
    for delimiter in DELIMITERS:
        try:
            reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
            row = next(one for one in reader if any(cell.strip() for cell in one))
        except (StopIteration, csv.Error):
            continue
        score = (len(Layout.of(row).known), len(row))
        if best is None or score > best[0]:
            best = (score, delimiter, row)
    if best is None:
        raise FileRefused(_("This is not a table. Save it as CSV, in UTF-8."))
    if any("\0" in cell for cell in best[2]):
        raise FileRefused(_("There is a NUL character in the heading."))
    return best[1], best[2]


def _check_columns(layout: Layout) -> None:
    lacking = []
    if Field.NAME not in layout.known:
        lacking.append(_("the name of the place (such as “nom_structure” or “nom”)"))
    if not layout.known & {Field.POSTCODE, Field.TOWN}:
        lacking.append(_("the postcode or the town (such as “code_postal”, “ville” or “commune”)"))
    if lacking:
        found = ", ".join(f"“{head[:40]}”" for head in layout.headings[:12])
        raise FileRefused(
            ngettext(
                "A column is missing: %(lacking)s. The first line has: %(found)s.",
                "Columns are missing: %(lacking)s. The first line has: %(found)s.",
                len(lacking),
            )
            % {"lacking": " · ".join(lacking), "found": CONTROL.sub("?", found)}
        )


def _records(text: str, delimiter: str, first: int) -> Iterator[tuple[int, list[str] | Refusal]]:
    """Each row after the heading, with the line on which it begins: a cell may hold several lines."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    heading = True
    while True:
        line = first + reader.line_num
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            if "unexpected end" in str(error):
                raise FileRefused(
                    _("A quotation mark is opened on line %(line)s or after and never closed.") % {"line": line}
                ) from error
            if "field limit" in str(error):
                raise FileRefused(
                    _("A cell on line %(line)s is longer than %(n)s characters: a quotation mark may be open there.")
                    % {"line": line, "n": csv.field_size_limit()}
                ) from error
            if heading:
                raise FileRefused(_("The quotation marks of the heading are broken.")) from error
            yield line, Refusal(line, "", "", Refused.QUOTES)
            continue
        if heading:
            heading = not any(cell.strip() for cell in cells)
        else:
            yield line, cells


def _wrong_number(line: int, cells: list[str], layout: Layout) -> Refusal:
    wanted = len(layout.headings)
    reason = Refused.CELLS_MISSING if len(cells) < wanted else Refused.CELLS_LEFT_OVER
    meanings = layout.meanings
    name = next((n for n, head in enumerate(layout.headings) if meanings.get(head) == Field.NAME), 0)
    value = cells[name] if name < len(cells) else cells[0]
    return Refusal(line, "", value.replace("\0", "\\0"), reason, f"{len(cells)} / {wanted}")

"""A table as a workbook, made while it is sent: whatever its length, in a few hundred kB of memory and no file.

Two sheets: the rows under a heading that stays in sight, and what each column means. Texts are written as texts: a
spreadsheet has nothing to run, so nothing needs an apostrophe in front. Days, moments and times are real ones.
"""

from __future__ import annotations

import datetime as dt
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import islice
from xml.sax.saxutils import escape  # nosec B406 - it writes XML, and reads none

from django.utils import timezone
from django.utils.functional import Promise

from maillage.design.csv_export import ROWS_A_CHUNK, Cell

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_ROWS = 1_048_576  # of a sheet, its heading among them
LONGEST_TEXT = 32_767
DAY_ONE = dt.datetime(1899, 12, 30)  # noqa: DTZ001 - a spreadsheet's days have no time zone
LONG_AGO = dt.date(1900, 3, 1)  # before it, spreadsheets disagree
HEADING, DAY, MOMENT, TIME, WRAPPED = 1, 2, 3, 4, 5  # cellXfs of STYLES, after the plain 0
# What XML can't hold, and what a spreadsheet would read as such a character: _x000D_.
NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
LOOKS_ESCAPED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")

HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
TYPES = (
    f'{HEAD}<Types xmlns="{PACKAGE}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{SHEET_TYPE}.sheet.main+xml"/>'
    f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{SHEET_TYPE}.worksheet+xml"/>'
    f'<Override PartName="/xl/worksheets/sheet2.xml" ContentType="{SHEET_TYPE}.worksheet+xml"/>'
    f'<Override PartName="/xl/styles.xml" ContentType="{SHEET_TYPE}.styles+xml"/></Types>'
)
RELATIONS = (
    f'{HEAD}<Relationships xmlns="{PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
)
PARTS = (
    f'{HEAD}<Relationships xmlns="{PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
    f'<Relationship Id="rId2" Type="{OFFICE}/worksheet" Target="worksheets/sheet2.xml"/>'
    f'<Relationship Id="rId3" Type="{OFFICE}/styles" Target="styles.xml"/></Relationships>'
)
FORMATS = ((164, "yyyy\\-mm\\-dd"), (165, "yyyy\\-mm\\-dd\\ hh:mm"), (166, "hh:mm"))
STYLES = (
    f'{HEAD}<styleSheet xmlns="{MAIN}"><numFmts count="3">'
    + "".join(f'<numFmt numFmtId="{number}" formatCode="{code}"/>' for number, code in FORMATS)
    + '</numFmts><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>'
    '<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill>'
    '<fill><patternFill patternType="gray125"/></fill></fills>'
    "<borders><border><left/><right/><top/><bottom/><diagonal/></border></borders>"
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    '<cellXfs count="6"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
    '<xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/>'
    + "".join(
        f'<xf numFmtId="{number}" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
        for number, _code in FORMATS
    )
    + '<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0" applyAlignment="1">'
    '<alignment vertical="top" wrapText="1"/></xf></cellXfs></styleSheet>'
)


class TooManyRows(ValueError):
    """More rows than a sheet of a spreadsheet holds."""


def text_of(value: object) -> str:
    """What XML may hold of a text, as much of it as a cell may hold."""
    plain = NOT_IN_XML.sub("", str(value))[:LONGEST_TEXT]
    return escape(LOOKS_ESCAPED.sub("_x005F_", plain).replace("\r\n", "\n").replace("\r", "\n"))


def _text_cell(value: object, style: int = 0) -> str:
    text = text_of(value)
    if not text:
        return "<c/>"
    shown = f' s="{style}"' if style else ""
    return f'<c t="inlineStr"{shown}><is><t xml:space="preserve">{text}</t></is></c>'


def _days(moment: dt.datetime) -> str:
    return repr((moment - DAY_ONE) / dt.timedelta(days=1))


def cell(value: Cell) -> str:
    """One `<c>`: its place follows from its order, so an empty one is written too."""
    if value is None or value == "":
        return "<c/>"
    if isinstance(value, str | Promise):
        return _text_cell(value)
    if isinstance(value, bool):
        return f'<c t="b"><v>{int(value)}</v></c>'
    if isinstance(value, int):
        return f"<c><v>{value}</v></c>" if abs(value) < 10**15 else _text_cell(value)
    if isinstance(value, float | Decimal):
        number = format(value, "f") if isinstance(value, Decimal) else repr(value)
        return f"<c><v>{number}</v></c>" if re.fullmatch(r"-?\d+(\.\d+)?(e[+-]?\d+)?", number) else _text_cell(number)
    if isinstance(value, dt.datetime):
        local = (timezone.make_naive(value) if timezone.is_aware(value) else value).replace(microsecond=0)
        return f'<c s="{MOMENT}"><v>{_days(local)}</v></c>' if local.date() >= LONG_AGO else _text_cell(local)
    if isinstance(value, dt.date):
        if value < LONG_AGO:
            return _text_cell(value.isoformat())
        return f'<c s="{DAY}"><v>{value.toordinal() - DAY_ONE.toordinal()}</v></c>'
    if isinstance(value, dt.time):
        return f'<c s="{TIME}"><v>{(value.hour * 60 + value.minute) / 1440!r}</v></c>'
    return _text_cell(", ".join(map(str, value)) if isinstance(value, list) else value)


def _row(cells: Sequence[Cell]) -> str:
    return f"<row>{''.join(map(cell, cells))}</row>"


def _sheet_head(widths: Sequence[int], heading: Sequence[Cell]) -> str:
    columns = "".join(
        f'<col min="{number}" max="{number}" width="{width}" customWidth="1"/>'
        for number, width in enumerate(widths, start=1)
    )
    return (
        f'{HEAD}<worksheet xmlns="{MAIN}"><sheetViews><sheetView workbookViewId="0">'
        '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>'
        f"<cols>{columns}</cols><sheetData><row>{''.join(_text_cell(one, HEADING) for one in heading)}</row>"
    )


SHEET_TAIL = "</sheetData></worksheet>"


class _Taken:
    """Where the archive is written to: what has come since it was last asked for."""

    def __init__(self) -> None:
        self.pieces: list[bytes] = []

    def write(self, data: bytes, /) -> int:
        self.pieces.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Nothing is held back."""

    def close(self) -> None:
        """What has come may still be taken."""

    def take(self) -> bytes:
        whole = b"".join(self.pieces)
        self.pieces.clear()
        return whole


def sheet_name(text: object) -> str:
    return re.sub(r"[\\/?*\[\]:]", " ", text_of(text)).strip()[:31] or "1"


def xlsx_chunks(
    *,
    titles: tuple[object, object],
    header: Sequence[Cell],
    rows: Iterable[Sequence[Cell]],
    about: Iterable[Sequence[Cell]],
) -> Iterator[bytes]:
    """The bytes of a workbook. `titles` name its two sheets; `about` are the lines of the second, heading first.

    Raises TooManyRows in the middle when `rows` are more than a sheet holds.
    """
    taken = _Taken()
    first, second = (sheet_name(one) for one in titles)
    with zipfile.ZipFile(taken, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", TYPES)
        archive.writestr("_rels/.rels", RELATIONS)
        archive.writestr("xl/_rels/workbook.xml.rels", PARTS)
        archive.writestr("xl/styles.xml", STYLES)
        archive.writestr(
            "xl/workbook.xml",
            f'{HEAD}<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>'
            f'<sheet name="{first}" sheetId="1" r:id="rId1"/>'
            f'<sheet name="{second if second != first else second[:29] + " 2"}" sheetId="2" r:id="rId2"/>'
            "</sheets></workbook>",
        )
        explained = list(about)
        heading, *lines = explained or [[""]]
        body = "".join(f"<row>{''.join(_text_cell(one, WRAPPED) for one in line)}</row>" for line in lines)
        archive.writestr("xl/worksheets/sheet2.xml", _sheet_head([32, 90], heading) + body + SHEET_TAIL)
        yield taken.take()
        source, written = iter(rows), 1
        with archive.open("xl/worksheets/sheet1.xml", "w") as sheet:
            widths = [min(max(len(str(one)) + 3, 12), 40) for one in header]
            sheet.write(_sheet_head(widths, header).encode())
            while batch := list(islice(source, ROWS_A_CHUNK)):
                written += len(batch)
                if written > MOST_ROWS:
                    raise TooManyRows(f"a sheet has {MOST_ROWS} rows at most")
                sheet.write("".join(map(_row, batch)).encode())
                if pieces := taken.take():
                    yield pieces
            sheet.write(SHEET_TAIL.encode())
    yield taken.take()

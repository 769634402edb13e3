"""A table as a CSV file that a spreadsheet of this country opens by a double click, streamed and harmless.

UTF-8 with a byte-order mark, `;` between cells, a comma in decimals, days as 2026-10-31, a moment as
2026-10-31 14:05 in the server's time zone, `None` as an empty cell. A text that a spreadsheet would take
for a formula gets an apostrophe in front; numbers stay numbers, a negative one too.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import islice

from django.http import StreamingHttpResponse
from django.utils import timezone
from django.utils.http import content_disposition_header

BYTE_ORDER_MARK = "\N{ZERO WIDTH NO-BREAK SPACE}"
ROWS_A_CHUNK = 500
# What starts a formula in Excel, LibreOffice or Google Sheets: the full-width forms too.
FORMULA_STARTS = tuple("=+-@\t\r\n|%＝＋－＠")

Cell = object


def cell_text(value: Cell) -> str:
    """How one value is written. Only texts are neutralised: what a person typed is never an int."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, Decimal):
        return format(value, "f").replace(".", ",")
    if isinstance(value, float):
        return repr(value).replace(".", ",")
    if isinstance(value, dt.datetime):
        return (timezone.localtime(value) if timezone.is_aware(value) else value).strftime("%Y-%m-%d %H:%M")
    if isinstance(value, dt.time):
        return value.strftime("%H:%M")
    if isinstance(value, dt.date):
        return value.isoformat()
    return neutral(str(value))


def neutral(text: str) -> str:
    """A text that no spreadsheet runs. Blanks in front don't hide a formula; NUL bytes break readers and go."""
    text = text.replace("\0", "")
    if text.startswith(FORMULA_STARTS) or text.lstrip().startswith(FORMULA_STARTS):
        return f"'{text}"
    return text


def csv_chunks(header: Sequence[Cell], rows: Iterable[Sequence[Cell]]) -> Iterator[bytes]:
    source = iter(rows)
    buffer = io.StringIO()
    buffer.write(BYTE_ORDER_MARK)
    writer = csv.writer(buffer, delimiter=";")
    writer.writerow([cell_text(one) for one in header])
    while True:
        batch = list(islice(source, ROWS_A_CHUNK))
        writer.writerows([cell_text(one) for one in row] for row in batch)
        yield buffer.getvalue().encode()
        if len(batch) < ROWS_A_CHUNK:
            return
        buffer.seek(0)
        buffer.truncate()


def csv_response(filename: str, header: Sequence[Cell], rows: Iterable[Sequence[Cell]]) -> StreamingHttpResponse:
    """A download. `rows` may be lazy: inside a space each piece is made in that space, after the view has returned."""
    response = StreamingHttpResponse(csv_chunks(header, rows), content_type="text/csv; charset=utf-8")
    disposition = content_disposition_header(True, filename)
    if disposition:
        response["Content-Disposition"] = disposition
    response["Cache-Control"] = "no-store"
    return response

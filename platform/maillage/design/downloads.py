"""The rows of a table on screen as a file: XLSX or CSV for a spreadsheet, JSON for a program.

A page answers `?download=csv`, `=xlsx` or `=json` beside its own filters. So a file has the page's role, its
filters and its rows, and a page that shows several tables names one by `table=`. `{% downloads %}` draws the links.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import islice

from django.http import HttpRequest, StreamingHttpResponse
from django.urls import get_script_prefix
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from maillage.design import xlsx_export
from maillage.design.csv_export import ROWS_A_CHUNK, Cell, csv_response

CSV, XLSX, JSON = "csv", "xlsx", "json"
FORMATS = (CSV, XLSX, JSON)
# What a page's address holds besides its filters.
NOT_FILTERS = frozenset({"download", "table", "page", "before"})


def asked(request: HttpRequest) -> str:
    """`csv`, `xlsx`, `json`, or "" for the page itself."""
    wanted = request.GET.get("download", "")
    return wanted if wanted in FORMATS else ""


def filters_of(request: HttpRequest) -> dict[str, str]:
    return {name: str(value) for name, value in request.GET.items() if name not in NOT_FILTERS and value}


def perimeter() -> str:
    """Whose rows these are: `caban` or `caban/rue-de-la-poste`."""
    return get_script_prefix().strip("/")


def download(
    request: HttpRequest,
    kind: str,
    name: str,
    *,
    names: Sequence[str],
    rows: Iterable[Sequence[Cell]],
    as_of: dt.datetime | None,
    header: Sequence[Cell] | None = None,
    about: Sequence[Cell] | None = None,
) -> StreamingHttpResponse:
    """A file of rows. `names` are the keys in JSON and never change; `header` is what a spreadsheet gets instead.

    `rows` may be lazy. `as_of` is the moment that the rows are true for; None: figures that were never swept.
    `about` says of each column what it holds, for the workbook's second sheet.
    """
    moment = timezone.localtime(as_of or timezone.now())
    filename = filename_of(name, kind, moment)
    if kind == CSV:
        return csv_response(filename, header or names, rows)
    if kind == XLSX:
        chunks = xlsx_export.xlsx_chunks(
            titles=(name, _("Columns")),
            header=header or names,
            rows=rows,
            about=about_the_columns(names, header, about, whose=perimeter(), as_of=as_of, filters=filters_of(request)),
        )
        return as_attachment(chunks, filename, xlsx_export.CONTENT_TYPE)
    told: dict[str, object] = {
        "table": name,
        "perimeter": perimeter(),
        "as_of": None if as_of is None else moment.isoformat(),
        "filters": filters_of(request),
        "columns": list(names),
    }
    return as_attachment(json_chunks(told, names, rows), filename, "application/json")


def filename_of(name: str, kind: str, moment: dt.datetime) -> str:
    return f"{perimeter().replace('/', '-')}-{name}-{moment:%Y-%m-%d-%Hh%M}.{kind}".lstrip("-")


def as_attachment(chunks: Iterable[bytes], filename: str, content_type: str) -> StreamingHttpResponse:
    response = StreamingHttpResponse(chunks, content_type=content_type)
    disposition = content_disposition_header(True, filename)
    if disposition:
        response["Content-Disposition"] = disposition
    response["Cache-Control"] = "no-store"
    return response


def about_the_columns(
    names: Sequence[str],
    header: Sequence[Cell] | None,
    about: Sequence[Cell] | None,
    *,
    whose: str,
    as_of: dt.datetime | None,
    filters: Mapping[str, str],
) -> list[Sequence[Cell]]:
    """The second sheet of a workbook: what each column holds, then whose rows these are, of when, and which ones."""
    meanings = about or header or names
    told: list[Sequence[Cell]] = [(_("Column"), _("What it holds"))]
    told += zip(header or names, meanings if about or header is None else names, strict=True)
    told += [("", ""), (_("Perimeter"), whose)]
    if as_of is not None:
        told.append((_("As of"), f"{timezone.localtime(as_of):%Y-%m-%d %H:%M}"))
    return [*told, *((f"{_('Filter')} {name}", value) for name, value in filters.items())]


def json_chunks(about: dict[str, object], names: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Iterator[bytes]:
    """One object a row and line, so that a big file can be read line by line too."""
    source = iter(rows)
    yield f'{json.dumps(about, ensure_ascii=False)[:-1]}, "rows": ['.encode()
    separator = "\n"
    while batch := list(islice(source, ROWS_A_CHUNK)):
        lines = [
            json.dumps(dict(zip(names, map(_plain, row), strict=True)), ensure_ascii=False, allow_nan=False)
            for row in batch
        ]
        yield (separator + ",\n".join(lines)).encode()
        separator = ",\n"
    yield b"\n]}\n"


def _plain(value: Cell) -> object:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if value is None or isinstance(value, bool | int | float | list):
        return value
    if isinstance(value, dt.datetime):
        return (timezone.localtime(value) if timezone.is_aware(value) else value).isoformat()
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, dt.time):
        return value.strftime("%H:%M")
    return str(value)

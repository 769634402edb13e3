"""The whole cadastre as a document, from the figures to the bytes, against the bare library with the same words."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable, Iterable
from decimal import Decimal
from itertools import count
from typing import Any, TypeVar

import xlsxwriter
from django.utils.translation import override

from maillage.bench.filling import fill, make_federation
from maillage.bench.measuring import Result, clock, compared, in_turn, say
from maillage.design import pdf
from maillage.design.workbook import AS_THEY_ARE, LONGEST_NAME, Sheet
from network.cadastre.coverage.selectors import Coverage
from network.cadastre.papers import making
from network.cadastre.papers.enums import Format
from network.cadastre.selectors import Cadastre
from network.directory.cards import copy_cards
from tenants.registry.crossing import entered

T = TypeVar("T")
YEAR = 2024


def plain(sheet: Sheet) -> tuple[str, list[list[Any]]]:
    """The same cells, heading first, as XlsxWriter takes them without being asked twice: days stay days, as in ours."""
    return sheet.title[:LONGEST_NAME], [[_plain(cell) for cell in row] for row in (sheet.header, *sheet.rows)]


def _plain(cell: Any) -> Any:
    if cell is None or cell.__class__ in (bool, int, float, dt.date):
        return cell
    return float(cell) if isinstance(cell, Decimal) else str(cell)


def bare(about: Iterable[tuple[str, str]], sheets: Iterable[tuple[str, list[list[Any]]]]) -> bytes:
    """XlsxWriter alone: neither widths nor a frozen heading, and nothing but bold for it."""
    output = io.BytesIO()
    book = xlsxwriter.Workbook(output, AS_THEY_ARE)
    bold = book.add_format({"bold": True})
    first = book.add_worksheet()
    for row, line in enumerate(about):
        first.write_row(row, 0, line)
    for title, rows in sheets:
        sheet = book.add_worksheet(title)
        for row, cells in enumerate(rows):
            sheet.write_row(row, 0, cells, bold if not row else None)
    book.close()
    return output.getvalue()


def cadastre_papers(*, epn: int = 40, visits: int = 1_500, rounds: int = 9) -> Result:
    """`epn` with `visits` each, over five years. `equal`: made twice, the same bytes, PDF and workbook."""
    say(f"A network of {epn} EPN …")
    federation = make_federation()
    fill(federation, epn=epn, visits=visits)
    copy_cards(federation)

    def inside(work: Callable[[], T]) -> T:
        with entered(federation.space), override("fr"):
            return work()

    def ours(kind: Format, network: str = "Bench") -> bytes:
        return inside(lambda: making.made(kind, federation.pk, network, YEAR, "all", "fr"))

    def read() -> tuple[Cadastre, Coverage]:
        return making.read(federation.pk, YEAR, "all")

    page, cover = inside(read)
    data, title = inside(lambda: making.printed(page, cover, "Bench"))
    about = inside(lambda: list(making.about(page, cover, "Bench")))
    written = inside(lambda: [plain(sheet) for sheet in making.sheets(page, cover)])

    def typst_alone(**otherwise: str) -> bytes:
        words = {**data, **otherwise}
        return pdf.render(making.TEMPLATE, words, title=title, language="fr", moment=making.moment_of(page))

    def xlsxwriter_alone() -> bytes:
        return bare(about, written)

    moments = count()  # typst remembers what it has set: the very same words again would cost it nothing
    mine, peers, ratio = compared(
        in_turn(
            {
                "ours": lambda: ours(Format.PDF, f"Bench {next(moments)}"),
                "typst": lambda: typst_alone(network=f"Bench {next(moments)}"),
            },
            rounds=rounds,
        )
    )
    book, writer, book_ratio = compared(
        in_turn({"ours": lambda: ours(Format.XLSX), "xlsxwriter": xlsxwriter_alone}, rounds=rounds)
    )
    return Result(
        name="cadastre_papers",
        n=epn,
        ours=mine,
        peers=peers,
        ratio={**ratio, **book_ratio},
        equal=ours(Format.PDF) == ours(Format.PDF) and ours(Format.XLSX) == ours(Format.XLSX),
        more={
            "bytes": len(typst_alone()),
            "workbook": {"ours": book.as_json(), **{name: timing.as_json() for name, timing in writer.items()}},
            "reading": round(clock(lambda: inside(read)), 6),
        },
    )

"""The whole cadastre as a document, from the figures to the bytes, against the bare library with the same words."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from typing import TypeVar

from django.utils.translation import override

from maillage.bench.filling import fill, make_federation
from maillage.bench.measuring import Result, clock, compared, in_turn, say
from maillage.design import pdf, workbook
from network.cadastre.coverage.selectors import Coverage, coverage
from network.cadastre.papers import making
from network.cadastre.papers.enums import Format
from network.cadastre.selectors import Cadastre, cadastre, read_year
from network.directory.cards import copy_cards
from tenants.registry.crossing import entered

T = TypeVar("T")
YEAR = 2024


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
        known = read_year(federation.pk, YEAR, "all")
        return cadastre(federation.pk, year=YEAR, known=known), coverage(federation.pk, year=YEAR, known=known)

    page, cover = inside(read)
    data, title = inside(lambda: making.printed(page, cover, "Bench"))
    sheets = inside(lambda: list(making.sheets(page, cover)))

    def typst_alone(**otherwise: str) -> bytes:
        words = {**data, **otherwise}
        return pdf.render(making.TEMPLATE, words, title=title, language="fr", moment=making.moment_of(page))

    def xlsxwriter_alone() -> bytes:
        return workbook.workbook(sheets, about=(), title=title, author="Bench", moment=making.moment_of(page))

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

"""A frozen report as PDF and as workbook, against typst and XlsxWriter alone with the very same words and cells."""

from __future__ import annotations

import datetime as dt
import io
from dataclasses import replace
from decimal import Decimal
from itertools import count

import xlsxwriter
from django.utils.translation import override

from maillage.bench.measuring import Result, Timing, clock, compared, in_turn, say
from maillage.design import pdf
from maillage.design.workbook import Sheet
from network.reports.content import Content, Line, Money, Part, Place, Words
from network.reports.files import files_of
from network.reports.papers import printing, sheets

LINES, VALUES = 6, 16  # by EPN, and values of each of as many lines
Compared = tuple[Timing, dict[str, Timing], dict[str, float]]
SHA256, ADDRESS = "0" * 64, f"https://epn.example.org/bench/verify/{'0' * 64}/"


def report_files(*, epn: int = 40, large: int = 200, rounds: int = 9) -> Result:
    """Of a year of `epn`, and in `more` of `large`. `equal`: made twice, the same bytes in every format."""
    with override("fr"):
        found, told = measured(epn, rounds), measured(large, max(rounds // 3, 1))
    mine, peers, ratio = found["pdf"]
    return Result(
        name="report_files",
        n=epn,
        ours=mine,
        peers=peers,
        ratio={**ratio, **found["workbook"][2]},
        equal=all(files_of(_content(n, "Bench")) == files_of(_content(n, "Bench")) for n in (epn, large)),
        more={
            "workbook": _as_json(found["workbook"]),
            str(large): {name: {**_as_json(one), "ratio": _rounded(one[2])} for name, one in told.items()},
            "bytes": {str(kind): len(file) for kind, file in files_of(_content(epn, "Bench")).items()},
            "all_formats": round(clock(lambda: files_of(_content(epn, "Bench!"))), 6),
        },
    )


def _as_json(found: Compared) -> dict[str, dict[str, float]]:
    return {"ours": found[0].as_json(), **{name: one.as_json() for name, one in found[1].items()}}


def _rounded(ratio: dict[str, float]) -> dict[str, float]:
    return {name: round(one, 3) for name, one in ratio.items()}


def measured(epn: int, rounds: int) -> dict[str, Compared]:
    """Ours from the content to the bytes, the peers with what ours had made of it."""
    say(f"A report of {epn} EPN …")
    moments = count()  # typst remembers what it has set: the very same words again would cost it nothing
    kept = _content(epn, "Bench")
    data, title = printing.printed(kept, sha256=SHA256, address=ADDRESS)
    pages = list(sheets.sheets(kept))

    def told() -> Content:
        return replace(kept, network=f"Bench {next(moments)}")

    def typst_alone() -> bytes:
        words = {**data, "network": f"Bench {next(moments)}"}
        return pdf.render(printing.TEMPLATE, words, title=title, language="fr", moment=kept.signed_at)

    papers = {"ours": lambda: printing.as_pdf(told(), sha256=SHA256, address=ADDRESS), "typst": typst_alone}
    books = {
        "ours": lambda: sheets.as_workbook(told(), sha256=SHA256, address=ADDRESS),
        "xlsxwriter": lambda: _xlsxwriter_alone(pages),
    }
    return {
        "pdf": compared(in_turn(papers, rounds=rounds)),
        "workbook": compared(in_turn(books, rounds=rounds)),
    }


def _xlsxwriter_alone(pages: list[Sheet]) -> bytes:
    """The cells and nothing else: no width, no shape, no heading that stays."""
    output = io.BytesIO()
    book = xlsxwriter.Workbook(output, {"in_memory": True})
    for page in pages:
        sheet = book.add_worksheet()
        for row, cells in enumerate([page.header, *page.rows]):
            for column, value in enumerate(cells):
                if isinstance(value, int | float | Decimal):
                    sheet.write_number(row, column, float(value))
                elif value is not None:
                    sheet.write_string(row, column, str(value))
    book.close()
    return output.getvalue()


def _words(text: str) -> Words:
    return dict.fromkeys(("fr", "nl", "en"), text)


def _content(epn: int, network: str) -> Content:
    """Every third EPN with a key of its own, every seventh cell withheld."""
    places = tuple(
        Place(n, f"Espace public numérique {n}", f"Commune {n % 19}", Decimal(50 if n % 3 == 0 else 100))
        for n in range(1, epn + 1)
    )
    lines = [_by_epn(number, places) for number in range(LINES)] + [_by_value(number, epn) for number in range(LINES)]
    lines += [
        Line("spent", "money", _words("Dépensé"), _words("€"), 2, "spent", Decimal(20_000 * epn)),
        Line("cost", "ratio", _words("Coût par visite"), _words("€"), 2, value=Decimal("18.42"), numerator="spent",
             denominator="line1"),
        Line("text", "text", _words("Ce que le subside a permis"), _words(""), 0, text="Un long texte. " * 200),
    ]  # fmt: skip
    return Content(
        network=network, address="bench", funder="Région", pack="Inclusion numérique", pack_version=1,
        introduction="", title="Rapport 2026", report=1, number=1, language="fr", first=dt.date(2026, 1, 1),
        last=dt.date(2026, 12, 31), whole_network=False, places=places,
        grants=(Money(1, "Subside", "A-1", dt.date(2026, 1, 1), dt.date(2026, 12, 31), Decimal(25_000 * epn)),),
        releases=(1, 2, 3, 4), as_of=dt.datetime(2027, 1, 20, tzinfo=dt.UTC),
        signed_at=dt.datetime(2027, 2, 1, tzinfo=dt.UTC), signed_name="Bench", signed_role="bench",
        lines=tuple(lines),
    )  # fmt: skip


def _by_epn(number: int, places: tuple[Place, ...]) -> Line:
    parts = []
    for n, place in enumerate(places):
        whole = Decimal(100 + 13 * n + number)
        hidden = (n + number) % 7 == 0
        kept = None if hidden else whole * place.key // 100
        parts.append(Part(str(place.epn), _words(place.name), kept, None if hidden else whole, 12 if hidden else 0))
    value, whole = (sum((getattr(one, name) or Decimal(0) for one in parts), Decimal(0)) for name in ("value", "whole"))
    return Line(
        f"line{number}", "figure", _words(f"Ligne {number}"), _words("visites"), 0, "visits.visits", value, whole,
        withheld=sum(one.withheld for one in parts), by_epn=tuple(parts),
    )  # fmt: skip


def _by_value(number: int, epn: int) -> Line:
    parts = tuple(
        Part(f"v{n}", _words(f"Valeur {n}"), Decimal(epn * (n + number)), Decimal(epn * (n + number)))
        for n in range(VALUES)
    )
    return Line(
        f"values{number}", "figure", _words(f"Visites par attribut {number}"), _words("visites"), 0,
        "visits_by_theme.visits", by_value=parts,
    )  # fmt: skip

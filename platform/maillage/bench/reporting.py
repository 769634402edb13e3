"""A year of an EPN as a tagged PDF, from counting to bytes, against typst alone with the very same words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from itertools import count
from typing import TypeVar

from maillage.bench.filling import add_epn, add_visits, make_federation
from maillage.bench.measuring import Result, clock, compared, in_turn, say
from maillage.design import pdf
from tenants.overview.paper import TEMPLATE, Paper, pdf_of, printed
from tenants.overview.periods import Spans, year
from tenants.overview.selectors import overview
from tenants.overview.workbook import workbook_of
from tenants.registry.crossing import entered

T = TypeVar("T")
YEAR, TODAY = 2024, dt.date(2025, 12, 31)


def report_pdf(*, visits: int = 100_000, rounds: int = 9) -> Result:
    """`visits` are of five years, so that a report counts two fifths of them. `equal`: made twice, the same bytes."""
    say(f"An EPN of {visits} visits …")
    epn = add_epn(make_federation(), 0)
    add_visits(epn, visits)

    def inside(work: Callable[[], T]) -> T:
        with entered(epn.space):
            return work()

    spans = Spans.of(year(YEAR), TODAY)
    kept = Paper(inside(lambda: overview(spans)), "fr", "EPN 0")
    data, title = printed(kept)

    def typst_alone(**otherwise: str) -> bytes:
        return pdf.render(TEMPLATE, {**data, **otherwise}, title=title, language="fr", moment=kept.found.as_of)

    moments = count()  # typst remembers what it has set: the very same words again would cost it nothing

    timings = in_turn(
        {
            "ours": lambda: inside(lambda: pdf_of(Paper(overview(spans), "fr", "EPN 0"))),
            "typst": lambda: typst_alone(as_of=str(next(moments))),
        },
        rounds=rounds,
    )
    mine, peers, ratio = compared(timings)
    parts = {
        "counting": clock(lambda: inside(lambda: overview(spans))),
        "workbook": clock(lambda: workbook_of(kept)),
    }
    return Result(
        name="report_pdf",
        n=visits,
        ours=mine,
        peers=peers,
        ratio=ratio,
        equal=pdf_of(kept) == typst_alone() and workbook_of(kept) == workbook_of(kept),
        more={"bytes": len(typst_alone()), **{name: round(seconds, 6) for name, seconds in parts.items()}},
    )

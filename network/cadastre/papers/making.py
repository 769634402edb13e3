"""Making the document, from the figures to the bytes: what the job does."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override, pgettext

from maillage.design import numbers, pdf
from maillage.design.workbook import Sheet, workbook
from network.cadastre.coverage import tables as coverage_tables
from network.cadastre.coverage.selectors import STOP_CUT, Coverage, coverage
from network.cadastre.papers.contents import how_it_was_counted, parts
from network.cadastre.papers.enums import Format
from network.cadastre.papers.models import Paper
from network.cadastre.reading import CUTS, read_counted, read_year
from network.cadastre.selectors import Cadastre, cadastre
from network.cadastre.tables import TABLES, header_of, names_of, rows_of
from network.cadastre.words import words_of_perimeter
from tenants.activity.journal.enums import FileState

KEEP_FOR = dt.timedelta(hours=24)
TEMPLATE = "cadastre/cadastre.typ"
Told = Callable[[], object]
STEPS = {Format.PDF: 4, Format.XLSX: 3 + len(TABLES)}


def make_paper(*, paper_id: int, federation_id: int, network: str) -> None:
    """Once more from the beginning, if it was cut short; nothing, if it is ready or gone."""
    paper = Paper.objects.filter(pk=paper_id).exclude(state=FileState.READY).defer("content").first()
    if paper is None:
        return
    paper.done = 0
    _tell(paper, state=FileState.RUNNING, done=0, steps=STEPS[Format(paper.format)])

    def told() -> None:
        paper.done += 1
        _tell(paper, done=paper.done)

    try:
        with override(paper.language):
            content = made(
                Format(paper.format), federation_id, network, paper.year, paper.perimeter, paper.language, told
            )
    except Exception:
        _tell(paper, state=FileState.FAILED)
        raise
    _tell(paper, state=FileState.READY, content=content, size=len(content))


def _tell(paper: Paper, **how_far: object) -> None:
    Paper.objects.filter(pk=paper.pk).update(updated_at=timezone.now(), **how_far)


def made(
    kind: Format, federation_id: int, network: str, year: int, perimeter: str, language: str, told: Told = lambda: None
) -> bytes:
    """The bytes of one document, in the language that is in force. `told` is called after each of its steps."""
    page, cover = read(federation_id, year, perimeter, told)
    if kind == Format.XLSX:
        return as_workbook(page, cover, network, told)
    data, title = printed(page, cover, network)
    told()
    content = pdf.render(TEMPLATE, data, title=title, language=language, moment=moment_of(page))
    told()
    return content


def read(federation_id: int, year: int, perimeter: str, told: Told = lambda: None) -> tuple[Cadastre, Coverage]:
    """What both kinds of document say, from one reading. `told` is called twice."""
    known = read_year(federation_id, year, perimeter)
    counted = read_counted(known, [*CUTS, STOP_CUT])
    page = cadastre(federation_id, year=year, perimeter=perimeter, known=known, counted=counted)
    told()
    cover = coverage(federation_id, year=year, perimeter=perimeter, known=known, counted=counted)
    told()
    return page, cover


def moment_of(page: Cadastre) -> dt.datetime:
    """Of the figures; where they were never swept, the end of the day that is counted."""
    return page.summary.as_of or timezone.make_aware(dt.datetime.combine(page.counted_on, dt.time.max))


def title_of(page: Cadastre) -> str:
    return _("Cadastre %(year)s") % {"year": page.summary.year}


def printed(page: Cadastre, cover: Coverage, network: str) -> tuple[dict[str, Any], str]:
    """Everything that the template says, and the title of the document."""
    title = title_of(page)
    data = {
        "title": title,
        "network": network,
        "perimeter": words_of_perimeter(page),
        "as_of": _("As of %(moment)s") % {"moment": numbers.as_of(page.summary.as_of)},
        "page": [pgettext("page 3 of 12", "page"), pgettext("page 3 of 12", "of")],
        "parts": [vars(one) for one in parts(page, cover)],
        "counted": {"title": _("How this was counted"), "text": list(how_it_was_counted(page, cover))},
    }
    return data, f"{title} – {network}"


def as_workbook(page: Cadastre, cover: Coverage, network: str, told: Told = lambda: None) -> bytes:
    title = title_of(page)
    return workbook(
        sheets(page, cover),
        about=about(page, cover, network),
        title=f"{title} – {network}",
        author=network,
        moment=moment_of(page),
        told=told,
    )


def about(page: Cadastre, cover: Coverage, network: str) -> Iterator[tuple[str, str]]:
    """What the first sheet says, line by line."""
    yield _("Title"), title_of(page)
    yield _("Network"), network
    yield _("Perimeter"), words_of_perimeter(page)
    yield _("As of"), numbers.as_of(page.summary.as_of)
    for text in how_it_was_counted(page, cover):
        yield _("To be known"), text


def sheets(page: Cadastre, cover: Coverage) -> Iterator[Sheet]:
    for table in TABLES.values():
        yield Sheet(str(table.title), names_of(table), header_of(table), list(rows_of(table, page)))
    yield Sheet(
        _("For 10,000 inhabitants"),
        coverage_tables.AREAS,
        coverage_tables.header_of_areas(),
        list(coverage_tables.rows_of_areas(cover, cover.areas)),
    )


@transaction.atomic
def remove_old_papers(*, older_than: dt.timedelta = KEEP_FOR) -> int:
    """Those that were asked for longer ago. Returns how many."""
    gone, _by_model = Paper.objects.filter(asked_at__lt=timezone.now() - older_than).delete()
    return int(gone)

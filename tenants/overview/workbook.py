"""The numbers as a workbook: one sheet a section."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils import translation
from django.utils.translation import gettext as _

from maillage.design import numbers, workbook
from maillage.design.workbook import CONTENT_TYPE, Sheet
from tenants.overview.paper import Paper, how_it_was_counted, title_of
from tenants.overview.rules import WORDS, paragraphs
from tenants.overview.tables import tables
from tenants.overview.words import remarks


def workbook_of(paper: Paper) -> bytes:
    """The same paper is the same bytes: its date is that of the figures."""
    with translation.override(paper.language):
        return workbook.workbook(
            (Sheet(one.title, one.names, one.header, one.rows, one.note) for one in tables(paper.found) if one.rows),
            about=_about(paper),
            title=f"{title_of(paper)} – {paper.epn}",
            author=paper.epn,
            moment=paper.found.as_of,
        )


def _about(paper: Paper) -> Iterator[tuple[str, str]]:
    found = paper.found
    yield _("Title"), title_of(paper)
    yield _("EPN"), paper.epn
    if paper.network:
        yield _("Network"), paper.network
    yield _("Period"), str(found.spans.period)
    yield _("As of"), numbers.as_of(found.as_of)
    if paper.number:
        yield _("Version"), str(paper.number)
    for text in [*remarks(found), *how_it_was_counted(found)]:
        yield _("To be known"), text
    for name, title in zip(WORDS, (_("Introduction"), _("Highlights"), _("Thanks")), strict=True):
        for text in paragraphs(paper.words.get(name, "")):
            yield title, text


__all__ = ["CONTENT_TYPE", "workbook_of"]

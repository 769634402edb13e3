"""A period on paper: what the dashboard shows, or a version of the yearly report, as a tagged PDF.

Everything that is printed goes to typst as data: what somebody typed is never a command there.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import typst
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from maillage.design import numbers, pdf
from tenants.overview.frozen import thaw
from tenants.overview.models import Logo, ReportVersion
from tenants.overview.rules import WORDS, paragraphs
from tenants.overview.sections import SOURCES, Headline
from tenants.overview.selectors import Number, Overview, Section
from tenants.overview.words import change, difference, months_of, name_of_before, name_of_now, remarks

TEMPLATE = "overview/report.typ"
WIDE = 3.5  # a logo that is wider than so many times its height is bounded by its width
LOGO_ALONE = "overview/logo.typ"
COLUMNS_OF_MONTHS = 3  # headlines side by side, each with its year before


@dataclass(frozen=True)
class Paper:
    found: Overview
    language: str
    epn: str
    network: str = ""
    logo: Logo | None = None
    words: dict[str, str] = field(default_factory=dict)
    number: int | None = None  # of the version; a paper of the dashboard has none


def version_paper(version: ReportVersion) -> Paper:
    return Paper(
        thaw(version.figures),
        version.language,
        version.epn,
        version.network,
        version.logo,
        {name: getattr(version, name) for name in WORDS},
        version.number,
    )


def title_of(paper: Paper) -> str:
    if paper.number is None:
        return _("Figures: %(period)s") % {"period": paper.found.spans.period}
    return _("Yearly report %(year)s") % {"year": paper.found.spans.period}


def pdf_of(paper: Paper) -> bytes:
    """Raises Unprintable. The same paper is the same bytes."""
    data, title = printed(paper)
    return pdf.render(TEMPLATE, data, title=title, language=paper.language, moment=paper.found.as_of)


def printed(paper: Paper) -> tuple[dict[str, Any], str]:
    """Everything that the template says, and the title of the document."""
    with translation.override(paper.language):
        return _data(paper), f"{title_of(paper)} – {paper.epn}"


def can_be_printed(picture: bytes) -> bool:
    """Whether typst reads what looks like a picture."""
    moment = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
    try:
        pdf.render(LOGO_ALONE, {"picture": list(picture)}, title="logo", language="en", moment=moment)
    except typst.TypstError:
        return False
    return True


def _data(paper: Paper) -> dict[str, Any]:
    found = paper.found
    texts = {name: [text.split("\n") for text in paragraphs(paper.words.get(name, ""))] for name in WORDS}
    return {
        "title": title_of(paper),
        "epn": paper.epn,
        "network": paper.network,
        "logo": _logo(paper),
        "as_of": _("As of %(moment)s") % {"moment": numbers.as_of(found.as_of)},
        "version": _("version %(number)s") % {"number": paper.number} if paper.number else "",
        "page": [pgettext("page 3 of 12", "page"), pgettext("page 3 of 12", "of")],
        "remarks": remarks(found),
        "introduction": {"title": _("Introduction"), "text": texts["introduction"]},
        "highlights": {"title": _("Highlights"), "text": texts["highlights"]},
        "thanks": {"title": _("Thanks"), "text": texts["thanks"]},
        "summary": _summary(found),
        "months": {"title": _("Month by month"), "chart": _chart(found), "tables": list(_month_tables(found))},
        "sections": [_section(found, one) for one in found.sections if one.lines],
        "counted": {"title": _("How this was counted"), "text": list(how_it_was_counted(found))},
    }


def _logo(paper: Paper) -> dict[str, Any] | None:
    """Its bytes as numbers: the only way in for what isn't text."""
    if paper.logo is None:
        return None
    return {
        "picture": list(bytes(paper.logo.content)),
        "alt": _("Logo of %(name)s") % {"name": paper.epn},
        "wide": paper.logo.width > WIDE * paper.logo.height,
    }


def _summary(found: Overview) -> dict[str, Any]:
    return {
        "title": _("In short"),
        "head": [
            _("What"),
            name_of_now(found.spans),
            name_of_before(found.spans),
            _("Difference"),
            pgettext("in per cent", "Change"),
        ],
        "rows": [
            {
                "label": str(one.headline.label),
                "note": str(one.headline.note),
                "cells": [
                    one.headline.show(one.whole.now),
                    one.headline.show(one.whole.before),
                    difference(one.whole, one.headline),
                    change(one.whole) or numbers.NOT_KNOWN,
                ],
            }
            for one in shown(found.numbers)
        ],
    }


def shown(all_numbers: Sequence[Number]) -> list[Number]:
    """Without what this EPN doesn't do: nothing in either year, nor in any month."""
    return [one for one in all_numbers if not one.whole.is_nothing]


def _chart(found: Overview) -> dict[str, Any]:
    """The months of the visits as heights between 0 and 1; their numbers are in the table that follows."""
    one = found.number("visits")
    top = max([value or 0 for pair in one.months for value in (pair.now, pair.before)], default=0)
    return {
        "title": str(one.headline.label),
        "names": [name_of_now(found.spans), name_of_before(found.spans)],
        "bars": [
            {
                "label": numbers.short_month(month.month.isoformat()),
                "now": (pair.now or 0) / top,
                "before": (pair.before or 0) / top,
                "value": "" if pair.now is None else numbers.number(pair.now),
            }
            for month, pair in zip(found.months, one.months, strict=True)
        ]
        if top and len(found.months) > 1
        else [],
    }


def _month_tables(found: Overview) -> Iterator[dict[str, Any]]:
    now, before = name_of_now(found.spans), name_of_before(found.spans)
    columns = shown(found.numbers)
    for at in range(0, len(columns), COLUMNS_OF_MONTHS):
        group = columns[at : at + COLUMNS_OF_MONTHS]
        yield {
            "heads": [str(one.headline.label) for one in group],
            "month": _("Month"),
            "years": [now, before],
            "rows": [[months_of(month), *_pairs(group, position)] for position, month in enumerate(found.months)],
        }


def _pairs(group: Sequence[Number], position: int) -> Iterator[str]:
    for one in group:
        pair, headline = one.months[position], one.headline
        yield _short(pair.now, headline)
        yield _short(pair.before, headline)


def _short(value: int | None, headline: Headline) -> str:
    return numbers.NOT_KNOWN if value is None else headline.show(value)


def _section(found: Overview, one: Section) -> dict[str, Any]:
    top = max((line.pair.now or 0 for line in one.lines), default=0) or 1
    head = [str(one.cut.head), name_of_now(found.spans)]
    head += [_("Share")] if one.cut.partition else []
    return {
        "title": str(one.cut.title),
        "note": f"{str(one.cut.unit)[:1].upper()}{str(one.cut.unit)[1:]}. {one.cut.note}".strip(),
        "head": [*head, name_of_before(found.spans), _("Difference")],
        "rows": [
            {
                "label": line.label,
                "bar": (line.pair.now or 0) / top,
                "cells": [
                    numbers.number(line.pair.now),
                    *([numbers.share(line.pair.now, one.whole)] if one.cut.partition else []),
                    numbers.number(line.pair.before),
                    difference(line.pair),
                ],
            }
            for line in one.lines
        ],
    }


def how_it_was_counted(found: Overview) -> Iterator[str]:
    yield _("Counted in the register of the EPN, as of %(moment)s.") % {"moment": numbers.as_of(found.as_of)}
    yield _("The register is anonymous: it counts visits and people each time they come, never who they are.")
    yield _("Hours open follow the opening hours of the sites as they are on that day, also for the months before.")
    yield _("A dash means that there is no data: the register wasn't used yet, or the day hasn't come. It isn't zero.")
    for name, day in since_in_words(found):
        yield _("%(what)s: noted since %(day)s.") % {"what": name, "day": day}


def since_in_words(found: Overview) -> Iterator[tuple[str, str]]:
    for source in SOURCES:
        day: dt.date | None = found.since.get(source.name)
        if day is not None:
            yield str(source.label), numbers.day_label(day)

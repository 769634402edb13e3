"""What a report says, line by line: computed from releases, accounts and what was written, as they are now.

The same for a draft, for signing, and to ask what a report that was signed long ago would say today.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import override

from network.funding.models import Grant
from network.releases.book import Book, read_book
from network.releases.models import Release
from network.reports.accounts import read_accounts
from network.reports.content import Content, Line, Money, Place
from network.reports.counting import WHOLE, last_day, months_between, one_key
from network.reports.enums import LineKind
from network.reports.figures import Figures
from network.reports.lines import Lines
from network.reports.models import PackLine, Report, ReportValue
from network.reports.perimeter import Perimeter, PlaceIn, federation_id, perimeter
from network.reports.rules import Missing, about_lines, about_places, about_small_groups
from network.reports.sources import FigureSource, figure_sources
from tenants.registry.models import Federation


@dataclass(frozen=True)
class Filled:
    """A report as it would be signed now. `missing` keeps from signing, `warnings` don't."""

    content: Content
    perimeter: Perimeter
    grants: list[Grant]
    pack_lines: list[PackLine]
    written: Mapping[str, ReportValue]
    used: list[Release]
    missing: tuple[Missing, ...]
    warnings: tuple[Missing, ...]

    @property
    def lines(self) -> tuple[Line, ...]:
        return self.content.lines

    @property
    def places(self) -> tuple[Place, ...]:
        return self.content.places

    def line(self, code: str) -> Line | None:
        return self.content.line(code)

    @property
    def months_to_release(self) -> list[str]:
        return sorted({one for some in self.missing + self.warnings for one in some.months})


def grants_of(report: Report) -> list[Grant]:
    return list(report.grants.select_related("funder").order_by("starts_on", "pk"))


def fill(report: Report) -> Filled:
    """A dozen statements, however many EPN and lines. Words are in the report's language, problems in the reader's."""
    version, grants = report.pack_version, grants_of(report)
    months = months_between(report.first, report.last)
    around = perimeter(grants, report.first, report.last)
    lines = list(version.lines.order_by("position", "pk"))
    written = {one.code: one for one in ReportValue.objects.filter(report=report)}
    figures, asked = _figures(lines, around, months)
    filling = Lines(figures, read_accounts(grants, report.first, report.last), written)
    with override(report.language):
        told = filling.fill(lines)
    used = _used(figures, asked)
    network = Federation.objects.select_related("space").get(pk=federation_id())
    content = Content(
        network=network.space.name,
        address=network.slug,
        funder=version.pack.funder.name,
        pack=version.pack.title,
        pack_version=version.number,
        introduction=version.introduction,
        title=report.title,
        report=report.pk,
        number=report.number + 1,
        language=report.language,
        first=report.first,
        last=last_day(report.last),
        whole_network=around.network,
        places=tuple(place_of(one, months) for one in around.places),
        grants=tuple(
            Money(one.pk, one.title, one.reference, one.starts_on, one.ends_on, one.amount_eur) for one in grants
        ),
        releases=tuple(one.number or 0 for one in used),
        as_of=max((one.as_of for one in used if one.as_of), default=None),
        signed_at=timezone.now(),
        signed_name="",
        signed_role="",
        lines=told,
    )
    by_code = {one.code: one for one in told}
    missing = about_places(around.places, _above(around))
    missing += about_lines(lines, by_code, filling.waiting, required=True)
    warnings = about_lines(lines, by_code, filling.waiting, required=False)
    warnings += about_small_groups(told, network.minimum_cell)
    return Filled(content, around, grants, lines, written, used, tuple(missing), tuple(warnings))


def _figures(
    lines: Iterable[PackLine], around: Perimeter, months: list[dt.date]
) -> tuple[Figures, list[tuple[PackLine, FigureSource]]]:
    """What is published of the lines, and which line asks for what."""
    sources, figures = figure_sources(), Figures(Book(), around, months)
    asked = [(one, sources[one.source]) for one in lines if one.kind == LineKind.FIGURE and one.source in sources]
    if not asked:
        return figures, []
    tables = {figures.table_for(source) for _line, source in asked}
    tables |= {source.by_epn.name for line, source in asked if line.by_epn}
    whom = None if around.network else around.epn
    return replace(figures, book=read_book(sorted(tables - {""}), months[0], months[-1], whom)), asked


def _used(figures: Figures, asked: Iterable[tuple[PackLine, FigureSource]]) -> list[Release]:
    """The releases of which a number is, by number."""
    found: dict[int, Release] = {}
    for line, source in asked:
        for table in {figures.table_for(source), source.by_epn.name if line.by_epn else ""} - {""}:
            for tile in figures.book.tiles(table, figures.months)[0]:
                release = figures.book.releases[table, tile.code]
                found[release.pk] = release
    return sorted(found.values(), key=lambda one: one.number or 0)


def place_of(one: PlaceIn, months: Sequence[dt.date]) -> Place:
    keys = {str(year): str(percent) for year, percent in sorted(one.keys.items())}
    return Place(one.epn, one.name, one.commune, one_key(one.keys, months), keys if len(set(keys.values())) > 1 else {})


def _above(around: Perimeter) -> dict[tuple[int, int], Decimal]:
    """EPN and years in which the keys of all grants are more than 100 %: a grant may have been brought back."""
    own = {(place.epn, year): percent for place in around.places for year, percent in place.keys.items()}
    totals = {one: percent + around.taken.get(one, Decimal(0)) for one, percent in own.items()}
    return {one: total for one, total in totals.items() if total > WHOLE}

"""The figures of a report's months as members of the network see them now, in the shape of what is published.

Never for a funder: nothing here is protected.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace

from django.utils.translation import override

from network.figures.selectors import Cut, flows, moment_of
from network.releases.book import Book, Sum
from network.releases.catalogue import TABLES
from network.releases.enums import Grain
from network.releases.periods import Period, month
from network.reports.accounts import Accounts
from network.reports.content import Line
from network.reports.counting import by_year, last_day, months_between
from network.reports.enums import LineKind
from network.reports.figures import Figures
from network.reports.filling import grants_of
from network.reports.lines import Lines
from network.reports.models import PackLine, Report
from network.reports.perimeter import perimeter
from network.reports.sources import figure_sources

Key = tuple[str, int, str, str]  # table, year, place, value


@dataclass
class LiveBook(Book):
    """Nothing is withheld in it, and no month is missing of the tables that it knows."""

    known: frozenset[str] = frozenset()
    numbers: dict[Key, tuple[int, ...]] = field(default_factory=dict)

    def tiles(self, table: str, months: Collection[dt.date]) -> tuple[list[Period], list[dt.date]]:
        return ([month(one) for one in sorted(months)], []) if table in self.known else ([], sorted(months))

    def sum(self, table: str, months: Collection[dt.date], *, place: str = "", value: str = "") -> Sum:
        """Of the months of one year, all those that were read of it."""
        (year,) = {one.year for one in months}
        zero = (0,) * len(TABLES[table].measures)
        return Sum(self.numbers.get((table, year, place, value), zero), 0, ())

    def values(self, table: str, months: Collection[dt.date]) -> list[str]:
        years = {one.year for one in months}
        return sorted({value for name, year, _place, value in self.numbers if name == table and year in years})


def live_lines(report: Report) -> tuple[tuple[Line, ...], dt.datetime | None]:
    """The figures among its lines, by the keys of now; as of when. Other lines have no number."""
    months = months_between(report.first, report.last)
    around = perimeter(grants_of(report), report.first, report.last)
    lines = list(report.pack_version.lines.filter(kind=LineKind.FIGURE).order_by("position", "pk"))
    figures = Figures(Book(), around, months)
    figures = replace(figures, book=read_live(_tables(lines, figures), months, around.epn))
    with override(report.language):
        told = Lines(figures, Accounts(), {}).fill(lines)
    return told, moment_of(last_day(report.last)).as_of


def _tables(lines: Iterable[PackLine], figures: Figures) -> set[str]:
    sources = figure_sources()
    found: set[str] = set()
    for line in lines:
        if source := sources.get(line.source):
            found |= {figures.table_for(source), source.by_epn.name if line.by_epn else ""}
    return found - {""}


def read_live(tables: Iterable[str], months: Sequence[dt.date], epn: Collection[int]) -> LiveBook:
    """Two statements a year: of the whole network, and of these EPN each."""
    known = frozenset(name for name in tables if TABLES[name].figure)
    book = LiveBook(known=known)
    for grain, keys, whom in ((Grain.FEDERATION, set[str](), None), (Grain.EPN, {"epn"}, epn)):
        own = sorted(name for name in known if TABLES[name].grain == grain)
        by_cut: dict[tuple[str, str], list[str]] = {}
        for name in own:
            by_cut.setdefault((TABLES[name].figure, TABLES[name].dimension), []).append(name)
        cuts = [Cut(one, other, frozenset(keys | ({"value"} if other else set()))) for one, other in by_cut]
        for year, some in by_year(months).items():
            for cell in flows(cuts, first=min(some), last=max(some), epn_ids=whom) if cuts else ():
                for name in by_cut[cell.figure, cell.dimension]:
                    numbers = tuple(getattr(cell, measure.source) for measure in TABLES[name].measures)
                    place = "" if cell.epn_id is None else str(cell.epn_id)
                    book.numbers[name, year, place, cell.value or ""] = numbers
    return book

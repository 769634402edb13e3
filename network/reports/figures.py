"""Lines of published figures, for a part of the EPN or all of them: sums of cells that releases show, by their keys.

Tables by EPN and month hold totals only; attributes are published month by month for the whole network, and by EPN for
whole years. So a line of attributes is filled from the network's table when all EPN count with the same keys, else from
the table by EPN when whole years are asked. Otherwise it says that nobody publishes this.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal

from django.utils.translation import gettext as _

from network.releases.book import Book
from network.releases.periods import month_code, read
from network.reports.content import Line, Part
from network.reports.counting import Counted, as_hours, by_year, is_whole_years, part_of
from network.reports.models import PackLine
from network.reports.perimeter import Perimeter, PlaceIn
from network.reports.sources import FigureSource, in_order, value_words


@dataclass(frozen=True)
class Found:
    """A line, and the months that a release would bring. Months of tables that are withheld whole never come."""

    line: Line
    waiting: tuple[str, ...] = ()


@dataclass(frozen=True)
class Figures:
    """`months` of the report, `perimeter` with its keys, and the cells that are published of them."""

    book: Book
    perimeter: Perimeter
    months: list[dt.date]

    @property
    def together(self) -> bool:
        """Whether the whole network counts as one: the tables of the network hold more than those by EPN."""
        return self.perimeter.network and self.perimeter.equal_keys and bool(self.perimeter.places)

    def table_for(self, source: FigureSource) -> str:
        """Its name; blank: what is asked is published nowhere."""
        if self.together:
            return source.table.name
        if source.table.dimension and not is_whole_years(self.months):
            return ""
        return source.by_epn.name

    def fill(self, line: PackLine, blank: Line, source: FigureSource) -> Found:
        table = self.table_for(source)
        if not table:
            text = _("By EPN, this is published for whole years only: choose whole years, or all EPN with one key.")
            return Found(replace(blank, note=text, missing=tuple(month_code(one) for one in self.months)))
        tiles, missing = self.book.tiles(table, self.months)
        never = [one for one in missing if self._left_out(table, one)]
        told = replace(blank, missing=tuple(month_code(one) for one in missing))
        if never:
            told = replace(told, note=_("Too much of it would have to be withheld: it isn't published."))
        waiting = tuple(month_code(one) for one in missing if one not in never)
        if not tiles:
            return Found(told, waiting)
        if source.table.dimension:
            return Found(self._by_value(told, source, table), waiting)
        counted = self._sum(source, table, "")
        told = replace(told, value=_number(counted.value, source), whole=_number(counted.whole, source),
                       withheld=counted.withheld)  # fmt: skip
        if line.by_epn:
            told = replace(told, by_epn=tuple(self._by_epn(source)))
        return Found(told, waiting)

    def _left_out(self, table: str, month: dt.date) -> bool:
        return any(name == table and month in read(code).months for name, code in self.book.left_out)

    def _sum(self, source: FigureSource, table: str, value: str) -> Counted:
        if self.together:
            keys = self.perimeter.places[0].keys
            return self._of(source, table, "", value, keys)
        return sum((self._at(source, table, place, value) for place in self.perimeter.places), Counted())

    def _at(self, source: FigureSource, table: str, place: PlaceIn, value: str) -> Counted:
        return self._of(source, table, str(place.epn), value, place.keys)

    def _of(self, source: FigureSource, table: str, place: str, value: str, keys: dict[int, Decimal]) -> Counted:
        """Of one place: each year by its key, rounded down."""
        total = Counted()
        for year, months in by_year(self.months).items():
            found = self.book.sum(table, months, place=place, value=value)
            number = found.numbers[source.column]
            total += Counted(part_of(number, keys.get(year, Decimal(0))), number, found.withheld)
        return total

    def _by_epn(self, source: FigureSource) -> Iterable[Part]:
        table = source.by_epn.name
        known = bool(self.book.tiles(table, self.months)[0])
        for place in self.perimeter.places:
            label = dict.fromkeys(("fr", "nl", "en"), place.name)
            yield (
                _part(str(place.epn), label, self._at(source, table, place, ""), source)
                if known
                else Part(str(place.epn), label, None, None)
            )

    def _by_value(self, told: Line, source: FigureSource, table: str) -> Line:
        parts = []
        for value in in_order(source.table, self.book.values(table, self.months)):
            counted = self._sum(source, table, value)
            if counted.whole or counted.withheld:
                parts.append(_part(value, value_words(source.table, value), counted, source))
        return replace(told, by_value=tuple(parts), withheld=sum(one.withheld for one in parts))


def _part(code: str, label: dict[str, str], counted: Counted, source: FigureSource) -> Part:
    return Part(code, label, _number(counted.value, source), _number(counted.whole, source), counted.withheld)


def _number(number: int, source: FigureSource) -> Decimal:
    return as_hours(number) if source.hours else Decimal(number)

"""What all releases say together of some months: each table and period as the latest release that holds it.

Who adds published cells up (a funder's report, a dashboard) tells nothing that the releases don't tell, as long as
every part is one that they show. So a sum here is of shown cells, and says how many parts of it are withheld.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from django.db import connection

from network.releases.catalogue import TABLES
from network.releases.enums import PeriodKind
from network.releases.models import Release
from network.releases.periods import Period, read
from network.releases.selectors import released

WIDEST_FIRST = (PeriodKind.YEAR, PeriodKind.QUARTER, PeriodKind.MONTH)


@dataclass(frozen=True)
class Sum:
    """Of the shown cells of one place and value; `withheld`: how many cells of it aren't shown.

    `missing`: months that no release tells. A sum is of everything when `withheld` is 0 and `missing` is empty.
    """

    numbers: tuple[int, ...]
    withheld: int
    missing: tuple[dt.date, ...]

    @property
    def whole(self) -> bool:
        return not self.withheld and not self.missing


@dataclass
class Book:
    """The published cells of some tables and months, in memory. Made by `read_book`."""

    releases: dict[tuple[str, str], Release] = field(default_factory=dict)  # by table and period
    cells: dict[tuple[str, str, str, str], tuple[int, ...] | None] = field(default_factory=dict)  # None: withheld
    left_out: set[tuple[str, str]] = field(default_factory=set)  # tables of which too little would be shown
    tiled: dict[tuple[str, frozenset[dt.date]], tuple[list[Period], list[dt.date]]] = field(default_factory=dict)

    @property
    def used(self) -> list[Release]:
        """The releases that it holds something of, by number."""
        return sorted({one.pk: one for one in self.releases.values()}.values(), key=lambda one: one.number or 0)

    def tiles(self, table: str, months: Collection[dt.date]) -> tuple[list[Period], list[dt.date]]:
        """The fewest published periods that make up these months, and the months that none tells."""
        asked = table, frozenset(months)
        if asked not in self.tiled:
            self.tiled[asked] = self._tiles(table, set(months))
        return self.tiled[asked]

    def _tiles(self, table: str, left: set[dt.date]) -> tuple[list[Period], list[dt.date]]:
        found: list[Period] = []
        periods = [read(code) for name, code in self.releases if name == table]
        for kind in WIDEST_FIRST:
            for one in sorted(period for period in periods if period.kind == kind):
                if left.issuperset(one.months):
                    found.append(one)
                    left.difference_update(one.months)
        return sorted(found), sorted(left)

    def sum(self, table: str, months: Collection[dt.date], *, place: str = "", value: str = "") -> Sum:
        """Of one place (an EPN's number, a commune's code; blank: the network) and value. A cell without a row is 0."""
        width = len(TABLES[table].measures)
        numbers, withheld = [0] * width, 0
        periods, missing = self.tiles(table, months)
        for one in periods:
            cell = self.cells.get((table, one.code, place, value), (0,) * width)
            if cell is None:
                withheld += 1
            else:
                numbers = [so_far + more for so_far, more in zip(numbers, cell, strict=True)]
        return Sum(tuple(numbers), withheld, tuple(missing))

    def values(self, table: str, months: Collection[dt.date]) -> list[str]:
        """The values of its dimension that have a cell, shown or not, in these months."""
        codes = {one.code for one in self.tiles(table, months)[0]}
        return sorted({value for name, code, _place, value in self.cells if name == table and code in codes})


def read_book(tables: Iterable[str], first: dt.date, last: dt.date, places: Collection[int] | None = None) -> Book:
    """Two statements, whatever the number of tables, months and places.

    `first` and `last` are first days of months. `places`: only these EPN, of tables by EPN.
    """
    wanted = [name for name in dict.fromkeys(tables) if name in TABLES]
    end = (last.replace(day=28) + dt.timedelta(days=4)).replace(day=1) - dt.timedelta(days=1)
    book = Book()
    for release in reversed(released()):  # a later one takes the place of an earlier one
        for told in release.tables:
            if told["name"] not in wanted:
                continue
            for code in told["periods"]:
                period = read(code)
                if first <= period.first and period.last <= end:
                    key = told["name"], code
                    if told["left_out"]:
                        book.releases.pop(key, None)
                        book.left_out.add(key)
                    else:
                        book.releases[key] = release
                        book.left_out.discard(key)
    if not book.releases:
        return book
    held = sorted(book.releases.items())
    with connection.cursor() as cursor:
        cursor.execute(
            'SELECT c."table", c.period, c.place, c.value, CASE WHEN c.withheld = 0 THEN c.numbers END'
            " FROM releases_releasedcell c"
            " JOIN unnest(%s::bigint[], %s::text[], %s::text[]) AS w(release_id, t, period)"
            '   ON c.release_id = w.release_id AND c."table" = w.t AND c.period = w.period'
            " WHERE %s::text[] IS NULL OR c.place = ANY(%s::text[])",
            [
                [release.pk for _key, release in held],
                [table for (table, _code), _release in held],
                [code for (_table, code), _release in held],
                *[None if places is None else [str(one) for one in places] + [""]] * 2,
            ],
        )
        book.cells = {
            (table, period, place, value): None if numbers is None else tuple(numbers)
            for table, period, place, value, numbers in cursor.fetchall()
        }
    return book

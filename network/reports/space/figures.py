"""Sums of published cells, each with what isn't in it. Nothing here reads a live figure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from maillage.design import numbers
from maillage.design.charts import WITHHELD, Value
from network.releases.book import Book, Sum
from network.releases.catalogue import TABLES

Show = Callable[[numbers.Number], str]


class AtLeast(int):
    """A number of which some cells are withheld: it is drawn like any, and written as what it is."""


def written(value: numbers.Number) -> str:
    text = numbers.number(int(value) if isinstance(value, AtLeast) else value)
    return _("at least %(number)s") % {"number": text} if isinstance(value, AtLeast) else text


def hours(value: numbers.Number) -> str:
    """Minutes as hours and minutes."""
    text = numbers.duration(value)
    return _("at least %(number)s") % {"number": text} if isinstance(value, AtLeast) else text


@dataclass(frozen=True)
class Told:
    """What is said of some cells together. None: nothing of it is published; `withheld`: cells that aren't shown.

    `missing`: months of those asked for that no release tells.
    """

    number: int | None
    withheld: int = 0
    missing: tuple[dt.date, ...] = ()

    @property
    def hidden(self) -> bool:
        """Nothing of it is shown: it is said to be withheld, never zero."""
        return self.number == 0 and bool(self.withheld)

    @property
    def at_least(self) -> bool:
        return bool(self.number) and bool(self.withheld)

    @property
    def value(self) -> Value:
        """For a drawing."""
        if self.number is None or self.hidden:
            return None if self.number is None else WITHHELD
        return AtLeast(self.number) if self.withheld else self.number

    def text(self, show: Show = written) -> str:
        """In words, withheld too; a dash where nothing is published."""
        value = self.value
        return _("withheld") if value is WITHHELD else numbers.NOT_KNOWN if value is None else show(value)

    @property
    def plain(self) -> int | None:
        """For a file: None where nothing is shown."""
        return None if self.hidden else self.number


def tell(found: Sum | None, measure: int = 0) -> Told:
    return Told(None) if found is None else Told(found.numbers[measure], found.withheld, found.missing)


def by_place(book: Book, table: str, months: Collection[dt.date], places: Iterable[str]) -> dict[str, Sum | None]:
    """Each place's own sum over the months; None where no month of them is published at all."""
    if not book.tiles(table, months)[0]:
        return dict.fromkeys(places)
    return {place: book.sum(table, months, place=place) for place in places}


def by_value(book: Book, table: str, months: Collection[dt.date], places: Sequence[str] = ("",)) -> dict[str, Sum]:
    """Each value's sum over the months and places, of a table with a dimension. Empty: nothing is published."""
    periods, missing = book.tiles(table, months)
    width = len(TABLES[table].measures)
    codes, wanted = {one.code for one in periods}, set(places)
    totals: dict[str, list[int]] = {}
    withheld: dict[str, int] = {}
    for (name, code, place, value), cell in book.cells.items():
        if name != table or code not in codes or place not in wanted:
            continue
        held = totals.setdefault(value, [0] * width)
        if cell is None:
            withheld[value] = withheld.get(value, 0) + 1
        else:
            for at, number in enumerate(cell):
                held[at] += number
    return {value: Sum(tuple(held), withheld.get(value, 0), tuple(missing)) for value, held in totals.items()}


def together(sums: Iterable[Sum | None]) -> Sum | None:
    """Of several places: what is shown of each, added. None where nothing is published."""
    some = [one for one in sums if one is not None]
    if not some:
        return None
    totals = tuple(sum(column) for column in zip(*(one.numbers for one in some), strict=True))
    return Sum(totals, sum(one.withheld for one in some), some[0].missing)


@dataclass(frozen=True)
class Source:
    """Of which releases numbers are, and of when."""

    releases: tuple[int, ...]
    as_of: dt.datetime | None

    @property
    def numbers(self) -> str:
        """5, 6, 7, 9 → "5–7, 9"."""
        runs: list[list[int]] = []
        for one in self.releases:
            if runs and one == runs[-1][1] + 1:
                runs[-1][1] = one
            else:
                runs.append([one, one])
        return ", ".join(str(first) if first == last else f"{first}–{last}" for first, last in runs)

    @property
    def words(self) -> str:
        if not self.releases:
            return _("nothing of it is released yet")
        return _("releases %(numbers)s, figures as of %(moment)s") % {
            "numbers": self.numbers,
            "moment": numbers.as_of(self.as_of),
        }


def source_of(book: Book, table: str, months: Collection[dt.date]) -> Source:
    used = {book.releases[table, one.code] for one in book.tiles(table, months)[0]}
    moments = [one.as_of for one in used if one.as_of is not None]
    return Source(tuple(sorted(one.number or 0 for one in used)), max(moments, default=None))


def months_of(year: int) -> list[dt.date]:
    return [dt.date(year, number, 1) for number in range(1, 13)]

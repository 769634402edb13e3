"""The EPN that a funder's grants fund, side by side, with its own euros and nobody else's."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from maillage.reference.selectors import commune_label
from maillage.spreadsheets.texts import folded
from network.funding.models import CENT
from network.releases.book import read_book
from network.reports.space.dashboard import BY_CODE
from network.reports.space.figures import Source, Told, by_place, months_of, source_of, tell
from network.reports.space.selectors import Perimeter, euros_by_epn, perimeter, shares_of
from network.reports.space.whose import Whose

COLUMNS = tuple(BY_CODE[code] for code in ("visits", "attendances", "minutes", "desk", "workshops"))


@dataclass(frozen=True)
class Compared:
    """One EPN in one year. `euros`: of this funder, for the months of which visits are published."""

    epn: int
    name: str
    commune: str
    told: tuple[Told, ...]  # in the order of COLUMNS
    before: Told  # visits of the same months a year earlier
    euros: Decimal | None  # None: no part of a grant is for this EPN alone

    @property
    def visits(self) -> Told:
        return self.told[0]

    @property
    def a_visit(self) -> Decimal | None:
        """Euros of this funder a visit. Where visits are withheld it would be too much: nothing is said."""
        number = self.visits.plain
        if self.euros is None or not number or self.visits.withheld:
            return None
        return (self.euros / number).quantize(CENT, ROUND_HALF_UP)


@dataclass(frozen=True)
class Comparison:
    year: int
    perimeter: Perimeter
    months: tuple[dt.date, ...]  # of the year, of which visits are published
    source: Source
    rows: tuple[Compared, ...]


def _last(value: Decimal | int | None) -> tuple[bool, Decimal | int]:
    return (value is not None, value or 0)


def _by_column(at: int) -> Callable[[Compared], Any]:
    return lambda one: _last(one.told[at].plain)


ORDERS: dict[str, Callable[[Compared], Any]] = {
    "name": lambda one: folded(one.name),
    "commune": lambda one: folded(one.commune),
    **{measure.code: _by_column(at) for at, measure in enumerate(COLUMNS)},
    "before": lambda one: _last(one.before.plain),
    "euros": lambda one: _last(one.euros),
    "a_visit": lambda one: _last(one.a_visit),
}


def comparison(who: Whose, *, year: int, order: str = "") -> Comparison:
    """By name, unless another order is asked for (`-visits`: the most first)."""
    shares, months = shares_of(who), months_of(year)
    asked = perimeter(shares, months)
    book = read_book(
        [measure.table(whole=False) for measure in COLUMNS],
        dt.date(year - 1, 1, 1), months[-1], [one.epn for one in asked.places],
    )  # fmt: skip
    missing = book.tiles("visits_by_epn", months)[1]
    told_of = [month for month in months if month not in missing]
    euros = euros_by_epn(shares, told_of)
    sums = [by_place(book, measure.table(whole=False), months, asked.keys) for measure in COLUMNS]
    earlier = by_place(book, "visits_by_epn", [month.replace(year=year - 1) for month in told_of], asked.keys)
    rows = [
        Compared(
            epn=place.epn,
            name=place.name,
            commune=commune_label(place.commune),
            told=tuple(tell(found[str(place.epn)], measure.at) for measure, found in zip(COLUMNS, sums, strict=True)),
            before=tell(earlier[str(place.epn)]),
            euros=euros.get(place.epn),
        )
        for place in asked.places
    ]
    key = ORDERS.get(order.removeprefix("-"))
    if key is not None:
        rows.sort(key=key, reverse=order.startswith("-"))
    return Comparison(year, asked, tuple(told_of), source_of(book, "visits_by_epn", months), tuple(rows))

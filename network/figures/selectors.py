"""Reading the figures, inside a federation's space: flows of months, stocks of a day, and as of when they hold.

Each reading is one statement, whatever the number of EPN. The federation's totals are read from where
the refresh keeps them; as soon as an EPN or a perimeter is asked for, its cells are summed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import starmap
from typing import Any

from django.db import connection
from django.utils import timezone

from network.figures.catalogue import BY_COMMUNE, CONTRACTS, STOCKS, VISITS, flow_dimension
from tenants.registry.crossing import current_place
from tenants.registry.enums import Kind
from tenants.registry.errors import NoSpaceError

# What a reading may be kept apart by, with the column's type for where it isn't.
COLUMNS = {"month": ("month", "date"), "commune": ("commune", "text"), "value": ("value", "text")}
EPN_COLUMN = ("epn_id", "bigint")
LATEST = "max(month) FILTER (WHERE count <> 0 OR attendances <> 0 OR minutes <> 0)"
MEASURES = "sum(count)::bigint, sum(attendances)::bigint, sum(minutes)::bigint"
WANTED = "figure = ANY(%s) AND dimension = ANY(%s)"
NOT_EMPTY = "HAVING sum(count) <> 0 OR sum(attendances) <> 0 OR sum(minutes) <> 0"


class NotAPartitionError(ValueError):
    """Values that overlap (a visit has several themes) were asked as one sum."""


@dataclass(frozen=True)
class Cut:
    """A figure, or one of its dimensions, kept apart `by` any of month, commune, value and epn.

    With `latest` all months are one, and a cell says the last of them in which something was: less to read by far.
    """

    figure: str
    dimension: str = ""
    by: frozenset[str] = frozenset()
    latest: bool = False

    def check(self) -> None:
        """Raises KeyError on an undeclared figure or dimension, NotAPartitionError on a sum that means nothing."""
        dimension = flow_dimension(self.figure, self.dimension)
        unknown = self.by - {*COLUMNS, "epn"}
        if self.latest and "month" in self.by:
            raise KeyError("Each month is its own last one.")
        if unknown:
            raise KeyError(f"A figure isn't kept apart by {', '.join(sorted(unknown))}.")
        if dimension is not None and not dimension.partition and "value" not in self.by:
            raise NotAPartitionError(f"The values of {self.dimension} overlap: they have no sum.")


@dataclass(slots=True)  # not frozen, which would take three times as long to make: a page reads many hundreds
class FlowCell:
    """What was read; a key that the cut doesn't keep apart is None. Minutes are staff's."""

    figure: str
    dimension: str
    month: dt.date | None
    commune: str | None
    value: str | None
    epn_id: int | None
    count: int
    attendances: int
    minutes: int


@dataclass(slots=True)
class StockCell:
    dimension: str
    value: str
    epn_id: int | None
    heads: int
    fte: Decimal


@dataclass(frozen=True)
class Moment:
    """As of when figures hold (None: nothing was ever swept) and the day of the stocks.

    An EPN that wrote after the last daily sweep has a later day than the others: each counts on its
    own latest day from `since` to `day`. For a day before the last sweep both are the same.
    """

    as_of: dt.datetime | None
    day: dt.date
    since: dt.date
    first_month: dt.date | None  # of the months and stocks that this federation knows
    last_month: dt.date | None

    def knows(self, month: dt.date) -> bool:
        """Whether a month without a cell is a month without visits: it isn't before the first nor after the sweep."""
        until = timezone.localdate(self.as_of) if self.as_of else timezone.localdate()
        return self.first_month is not None and self.first_month <= month <= until


def _require_federation() -> None:
    if current_place().kind != Kind.FEDERATION:
        raise NoSpaceError("Figures are read inside their federation's space.")


def moment_of(asked: dt.date) -> Moment:
    """What is known for a day: stocks are taken at each month's end and on the latest day of all."""
    _require_federation()
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH stock AS (SELECT day FROM figures_stock WHERE figure = %(stock)s AND dimension = ''),"
            " flow AS (SELECT month FROM figures_flowtotal WHERE figure = %(flow)s AND dimension = '')"
            " SELECT (SELECT as_of FROM figures_sweep), (SELECT stock_day FROM figures_sweep),"
            " (SELECT max(day) FROM stock WHERE day <= %(asked)s),"
            " least((SELECT min(month) FROM flow), (SELECT min(day) FROM stock)),"
            " greatest((SELECT max(month) FROM flow), (SELECT max(day) FROM stock))",
            {"stock": CONTRACTS.name, "flow": VISITS.name, "asked": asked},
        )
        as_of, swept, latest, first, last = cursor.fetchone()
    day, since = _stock_days(asked, swept, latest)
    return Moment(as_of, day, since, first and first.replace(day=1), last and last.replace(day=1))


def _stock_days(asked: dt.date, swept: dt.date | None, latest: dt.date | None) -> tuple[dt.date, dt.date]:
    if swept is not None and asked <= swept:
        day = asked if asked == swept else _month_end(asked)
        return day, day
    known = [day for day in (swept, latest) if day is not None]
    if not known:
        day = min(asked, timezone.localdate())
        return day, day
    return max(known), swept or _month_end(max(known))


def _month_end(day: dt.date) -> dt.date:
    """The last day of a month that is no later than this one."""
    after = day + dt.timedelta(days=1)
    return day if after.day == 1 else day.replace(day=1) - dt.timedelta(days=1)


def flows(
    cuts: Sequence[Cut],
    *,
    first: dt.date,
    last: dt.date,
    epn_ids: Collection[int] | None = None,
    commune: str = "",
) -> list[FlowCell]:
    """The cells of these cuts from the first month to the last, in one statement. Empty cells are left out.

    `epn_ids` None is everything that the federation's EPN did in these months, those that have left or
    closed since too. Raises KeyError and NotAPartitionError as `Cut.check` does.
    """
    _require_federation()
    parts, parameters = [], []
    for figures, dimensions, shape in _read_together(cuts):
        part, values = _flow_sql(figures, dimensions, shape, first, last, epn_ids, commune)
        parts.append(part)
        parameters += values
    if not parts:
        return []
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts), parameters)
        return list(starmap(FlowCell, cursor.fetchall()))


Keys = tuple[str, ...]


@dataclass(frozen=True)
class _Shape:
    """What cuts that are read together have in common."""

    by: frozenset[str]
    latest: bool
    whole: bool  # the figure itself, none of its dimensions

    def column(self, name: str, column: str, kind: str) -> str:
        if name == "month" and self.latest:
            return LATEST
        return column if name in self.by else f"NULL::{kind}"


def _read_together(cuts: Sequence[Cut]) -> Iterator[tuple[Keys, Keys, _Shape]]:
    """Figures by dimensions, of one shape: each part of a statement takes planning, whatever it finds.

    First the figures of one dimension, then the dimensions of the same figures; never a pair that no cut asks for.
    """
    figures: dict[tuple[str, _Shape], dict[str, None]] = {}
    for cut in cuts:
        cut.check()
        shape = _Shape(cut.by, cut.latest, not cut.dimension)
        figures.setdefault((cut.dimension, shape), {})[cut.figure] = None
    dimensions: dict[tuple[Keys, _Shape], list[str]] = {}
    for (dimension, shape), names in figures.items():
        dimensions.setdefault((tuple(names), shape), []).append(dimension)
    return ((names, tuple(found), shape) for (names, shape), found in dimensions.items())


def _flow_sql(
    figures: Keys,
    dimensions: Keys,
    shape: _Shape,
    first: dt.date,
    last: dt.date,
    epn_ids: Collection[int] | None,
    commune: str,
) -> tuple[str, list[Any]]:
    by_commune = bool(commune) or "commune" in shape.by
    if epn_ids is None and "epn" not in shape.by and not (by_commune and not shape.whole):
        return _total_sql(figures, dimensions, shape, first, last, commune)
    columns = {**COLUMNS, "epn": EPN_COLUMN}
    kept = [shape.column(name, *column) for name, column in columns.items()]
    grouped = ["figure", "dimension", *(column for name, (column, _kind) in columns.items() if name in shape.by)]
    where = f"{WANTED} AND month >= %s AND month <= %s"
    parameters: list[Any] = [list(figures), list(dimensions), first, last]
    if epn_ids is not None:
        where += " AND epn_id = ANY(%s)"
        parameters.append(sorted(epn_ids))
    if commune:
        where += " AND commune = %s"
        parameters.append(commune)
    query = (
        f"SELECT figure, dimension, {', '.join(kept)}, {MEASURES} FROM figures_flow WHERE {where}"
        f" GROUP BY {', '.join(grouped)} {NOT_EMPTY}"
    )
    return query, parameters


def _total_sql(
    figures: Keys, dimensions: Keys, shape: _Shape, first: dt.date, last: dt.date, commune: str
) -> tuple[str, list[Any]]:
    """From the federation's totals, where the commune is a dimension like another."""
    by_commune = bool(commune) or "commune" in shape.by
    columns = {"month": "month", "commune": "value", "value": "''::text" if by_commune else "value"}
    kept = [shape.column(name, columns[name], kind) for name, (_column, kind) in COLUMNS.items()]
    grouped = ["figure", "dimension", *sorted({column for column in kept if column in ("month", "value")})]
    where = f"{WANTED} AND month >= %s AND month <= %s"
    parameters: list[Any] = [list(figures), [BY_COMMUNE] if by_commune else list(dimensions), first, last]
    if commune:
        where += " AND value = %s"
        parameters.append(commune)
    dimension = "''::text" if by_commune else "dimension"
    query = (
        f"SELECT figure, {dimension}, {', '.join(kept)}, NULL::bigint, {MEASURES} FROM figures_flowtotal WHERE {where}"
        f" GROUP BY {', '.join(grouped)} {NOT_EMPTY}"
    )
    return query, parameters


def stocks(
    moment: Moment,
    dimensions: Iterable[str],
    *,
    epn_ids: Collection[int],
    by_epn: bool = False,
    figure: str = CONTRACTS.name,
) -> list[StockCell]:
    """Heads and FTE of these EPN on the moment's day, by the values of each dimension ("" is the figure itself).

    Raises KeyError on an undeclared figure or dimension.
    """
    _require_federation()
    wanted = sorted(set(dimensions))
    declared = {"", *(one.name for one in STOCKS[figure].dimensions)}
    if not declared.issuperset(wanted):
        raise KeyError(f"{figure} isn't declared by {', '.join(sorted(set(wanted) - declared))}.")
    who = "stock.epn_id" if by_epn else "NULL::bigint"
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH taken AS (SELECT epn_id, max(day) AS day FROM figures_stock"
            " WHERE figure = %s AND dimension = '' AND day BETWEEN %s AND %s AND epn_id = ANY(%s) GROUP BY epn_id)"
            f" SELECT stock.dimension, stock.value, {who}, sum(stock.heads)::bigint, sum(stock.fte)"
            # The days are said again: a planner without statistics reads those of all years else, once an EPN.
            " FROM figures_stock stock JOIN taken USING (epn_id, day)"
            " WHERE stock.figure = %s AND stock.dimension = ANY(%s) AND stock.day BETWEEN %s AND %s"
            f" GROUP BY stock.dimension, stock.value{', stock.epn_id' if by_epn else ''}",
            [CONTRACTS.name, moment.since, moment.day, sorted(epn_ids), figure, wanted, moment.since, moment.day],
        )
        return list(starmap(StockCell, cursor.fetchall()))

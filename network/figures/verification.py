"""Counting everything again, and naming what doesn't hold. Nothing is refreshed first: what waits differs too."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from typing import Any

from django.db import connection, transaction

from network.figures.catalogue import BY_COMMUNE
from network.figures.counting import FlowCell, count_flows, count_stocks, first_contract_day, stock_days
from network.figures.services import (
    Stretch,
    add_to_totals,
    as_crossing,
    epn_place,
    lock_epn,
    stock_day_of,
    stretches_of,
    write_flows,
    write_stocks,
)
from tenants.registry.crossing import path_of, within_transaction
from tenants.registry.models import Federation, Space

NOTHING: FlowCell = (0, 0, 0)


@dataclass(frozen=True)
class Difference:
    """A cell that isn't what a recount gives. `kind` is flow, stock or total; `epn` is empty for a total."""

    kind: str
    federation: str
    epn: str
    period: dt.date
    figure: str
    commune: str
    dimension: str
    value: str
    stored: tuple[Any, ...]
    counted: tuple[Any, ...]

    def as_json(self) -> dict[str, Any]:
        return {key: value if isinstance(value, str) else _plain(value) for key, value in asdict(self).items()}

    def __str__(self) -> str:
        where = f"{self.federation}/{self.epn}" if self.epn else self.federation
        cell = f"{self.figure} {self.dimension}={self.value}" if self.dimension else self.figure
        commune = f" in {self.commune}" if self.commune else ""
        return f"{self.kind} {where} {self.period} {cell}{commune}: stored {self.stored}, counted {self.counted}"


def _plain(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return value if isinstance(value, int) else str(value)


@dataclass
class Verification:
    cells: int = 0
    differences: list[Difference] = field(default_factory=list)


def verify(federation: Federation, *, repair: bool = False) -> Verification:
    """Recount a federation: each EPN's flows and stocks, then the totals against the sum of the EPN's rows.

    Each EPN is counted under its lock, in a transaction that sees one moment, so that a refresh at work
    is no difference; a mark that nobody has taken yet is one.
    """
    result = Verification()
    stock_day = stock_day_of(federation)
    for space in Space.objects.filter(epn__affiliations__federation=federation).order_by("pk").distinct():
        with transaction.atomic():
            with within_transaction(epn_place(space.pk)):
                lock_epn(space.pk)
            for stretch in stretches_of(space.pk):
                if stretch.federation_id == federation.pk:
                    _verify_epn(result, federation, space, stretch, stock_day, repair)
    _verify_totals(result, federation, repair)
    return result


def _verify_epn(
    result: Verification,
    federation: Federation,
    space: Space,
    stretch: Stretch,
    stock_day: dt.date | None,
    repair: bool,
) -> None:
    name = path_of(space).split("/")[-1]
    with within_transaction(epn_place(space.pk)):
        flows = {key: cell for key, cell in count_flows(None).items() if stretch.holds(key[0])}
        days = [day for day in stock_days(first_contract_day(), stock_day) if stretch.holds(day)] if stock_day else []
        stocks = count_stocks(days)
    with within_transaction(stretch.place), connection.cursor() as cursor:
        cursor.execute(
            "SELECT month, figure, commune, dimension, value, count, attendances, minutes FROM figures_flow"
            " WHERE epn_id = %s AND month >= %s AND month < %s",
            [space.pk, stretch.since, stretch.until or dt.date(9999, 1, 1)],
        )
        stored_flows = {tuple(row[:5]): tuple(row[5:]) for row in cursor.fetchall()}
        cursor.execute(
            "SELECT day, figure, dimension, value, heads, fte FROM figures_stock WHERE epn_id = %s AND day <= %s",
            [space.pk, stock_day or dt.date(9999, 1, 1)],
        )
        stored_stocks = {tuple(row[:4]): tuple(row[4:]) for row in cursor.fetchall()}
        wrong_flows = list(_unequal(stored_flows, flows, NOTHING))
        wrong_stocks = list(_unequal(stored_stocks, stocks, (0, 0)))
        result.cells += len(stored_flows | flows) + len(stored_stocks | stocks)
        for (month, figure, commune, dimension, value), old, new in wrong_flows:
            result.differences.append(
                Difference("flow", federation.slug, name, month, figure, commune, dimension, value, old, new)
            )
        for (day, figure, dimension, value), old, new in wrong_stocks:
            result.differences.append(
                Difference("stock", federation.slug, name, day, figure, "", dimension, value, old, new)
            )
        if repair and wrong_flows:
            add_to_totals(write_flows(space.pk, flows, None, stretch))
        if repair and wrong_stocks:
            write_stocks(space.pk, stocks, stretch)


def _unequal(stored: dict[Any, Any], counted: dict[Any, Any], nothing: Any) -> Iterator[tuple[Any, Any, Any]]:
    for key in sorted(set(stored) | set(counted)):
        old, new = stored.get(key, nothing), counted.get(key, nothing)
        if old != new:
            yield key, old, new


def _verify_totals(result: Verification, federation: Federation, repair: bool) -> None:
    key = "figure, dimension, month, value"
    sums = "sum(count) AS count, sum(attendances) AS attendances, sum(minutes) AS minutes"
    summed = (
        f"SELECT {key}, {sums} FROM figures_flow GROUP BY {key} UNION ALL"
        f" SELECT figure, '{BY_COMMUNE}', month, commune, {sums} FROM figures_flow WHERE dimension = ''"
        " GROUP BY figure, month, commune"
    )
    with transaction.atomic(), within_transaction(as_crossing(federation)), connection.cursor() as cursor:
        if repair:
            cursor.execute("LOCK TABLE figures_flowtotal, figures_flow IN SHARE ROW EXCLUSIVE MODE")
        # One statement, so that rows and totals are those of one moment.
        cursor.execute(
            f"SELECT {key}, coalesce(t.count, 0), coalesce(t.attendances, 0), coalesce(t.minutes, 0),"
            " coalesce(s.count, 0), coalesce(s.attendances, 0), coalesce(s.minutes, 0)"
            f" FROM figures_flowtotal t FULL JOIN ({summed}) s USING ({key}) ORDER BY {key}"
        )
        rows = cursor.fetchall()
        result.cells += len(rows)
        for figure, dimension, month, value, *cells in rows:
            old, new = tuple(int(one) for one in cells[:3]), tuple(int(one) for one in cells[3:])
            if old != new:
                result.differences.append(
                    Difference("total", federation.slug, "", month, figure, "", dimension, value, old, new)
                )
        if repair:
            cursor.execute("DELETE FROM figures_flowtotal")
            into = f"figures_flowtotal ({key}, count, attendances, minutes)"
            cursor.execute(f"INSERT INTO {into} {summed} ORDER BY {key}")

"""Counting everything again, and naming what doesn't hold. Nothing is refreshed first: what waits differs too."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from typing import Any

from django.db import connection, transaction

from network.figures.catalogue import BY_COMMUNE
from network.figures.counting import FlowCell, count_flows, count_stocks, first_contract_day, stock_days
from network.figures.outlook import counting as outlook_counting
from network.figures.outlook.counting import count_outlook
from network.figures.outlook.services import write_outlook
from network.figures.services import (
    Share,
    as_crossing,
    columns_of,
    epn_place,
    lock_epn,
    shares_of,
    stock_day_of,
    write_flows,
    write_stocks,
)
from tenants.registry.crossing import path_of, within_transaction
from tenants.registry.models import Federation, Space

NOTHING: FlowCell = (0, 0, 0)


@dataclass(frozen=True)
class Difference:
    """A cell that isn't what a recount gives. `kind` is flow, stock, outlook or total; `epn` is empty for a total."""

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
    """Recount a federation: each EPN's flows, stocks and outlook, then the totals against the sum of the EPN's rows.

    Each EPN is counted under its lock, in a transaction that sees one moment, so that a refresh at work
    is no difference; a mark that nobody has taken yet is one.
    """
    result = Verification()
    stock_day = stock_day_of(federation)
    members = []
    for space in Space.objects.filter(epn__affiliations__federation=federation).order_by("pk").distinct():
        members.append(space.pk)
        with transaction.atomic():
            with within_transaction(epn_place(space.pk)):
                lock_epn(space.pk)
            for share in shares_of(space.pk):
                if share.federation_id == federation.pk:
                    _verify_epn(result, federation, space, share, stock_day, repair)
                    _verify_outlook(result, federation, space, share, stock_day, repair)
    _verify_strangers(result, federation, members, repair)
    _verify_totals(result, federation, repair)
    return result


def _verify_epn(
    result: Verification,
    federation: Federation,
    space: Space,
    share: Share,
    stock_day: dt.date | None,
    repair: bool,
) -> None:
    name = path_of(space).split("/")[-1]
    with within_transaction(share.place), connection.cursor() as cursor:
        cursor.execute(
            "SELECT month, figure, commune, dimension, value, count, attendances, minutes FROM figures_flow"
            " WHERE epn_id = %s",
            [space.pk],
        )
        stored_flows = {tuple(row[:5]): tuple(row[5:]) for row in cursor.fetchall()}
        cursor.execute(
            "SELECT day, figure, dimension, value, heads, fte FROM figures_stock WHERE epn_id = %s", [space.pk]
        )
        stored_stocks = {tuple(row[:4]): tuple(row[4:]) for row in cursor.fetchall()}
    with within_transaction(epn_place(space.pk)):
        flows = {key: cell for key, cell in count_flows(None).items() if share.holds(key[0])}
        days = _days_to_hold(first_contract_day(), stock_day, {key[0] for key in stored_stocks})
        stocks = count_stocks(day for day in days if share.holds(day))
    with within_transaction(share.place):
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
            write_flows(share, space.pk, columns_of(flows))
        if repair and wrong_stocks:
            write_stocks(space.pk, stocks)


def _verify_outlook(
    result: Verification,
    federation: Federation,
    space: Space,
    share: Share,
    stock_day: dt.date | None,
    repair: bool,
) -> None:
    """There is one of the day of the last sweep, or of a later one when something was written since."""
    with within_transaction(share.place), connection.cursor() as cursor:
        cursor.execute(
            "SELECT day, figure, dimension, value, count, people, hours, fte FROM figures_outlook WHERE epn_id = %s",
            [space.pk],
        )
        stored = {tuple(row[:4]): tuple(row[4:]) for row in cursor.fetchall()}
    known = {key[0] for key in stored} | ({stock_day} if stock_day else set())
    counted = {}
    if known and share.is_running:
        with within_transaction(epn_place(space.pk)):
            counted = count_outlook(max(known))
    wrong = list(_unequal(stored, counted, outlook_counting.NOTHING))
    result.cells += len(stored | counted)
    name = path_of(space).split("/")[-1]
    for (day, figure, dimension, value), old, new in wrong:
        result.differences.append(
            Difference("outlook", federation.slug, name, day, figure, "", dimension, value, old, new)
        )
    if repair and wrong:
        with within_transaction(share.place):
            write_outlook(space.pk, counted)


def _days_to_hold(first: dt.date | None, swept: dt.date | None, stored: set[dt.date]) -> set[dt.date]:
    """Month ends and the day of the last sweep have to be there; whatever else is stored has to be right."""
    known = stored | ({swept} if swept else set())
    return known | set(stock_days(first, max(known))) if known else known


def _unequal(stored: dict[Any, Any], counted: dict[Any, Any], nothing: Any) -> Iterator[tuple[Any, Any, Any]]:
    for key in sorted(set(stored) | set(counted)):
        old, new = stored.get(key, nothing), counted.get(key, nothing)
        if old != new:
            yield key, old, new


def _verify_strangers(result: Verification, federation: Federation, members: list[int], repair: bool) -> None:
    """Rows of what never was an EPN of this federation: no recount of an EPN comes across them."""
    with transaction.atomic(), within_transaction(as_crossing(federation)), connection.cursor() as cursor:
        cursor.execute(
            "SELECT 'flow', epn_id, month, figure, commune, dimension, value,"
            " ARRAY[count, attendances, minutes]::text[] FROM figures_flow WHERE epn_id <> ALL(%(members)s) UNION ALL"
            " SELECT 'stock', epn_id, day, figure, '', dimension, value, ARRAY[heads, fte]::text[]"
            " FROM figures_stock WHERE epn_id <> ALL(%(members)s) UNION ALL"
            " SELECT 'outlook', epn_id, day, figure, '', dimension, value, ARRAY[count, people, hours, fte]::text[]"
            " FROM figures_outlook WHERE epn_id <> ALL(%(members)s) ORDER BY 1, 2, 3, 4, 5, 6, 7",
            {"members": members},
        )
        for kind, epn_id, period, figure, commune, dimension, value, stored in cursor.fetchall():
            result.cells += 1
            result.differences.append(
                Difference(
                    kind, federation.slug, str(epn_id), period, figure, commune, dimension, value, tuple(stored), ()
                )
            )
        if repair:
            for table in ("figures_flow", "figures_stock", "figures_outlook"):
                cursor.execute(f"DELETE FROM {table} WHERE epn_id <> ALL(%s)", [members])


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
            # In the order of a refresh, which writes rows before totals: else the two may wait in a circle.
            cursor.execute("LOCK TABLE figures_flow, figures_flowtotal IN SHARE ROW EXCLUSIVE MODE")
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

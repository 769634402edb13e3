"""Refreshing the figures: what an EPN's marks ask for is counted again and brought to its federation.

The order of the steps is the design: the EPN's advisory lock in a statement of its own; the marks taken
away; the months counted in a *later* statement, so that READ COMMITTED shows what the marks speak of; the
EPN's rows; and, last before COMMIT, the federation's totals in one upsert in the order of their key (with
unordered totals, eight writers gave 17 deadlocks; ordered, none). `as-of` moves when a sweep finds
no older mark.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from operator import itemgetter
from typing import Any, TypeVar

from django.db import connection, transaction
from django.utils import timezone

from network.figures.catalogue import BY_COMMUNE, CONTRACTS
from network.figures.counting import (
    FlowCell,
    FlowKey,
    StockCell,
    StockKey,
    count_flows,
    count_stocks,
    first_contract_day,
    stock_days,
)
from tenants.registry.crossing import CROSSING_ROLE, within_transaction
from tenants.registry.database.base import Place
from tenants.registry.enums import Kind
from tenants.registry.models import Federation, Space

logger = logging.getLogger(__name__)

TotalKey = tuple[str, str, dt.date, str]  # figure, dimension, month, value
Key = TypeVar("Key")

LOCK_CLASS = 0x4D61  # advisory locks of this kind: the refresh of one EPN
EVERY_MONTH = None


@dataclass(frozen=True)
class Share:
    """What of an EPN is one federation's: the stretches of time in which it was (or is) its member."""

    federation_id: int
    schema_name: str
    stretches: tuple[tuple[dt.date, dt.date | None], ...]

    def holds(self, day: dt.date) -> bool:
        return any(since <= day and (until is None or day < until) for since, until in self.stretches)

    @property
    def place(self) -> Place:
        return Place(self.schema_name, Kind.FEDERATION, CROSSING_ROLE, self.federation_id)


LOCK = "SELECT pg_advisory_xact_lock(%(class)s, %(epn)s)"
SHARES = (
    "SELECT a.federation_id, s.schema_name, a.since, a.until FROM registry_affiliation a"
    " JOIN registry_space s ON s.id = a.federation_id WHERE a.epn_id = %(epn)s ORDER BY a.federation_id, a.since"
)
TAKE_MARKS = "DELETE FROM marks_mark RETURNING source, month"


def shares_of(epn_id: int) -> list[Share]:
    """In the order of the federations' ids: two refreshes never wait for each other crosswise."""
    with connection.cursor() as cursor:
        cursor.execute(SHARES, {"epn": epn_id})
        return _shares(cursor.fetchall())


def _shares(rows: list[tuple[Any, ...]]) -> list[Share]:
    return [
        Share(federation_id, schema_name, tuple(row[2:] for row in some))
        for (federation_id, schema_name), some in groupby(rows, key=itemgetter(0, 1))
    ]


def epn_place(epn_id: int) -> Place:
    return Place(f"{Kind.EPN}_{epn_id}", Kind.EPN, CROSSING_ROLE, epn_id)


def lock_epn(epn_id: int) -> None:
    """A statement of its own: it holds until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(LOCK, {"class": LOCK_CLASS, "epn": epn_id})


@dataclass(frozen=True)
class Taken:
    """What the marks asked for: these months (None: every one), if any flow at all; the stocks or not."""

    months: list[dt.date] | None
    flows: bool
    stocks: bool
    shares: list[Share]


def _take_marks(epn_id: int) -> Taken:
    """Lock the EPN, delete the marks that are visible *then*, and see whose they are.

    Three statements, each with a snapshot of its own, in one round trip.
    """
    with connection.cursor() as cursor:
        cursor.execute(f"{LOCK}; {TAKE_MARKS}; {SHARES}", {"class": LOCK_CLASS, "epn": epn_id})
        cursor.nextset()
        marks = cursor.fetchall()
        cursor.nextset()
        shares = _shares(cursor.fetchall())
    months = {month for source, month in marks if source == "flow"}
    stocks = any(source == "stock" for source, _ in marks)
    return Taken(EVERY_MONTH if None in months else sorted(months), bool(months), stocks, shares)


def refresh_epn(epn_id: int, *, stock_day: dt.date | None = None) -> bool:
    """Bring one EPN's figures up to its last commit. Returns whether there was anything to do.

    With `stock_day`, the stocks are taken up to that day even when no mark asks for it.
    """
    with transaction.atomic():
        with within_transaction(epn_place(epn_id)):
            taken = _take_marks(epn_id)
            if not taken.flows and not taken.stocks and stock_day is None:
                return False
            flows = count_flows(taken.months) if taken.flows else {}
            first = first_contract_day() if taken.stocks or stock_day else None
        day = stock_day or (timezone.localdate() if taken.stocks else None)
        if day is not None:
            _refresh_stocks(epn_id, taken.shares, first, day)
        if taken.flows:
            deltas = []
            for share in taken.shares:
                with within_transaction(share.place):
                    mine = {key: cell for key, cell in flows.items() if share.holds(key[0])}
                    deltas.append((share, write_flows(epn_id, mine, taken.months)))
            for share, differences in deltas:
                if differences:
                    with within_transaction(share.place):
                        add_to_totals(differences)
    return True


def _refresh_stocks(epn_id: int, shares: list[Share], first: dt.date | None, day: dt.date) -> None:
    """Stocks of each month's end, of `day`, and of the day that the federation's last sweep vouches for."""
    swept = {}
    for share in shares:
        with within_transaction(share.place):
            swept[share.federation_id] = swept_day()
    vouched = {one for one in swept.values() if one is not None}
    with within_transaction(epn_place(epn_id)):
        counted = count_stocks({*stock_days(first, day), *vouched})
    ends = set(stock_days(first, day))
    if first is not None and first <= day:
        # A row even when nobody is left, so that this day is known to be later than the day of the sweep.
        counted.setdefault((day, CONTRACTS.name, "", ""), (0, Decimal(0)))
    for share in shares:
        days = ends | {swept[share.federation_id]}
        mine = {key: cell for key, cell in counted.items() if key[0] in days and share.holds(key[0])}
        with within_transaction(share.place):
            write_stocks(epn_id, mine)


def _add(into: dict[Key, FlowCell], more: Mapping[Key, FlowCell]) -> None:
    for key, cell in more.items():
        old = into.get(key, (0, 0, 0))
        into[key] = (old[0] + cell[0], old[1] + cell[1], old[2] + cell[2])


def write_flows(epn_id: int, wanted: dict[FlowKey, FlowCell], months: list[dt.date] | None) -> dict[FlowKey, FlowCell]:
    """Make the federation's rows of this EPN and these months what was counted; give what changed, as differences."""
    with connection.cursor() as cursor:
        query = (
            "SELECT month, figure, commune, dimension, value, count, attendances, minutes, id"
            " FROM figures_flow WHERE epn_id = %s"
        )
        parameters: list[Any] = [epn_id]
        if months is not None:
            query += " AND month = ANY(%s)"
            parameters.append(months)
        cursor.execute(query, parameters)
        stored = {tuple(row[:5]): (tuple(row[5:8]), row[8]) for row in cursor.fetchall()}
        gone = [number for key, (_, number) in stored.items() if key not in wanted]
        changed = {key: cell for key, cell in wanted.items() if key not in stored or stored[key][0] != cell}
        if gone:
            cursor.execute("DELETE FROM figures_flow WHERE id = ANY(%s)", [gone])
        if changed:
            cursor.execute(
                "INSERT INTO figures_flow"
                " (epn_id, month, figure, commune, dimension, value, count, attendances, minutes) SELECT %s, * FROM"
                " unnest(%s::date[], %s::text[], %s::text[], %s::text[], %s::text[],"
                " %s::bigint[], %s::bigint[], %s::bigint[])"
                " ON CONFLICT (epn_id, month, figure, dimension, value, commune) DO UPDATE SET"
                " count = excluded.count, attendances = excluded.attendances, minutes = excluded.minutes",
                [epn_id, *_columns(changed)],
            )
    differences: dict[FlowKey, FlowCell] = {}
    for key in set(changed) | {key for key in stored if key not in wanted}:
        new, old = wanted.get(key, (0, 0, 0)), stored[key][0] if key in stored else (0, 0, 0)
        differences[key] = (new[0] - old[0], new[1] - old[1], new[2] - old[2])
    return differences


def _columns(cells: Mapping[tuple[Any, ...], FlowCell]) -> list[list[Any]]:
    """The cells as columns, in the order of their keys: every writer takes the same locks in the same order."""
    return [list(column) for column in zip(*((*key, *cells[key]) for key in sorted(cells)), strict=True)]


def add_to_totals(differences: dict[FlowKey, FlowCell]) -> None:
    """One upsert, in the order of its key: whoever comes second waits, and nobody in a circle."""
    totals: dict[TotalKey, FlowCell] = {}
    for (month, figure, commune, dimension, value), cell in differences.items():
        _add(totals, {(figure, dimension, month, value): cell})
        if not dimension:
            _add(totals, {(figure, BY_COMMUNE, month, commune): cell})
    totals = {key: cell for key, cell in totals.items() if any(cell)}
    if not totals:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO figures_flowtotal AS total (figure, dimension, month, value, count, attendances, minutes)"
            " SELECT * FROM unnest(%s::text[], %s::text[], %s::date[], %s::text[],"
            " %s::bigint[], %s::bigint[], %s::bigint[])"
            " ON CONFLICT (figure, dimension, month, value) DO UPDATE SET count = total.count + excluded.count,"
            " attendances = total.attendances + excluded.attendances, minutes = total.minutes + excluded.minutes",
            _columns(totals),
        )


def write_stocks(epn_id: int, wanted: dict[StockKey, StockCell]) -> None:
    """Replace this EPN's stocks in this federation by what was counted."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT day, figure, dimension, value, heads, fte, id FROM figures_stock WHERE epn_id = %s",
            [epn_id],
        )
        stored = {tuple(row[:4]): (tuple(row[4:6]), row[6]) for row in cursor.fetchall()}
        gone = [number for key, (cell, number) in stored.items() if key not in wanted or wanted[key] != cell]
        fresh = {key: cell for key, cell in wanted.items() if key not in stored or stored[key][0] != cell}
        if gone:
            cursor.execute("DELETE FROM figures_stock WHERE id = ANY(%s)", [gone])
        if fresh:
            columns = [list(column) for column in zip(*((*key, *cell) for key, cell in fresh.items()), strict=True)]
            cursor.execute(
                "INSERT INTO figures_stock (epn_id, day, figure, dimension, value, heads, fte)"
                " SELECT %s, * FROM"
                " unnest(%s::date[], %s::text[], %s::text[], %s::text[], %s::bigint[], %s::numeric[])",
                [epn_id, *columns],
            )


@dataclass(frozen=True)
class SweepResult:
    """What a sweep did in one federation; `stuck` are the EPN whose refresh failed."""

    federation: str
    as_of: dt.datetime
    epn: int
    refreshed: int
    stuck: list[str]


def sweep(*, federations: Iterable[Federation] | None = None, stock_day: dt.date | None = None) -> list[SweepResult]:
    """Take what a crash or raw SQL left behind, and the stocks of the day. Moves `as_of` where nothing is stuck."""
    day = stock_day or timezone.localdate()
    chosen = list(federations) if federations is not None else list(Federation.objects.select_related("space"))
    return [_sweep_one(federation, day) for federation in chosen]


def _sweep_one(federation: Federation, day: dt.date) -> SweepResult:
    began = timezone.now()
    spaces = Space.objects.filter(epn__affiliations__federation=federation).order_by("pk").distinct()
    taken = stock_day_of(federation)
    refreshed, stuck = 0, []
    for space in spaces:
        try:
            refreshed += refresh_epn(space.pk, stock_day=day if taken is None or taken < day else None)
        except Exception:
            # One EPN's trouble must not stop the others; as_of stays behind, so nobody takes it for quiet.
            logger.exception("the figures of %s could not be refreshed", space.schema_name)
            stuck.append(space.schema_name)
    if not stuck:
        with transaction.atomic(), within_transaction(as_crossing(federation)), connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO figures_sweep (id, as_of, stock_day) VALUES (1, %s, %s) ON CONFLICT (id) DO UPDATE"
                " SET as_of = greatest(figures_sweep.as_of, excluded.as_of),"
                " stock_day = greatest(figures_sweep.stock_day, excluded.stock_day)",
                [began, day],
            )
    return SweepResult(federation.slug, began, len(spaces), refreshed, stuck)


def as_crossing(federation: Federation) -> Place:
    return Place(federation.space.schema_name, Kind.FEDERATION, CROSSING_ROLE, federation.pk)


def stock_day_of(federation: Federation) -> dt.date | None:
    with transaction.atomic(), within_transaction(as_crossing(federation)):
        return swept_day()


def swept_day() -> dt.date | None:
    """In a federation: the day of its last sweep's stocks."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT stock_day FROM figures_sweep WHERE id = 1")
        row = cursor.fetchone()
    return row[0] if row else None


def after_write(epn_id: int) -> None:
    """The hook: after a commit in an EPN. A failing refresh never fails the write; the sweeper will take it."""
    try:
        refresh_epn(epn_id)
    except Exception:
        logger.exception("the figures of epn_%s wait for the sweeper", epn_id)

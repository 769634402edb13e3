"""Refreshing the figures: what an EPN's marks ask for is counted again and brought to its federation.

The order of the steps is the design: the EPN's advisory lock in a statement of its own; the marks taken
away; the months counted in a *later* statement, so that READ COMMITTED shows what the marks speak of; the
EPN's rows; and, last before COMMIT, the federation's totals in one upsert in the order of their key (with
unordered totals, eight writers gave 17 deadlocks; ordered, none), federation by federation in the order of
ids. `as-of` moves when a sweep finds no older mark.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from operator import itemgetter
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from network.figures.catalogue import BY_COMMUNE, CONTRACTS, FLOWS
from network.figures.counting import (
    FLOW_COLUMNS,
    FlowCell,
    FlowKey,
    StockCell,
    StockKey,
    count_flow_columns,
    count_stocks,
    first_contract_day,
    stock_days,
)
from network.figures.outlook.counting import count_outlook
from network.figures.outlook.services import write_outlook
from network.webhooks.announcing import figures_refreshed
from tenants.registry.crossing import CROSSING_ROLE, prepared_cursor, within_transaction
from tenants.registry.database.base import Place
from tenants.registry.enums import Kind
from tenants.registry.models import Federation, Space

logger = logging.getLogger(__name__)


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
    def is_running(self) -> bool:
        return any(until is None for _, until in self.stretches)

    @property
    def place(self) -> Place:
        return Place(self.schema_name, Kind.FEDERATION, CROSSING_ROLE, self.federation_id)


LOCK = "SELECT pg_advisory_xact_lock(%(class)s, %(epn)s)"
SHARES = (
    "SELECT a.federation_id, s.schema_name, a.since, a.until FROM registry_affiliation a"
    " JOIN registry_space s ON s.id = a.federation_id WHERE a.epn_id = %(epn)s ORDER BY a.federation_id, a.since"
)
# A refresh that a crash of the server takes back takes back the deletion of its marks too: nothing to wait for.
HASTE = "SET LOCAL synchronous_commit TO off"
UNDATED = {"stock", "outlook"}  # sources of marks that speak of no month
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
    """What the marks asked for: these flows in these months (None: in every one), the stocks and the outlook or not.

    Whatever changes the stocks changes what is ahead too.
    """

    figures: tuple[str, ...]
    months: list[dt.date] | None
    stocks: bool
    outlook: bool
    shares: list[Share]


def _take_marks(epn_id: int) -> Taken:
    """Lock the EPN, delete the marks that are visible *then*, and see whose they are.

    Statements of their own, each with its own snapshot, in one round trip.
    """
    with connection.cursor() as cursor:
        cursor.execute(f"{HASTE}; {LOCK}; {TAKE_MARKS}; {SHARES}", {"class": LOCK_CLASS, "epn": epn_id})
        cursor.nextset()
        cursor.nextset()
        marks = cursor.fetchall()
        cursor.nextset()
        shares = _shares(cursor.fetchall())
    sources = {source for source, _ in marks}
    months = {month for source, month in marks if source not in UNDATED}
    figures = tuple(one.name for one in FLOWS.values() if sources & {one.marked_by, "flow"})
    return Taken(
        figures=figures,
        months=EVERY_MONTH if None in months else sorted(months),
        stocks="stock" in sources,
        outlook=bool(sources & UNDATED),
        shares=shares,
    )


def refresh_epn(epn_id: int, *, stock_day: dt.date | None = None) -> bool:
    """Bring one EPN's figures up to its last commit. Returns whether there was anything to do.

    With `stock_day`, the stocks and the outlook are taken up to that day even when no mark asks for it.
    """
    with transaction.atomic():
        with within_transaction(epn_place(epn_id)):
            taken = _take_marks(epn_id)
            if not taken.figures and not taken.stocks and not taken.outlook and stock_day is None:
                return False
            first = first_contract_day() if taken.stocks or stock_day else None
        day = stock_day or (timezone.localdate() if taken.stocks else None)
        if day is not None:
            _refresh_stocks(epn_id, taken.shares, first, day)
        if taken.outlook or stock_day is not None:
            _refresh_outlook(epn_id, taken.shares, stock_day or timezone.localdate())
        _leave_word(epn_id, taken)
        if taken.figures:
            with within_transaction(epn_place(epn_id)):
                columns = count_flow_columns(taken.months, taken.figures)
                for share in taken.shares:
                    write_flows(share, epn_id, columns, taken.months, taken.figures)
    return True


def _leave_word(epn_id: int, taken: Taken) -> None:
    """For those who asked to be told; before the totals, which are held locked until COMMIT."""
    with within_transaction(epn_place(epn_id)):
        for share in taken.shares:
            months = taken.months if taken.figures else []
            mine = months if months is None else [month for month in months if share.holds(month)]
            stocks = taken.stocks and share.is_running
            if mine is None or mine or stocks:
                figures_refreshed(share.schema_name, epn_id=epn_id, months=mine, stocks=stocks)


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


def _refresh_outlook(epn_id: int, shares: list[Share], day: dt.date) -> None:
    """What is ahead is the federation's that the EPN belongs to now; one that it left keeps none."""
    with within_transaction(epn_place(epn_id)):
        counted = count_outlook(day)
    for share in shares:
        with within_transaction(share.place):
            write_outlook(epn_id, counted if share.is_running else {})


# One statement: the EPN's rows become what was counted, and the totals follow by the differences. The totals are
# written last, in the order of their key: whoever comes second waits, and nobody in a circle.
WRITE_FLOWS = """
WITH wanted (month, figure, commune, dimension, value, count, attendances, minutes) AS (
    SELECT * FROM unnest(%(month)s::date[], %(figure)s::text[], %(commune)s::text[], %(dimension)s::text[],
        %(value)s::text[], %(count)s::bigint[], %(attendances)s::bigint[], %(minutes)s::bigint[])
        AS cell (month, figure, commune, dimension, value, count, attendances, minutes) WHERE {held}
), stored AS (
    SELECT * FROM {schema}.figures_flow WHERE epn_id = %(epn)s {scope}
), changed AS (
    SELECT month, figure, commune, dimension, value, w.count AS c, w.attendances AS a, w.minutes AS m,
        coalesce(w.count, 0) - coalesce(s.count, 0) AS count,
        coalesce(w.minutes, 0) - coalesce(s.minutes, 0) AS minutes,
        coalesce(w.attendances, 0) - coalesce(s.attendances, 0) AS attendances
    FROM wanted w FULL JOIN stored s USING (month, figure, commune, dimension, value)
    WHERE (w.count, w.attendances, w.minutes) IS DISTINCT FROM (s.count, s.attendances, s.minutes)
), gone AS (
    DELETE FROM {schema}.figures_flow f USING changed d WHERE d.c IS NULL AND f.epn_id = %(epn)s
    AND (f.month, f.figure, f.dimension, f.value, f.commune) = (d.month, d.figure, d.dimension, d.value, d.commune)
), put AS (
    INSERT INTO {schema}.figures_flow (epn_id, month, figure, commune, dimension, value, count, attendances, minutes)
    SELECT %(epn)s, month, figure, commune, dimension, value, c, a, m FROM changed WHERE c IS NOT NULL
    ORDER BY figure, dimension, month, value, commune
    ON CONFLICT (epn_id, month, figure, dimension, value, commune) DO UPDATE SET
        count = excluded.count, attendances = excluded.attendances, minutes = excluded.minutes
)
INSERT INTO {schema}.figures_flowtotal AS total (figure, dimension, month, value, count, attendances, minutes)
SELECT figure, dimension, month, value, sum(count), sum(attendances), sum(minutes) FROM (
    SELECT figure, dimension, month, value, count, attendances, minutes FROM changed
    UNION ALL
    SELECT figure, %(by_commune)s, month, commune, count, attendances, minutes FROM changed WHERE dimension = ''
) AS together
GROUP BY figure, dimension, month, value
HAVING sum(count) <> 0 OR sum(attendances) <> 0 OR sum(minutes) <> 0
ORDER BY figure, dimension, month, value
ON CONFLICT (figure, dimension, month, value) DO UPDATE SET count = total.count + excluded.count,
    attendances = total.attendances + excluded.attendances, minutes = total.minutes + excluded.minutes
"""


def columns_of(counted: Mapping[FlowKey, FlowCell]) -> list[Any]:
    """Cells as `write_flows` takes them."""
    cells = [(*key, *cell) for key, cell in counted.items()]
    return [list(column) for column in zip(*cells, strict=True)] or [None] * len(FLOW_COLUMNS)


def write_flows(
    share: Share,
    epn_id: int,
    columns: Sequence[Any],
    months: list[dt.date] | None = EVERY_MONTH,
    figures: Iterable[str] | None = None,
) -> None:
    """Make a federation's rows of this EPN (of these months and figures) what was counted there, in its stretches.

    The caller is in a transaction as a role that may write them; the tables are named in full.
    """
    parameters = dict(zip(FLOW_COLUMNS, columns, strict=True)) | {"epn": epn_id, "by_commune": BY_COMMUNE}
    scope, held = "", []
    if figures is not None:
        scope += " AND figure = ANY(%(chosen_figures)s)"
        parameters["chosen_figures"] = list(figures)
    if months is not None:
        scope += " AND month = ANY(%(chosen_months)s)"
        parameters["chosen_months"] = months
    for number, (since, until) in enumerate(share.stretches):
        held.append(f"(month >= %(since_{number})s AND month < coalesce(%(until_{number})s::date, 'infinity'))")
        parameters |= {f"since_{number}": since, f"until_{number}": until}
    schema = connection.ops.quote_name(share.schema_name)
    with prepared_cursor() as cursor:
        cursor.execute(WRITE_FLOWS.format(schema=schema, scope=scope, held=" OR ".join(held) or "false"), parameters)


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
                " unnest(%s::date[], %s::text[], %s::text[], %s::text[], %s::bigint[], %s::numeric[])"
                " AS fresh (day, figure, dimension, value, heads, fte) ORDER BY day, figure, dimension, value",
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

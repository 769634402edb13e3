"""Reading what is ahead, inside a federation's space. Each reading is one statement, whatever the number of EPN."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db import connection

from network.figures.outlook.catalogue import OUTLOOKS
from tenants.registry.crossing import current_place
from tenants.registry.enums import Kind
from tenants.registry.errors import NoSpaceError


@dataclass(frozen=True)
class OutlookCell:
    """A cell of one EPN, or of all that were asked for; `day` is the earliest on which any of them was taken."""

    figure: str
    dimension: str
    value: str
    epn_id: int | None
    count: Decimal
    people: int
    hours: Decimal
    fte: Decimal
    day: dt.date


def outlooks(
    cuts: Iterable[tuple[str, str]], *, epn_ids: Collection[int], by_epn: bool = False, until: str = ""
) -> list[OutlookCell]:
    """The cells of these figures and dimensions, of these EPN: summed, or each EPN's own.

    With `until` ("2027-05") the values of `month` are summed up to that month into one cell (its value is empty).
    Raises KeyError on an undeclared figure or dimension.
    """
    if current_place().kind != Kind.FEDERATION:
        raise NoSpaceError("Figures are read inside their federation's space.")
    wanted = sorted(set(cuts))
    for figure, dimension in wanted:
        if dimension and dimension not in {one.name for one in OUTLOOKS[figure].dimensions}:
            raise KeyError(f"{figure} isn't declared by {dimension}.")
    value = "CASE WHEN dimension = 'month' THEN '' ELSE value END" if until else "value"
    epn = "epn_id" if by_epn else "NULL::bigint"
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT figure, dimension, {value}, {epn}, sum(count), sum(people)::bigint, sum(hours), sum(fte), min(day)"
            " FROM figures_outlook WHERE epn_id = ANY(%(epn)s)"
            " AND (figure, dimension) IN (SELECT * FROM unnest(%(figures)s::text[], %(dimensions)s::text[]))"
            " AND (%(until)s = '' OR dimension <> 'month' OR value <= %(until)s)"
            " GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4",
            {
                "epn": sorted(epn_ids),
                "figures": [figure for figure, _dimension in wanted],
                "dimensions": [dimension for _figure, dimension in wanted],
                "until": until,
            },
        )
        return [OutlookCell(*row) for row in cursor.fetchall()]

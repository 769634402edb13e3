"""Bringing an EPN's outlook to its federation. The caller holds the EPN's lock, in the federation's space."""

from __future__ import annotations

from django.db import connection

from network.figures.outlook.counting import OutlookCell, OutlookKey


def write_outlook(epn_id: int, wanted: dict[OutlookKey, OutlookCell]) -> None:
    """Replace this EPN's outlook in this federation by what was counted."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT day, figure, dimension, value, count, people, hours, fte, id FROM figures_outlook"
            " WHERE epn_id = %s",
            [epn_id],
        )
        stored = {tuple(row[:4]): (tuple(row[4:8]), row[8]) for row in cursor.fetchall()}
        gone = [number for key, (cell, number) in stored.items() if wanted.get(key) != cell]
        fresh = {key: cell for key, cell in wanted.items() if key not in stored or stored[key][0] != cell}
        if gone:
            cursor.execute("DELETE FROM figures_outlook WHERE id = ANY(%s)", [gone])
        if fresh:
            columns = [list(column) for column in zip(*((*key, *cell) for key, cell in fresh.items()), strict=True)]
            cursor.execute(
                "INSERT INTO figures_outlook (epn_id, day, figure, dimension, value, count, people, hours, fte)"
                " SELECT %s, * FROM unnest(%s::date[], %s::text[], %s::text[], %s::text[], %s::numeric[],"
                " %s::bigint[], %s::numeric[], %s::numeric[])",
                [epn_id, *columns],
            )

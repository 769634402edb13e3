"""One dashboard (visits by month, theme and commune), read in four ways that must give the same numbers."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.db import connection
from django.db.models import CharField, Count, F, Func, Sum
from django.db.models.functions import TruncMonth

from tenants.activity.models import Visit
from tenants.registry.crossing import OWNER_ROLE, entered
from tenants.registry.database.base import Place
from tenants.registry.models import Epn, Federation

Cells = dict[Any, tuple[int, int, int]]
Dashboard = dict[str, Cells]

MEASURES = "sum(count)::bigint, sum(attendances)::bigint, sum(minutes)::bigint"
RAW_MEASURES = "count(*), sum(attendances)::bigint, sum(minutes)::bigint"
FIELDS = {"month": ("", "month"), "theme": ("theme", "value"), "commune": ("commune", "value")}


def _totals(table: str, scope: str = "true") -> dict[str, str]:
    return {
        name: f"SELECT {column}, {MEASURES} FROM {table}"
        f" WHERE {scope} AND figure = 'visits' AND dimension = '{dimension}' GROUP BY {column}"
        for name, (dimension, column) in FIELDS.items()
    }


RAW = {
    name: f"SELECT {column}, {RAW_MEASURES} FROM shared_visit {joins} WHERE federation = %s GROUP BY 1"
    for name, column, joins in (
        ("month", "date_trunc('month', date)::date", ""),
        ("theme", "t", "CROSS JOIN LATERAL unnest(themes) AS t"),
        ("commune", "commune", ""),
    )
}


def _read(queries: dict[str, str], parameters: list[Any]) -> Dashboard:
    found: Dashboard = {}
    with connection.cursor() as cursor:
        for name, query in queries.items():
            cursor.execute(query, parameters)
            found[name] = {row[0]: tuple(row[1:]) for row in cursor.fetchall()}
    return found


def ours(federation: Federation) -> Dashboard:
    """The federation's totals, as its own request role."""
    with entered(federation.space):
        return _read(_totals("figures_flowtotal"), [])


def loop(epn: list[Epn]) -> Dashboard:
    """The usual way: each schema in turn, asked by the ORM, added up in Python."""
    found: dict[str, dict[Any, list[int]]] = {name: defaultdict(lambda: [0, 0, 0]) for name in FIELDS}
    measures = {"n": Count("pk"), "a": Sum("attendances"), "m": Sum("minutes")}
    for one in epn:
        with entered(one.space):
            live = Visit.objects.filter(deleted_at__isnull=True).order_by()
            rows = {
                "month": live.values(cell=TruncMonth("date")).annotate(**measures),
                "theme": live.values(cell=Func(F("themes"), function="unnest", output_field=CharField())).annotate(
                    **measures
                ),
                "commune": live.values(cell=F("site__commune")).annotate(**measures),
            }
            for name, query in rows.items():
                for row in query:
                    sums = found[name][row["cell"]]
                    sums[0] += row["n"]
                    sums[1] += row["a"]
                    sums[2] += row["m"]
    return {name: {key: (one[0], one[1], one[2]) for key, one in cells.items()} for name, cells in found.items()}


def shared_table(federation: Federation) -> Dashboard:
    """All raw visits in one table with a tenant column, well indexed."""
    with entered(Place(role=OWNER_ROLE)):
        return _read(RAW, [federation.pk])


def shared_rollup(federation: Federation) -> Dashboard:
    """The same totals as ours, of all federations, kept in one shared table."""
    with entered(Place(role=OWNER_ROLE)):
        return _read(_totals("shared_total", "federation = %s"), [federation.pk])


def copy_to_shared_tables(federation: Federation, epn: list[Epn]) -> None:
    """What the peers read: the very same visits and totals, in the public schema of the bench's database."""
    with entered(Place(role=OWNER_ROLE)), connection.cursor() as cursor:
        cursor.execute(
            "CREATE TABLE shared_visit (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,"
            " federation bigint, epn bigint, date date, minutes int, attendances int,"
            " commune text, mode text, themes text[], outcome text)"
        )
        for one in epn:
            schema = one.space.schema_name
            cursor.execute(
                "INSERT INTO shared_visit (federation, epn, date, minutes, attendances, commune, mode, themes, outcome)"
                " SELECT %s, %s, v.date, v.minutes, v.attendances, s.commune, v.mode, v.themes, v.outcome"
                f" FROM {schema}.activity_visit v JOIN {schema}.premises_site s ON s.id = v.site_id",
                [federation.pk, one.pk],
            )
        cursor.execute("CREATE INDEX ON shared_visit (federation, date) INCLUDE (attendances, minutes)")
        cursor.execute("CREATE INDEX ON shared_visit (federation, epn, date)")
        cursor.execute("CREATE INDEX ON shared_visit (federation, commune) INCLUDE (attendances, minutes)")
        cursor.execute("CREATE INDEX ON shared_visit USING gin (themes)")
        cursor.execute(
            f"CREATE TABLE shared_total AS SELECT {federation.pk}::bigint AS federation, t.*"
            f" FROM {federation.space.schema_name}.figures_flowtotal t"
        )
        cursor.execute("CREATE UNIQUE INDEX ON shared_total (federation, figure, dimension, month, value)")
    with entered(Place(role=OWNER_ROLE)), connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE shared_visit")
        cursor.execute("VACUUM ANALYZE shared_total")


def analyse(federation: Federation, epn: list[Epn]) -> None:
    """What autovacuum would have done by the time that anybody reads."""
    with entered(Place(role=OWNER_ROLE)), connection.cursor() as cursor:
        for table in ("figures_flow", "figures_flowtotal"):
            cursor.execute(f"VACUUM ANALYZE {federation.space.schema_name}.{table}")
        for one in epn:
            cursor.execute(f"VACUUM ANALYZE {one.space.schema_name}.activity_visit")

"""Activity by the contract of who helped, apart from the dashboard: no paper, workbook or report holds it.

An EPN has one or two people of a type, and who did how much is for its coordinator."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection
from django.utils.translation import gettext as _

from maillage.reference.selectors import NO_CONTRACT_TYPE, label_of
from tenants.overview.periods import Period
from tenants.overview.tables import Table

NAME = "contract_type"


@dataclass(frozen=True)
class Row:
    type: str
    label: str
    visits: int
    attendances: int
    minutes: int


def activity_by_contract(period: Period) -> list[Row]:
    """Visits of a period by the type of the animator's contract that day; the most first."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(k.type, %(none)s), count(*), sum(v.attendances), sum(v.minutes)"
            " FROM activity_visit v LEFT JOIN staff_contract k ON k.id = v.contract_id"
            " WHERE v.deleted_at IS NULL AND v.date BETWEEN %(first)s AND %(last)s GROUP BY 1 ORDER BY 2 DESC, 1",
            {"none": NO_CONTRACT_TYPE, "first": period.first, "last": period.last},
        )
        rows = cursor.fetchall()
    return [Row(code, label_of(NAME, code), visits, people, minutes) for code, visits, people, minutes in rows]


def table_of(rows: list[Row]) -> Table:
    return Table(
        NAME,
        _("Activity by contract type"),
        "",
        ["type", "code", "visits", "attendances", "minutes"],
        [_("Contract of the animator"), _("Code"), _("Visits"), _("People, each time they come"), _("Minutes of help")],
        [[one.label, one.type, one.visits, one.attendances, one.minutes] for one in rows],
    )

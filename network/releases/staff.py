"""Staff of the whole network on the last day of a year, by contract type. By EPN it is personal data: no such table."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from network.figures.selectors import moment_of, stocks
from network.releases.catalogue import YEARS, Measure, PublishedTable, register_table
from network.releases.cells import Cell, Key
from network.releases.enums import Adds, CellKind, Grain
from network.releases.periods import Period
from tenants.registry.models import Affiliation

MEASURES = (Measure("heads", _("contracts")), Measure("fte", _("full-time equivalents"), "fte", decimals=2))
UNIT = _("contracts in force on 31 December; full-time equivalents")


def _cells(federation_id: int, period: Period, dimension: str, table: str) -> Iterator[Cell]:
    moment = moment_of(period.last)
    if moment.day != period.last:
        return
    members = Affiliation.objects.filter(federation=federation_id, since__lte=period.last).exclude(
        until__lte=period.last
    )
    found = stocks(moment, [dimension], epn_ids=set(members.values_list("epn_id", flat=True)), by_epn=True)
    heads: dict[str, list[int]] = defaultdict(list)
    fte: dict[str, int] = defaultdict(int)
    for cell in found:
        heads[cell.value].append(cell.heads)
        fte[cell.value] += round(cell.fte * 100)
    for value, parts in heads.items():
        yield Cell(Key(table, period.code, "", value), (sum(parts), fte[value]), tuple(parts))


def staff(federation_id: int, period: Period) -> Iterator[Cell]:
    yield from _cells(federation_id, period, "", "staff")


def staff_by_type(federation_id: int, period: Period) -> Iterator[Cell]:
    yield from _cells(federation_id, period, "type", "staff_by_type")


def declare() -> None:
    register_table(
        PublishedTable(
            "staff", _("Contracts in force"), UNIT, "staff", Grain.FEDERATION, CellKind.STAFF, MEASURES, YEARS,
            flow=False, cells=staff,
        )
    )  # fmt: skip
    register_table(
        PublishedTable(
            "staff_by_type", _("Contracts in force by type"), UNIT, "staff", Grain.FEDERATION, CellKind.STAFF, MEASURES,
            YEARS, dimension="type", vocabulary="contract_type", value_label=_("contract type"), adds=Adds.EXACT,
            flow=False, cells=staff_by_type,
        )
    )  # fmt: skip

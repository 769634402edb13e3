"""The totals of a frozen edition as published tables: things and money of the labelled EPN, one row an indicator.

Staff isn't published from here: the tables of the releases hold it already, counted and not declared. An edition
that is frozen after its year was released comes with the next correction of that release.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import partial

from django.utils.translation import gettext_lazy as _

from network.cadastre.editions.models import Edition, Indicator
from network.cadastre.editions.published import publishable_totals
from network.cadastre.enums import Perimeter
from network.releases.catalogue import YEARS, Measure, PublishedTable, register_table
from network.releases.cells import Cell, Key
from network.releases.enums import Adds, CellKind, Grain
from network.releases.periods import Period

DECIMALS = 2  # of every row, whatever the indicator's own


def _cells(table: str, kind: str, _federation_id: int, period: Period) -> Iterator[Cell]:
    edition = Edition.objects.filter(year=period.first.year, frozen_at__isnull=False).first()
    if edition is None:
        return
    for one in publishable_totals(edition, Perimeter.LABELLED):
        if one.kind == kind:
            total = int(Decimal(one.total).scaleb(DECIMALS - one.decimals))
            yield Cell(Key(table, period.code, "", one.indicator.code), (total, one.answered), one.contributions)


def labels() -> Mapping[str, str]:
    """Of each indicator by its code, as the latest questionnaire words it."""
    return {one.code: one.label for one in Indicator.objects.order_by("questionnaire__number")}


def declare() -> None:
    for name, label, unit, kind, cell_kind in (
        (
            "census_things",
            _("Census: places and equipment"),
            _("hours a week, sites, devices"),
            "things",
            CellKind.THINGS,
        ),
        ("census_money", _("Census: income and expenses"), _("euros"), "money", CellKind.MONEY),
    ):
        register_table(
            PublishedTable(
                name, label, unit, name, Grain.FEDERATION, cell_kind,
                (Measure("total", _("total"), decimals=DECIMALS), Measure("answered", _("EPN that answered"))), YEARS,
                dimension="indicator", value_label=_("indicator"), words=labels, adds=Adds.SOME,
                perimeter=Perimeter.LABELLED, perimeter_label=_("labelled EPN of the network"), flow=False,
                cells=partial(_cells, name, kind),
            )
        )  # fmt: skip

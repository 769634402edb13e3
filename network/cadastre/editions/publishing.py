"""The totals of a frozen edition as published tables: things and money of the labelled EPN, one row an indicator.

Staff isn't published from here: the tables of the releases hold it already, counted and not declared. An edition
that is frozen after its year was released comes with the next correction of that release.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from functools import partial

from django.utils.translation import gettext_lazy as _

from network.cadastre.editions.models import Edition, Indicator
from network.cadastre.editions.published import publishable_totals
from network.cadastre.enums import Perimeter
from network.releases.catalogue import YEARS, Measure, PublishedTable, register_table
from network.releases.cells import Cell, Key
from network.releases.enums import Adds, CellKind, Grain, PeriodKind
from network.releases.history import releases, standing
from network.releases.models import Release
from network.releases.periods import Period
from network.releases.waiting import register_waiting

NAMES = ("census_things", "census_money")
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


def year_release(year: int) -> Release | None:
    """The one that stands of a whole year, which only a correction can add to."""
    found = standing([one for one in releases() if one.first.year == year and one.kind == PeriodKind.YEAR])
    return found[0] if found else None


def comes_too_late(edition: Edition, release: Release) -> bool:
    """Whether it was frozen after the release was made, which has none of its totals then."""
    held = any(one["name"] in NAMES and one["cells"] for one in release.tables)
    return edition.frozen_at is None or (edition.frozen_at > release.prepared_at and not held)


def _waiting(found: Sequence[Release]) -> dict[int, str]:
    years = {one.first.year: one for one in found if one.kind == PeriodKind.YEAR}
    sentences = {}
    for edition in Edition.objects.filter(year__in=years):
        release = years[edition.year]
        if comes_too_late(edition, release):
            said = _FROZEN_LATER if edition.is_frozen else _NOT_FROZEN
            sentences[release.pk] = str(said) % {"year": edition.year}
    return sentences


_NOT_FROZEN = _(
    "The census of %(year)s isn't frozen yet: its totals aren't in this release. Once it is frozen, they come with a "
    "correction of the release."
)
_FROZEN_LATER = _(
    "The census of %(year)s was frozen after this release was made: its totals come with a correction of the release."
)


def declare() -> None:
    register_waiting(_waiting)
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

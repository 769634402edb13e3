"""The map of coverage: outlines where the operator has loaded them, squares where not, bars where there are neither."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal

from django.utils.translation import gettext as _

from maillage.design import numbers
from maillage.design.charts import Bar, Point, Shape, Tile, bars, shape_map, tile_map
from maillage.reference.selectors import boundaries_of, commune
from network.cadastre.coverage.enums import Measure
from network.cadastre.coverage.selectors import Area, Door

LONGEST_LIST = 20
RATES: dict[Measure, Callable[[Area], Decimal | None]] = {
    Measure.HOURS: lambda area: area.hours_rate,
    Measure.EPN: lambda area: area.epn_rate,
    Measure.FTE: lambda area: area.fte_rate,
    Measure.VISITS: lambda area: area.visits_rate,
}
DECIMALS = {Measure.HOURS: 1, Measure.EPN: 2, Measure.FTE: 2, Measure.VISITS: 0}


def coverage_map(areas: Sequence[Area], doors: Iterable[Door], measure: Measure, *, note: str) -> str:
    def show(value: numbers.Number) -> str:
        return numbers.number(value, DECIMALS[measure])

    def shown(area: Area) -> Decimal | None:
        rate = RATES[measure](area)
        return None if rate is None else round(rate, DECIMALS[measure])

    title = _("%(measure)s, for 10,000 inhabitants") % {"measure": measure.label}
    unit = _("for 10,000 inhabitants")
    heads = (_("Commune"), unit)
    outlines = boundaries_of([one.key for one in areas])
    if outlines:
        source = next((one.source for one in outlines.values() if one.source), "")
        return shape_map(
            title,
            [Shape(one.key, one.name, shown(one), outlines[one.key].polygons) for one in areas if one.key in outlines],
            points=[Point(one.name, one.latitude, one.longitude) for one in doors],
            point_name=_("a place where people are received"),
            unit=unit,
            note="; ".join([note, *([_("outlines: %(source)s") % {"source": source}] if source else [])]),
            show=show,
            heads=heads,
            figure_id="map",
        )
    tiles = []
    for one in areas:
        known = commune(one.key)
        if known is not None and known.tile_col is not None and known.tile_row is not None:
            tiles.append(Tile(one.key, one.name, shown(one), known.tile_col, known.tile_row))
    if tiles:
        return tile_map(title, tiles, unit=unit, note=note, show=show, heads=heads, figure_id="map")
    rows = sorted(
        ((one, value) for one in areas if (value := shown(one)) is not None), key=lambda row: (-row[1], row[0].name)
    )
    if not rows:
        return ""
    return bars(
        title,
        [Bar(one.name, value) for one, value in rows[:LONGEST_LIST]],
        unit=unit,
        note=note,
        show=show,
        heads=heads,
        figure_id="map",
    )

"""Charts as inline SVG: dataclasses in, a `<figure>` with title, description, legend and data table out.

Lengths across are percentages and texts have a fixed size: a chart narrows without shrinking its words.
Colours are classes of maillage.css, never an inline style. `None` is "not known", `WITHHELD` is "withheld";
neither is ever drawn as zero.
"""

from maillage.design.charts.bars import bars
from maillage.design.charts.compared import Compared, bars_compared, months_compared
from maillage.design.charts.figure import WITHHELD, Bar, Value
from maillage.design.charts.shapes import Point, Shape, shape_map
from maillage.design.charts.shares import Share, stacked
from maillage.design.charts.tiles import Tile, tile_map
from maillage.design.charts.upright import columns, months

__all__ = [
    "WITHHELD",
    "Bar",
    "Compared",
    "Point",
    "Shape",
    "Share",
    "Tile",
    "Value",
    "bars",
    "bars_compared",
    "columns",
    "months",
    "months_compared",
    "shape_map",
    "stacked",
    "tile_map",
]

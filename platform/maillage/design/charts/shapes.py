from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from maillage.design import numbers
from maillage.design.charts.figure import Legend, Row, Show, Text, Value, element, figure, join, known, written
from maillage.design.charts.tiles import classes_of, legend_of, tone_of

WIDE = 1000  # units of the drawing
TALLEST = 560  # points on the page

Ring = Sequence[Sequence[float]]


@dataclass(frozen=True)
class Shape:
    """A territory with its outline: polygons of rings of longitudes and latitudes."""

    code: str
    label: Text
    value: Value
    polygons: Sequence[Sequence[Ring]]


@dataclass(frozen=True)
class Point:
    label: Text
    latitude: float
    longitude: float


@dataclass(frozen=True)
class _Projection:
    """Longitudes drawn as short as they are at the middle latitude; north is up."""

    west: float
    north: float
    squeeze: float
    scale: float
    height: int

    def at(self, longitude: float, latitude: float) -> tuple[int, int]:
        x = (longitude - self.west) * self.squeeze * self.scale
        return round(x), round((self.north - latitude) * self.scale)

    def holds(self, x: int, y: int) -> bool:
        return 0 <= x <= WIDE and 0 <= y <= self.height


def _projection(shapes: Sequence[Shape]) -> _Projection:
    places = [place for shape in shapes for polygon in shape.polygons for ring in polygon for place in ring]
    west, east = min(x for x, _y in places), max(x for x, _y in places)
    south, north = min(y for _x, y in places), max(y for _x, y in places)
    squeeze = math.cos(math.radians((south + north) / 2)) or 1.0
    scale = WIDE / max((east - west) * squeeze, 1e-9)
    return _Projection(west, north, squeeze, scale, max(1, round((north - south) * scale)))


def _outline(shape: Shape, projection: _Projection) -> str:
    """Relative moves: half as long as places, and a page of an old connection is mostly outline."""
    parts = []
    for polygon in shape.polygons:
        for ring in polygon:
            drawn = [projection.at(x, y) for x, y in ring]
            steps = [
                f"{to[0] - before[0]} {to[1] - before[1]}" for before, to in itertools.pairwise(drawn) if to != before
            ]
            parts.append(f"M{drawn[0][0]} {drawn[0][1]}l{' '.join(steps)}z")
    return "".join(parts)


def shape_map(
    title: Text,
    shapes: Sequence[Shape],
    *,
    points: Iterable[Point] = (),
    point_name: Text = "",
    unit: Text = "",
    note: Text = "",
    show: Show = numbers.number,
    heads: tuple[Text, Text] | None = None,
    figure_id: str = "",
) -> SafeString:
    """Territories by their outline, darker where there is more, with points on top. Its values are in the table."""
    projection = _projection(shapes)
    classes = classes_of(known(one.value) or 0 for one in shapes)
    parts = []
    for one in shapes:
        is_known = known(one.value) is not None
        parts.append(
            element(
                "path",
                element("title", f"{one.label}: {written(one.value, show)}"),
                class_=f"tile q{tone_of(one.value, classes)}" if is_known else "tile q0 unknown",
                d=_outline(one, projection),
                vector_effect="non-scaling-stroke",
            )
        )
    dots = 0
    for point in points:
        x, y = projection.at(point.longitude, point.latitude)
        if projection.holds(x, y):
            dots += 1
            parts.append(element("circle", element("title", point.label), class_="point", cx=x, cy=y, r=9))
    height = min(TALLEST, round(projection.height * 0.62))
    drawing = element(
        "svg",
        join(parts),
        width="100%",
        height=height,
        viewBox=f"-8 -8 {WIDE + 16} {projection.height + 16}",
        preserveAspectRatio="xMidYMid meet",
    )
    legend = legend_of([one.value for one in shapes], classes, show)
    if dots and point_name:
        legend.append(Legend("point", str(point_name)))
    return figure(
        title,
        [Row(str(one.label), one.value) for one in sorted(shapes, key=lambda one: str(one.label).casefold())],
        drawing,
        height=height,
        unit=unit,
        note=note,
        show=show,
        legend=legend,
        heads=heads or (_("Territory"), unit or _("Number")),
        figure_id=figure_id,
        css="m-chart-map",
    )

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from maillage.design import numbers
from maillage.design.charts.figure import (
    Legend,
    Row,
    Show,
    Text,
    Value,
    Withheld,
    element,
    figure,
    join,
    known,
    pc,
    written,
)
from maillage.design.numbers import Number

CLASSES = 5
HEIGHT = 92
WHITE_TEXT_FROM = 4


@dataclass(frozen=True)
class Tile:
    """A territory as a square: `col` and `row` count from 0 at the top left."""

    code: str
    label: Text
    value: Value
    col: int
    row: int


def lines_of(label: str, width: int = 11) -> list[str]:
    """Cut a name at its spaces and hyphens into at most three short lines."""
    lines: list[str] = []
    for word in label.replace("-", "-\0").replace(" ", " \0").split("\0"):
        if lines and len(lines[-1]) + len(word.rstrip()) <= width:
            lines[-1] += word
        else:
            lines.append(word)
    lines = [line.strip() for line in lines]
    return lines if len(lines) <= 3 else [*lines[:2], f"{lines[2]}…"]


def classes_of(values: Iterable[Number]) -> list[tuple[int, Number, Number]]:
    """(tone 1-5, lowest, highest): at most five classes, with about as many values in each; zero apart."""
    different = sorted({value for value in values if value > 0})
    count = min(CLASSES, len(different))
    cuts = [round(position * len(different) / count) for position in range(count + 1)] if count else []
    spread = (CLASSES - 1) / max(1, count - 1)
    return [
        (round(1 + position * spread), different[start], different[end - 1])
        for position, (start, end) in enumerate(itertools.pairwise(cuts))
    ]


def tone_of(value: Value, classes: Sequence[tuple[int, Number, Number]]) -> int:
    if not value or isinstance(value, Withheld):
        return 0
    return next((tone for tone, _low, high in classes if value <= high), 0)


def legend_of(values: Sequence[Value], classes: Sequence[tuple[int, Number, Number]], show: Show) -> list[Legend]:
    """Each tone with what it stands for; zero, withheld and not known apart."""
    legend = [Legend("tile q0", show(0))] if 0 in values else []
    for tone, low, high in classes:
        text = show(low) if low == high else _("%(low)s to %(high)s") % {"low": show(low), "high": show(high)}
        legend.append(Legend(f"tile q{tone}", text))
    if any(isinstance(value, Withheld) for value in values):
        legend.append(Legend("tile q0 unknown", _("withheld")))
    if any(value is None for value in values):
        legend.append(Legend("tile q0 unknown", " ".join((numbers.NOT_KNOWN, _("not known")))))
    return legend


def drawn(tile: Tile, x: float, y: float, width: float, tone: int, show: Show) -> SafeString:
    middle = pc(x + width / 2)
    dark = " on-dark" if tone >= WHITE_TEXT_FROM else ""
    is_known = known(tile.value) is not None
    css = f"tile q{tone}" if is_known else "tile q0 unknown"
    parts = [
        element("rect", class_=css, x=pc(x + 0.4), y=y + 2, width=pc(width - 0.8), height=HEIGHT - 4, rx=4),
        element(
            "text",
            written(tile.value, show),
            class_=f"strong big{dark}" if is_known else "small soft",
            x=middle,
            y=y + 29,
            text_anchor="middle",
        ),
    ]
    for line, text in enumerate(lines_of(str(tile.label))):
        parts.append(element("text", text, class_=f"small{dark}", x=middle, y=y + 48 + 14 * line, text_anchor="middle"))
    return join(parts)


def tile_map(
    title: Text,
    tiles: Sequence[Tile],
    *,
    unit: Text = "",
    note: Text = "",
    show: Show = numbers.number,
    heads: tuple[Text, Text] | None = None,
    figure_id: str = "",
) -> SafeString:
    """Territories as squares at about their place, darker where there is more; each shows its value."""
    left, top = min((tile.col for tile in tiles), default=0), min((tile.row for tile in tiles), default=0)
    width = 100 / (max((tile.col for tile in tiles), default=0) - left + 1)
    rows = max((tile.row for tile in tiles), default=0) - top + 1
    classes = classes_of(
        tile.value for tile in tiles if tile.value is not None and not isinstance(tile.value, Withheld)
    )
    legend = legend_of([tile.value for tile in tiles], classes, show)
    return figure(
        title,
        [Row(str(tile.label), tile.value) for tile in sorted(tiles, key=lambda tile: str(tile.label).casefold())],
        join(
            drawn(
                tile,
                (tile.col - left) * width,
                (tile.row - top) * HEIGHT,
                width,
                tone_of(tile.value, classes),
                show,
            )
            for tile in tiles
        ),
        height=rows * HEIGHT,
        unit=unit,
        note=note,
        show=show,
        legend=legend,
        heads=heads or (_("Territory"), unit or _("Number")),
        figure_id=figure_id,
        css="m-chart-map",
    )

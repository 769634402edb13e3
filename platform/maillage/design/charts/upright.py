"""Columns and lines: values upward on a scale, an order from left to right."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from maillage.design import numbers
from maillage.design.charts.figure import (
    Bar,
    Legend,
    Row,
    Show,
    Text,
    Value,
    Withheld,
    element,
    figure,
    highest,
    join,
    known,
    pc,
    written,
)

# Per cent of the width that the plot uses; the numbers of the scale stand left of it.
LEFT, RIGHT = 11.0, 99.5
TOP, BOTTOM = 26, 246
LABELS = 16


def round_up(value: float) -> float:
    """The top of a scale in four steps that a person reads at once: 4, 8, 20, 40, 80, 100 …"""
    if value <= 4:
        return 4.0
    power = 10.0 ** math.floor(math.log10(value))
    return next(step * power for step in (1, 2, 4, 6, 8, 10) if step * power >= value * 0.999999)


def level(value: float, top: float) -> float:
    return BOTTOM - (BOTTOM - TOP) * value / top


def scale(top: float, show: Show) -> SafeString:
    parts = []
    for quarter in range(5):
        value = top * quarter / 4
        y = level(value, top)
        css = "grid" if quarter else "axis"
        parts.append(element("line", class_=css, x1=pc(LEFT), x2="100%", y1=y, y2=y))
        if value == int(value):
            parts.append(element("text", show(int(value)), class_="soft", x=pc(LEFT - 1.5), y=y + 5, text_anchor="end"))
    return join(parts)


def foot(labels: Sequence[tuple[str, str]]) -> SafeString:
    """Two lines under each column; a narrow screen keeps one in two, and long series are thinned."""
    step = max(1, math.ceil(len(labels) / LABELS))
    slot = (RIGHT - LEFT) / max(1, len(labels))
    parts = []
    for position in range(0, len(labels), step):
        css = "soft wide" if len(labels) > 6 and (position // step) % 2 else "soft"
        x = pc(LEFT + slot * (position + 0.5))
        text = labels[position][0]
        parts.append(element("text", text, class_=css, x=x, y=BOTTOM + 20, text_anchor="middle"))
    for position, (_first, second) in enumerate(labels):
        if second:
            x = pc(LEFT + slot * (position + 0.5))
            parts.append(element("text", second, class_="strong", x=x, y=BOTTOM + 38, text_anchor="middle"))
    return join(parts)


def hatch_legend(values: Sequence[Value]) -> list[Legend]:
    return [Legend("hatch", _("withheld"))] if any(isinstance(value, Withheld) for value in values) else []


def columns(
    title: Text,
    rows: Sequence[Bar],
    *,
    unit: Text = "",
    note: Text = "",
    show: Show = numbers.number,
    heads: tuple[Text, Text] | None = None,
    figure_id: str = "",
) -> SafeString:
    """Upright bars, for what has an order: days, half-days, age bands."""
    top = round_up(highest(row.value for row in rows))
    slot = (RIGHT - LEFT) / max(1, len(rows))
    parts = [scale(top, show)]
    for position, row in enumerate(rows):
        left, value = LEFT + slot * position, known(row.value)
        x, width = pc(left + slot * 0.15), pc(slot * 0.7)
        if value is not None:
            y = level(value, top)
            parts.append(element("rect", class_="bar", x=x, y=y, width=width, height=BOTTOM - y, rx=2))
        elif isinstance(row.value, Withheld):
            parts.append(element("rect", class_="hatch", x=x, y=BOTTOM - 40, width=width, height=40))
        if len(rows) <= LABELS and not isinstance(row.value, Withheld):
            css = "strong wide" if len(rows) > 8 else "strong"
            parts.append(
                element(
                    "text",
                    written(row.value, show),
                    class_=css,
                    x=pc(left + slot / 2),
                    y=level(value or 0, top) - 7,
                    text_anchor="middle",
                )
            )
    parts.append(foot([(str(row.label), "") for row in rows]))
    return figure(
        title,
        [Row(str(row.label), row.value) for row in rows],
        join(parts),
        height=BOTTOM + 30,
        unit=unit,
        note=note,
        show=show,
        legend=hatch_legend([row.value for row in rows]),
        heads=heads,
        figure_id=figure_id,
    )


def months(
    title: Text,
    rows: Sequence[tuple[str, Value]],
    *,
    unit: Text = "",
    note: Text = "",
    show: Show = numbers.number,
    figure_id: str = "",
) -> SafeString:
    """A line over consecutive months ("2026-01"); it breaks where a month is not known or withheld."""
    top = round_up(highest(value for _month, value in rows))
    slot = (RIGHT - LEFT) / max(1, len(rows))
    parts = [scale(top, show)]
    points: list[tuple[float, float] | None] = []
    marks = []
    for position, (month, value) in enumerate(rows):
        height, x = known(value), LEFT + slot * (position + 0.5)
        points.append(None if height is None else (x, level(height, top)))
        if height is not None:
            hover = element("title", f"{numbers.month_label(month)} : {written(value, show)}")
            radius = 4.5 if len(rows) <= 36 else 2
            marks.append(element("circle", hover, class_="point", cx=pc(x), cy=level(height, top), r=radius))
        elif isinstance(value, Withheld):
            parts.append(
                element(
                    "rect",
                    class_="hatch",
                    x=pc(x - slot * 0.3),
                    y=TOP,
                    width=pc(slot * 0.6),
                    height=BOTTOM - TOP,
                )
            )
        else:
            parts.append(
                element("text", numbers.NOT_KNOWN, class_="strong", x=pc(x), y=BOTTOM - 7, text_anchor="middle")
            )
    for start, end in itertools.pairwise(points):
        if start and end:
            parts.append(element("line", class_="line", x1=pc(start[0]), y1=start[1], x2=pc(end[0]), y2=end[1]))
    parts += marks
    parts.append(
        foot(
            [
                (numbers.short_month(month), month[:4] if not position or month.endswith("-01") else "")
                for position, (month, _value) in enumerate(rows)
            ]
        )
    )
    return figure(
        title,
        [Row(numbers.month_label(month), value) for month, value in rows],
        join(parts),
        height=BOTTOM + 46,
        unit=unit,
        note=note,
        show=show,
        legend=hatch_legend([value for _month, value in rows]),
        heads=(_("Month"), unit or _("Number")),
        figure_id=figure_id,
    )

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString

from maillage.design import numbers
from maillage.design.charts.bars import bars
from maillage.design.charts.figure import (
    Bar,
    Legend,
    Row,
    Show,
    Text,
    Value,
    element,
    figure,
    join,
    known,
    pc,
    written,
)

COLOURS = 6
LABEL_FROM = 0.12


@dataclass(frozen=True)
class Share:
    """A part of a whole; the parts together are the whole."""

    label: Text
    value: Value


def stacked(
    title: Text,
    rows: Sequence[Share],
    *,
    unit: Text = "",
    note: Text = "",
    show: Show = numbers.number,
    heads: tuple[Text, Text] | None = None,
    figure_id: str = "",
) -> SafeString:
    """One bar cut in parts. With a part withheld or not known there is no whole to cut: plain bars instead."""
    if any(known(row.value) is None for row in rows):
        plain = [Bar(row.label, row.value) for row in rows]
        return bars(title, plain, unit=unit, note=note, show=show, heads=heads, figure_id=figure_id)
    whole = sum((known(row.value) or 0.0 for row in rows), 0.0)
    parts, legend, table, x = [], [], [], 0.0
    for position, row in enumerate(rows):
        part = (known(row.value) or 0.0) / whole if whole else 0.0
        text = numbers.percent(part) if whole else ""
        css = f"c{position % COLOURS + 1}"
        table.append(Row(str(row.label), row.value, text))
        said = " · ".join(piece for piece in (str(row.label), written(row.value, show), text) if piece)
        legend.append(Legend(css, said))
        if part:
            parts.append(element("rect", class_=f"{css} part", x=pc(x), y=2, width=pc(part * 100), height=44))
        if part >= LABEL_FROM:
            middle = pc(x + part * 50)
            parts.append(element("text", text, class_=f"strong on-{css}", x=middle, y=30, text_anchor="middle"))
        x += part * 100
    return figure(
        title,
        table,
        join(parts),
        height=48,
        unit=unit,
        note=note,
        show=show,
        legend=legend,
        heads=heads,
        figure_id=figure_id,
    )

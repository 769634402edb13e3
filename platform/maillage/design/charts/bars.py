from __future__ import annotations

from collections.abc import Sequence

from django.utils.safestring import SafeString

from maillage.design import numbers
from maillage.design.charts.figure import (
    Bar,
    Row,
    Show,
    Text,
    Withheld,
    element,
    figure,
    highest,
    join,
    known,
    pc,
    written,
)

STEP = 42


def bars(
    title: Text,
    rows: Sequence[Bar],
    *,
    unit: Text = "",
    note: Text = "",
    show: Show = numbers.number,
    heads: tuple[Text, Text] | None = None,
    figure_id: str = "",
) -> SafeString:
    """Horizontal bars in the order given: the name above, the value at the right."""
    top = highest(row.value for row in rows) or 1
    parts = []
    for position, row in enumerate(rows):
        y, value = position * STEP, known(row.value)
        parts.append(element("text", row.label, x=0, y=y + 15))
        parts.append(element("text", written(row.value, show), class_="strong", x="100%", y=y + 15, text_anchor="end"))
        parts.append(element("line", class_="grid", x1=0, x2="100%", y1=y + 34, y2=y + 34))
        if value:
            parts.append(element("rect", class_="bar", x=0, y=y + 21, width=pc(value / top * 100), height=13, rx=2))
        elif isinstance(row.value, Withheld):
            parts.append(element("rect", class_="hatch", x=1, y=y + 22, width="18%", height=11))
    return figure(
        title,
        [Row(str(row.label), row.value) for row in rows],
        join(parts),
        height=len(rows) * STEP,
        unit=unit,
        note=note,
        show=show,
        heads=heads,
        figure_id=figure_id,
    )

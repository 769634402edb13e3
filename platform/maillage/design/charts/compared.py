"""Two series side by side: what is, and what was a year before. The second is lighter and thinner everywhere."""

from __future__ import annotations

from collections.abc import Sequence
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
    highest,
    join,
    known,
    pc,
    written,
)
from maillage.design.charts.upright import BOTTOM, LABELS, LEFT, RIGHT, foot, level, round_up, scale

STEP = 48
NOW, BEFORE = "bar", "tile q2"


@dataclass(frozen=True)
class Compared:
    """A value and the one that it is compared with; `share` is said in the table only."""

    label: Text
    now: Value
    before: Value
    share: str = ""


def _difference(row: Compared, show: Show) -> str:
    if row.now is None or row.before is None or isinstance(row.now, Withheld) or isinstance(row.before, Withheld):
        return numbers.NOT_KNOWN
    gap = row.now - row.before  # type: ignore[operator]
    return show(gap) if gap < 0 else f"+{show(gap)}" if gap else show(0)


def _table(rows: Sequence[Compared], show: Show) -> list[Row]:
    return [
        Row(str(row.label), row.now, row.share, (written(row.before, show), _difference(row, show)), row.before)
        for row in rows
    ]


def _legend(names: tuple[Text, Text], has_before: bool) -> list[Legend]:
    return [Legend(NOW, str(names[0])), *([Legend(BEFORE, str(names[1]))] if has_before else [])]


def bars_compared(
    title: Text,
    rows: Sequence[Compared],
    *,
    names: tuple[Text, Text],
    head: Text,
    unit: Text = "",
    note: Text = "",
    show: Show = numbers.number,
    figure_id: str = "",
) -> SafeString:
    """Horizontal bars in the order given. `names` are those of the two series, `head` that of what is counted."""
    top = max(highest(row.now for row in rows), highest(row.before for row in rows)) or 1
    has_before = any(row.before is not None for row in rows)
    parts = []
    for position, row in enumerate(rows):
        y = position * STEP
        parts.append(element("text", row.label, x=0, y=y + 15))
        parts.append(element("text", written(row.now, show), class_="strong", x="100%", y=y + 15, text_anchor="end"))
        parts.append(element("line", class_="grid", x1=0, x2="100%", y1=y + 42, y2=y + 42))
        for value, css, top_of, height in ((row.now, NOW, 21, 11), (row.before, BEFORE, 32, 6)):
            if amount := known(value):
                width = pc(amount / top * 100)
                parts.append(element("rect", class_=css, x=0, y=y + top_of, width=width, height=height))
            elif isinstance(value, Withheld):
                parts.append(element("rect", class_="hatch", x=1, y=y + top_of, width="18%", height=height))
    return figure(
        title,
        _table(rows, show),
        join(parts),
        height=len(rows) * STEP,
        unit=unit,
        note=note,
        show=show,
        legend=_legend(names, has_before),
        heads=(head, names[0]),
        more_heads=(names[1], _("Difference")),
        figure_id=figure_id,
    )


def months_compared(
    title: Text,
    rows: Sequence[Compared],
    *,
    names: tuple[Text, Text],
    unit: Text = "",
    note: Text = "",
    show: Show = numbers.number,
    figure_id: str = "",
) -> SafeString:
    """Upright pairs over consecutive months; `label` is the month, "2026-01"."""
    top = round_up(max(highest(row.now for row in rows), highest(row.before for row in rows)))
    slot = (RIGHT - LEFT) / max(1, len(rows))
    has_before = any(row.before is not None for row in rows)
    parts = [scale(top, show)]
    for position, row in enumerate(rows):
        left = LEFT + slot * position
        for value, css, at, wide in ((row.before, BEFORE, 0.12, 0.26), (row.now, NOW, 0.38, 0.48)):
            x, width = pc(left + slot * at), pc(slot * wide)
            if amount := known(value):
                y = level(amount, top)
                parts.append(element("rect", class_=css, x=x, y=y, width=width, height=BOTTOM - y))
            elif isinstance(value, Withheld):
                parts.append(element("rect", class_="hatch", x=x, y=BOTTOM - 40, width=width, height=40))
        if len(rows) <= LABELS and not isinstance(row.now, Withheld):
            parts.append(
                element(
                    "text",
                    written(row.now, show),
                    class_="strong wide" if len(rows) > 6 else "strong",
                    x=pc(left + slot * 0.62),
                    y=level(known(row.now) or 0, top) - 7,
                    text_anchor="middle",
                )
            )
    parts.append(foot([(numbers.short_month(str(row.label)), "") for row in rows]))
    return figure(
        title,
        _table([Compared(numbers.month_label(str(row.label)), row.now, row.before) for row in rows], show),
        join(parts),
        height=BOTTOM + 30,
        unit=unit,
        note=note,
        show=show,
        legend=_legend(names, has_before),
        heads=(_("Month"), names[0]),
        more_heads=(names[1], _("Difference")),
        figure_id=figure_id,
    )

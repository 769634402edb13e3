"""What every chart shares: values, elements, and the figure around the drawing."""

from __future__ import annotations

import enum
import zlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from maillage.design import numbers
from maillage.design.numbers import Number


class Withheld(enum.Enum):
    """A value that exists and may not be shown: too few people stand behind it."""

    WITHHELD = "withheld"


WITHHELD = Withheld.WITHHELD
Value = Number | Withheld | None
Show = Callable[[Number], str]
Text = str | Promise


@dataclass(frozen=True)
class Bar:
    label: Text
    value: Value


@dataclass(frozen=True)
class Legend:
    css: str
    text: str


@dataclass(frozen=True)
class Row:
    """A line of the data table."""

    label: str
    value: Value
    share: str = ""
    more: tuple[str, ...] = ()  # further cells, under `more_heads`
    other: Value = None  # what is drawn beside the value


def known(value: Value) -> float | None:
    return None if value is None or isinstance(value, Withheld) else float(value)


def highest(values: Iterable[Value]) -> float:
    return max((known(value) or 0.0 for value in values), default=0.0)


def written(value: Value, show: Show) -> str:
    if isinstance(value, Withheld):
        return _("withheld")
    return numbers.NOT_KNOWN if value is None else show(value)


def pc(value: float) -> str:
    """A percentage for an attribute: a point, never a comma."""
    return f"{round(value, 3):g}%"


def element(name: str, content: Text = "", **attributes: str | float) -> SafeString:
    """One SVG element, everything escaped; `class_` and `text_anchor` lose or change their underscore."""
    written_attributes = format_html_join(
        "",
        ' {}="{}"',
        (
            (key.rstrip("_").replace("_", "-"), f"{value:g}" if isinstance(value, int | float) else value)
            for key, value in attributes.items()
        ),
    )
    return format_html("<{0}{1}>{2}</{0}>", name, written_attributes, content)


def join(parts: Iterable[SafeString]) -> SafeString:
    drawn = "".join(parts)  # each part is safe already, by its type
    return SafeString(drawn)  # nosec B703


def description(rows: Sequence[Row], show: Show) -> str:
    """What a person who doesn't see the drawing hears first."""
    seen = [row for row in rows if known(row.value) is not None]
    if not seen:
        return _("No figure yet.")
    top = max(seen, key=lambda row: known(row.value) or 0.0)
    return _("%(count)s values. The highest: %(label)s, %(value)s. All of them are in the table.") % {
        "count": numbers.number(len(rows)),
        "label": top.label,
        "value": written(top.value, show),
    }


def figure(
    title: Text,
    rows: Sequence[Row],
    drawing: SafeString,
    *,
    height: int,
    unit: Text = "",
    note: Text = "",
    show: Show = numbers.number,
    legend: Iterable[Legend] = (),
    heads: tuple[Text, Text] | None = None,
    more_heads: tuple[Text, ...] = (),
    figure_id: str = "",
    css: str = "",
) -> SafeString:
    anything = any(known(one) or isinstance(one, Withheld) for row in rows for one in (row.value, row.other))
    context = {
        "id": figure_id or f"chart-{zlib.crc32(str(title).encode()):08x}",
        "css": css,
        "title": title,
        "description": description(rows, show),
        "unit": unit,
        "note": note,
        "drawing": drawing if anything else "",
        "height": str(height),
        "legend": list(legend),
        "more_heads": more_heads,
        "heads": heads or (_("What"), unit or _("Number")),
        "has_shares": any(row.share for row in rows),
        "rows": [
            {
                "label": row.label,
                "text": written(row.value, show),
                "withheld": isinstance(row.value, Withheld),
                "share": row.share,
                "more": row.more,
            }
            for row in rows
        ],
    }
    return render_to_string("components/chart.html", context)

"""The curve of the year: what each week asks for, and what is there."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from maillage.design.charts.figure import Legend, Row, element, figure, join, pc
from maillage.design.charts.upright import BOTTOM, LEFT, RIGHT, level, round_up, scale
from maillage.design.numbers import number
from tenants.cover import words
from tenants.cover.weeks import Week


def curve(shown: Sequence[Week], as_is: Sequence[Week] | None = None) -> SafeString:
    """A bar for each week with the hours of the people at work, under the line of the hours that it asks for.

    With `as_is`, the bars are those of a scenario, and what is there without it stands in front, darker.
    """
    top = round_up(max((float(max(one.needed_hours, one.available_hours)) for one in shown), default=0))
    slot = (RIGHT - LEFT) / max(1, len(shown))
    parts = [scale(top, number)]
    given, ahead = ("bar", "") if as_is is None else ("cover-more", "bar")
    for at, week in enumerate(shown):
        left = LEFT + slot * at
        for css, one in ((given, week), (ahead, as_is[at] if as_is else None)):
            if one is not None and one.available:
                y = level(float(one.available_hours), top)
                x, width = pc(left + slot * 0.1), pc(slot * 0.8)
                parts.append(element("rect", class_=css, x=x, y=y, width=width, height=BOTTOM - y))
        if week.needed:
            y = level(float(week.needed_hours), top)
            parts.append(element("line", class_="cover-need", x1=pc(left), x2=pc(left + slot), y1=y, y2=y))
    parts += _months(shown, slot)
    legend = [Legend("bar", _("hours of the people at work")), Legend("cover-need", _("opening hours to hold"))]
    more: tuple[str, ...] = (_("Hours at work"), _("State"))
    if as_is is not None:
        legend = [Legend("bar", _("as it is")), Legend("cover-more", _("with your changes")), legend[1]]
        more = (_("With your changes"), _("As it is"))
    return figure(
        _("Hours a week, week by week"),
        [_row(week, as_is[at] if as_is else None) for at, week in enumerate(shown)],
        join(parts),
        height=BOTTOM + 46,
        unit=_("hours a week"),
        show=words.hours,
        legend=legend,
        heads=(_("Week"), _("Opening hours")),
        more_heads=more,
        figure_id="curve",
    )


def _row(week: Week, as_is: Week | None) -> Row:
    given = words.hours(week.available_hours)
    more = (given, str(week.state.label)) if as_is is None else (given, words.hours(as_is.available_hours))
    return Row(words.span_of_year(week.monday), week.needed_hours, more=more, other=week.available_hours)


def _months(shown: Sequence[Week], slot: float) -> list[SafeString]:
    """The name of a month under its first week, one in two on a narrow screen; the year below, where it begins."""
    parts, drawn = [], 0
    for month, some in groupby(enumerate(shown), key=lambda pair: pair[1].month):
        places = [at for at, _week in some]
        x = pc(LEFT + slot * places[0])
        if len(places) > 1:  # a month of one week has no room for its name
            css = "soft wide" if drawn % 2 else "soft"
            parts.append(element("text", date_format(month, "N"), class_=css, x=x, y=BOTTOM + 20))
            drawn += 1
        if not places[0] or month.month == 1:
            parts.append(element("text", str(month.year), class_="strong", x=x, y=BOTTOM + 38))
    return parts

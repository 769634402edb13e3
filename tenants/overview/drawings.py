"""The charts of the dashboard: which numbers are drawn, and the words beside them."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from maillage.design import numbers
from maillage.design.charts import Compared, bars_compared, months_compared
from tenants.overview.selectors import Overview, Section
from tenants.overview.words import name_of_before, name_of_now

LONGEST = 10  # bars; the others are in the file


@dataclass(frozen=True)
class Chart:
    """A drawing with its table; `table` is what its rows are called in the files."""

    table: str
    title: str
    drawing: str


def months(found: Overview) -> Chart:
    one = found.number("visits")
    running = [month for month in found.months if month.running]
    title = _("Visits by month")
    drawing = months_compared(
        title,
        [
            Compared(f"{month.month:%Y-%m}", pair.now, pair.before)
            for month, pair in zip(found.months, one.months, strict=True)
        ],
        names=(name_of_now(found.spans), name_of_before(found.spans)),
        unit=one.headline.unit,
        note=_("%(month)s is not over yet") % {"month": numbers.month_label(running[0].month)} if running else "",
        figure_id="months-chart",
    )
    return Chart("months", title, drawing)


def section(found: Overview, one: Section) -> Chart:
    lines, cut = one.lines[:LONGEST], one.cut
    note = str(cut.note)
    if left := len(one.lines) - len(lines):
        said = ngettext(
            "The %(shown)s most frequent; %(left)s more is in the file.",
            "The %(shown)s most frequent; %(left)s more are in the file.",
            left,
        )
        note = f"{note} {said % {'shown': len(lines), 'left': left}}".strip()
    drawing = bars_compared(
        cut.title,
        [
            Compared(
                line.label,
                line.pair.now,
                line.pair.before,
                numbers.share(line.pair.now, one.whole) if cut.partition else "",
            )
            for line in lines
        ],
        names=(name_of_now(found.spans), name_of_before(found.spans)),
        head=cut.head,
        unit=cut.unit,
        note=note,
        figure_id=f"chart-{cut.name.replace('×', '-by-')}",
    )
    return Chart(cut.name, str(cut.title), drawing)


def charts(found: Overview) -> list[Chart]:
    drawn = [months(found)] if len(found.months) > 1 else []
    return [*drawn, *(section(found, one) for one in found.sections if one.lines)]

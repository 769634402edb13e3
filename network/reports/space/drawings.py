"""The dashboard as drawings. What is withheld is hatched, and a sum that lacks cells says "at least"."""

from __future__ import annotations

from django.utils.translation import gettext as _

from maillage.design.charts import Bar, Compared, bars, columns, months_compared
from network.reports.space.dashboard import Block, Dashboard
from network.reports.space.figures import written
from network.reports.space.words import perimeter_words


def note(found: Dashboard, block: Block) -> str:
    return " · ".join((perimeter_words(found.perimeter, whole_network=block.whole_network), block.source.words))


def drawn(found: Dashboard) -> dict[str, str]:
    measure, year = found.measure, str(found.year)
    visits = _("visits")
    charts: dict[str, str] = {
        "months": months_compared(
            _("%(what)s, month by month") % {"what": measure.label},
            [Compared(one.code, one.told.value, one.before.value) for one in found.months.lines],
            names=(year, str(found.year - 1)), unit=measure.unit, note=note(found, found.months), show=measure.show,
            figure_id="months",
        ),
        "years": columns(
            _("%(what)s, year by year") % {"what": measure.label},
            [Bar(one.label, one.told.value) for one in found.years.lines],
            unit=measure.unit, note=note(found, found.years), show=measure.show, heads=(_("Year"), measure.label),
            figure_id="years",
        ),
    }  # fmt: skip
    for name, title, head in (("communes", _("By commune"), _("Commune")), ("themes", _("By theme"), _("Theme"))):
        block: Block = getattr(found, name)
        if block.lines:
            charts[name] = bars(
                title, [Bar(one.label, one.told.value) for one in block.lines],
                unit=visits, note=note(found, block), show=written, heads=(head, visits), figure_id=name,
            )  # fmt: skip
    return charts

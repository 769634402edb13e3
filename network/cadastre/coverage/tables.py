"""The tables of coverage as rows. Each row says its perimeter and its as-of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal

from django.utils.translation import gettext as _

from maillage.design.csv_export import Cell
from network.cadastre.coverage.models import ContextFigure
from network.cadastre.coverage.selectors import Area, Coverage
from network.cadastre.editions.models import in_language

AREAS = (
    "commune", "code", "population", "epn", "hours_per_week", "stop_hours_per_week", "fte", "visits", "epn_per_10000",
    "hours_per_10000", "fte_per_10000", "visits_per_10000", "fte_missing", "desert", "indicator", "priority", "year",
    "perimeter", "staff_as_of", "figures_as_of",
)  # fmt: skip
CONTEXT = ("topic", "text", "figure", "year", "where", "source", "link")


def header_of_areas() -> list[Cell]:
    return [
        _("commune"), _("code"), _("inhabitants"), _("EPN"), _("hours open a week"), _("of stops on the road, a week"),
        _("FTE"), _("visits"), _("EPN for 10,000 inhabitants"), _("hours for 10,000 inhabitants"),
        _("FTE for 10,000 inhabitants"), _("visits for 10,000 inhabitants"), _("FTE missing"), _("desert"),
        _("indicator"), _("priority"), _("year"), _("perimeter"), _("staff as of"), _("figures as of"),
    ]  # fmt: skip


def _short(value: Decimal | None) -> Decimal | None:
    return None if value is None else round(value, 4)


def rows_of_areas(page: Coverage, areas: Iterable[Area]) -> Iterator[list[Cell]]:
    tail = [page.year, str(page.perimeter.label), page.moment.day, page.moment.as_of]
    for one in areas:
        yield [
            one.name, one.key, one.population, one.epn, _short(one.hours), _short(one.stop_hours), _short(one.fte),
            one.visits, _short(one.epn_rate), _short(one.hours_rate), _short(one.fte_rate), _short(one.visits_rate),
            _short(one.fte_gap(page.target)), one.is_desert(page.target), _short(one.indicator), one.priority,
            *tail,
        ]  # fmt: skip


def header_of_context() -> list[Cell]:
    return [_("topic"), _("what it says"), _("figure"), _("year"), _("where"), _("source"), _("link")]


def rows_of_context(figures: Iterable[ContextFigure]) -> Iterator[list[Cell]]:
    for one in figures:
        yield [
            one.get_topic_display(), in_language(one, "text"), one.value, one.year, one.area, one.source, one.url,
        ]  # fmt: skip

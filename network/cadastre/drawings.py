"""The charts of the cadastre: which figures are drawn, and the words beside them."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone
from django.utils.translation import gettext as _

from maillage.design import numbers
from maillage.design.charts import Bar, Share, Tile, bars, months, stacked, tile_map
from maillage.reference.selectors import commune, commune_label, communes, label_of
from network.cadastre.enums import Perimeter
from network.cadastre.selectors import ARTICLE_60, Cadastre, Numbers

PARTS = 6  # colours of a stacked bar
LONGEST_LIST = 15


def _perimeter(page: Cadastre) -> str:
    labelled = page.summary.perimeter == Perimeter.LABELLED
    return _("labelled EPN only") if labelled else _("all EPN of the network")


def charts(page: Cadastre) -> dict[str, str]:
    return {
        "months": _months(page),
        "themes": _themes(page),
        "map": _map(page),
        "places": _places(page),
        "contracts": _contracts(page),
    }


def _months(page: Cadastre) -> str:
    return months(
        _("Visits by month"),
        [(f"{month:%Y-%m}", one.visits) for month, one in page.months],
        unit=_("visits"),
        note="; ".join([_perimeter(page), *_unfinished(page.summary.year)]),
        figure_id="months",
    )


def _unfinished(year: int) -> list[str]:
    """The last point of a running year looks like a collapse: its month isn't over."""
    today = timezone.localdate()
    return [_("%(month)s is not over yet") % {"month": numbers.month_label(today)}] if year == today.year else []


def months_of(rows: list[tuple[dt.date, Numbers]], name: str) -> str:
    return months(
        _("Visits by month"),
        [(f"{month:%Y-%m}", one.visits) for month, one in rows],
        unit=_("visits"),
        note=name,
        figure_id="months",
    )


def _themes(page: Cadastre) -> str:
    note = _("a visit with two themes counts in both: do not add the themes up")
    return bars(
        _("Visits by theme"),
        [Bar(label_of("theme", code), one.visits) for code, one in page.themes],
        unit=_("visits"),
        note=f"{_perimeter(page)}; {note}",
        heads=(_("Theme"), _("visits")),
        figure_id="themes",
    )


def _map(page: Cadastre) -> str:
    """The communes that have a place on the tile map, all of them as soon as one has something to show."""
    known = {key: one.visits for key, _epn, one in page.communes}
    tiled = [one for one in communes() if one.tile_col is not None and one.tile_row is not None]
    if not any(one.nis in known for one in tiled):
        return ""
    return tile_map(
        _("Visits by commune"),
        [
            Tile(one.nis, commune_label(one.nis), known.get(one.nis, 0), one.tile_col or 0, one.tile_row or 0)
            for one in tiled
        ],
        unit=_("visits"),
        note=_perimeter(page),
        heads=(_("Commune"), _("visits")),
        figure_id="map",
    )


def _places(page: Cadastre) -> str:
    """Where the map has no tile: the places with most visits."""
    elsewhere = []
    for key, _epn, one in page.communes:
        found = commune(key)
        if found is None or found.tile_col is None:
            elsewhere.append((key, one))
    if not elsewhere:
        return ""
    note = _perimeter(page)
    if len(elsewhere) > LONGEST_LIST:
        first = _("the %(shown)s places with most visits, of %(all)s; all of them are in the file")
        note = f"{note}; {first % {'shown': LONGEST_LIST, 'all': numbers.number(len(elsewhere))}}"
    return bars(
        _("Visits by place"),
        [Bar(commune_label(key), one.visits) for key, one in elsewhere[:LONGEST_LIST]],
        unit=_("visits"),
        note=note,
        heads=(_("Place"), _("visits")),
        figure_id="places",
    )


def _contracts(page: Cadastre) -> str:
    """Article 60 first, then the most frequent types; what has no colour left is together."""
    rows = [(row.type, row.animation) for row in page.types if row.counts_in_fte and row.animation]
    rows.sort(key=lambda row: (row[0] != ARTICLE_60, -row[1]))
    shown, rest = (rows, 0) if len(rows) <= PARTS else (rows[: PARTS - 1], sum(n for _type, n in rows[PARTS - 1 :]))
    parts = [Share(label_of("contract_type", code), number) for code, number in shown]
    if rest:
        parts.append(Share(_("Other types"), rest))
    one = page.summary
    of = _("%(contracts)s animation contracts in force on %(day)s") % {
        "contracts": numbers.number(one.animation_contracts),
        "day": numbers.day_label(one.reference_day),
    }
    return stacked(
        _("Who does the animation, by contract type"),
        parts,
        unit=_("contracts"),
        note=f"{of}; {_perimeter(page)}",
        heads=(_("Contract type"), _("contracts")),
        figure_id="contracts",
    )

"""A released table as a paper: tagged PDF, what is withheld said in words. It tells what the page tells."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from maillage.design import numbers, pdf
from network.releases.catalogue import PublishedTable
from network.releases.enums import Grain
from network.releases.models import Release
from network.releases.selectors import LICENCE, LICENCE_URL, Row

TEMPLATE = "releases/table.typ"
MOST_ROWS = 1_000  # of one paper: beyond, a period is chosen


def fits(rows: Sequence[Row]) -> bool:
    return 0 < len(rows) <= MOST_ROWS


def paper_of(
    release: Release, table: PublishedTable, rows: Sequence[Row], *, network: str, url: str, replaced_by: Release | None
) -> bytes:
    """Raises Unprintable on a name with a sign that our fonts don't have."""
    title = f"{table.label} – {release.period.name}"
    assert release.released_at is not None
    day = timezone.localdate(release.released_at)
    about = [
        _("Release %(number)s of %(day)s.") % {"number": release.number, "day": numbers.day_label(day)},
        _("Perimeter: %(perimeter)s. Unit: %(unit)s.") % {"perimeter": table.perimeter_label, "unit": table.unit},
    ]
    if table.dimension:
        about.append(f"{capfirst(str(table.adds.label))}.")
    if release.as_of:
        about.insert(1, _("Figures as of %(moment)s.") % {"moment": numbers.as_of(release.as_of)})
    if release.corrects:
        facts = {"before": release.corrects.number, "reason": release.reason}
        about.append(_("It corrects release %(before)s: %(reason)s") % facts)
    if replaced_by is not None:
        about.append(_("Release %(number)s has replaced it.") % {"number": replaced_by.number})
    data = {
        "network": network,
        "about": about,
        "head": _head(table),
        "keys": len(_head(table)) - len(table.measures),
        "rows": [_cells(table, row) for row in rows],
        "how": _(
            "A figure that could point at somebody is withheld, and others with it where it could be worked out from"
            " them. Withheld doesn't mean zero: what has no line is zero."
        ),
        "licence": [_("Licence:"), LICENCE, LICENCE_URL],
        "url": url.partition("://")[2],
        "page": [pgettext("page 3 of 12", "page"), pgettext("page 3 of 12", "of")],
    }
    return pdf.render(TEMPLATE, data, title=title, language=get_language() or "fr", moment=release.released_at)


def _head(table: PublishedTable) -> list[str]:
    place = {Grain.EPN: [_("EPN")], Grain.COMMUNE: [_("Commune")]}.get(Grain(table.grain), [])
    value = [capfirst(str(table.value_label))] if table.dimension else []
    return [_("Period"), *place, *value, *(capfirst(str(one.label)) for one in table.measures)]


def _cells(table: PublishedTable, row: Row) -> list[Any]:
    place = [] if table.grain == Grain.FEDERATION else [row.place_name]
    value = [row.label] if table.dimension else []
    hidden = _("withheld")
    return [row.period, *place, *value, *(hidden if row.withheld else numbers.number(one) for one in row.numbers)]

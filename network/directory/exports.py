"""What the pages of the directory show, as rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.utils import timezone
from django.utils.translation import gettext as _

from maillage.design.charts import WITHHELD
from maillage.design.csv_export import Cell
from network.directory.released import PublicYear
from network.directory.selectors import Entry

EPN = ("epn", "name", "address", "commune", "labelled_since", "census_labels", "archived_on", "checked_on")
DEPARTMENTS = ("department", "places")
MONTHS = ("month", "visits", "withheld", "release")


def header_of_epn() -> list[Cell]:
    return [
        _("EPN: number"), _("EPN"), _("Address on this site"), _("Commune"), _("Label since"),
        _("Labels in the census"), _("Archived on"), _("Checked on"),
    ]  # fmt: skip


def rows_of_epn(entries: Iterable[Entry], path: str) -> Iterator[list[Cell]]:
    for one in entries:
        archived = None if one.archived_at is None else timezone.localtime(one.archived_at).date()
        yield [
            one.epn_id,
            one.name,
            f"/{path}/{one.slug}/",
            one.commune,
            one.labelled_since,
            "|".join(one.others),
            archived,
            one.verified_on,
        ]


def header_of_departments() -> list[Cell]:
    return [_("Département"), _("Places")]


def header_of_months() -> list[Cell]:
    return [_("month"), _("visits"), _("withheld"), _("release")]


def rows_of_months(years: Iterable[PublicYear]) -> Iterator[list[Cell]]:
    """A withheld month has no number, never a zero."""
    for year in years:
        for one in year.months:
            hidden = one.visits is WITHHELD
            yield [f"{one.month:%Y-%m}", one.visits if isinstance(one.visits, int) else None, hidden, one.release]

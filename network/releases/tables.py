"""Rows of a published table as a file or a page shows them: each with release, perimeter, unit and as-of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from maillage.design.csv_export import Cell
from network.releases.catalogue import PublishedTable
from network.releases.enums import Grain
from network.releases.models import Release
from network.releases.selectors import Row

TAIL = ("withheld", "unit", "perimeter", "release", "as_of")
RELEASES = ("release", "period", "released_on", "figures_as_of", "corrects", "reason", "replaced_by")


def names_of(table: PublishedTable) -> list[str]:
    names = ["period"]
    if table.grain == Grain.EPN:
        names += ["epn", "address", "epn_name"]
    elif table.grain == Grain.COMMUNE:
        names += ["commune", "commune_name"]
    if table.dimension:
        names += [table.dimension, f"{table.dimension}_label"]
    return [*names, *(measure.name for measure in table.measures), *TAIL]


def header_of(table: PublishedTable) -> list[Cell]:
    header: list[Cell] = [_("period")]
    if table.grain == Grain.EPN:
        header += [_("EPN: number"), _("EPN: last part of its address"), _("EPN")]
    elif table.grain == Grain.COMMUNE:
        header += [_("commune: code"), _("commune")]
    if table.dimension:
        header += [_("%(value)s: code") % {"value": table.value_label}, str(table.value_label)]
    header += [str(measure.label) for measure in table.measures]
    return [*header, _("withheld"), _("unit"), _("perimeter"), _("release"), _("as of")]


def keys_of(table: PublishedTable, row: Row) -> list[Any]:
    keys: list[Any] = [row.period]
    if table.grain == Grain.EPN:
        keys += [int(row.place), row.slug, row.place_name]
    elif table.grain == Grain.COMMUNE:
        keys += [row.place, row.place_name]
    if table.dimension:
        keys += [row.value, row.label]
    return keys


def rows_for_a_file(
    release: Release, table: PublishedTable, rows: Iterable[Row], *, words: bool
) -> Iterator[list[Cell]]:
    """In a spreadsheet a withheld number is the word, for a program it is null beside `withheld: true`."""
    as_of = None if release.as_of is None else timezone.localtime(release.as_of)
    if words and as_of is not None:
        as_of = as_of.replace(tzinfo=None)
    tail: list[Cell] = [str(table.unit), str(table.perimeter_label), release.number, as_of]
    hidden, yes, no = (_("withheld"), _("yes"), _("no")) if words else (None, True, False)
    for row in rows:
        numbers = [hidden] * len(row.numbers) if row.withheld else row.numbers
        yield [*keys_of(table, row), *numbers, yes if row.withheld else no, *tail]


def header_of_releases() -> list[Cell]:
    return [
        _("release"), _("period"), _("released on"), _("figures as of"), _("corrects release"), _("reason"),
        _("replaced by release"),
    ]  # fmt: skip


def rows_of_releases(found: list[Release]) -> Iterator[list[Cell]]:
    replaced = {one.corrects_id: one.number for one in found if one.corrects_id}
    for one in found:
        yield [
            one.number,
            one.period.code,
            one.released_at and timezone.localtime(one.released_at).date(),
            one.as_of and timezone.localtime(one.as_of).replace(tzinfo=None),
            one.corrects.number if one.corrects else None,
            one.reason,
            replaced.get(one.pk),
        ]

"""The numbers as tables of plain values: what the files and the workbook hold, and what the paper prints."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from maillage.design import numbers
from maillage.design.csv_export import Cell
from tenants.overview.sections import CUTS, Headline
from tenants.overview.selectors import Number, Overview, Section
from tenants.overview.words import months_of, name_of_before, name_of_now

SUMMARY, MONTHS = "summary", "months"


@dataclass(frozen=True)
class Table:
    """`names` never change; `header` is in the reader's language."""

    name: str
    title: str
    note: str
    names: list[str]
    header: list[str]
    rows: list[list[Cell]]


def plain(value: int | None, headline: Headline) -> int | Decimal | None:
    """Minutes and things as they are; money in euros."""
    if value is None or not headline.is_money:
        return value
    return Decimal(value) / 100


def summary(found: Overview) -> Table:
    now, before = name_of_now(found.spans), name_of_before(found.spans)
    return Table(
        SUMMARY,
        _("In short"),
        "",
        ["measure", "label", "value", "year_before", "difference", "unit", "what"],
        [_("Code"), _("What"), now, before, _("Difference"), _("Unit"), _("What is counted")],
        [
            [
                one.headline.name,
                str(one.headline.label),
                plain(one.whole.now, one.headline),
                plain(one.whole.before, one.headline),
                plain(one.whole.difference, one.headline),
                str(one.headline.unit),
                str(one.headline.note),
            ]
            for one in found.numbers
        ],
    )


def months(found: Overview) -> Table:
    now, before = name_of_now(found.spans), name_of_before(found.spans)
    names, header = ["month", "label"], [_("Month"), _("Name")]
    for one in found.numbers:
        names += [one.headline.name, f"{one.headline.name}_year_before"]
        header += [f"{one.headline.label} {now}", f"{one.headline.label} {before}"]
    return Table(
        MONTHS,
        _("Month by month"),
        _("An empty cell: the register wasn't used yet, or the month hasn't come."),
        names,
        header,
        [
            [f"{month.month:%Y-%m}", months_of(month), *_of_month(found.numbers, position)]
            for position, month in enumerate(found.months)
        ],
    )


def _of_month(all_numbers: list[Number], position: int) -> list[Cell]:
    cells: list[Cell] = []
    for one in all_numbers:
        pair = one.months[position]
        cells += [plain(pair.now, one.headline), plain(pair.before, one.headline)]
    return cells


def section(found: Overview, one: Section) -> Table:
    cut, whole = one.cut, one.whole
    names = ["code", "label", "count", *(["share"] if cut.partition else []), "year_before", "difference"]
    header = [
        _("Code"),
        str(cut.head),
        f"{name_of_now(found.spans)} ({cut.unit})",
        *([_("Share")] if cut.partition else []),
        name_of_before(found.spans),
        _("Difference"),
    ]
    rows: list[list[Cell]] = []
    for line in one.lines:
        share: list[Cell] = []
        if cut.partition:
            share = [round(Decimal(line.pair.now or 0) / whole, 4) if whole else None]
        rows.append([line.key, line.label, line.pair.now, *share, line.pair.before, line.pair.difference])
    return Table(cut.name, str(cut.title), str(cut.note), names, header, rows)


def tables(found: Overview) -> list[Table]:
    return [summary(found), months(found), *(section(found, one) for one in found.sections)]


def _section_named(name: str) -> Callable[[Overview], Table | None]:
    return lambda found: next((section(found, one) for one in found.sections if one.cut.name == name), None)


TABLES: dict[str, Callable[[Overview], Table | None]] = {
    SUMMARY: summary,
    MONTHS: months,
    **{name: _section_named(name) for name in CUTS},
}


def in_words(value: int | None, headline: Headline) -> str:
    return numbers.NOT_KNOWN if value is None else headline.show(value)

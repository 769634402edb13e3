"""The tables of the cadastre as rows, for the CSV downloads. Each row says its unit, its perimeter and its as-of."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from maillage.reference.selectors import commune_label, label_of
from network.cadastre.selectors import Cadastre, Numbers

Row = list[Any]


@dataclass(frozen=True)
class Table:
    """`names`, `header` and `rows` leave out the last columns, which every table has. `names` never change."""

    title: str | Promise
    names: tuple[str, ...]
    header: Callable[[], Row]
    rows: Callable[[Cadastre], Iterable[Row]]
    unit: str | Promise


def _flow_header() -> Row:
    return [_("visits"), _("attendances"), _("minutes of help"), _("people turned away")]


def _flows(numbers: Numbers) -> Row:
    return [numbers.visits, numbers.attendances, numbers.minutes, numbers.turned_away]


def _summary_rows(page: Cadastre) -> Iterator[Row]:
    one = page.summary
    yield [_("EPN of the whole network"), one.epn, _("EPN")]
    yield [_("labelled EPN"), one.epn_labelled, _("EPN")]
    yield [_("animation contracts"), one.animation_contracts, _("contracts")]
    yield [_("animation contracts under article 60"), one.article60_contracts, _("contracts")]
    yield [_("share of article 60"), one.article60_share, _("share of the animation contracts")]
    yield [_("staff"), one.fte, _("full-time equivalents")]
    yield [_("staff under article 60"), page.article60_fte.quantize(one.fte), _("full-time equivalents")]
    yield [_("need of the labelled EPN"), one.need_labelled_eur, _("euros a year")]
    yield [_("need of all EPN"), one.need_all_eur, _("euros a year")]
    yield [_("visits"), one.visits, _("visits")]
    yield [_("attendances"), one.attendances, _("people, each time")]
    yield [_("help given"), one.minutes, _("minutes of staff")]
    yield [_("people turned away"), one.turned_away, _("people, each time")]


def _epn_rows(page: Cadastre) -> Iterator[Row]:
    for row in page.epn:
        member = row.member
        last = None if row.last_month is None else f"{row.last_month:%Y-%m}"
        yield [
            member.name,
            member.labelled,
            commune_label(member.commune),
            *_flows(row.numbers),
            last,
            row.contracts,
            row.outside_fte,
        ]


FLOWS = ("visits", "attendances", "minutes", "turned_away")
FLOW_UNIT = gettext_lazy("counts; minutes of staff; people each time they came")
MONTH_NAMES = ("month", *FLOWS)


def month_header() -> Row:
    return [_("month"), *_flow_header()]


def month_rows(months: Iterable[tuple[dt.date, Numbers]]) -> Iterator[Row]:
    for month, numbers in months:
        yield [f"{month:%Y-%m}", *_flows(numbers)]


TABLES: dict[str, Table] = {
    "summary": Table(
        gettext_lazy("Summary"), ("measure", "value", "unit_of_the_value"),
        lambda: [_("measure"), _("value"), _("unit of the value")], _summary_rows,
        gettext_lazy("see the column of units"),
    ),
    "months": Table(
        gettext_lazy("Visits by month"), ("month", *FLOWS), month_header,
        lambda page: month_rows(page.months), FLOW_UNIT,
    ),
    "themes": Table(
        gettext_lazy("Visits by theme"), ("theme", "code", *FLOWS[:3]),
        lambda: [_("theme"), _("code"), *_flow_header()[:3]],
        lambda page: ([label_of("theme", code), code, *_flows(numbers)[:3]] for code, numbers in page.themes),
        gettext_lazy("visits with this theme: a visit with two themes is in both"),
    ),
    "communes": Table(
        gettext_lazy("Visits by commune"), ("commune", "code", "epn", *FLOWS),
        lambda: [_("commune"), _("code"), pgettext("how many", "EPN"), *_flow_header()],
        lambda page: ([commune_label(key), key, epn, *_flows(numbers)] for key, epn, numbers in page.communes),
        FLOW_UNIT,
    ),
    "contracts": Table(
        gettext_lazy("Contracts by type"), ("type", "code", "animation", "other_roles", "heads", "fte"),
        lambda: [_("contract type"), _("code"), _("in animation"), _("in other roles"), _("heads"), _("FTE")],
        lambda page: (
            [
                label_of("contract_type", row.type), row.type, row.animation, row.others, row.heads,
                row.fte.quantize(page.summary.fte) if row.counts_in_fte else None,
            ]
            for row in page.types
        ),
        gettext_lazy("contracts in force on the reference day; full-time equivalents"),
    ),
    "article60": Table(
        gettext_lazy("What became of article 60 people"), ("what_came_after", "contracts"),
        lambda: [_("what came after"), _("contracts")],
        lambda page: ([str(label), count] for label, count in page.ends),
        gettext_lazy("article 60 contracts that ended in the year"),
    ),
    "activity": Table(
        gettext_lazy("Activity by contract type"), ("type", "code", *FLOWS[:3]),
        lambda: [_("contract of the animator"), _("code"), *_flow_header()[:3]],
        lambda page: ([label_of("contract_type", code), code, *_flows(numbers)[:3]] for code, numbers in page.activity),
        gettext_lazy("visits and minutes of help, by the animator's contract on that day"),
    ),
    "epn": Table(
        gettext_lazy("EPN by EPN"),
        ("epn", "labelled", "commune", *FLOWS, "last_month", "contracts", "outside_fte"),
        lambda: [
            _("EPN"), _("label"), _("commune"), *_flow_header(), _("last month with activity"),
            _("contracts"), _("volunteers, trainees and others"),
        ],
        _epn_rows, FLOW_UNIT,
    ),
}  # fmt: skip


def names_of(table: Table) -> tuple[str, ...]:
    return (*table.names, "unit", "perimeter", "year", "contracts_as_of", "figures_as_of")


def header_of(table: Table) -> Row:
    return [*table.header(), _("unit"), _("perimeter"), _("year"), _("contracts as of"), _("figures as of")]


def rows_of(table: Table, page: Cadastre) -> Iterator[Row]:
    one = page.summary
    tail = [str(table.unit), str(one.perimeter.label), one.year, one.reference_day, one.as_of]
    for row in table.rows(page):
        yield [*row, *tail]

"""The tables of the cliff as rows. Each row says its perimeter and its as-of."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from django.utils.translation import gettext as _

from maillage.design.csv_export import Cell
from maillage.reference.selectors import commune_label
from network.cover.selectors import Amount, Cliff

TAIL = ("before", "perimeter", "outlook_of", "figures_as_of")
AMOUNT = ("people", "hours_per_week", "fte")
EPN = (
    "epn", "labelled", "commune", *(f"{name}_now" for name in AMOUNT), *(f"{name}_ending" for name in AMOUNT),
    "half_days", "half_days_uncovered", "weeks_nobody", "weeks_one_person", *TAIL,
)  # fmt: skip
MONTHS = (
    "month", *(f"{name}_at_the_end" for name in AMOUNT), *(f"{name}_ending" for name in AMOUNT), "half_days",
    "half_days_uncovered", "weeks_nobody", *TAIL,
)  # fmt: skip


def _tail() -> list[Cell]:
    return [_("before"), _("perimeter"), _("known on"), _("figures as of")]


def header_of_epn() -> list[Cell]:
    return [
        _("EPN"), _("label"), _("commune"), _("people now"), _("hours a week now"), _("FTE now"),
        _("people whose work ends"), _("hours a week that end"), _("FTE that end"), _("half-days"),
        _("half-days that nobody covers"), _("weeks with nobody"), _("weeks that rest on one person"), *_tail(),
    ]  # fmt: skip


def header_of_months() -> list[Cell]:
    return [
        _("month"), _("people on its last day"), _("hours a week on its last day"), _("FTE on its last day"),
        _("people whose work ends"), _("hours a week that end"), _("FTE that end"), _("half-days"),
        _("half-days that nobody covers"), _("weeks with nobody"), *_tail(),
    ]  # fmt: skip


def _of(amount: Amount) -> list[Cell]:
    return [amount.people, _short(amount.hours), _short(amount.fte)]


def _short(value: Decimal) -> Decimal:
    return round(value, 4)


def _about(page: Cliff) -> list[Cell]:
    return [page.before, str(page.perimeter.label), page.day, page.as_of]


def rows_of_epn(page: Cliff) -> Iterator[list[Cell]]:
    """An EPN whose outlook was never taken has empty cells, never zeros."""
    for row in page.epn:
        facts: list[Cell] = [
            *_of(row.staff), *_of(row.lost), _short(row.half_days), _short(row.uncovered), row.weeks_nobody,
            row.weeks_one_person,
        ]  # fmt: skip
        if not row.known:
            facts = [None] * len(facts)
        yield [row.member.name, row.member.labelled, commune_label(row.member.commune), *facts, *_about(page)]


def rows_of_months(page: Cliff) -> Iterator[list[Cell]]:
    for one in page.months:
        yield [
            f"{one.month:%Y-%m}", *_of(one.staff), *_of(one.lost), _short(one.half_days), _short(one.uncovered),
            one.weeks_nobody, *_about(page),
        ]  # fmt: skip

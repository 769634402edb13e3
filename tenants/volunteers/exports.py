"""Volunteers and the lines of a ledger as rows. Amounts are euros there; in the tables they are cents."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from decimal import Decimal

from django.utils.translation import gettext as _

from maillage.design.csv_export import Cell
from tenants.volunteers.files import declaration_standing, note_standing
from tenants.volunteers.models import Defrayal
from tenants.volunteers.selectors import Volunteer, file_of

LINE_NAMES = (
    "person", "day", "kind", "kind_code", "what", "km", "amount_eur", "justification", "contract_start",
)  # fmt: skip
NAMES = (
    "person", "contract_start", "contract_end", "hours_per_week", "note", "note_signed_on", "declaration",
    "declared_on", "days", "flat_eur", "real_eur", "travel_eur", "km", "year_ceiling_eur", "year",
)  # fmt: skip


def euros_of(cents: int | None) -> Decimal | None:
    return None if cents is None else Decimal(cents) / 100


def line_header() -> list[Cell]:
    return [
        _("Person"), _("Day"), _("What is paid back"), _("Code of the kind"), _("What for"), _("Kilometres"),
        _("Amount (€)"), _("Justification"), _("Start of the contract"),
    ]  # fmt: skip


def line_rows(lines: Iterable[Defrayal]) -> Iterator[list[Cell]]:
    for one in lines:
        yield [
            one.contract.member.name, one.day, str(one.get_kind_display()), one.kind, one.what, one.km,
            euros_of(one.cents), one.justification, one.contract.starts_on,
        ]  # fmt: skip


def header() -> list[Cell]:
    return [
        _("Person"), _("Start of the contract"), _("End of the contract"), _("Hours a week"), _("Information note"),
        _("Information note signed on"), _("Form C45B"), _("Form C45B sent on"), _("Days"), _("Flat amounts (€)"),
        _("Real costs (€)"), _("Travel (€)"), _("Kilometres"), _("Ceiling of the year (€)"), _("Year"),
    ]  # fmt: skip


def rows(volunteers: Iterable[Volunteer], today: dt.date) -> Iterator[list[Cell]]:
    for one in volunteers:
        contract, year = one.contract, one.year
        about: list[Cell] = [None] * 7
        if contract is not None:
            file = file_of(contract)
            about = [
                contract.starts_on, contract.ends_on, contract.hours_per_week,
                note_standing(contract, file, today).text, file.note_signed_on,
                declaration_standing(contract, file).text, file.declared_on,
            ]  # fmt: skip
        yield [
            one.member.name, *about, year.sums.days, euros_of(year.sums.flat), euros_of(year.sums.real),
            euros_of(year.sums.travel), year.sums.km, euros_of(year.limits.year.value), year.year,
        ]  # fmt: skip

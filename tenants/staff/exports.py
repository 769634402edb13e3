"""Contracts as rows: the same columns for the page's own rows, a person's, those that have ended, and all of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.utils.translation import gettext as _

from maillage.design.csv_export import Cell
from maillage.design.numbers import days_left
from tenants.staff.selectors import Line, TypeTotal

NAMES = (
    "person", "type", "type_code", "role", "legal_employer", "starts_on", "planned_end", "ended_on", "hours_per_week",
    "full_time_hours", "fte", "counts_in_fte", "state", "ends", "note", "host", "reference", "hours_per_year",
    "in_break", "incomplete", "end_reason", "after_end",
)  # fmt: skip
NAMES_OF_TYPES = ("type", "people", "hours_per_week", "fte")


def header() -> list[Cell]:
    return [
        _("Person"), _("Contract type"), _("Code of the type"), _("Role"), _("Legal employer"), _("Start"),
        _("Planned end"), _("Real end"), _("Hours a week (Q)"), _("Hours of a full time (S)"), _("FTE"),
        _("Counts in FTE"), _("State"), _("Ends"), _("Note"), _("Host"), _("Number or reference"), _("Hours a year"),
        _("In a break"), _("Incomplete"), _("Why it ended"), _("What came after"),
    ]  # fmt: skip


def rows(lines: Iterable[Line]) -> Iterator[list[Cell]]:
    for line in lines:
        one = line.contract
        share = round(line.fte, 4) if line.counts_in_fte else None
        yield [
            one.member.name, line.type_label, one.type, one.get_role_display(), one.legal_employer, one.starts_on,
            one.planned_end, one.ended_on, line.terms.hours_per_week, line.terms.full_time_hours, share,
            line.counts_in_fte, line.state, days_left(line.days_left), one.note, one.host, one.reference,
            one.hours_per_year, line.pause.get_kind_display() if line.pause else "",
            ", ".join(what.text for what in line.missing), one.get_end_reason_display(), one.get_after_end_display(),
        ]  # fmt: skip


def header_of_types() -> list[Cell]:
    return [_("Contract type"), _("People"), _("Hours a week"), _("FTE")]


def rows_of_types(totals: Iterable[TypeTotal]) -> Iterator[list[Cell]]:
    for one in totals:
        yield [one.label, one.heads, one.hours, round(one.fte, 4) if one.counts_in_fte else None]

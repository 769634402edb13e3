"""The tables of the cover as files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.utils.translation import gettext as _

from maillage.design.csv_export import Cell
from tenants.cover.lines import EndLine
from tenants.cover.weeks import Week

WEEKS = (
    "week", "monday", "sunday", "state", "state_code", "people", "hours_needed", "hours_at_work", "share_covered",
    "half_days", "half_days_uncovered",
)  # fmt: skip
COMPARED = (
    "week", "monday", "hours_needed", "state", "hours_at_work", "half_days_uncovered", "state_changed",
    "hours_at_work_changed", "half_days_uncovered_changed",
)  # fmt: skip
ENDS = ("person", "type", "last_day", "hours_per_week", "fte", "stays", "week_after", "people_after")


def header_of_weeks() -> list[Cell]:
    return [
        _("Week"), _("From (a Monday)"), _("Until (a Sunday)"), _("State"), _("Code of the state"), _("People at work"),
        _("Opening hours"), _("Hours of the people at work"), _("Share covered"), _("Half-days"),
        _("Half-days that nobody covers"),
    ]  # fmt: skip


def rows_of_weeks(weeks: Iterable[Week]) -> Iterator[list[Cell]]:
    for one in weeks:
        yield [
            _name(one), one.monday, one.sunday, str(one.state.label), one.state.value, one.people,
            round(one.needed_hours, 4), round(one.available_hours, 4),
            None if one.share is None else round(one.share, 4), one.half_days, round(one.uncovered, 4),
        ]  # fmt: skip


def header_of_ends() -> list[Cell]:
    return [
        _("Person"), _("Contract type"), _("Last day"), _("Hours a week that end"), _("FTE"),
        _("Stays under another contract"), _("The week after"), _("People at work then"),
    ]  # fmt: skip


def rows_of_ends(lines: Iterable[EndLine]) -> Iterator[list[Cell]]:
    for line in lines:
        after = line.after
        yield [
            line.name, line.type_label, line.end.last_day, round(line.end.hours, 4), round(line.end.fte, 4),
            not line.end.people, None if after is None else str(after.state.label),
            None if after is None else after.people,
        ]  # fmt: skip


def header_of_compared() -> list[Cell]:
    return [
        _("Week"), _("From (a Monday)"), _("Opening hours"), _("State"), _("Hours of the people at work"),
        _("Half-days that nobody covers"), _("State, with your changes"),
        _("Hours of the people at work, with your changes"), _("Half-days that nobody covers, with your changes"),
    ]  # fmt: skip


def rows_of_compared(as_is: Iterable[Week], changed: Iterable[Week]) -> Iterator[list[Cell]]:
    for before, after in zip(as_is, changed, strict=True):
        yield [
            _name(before), before.monday, round(before.needed_hours, 4),
            *(
                cell
                for one in (before, after)
                for cell in (str(one.state.label), round(one.available_hours, 4), round(one.uncovered, 4))
            ),
        ]  # fmt: skip


def _name(week: Week) -> str:
    """2026-W45, as ISO names a week."""
    year, number, _day = week.monday.isocalendar()
    return f"{year}-W{number:02}"

"""FTE over a period as rows: by contract, by type, by role. Rounded to four places here, and nowhere before."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from maillage.design.csv_export import Cell
from tenants.staff.fte.selectors import Over, Sum


@dataclass(frozen=True)
class Table:
    """`names` never change; the period and whether breaks are left out follow in every row."""

    names: tuple[str, ...]
    header: Callable[[], list[Cell]]
    rows: Callable[[Over], Iterator[list[Cell]]]


TAIL = ("period_from", "period_to", "without_breaks")


def _of_contracts(found: Over) -> Iterator[list[Cell]]:
    for one in found.held:
        held = one.contract
        yield [
            held.member.name, one.type_label, held.type, held.get_role_display(), one.first, one.last,
            None if one.fte is None else round(one.fte, 4), round(one.hours, 2), *_tail(found),
        ]  # fmt: skip


def _sums(found: Over, sums: list[Sum]) -> Iterator[list[Cell]]:
    for one in [*sums, found.total]:
        yield [
            one.label, one.contracts, one.heads, one.heads_counted, round(one.fte, 4), round(one.hours, 2),
            round(one.hours_apart, 2), *_tail(found),
        ]  # fmt: skip


def _tail(found: Over) -> list[Cell]:
    return [found.first, found.last, found.without_breaks]


def _tail_header() -> list[Cell]:
    return [_("Period from"), _("Period to"), _("Without breaks")]


def _sum_header(first: str) -> list[Cell]:
    return [
        first, _("Contracts"), _("People"), _("People who count in FTE"), _("FTE"), _("Hours (in FTE)"),
        _("Hours (not in FTE)"), *_tail_header(),
    ]  # fmt: skip


SUMS = ("contracts", "heads", "heads_in_fte", "fte", "hours_in_fte", "hours_not_in_fte", *TAIL)
TABLES = {
    "contracts": Table(
        ("person", "type", "type_code", "role", "first_day", "last_day", "fte", "hours", *TAIL),
        lambda: [
            _("Person"), _("Contract type"), _("Code of the type"), _("Role"), _("First day"), _("Last day"), _("FTE"),
            _("Hours"), *_tail_header(),
        ],
        _of_contracts,
    ),
    "types": Table(("type", *SUMS), lambda: _sum_header(_("Contract type")), lambda found: _sums(found, found.by_type)),
    "roles": Table(("role", *SUMS), lambda: _sum_header(_("Role")), lambda found: _sums(found, found.by_role)),
}  # fmt: skip

"""Needs and scenarios as rows of files."""

from __future__ import annotations

from decimal import Decimal

from django.utils.translation import gettext as _

from maillage.reference.selectors import commune_label
from network.funding.ledger.tables import Table
from network.funding.needs.comparing import Comparison
from network.funding.needs.rows import Scenario
from network.funding.needs.selectors import Needs

EUROS = ("need_eur", "secured_eur", "gap_eur")


def _euros() -> list[str]:
    return [_("Need"), _("Secured"), _("Gap")]


def of_epn(page: Needs) -> Table:
    rows = [
        [one.member.name, commune_label(one.member.commune) if one.member.commune else "",
         _("labelled") if one.member.labelled else _("no"), one.need, one.secured, one.gap,
         one.own.reason if one.own else ""]
        for one in page.rows
    ]  # fmt: skip
    header = [_("EPN"), _("Commune"), _("Label"), *_euros(), _("Why it costs something else")]
    return Table("needs-by-epn", ("epn", "commune", "label", *EUROS, "own_cost_reason"), header, rows)


def of_communes(page: Needs) -> Table:
    rows = [[name, key, one.epn, one.need, one.secured, one.gap] for key, name, one in page.communes]
    header = [_("Commune"), _("Code"), _("EPN"), *_euros()]
    return Table("needs-by-commune", ("commune", "code", "epn", *EUROS), header, rows)


def of_years(page: Needs) -> Table:
    names = (
        "year",
        "counted_on",
        "perimeter",
        "epn",
        *EUROS,
        "over_eur",
        "network_eur",
        "not_allocated_eur",
        "gone_eur",
    )
    header = [
        _("Year"), _("Counted on"), _("Whose needs"), _("EPN"), *_euros(), _("Above the need of its EPN"),
        _("For the network itself"), _("Not allocated yet"), _("For EPN that are not there"),
    ]  # fmt: skip
    rows = []
    for one in page.years:
        for perimeter, total in (("labelled", one.labelled), ("all", one.all)):
            rows.append([
                one.year, one.day, perimeter, total.epn, total.need, total.secured, total.gap, total.over, one.network,
                one.free, one.gone,
            ])  # fmt: skip
    return Table("needs-by-year", names, header, rows)


def of_scenarios(found: list[tuple[Scenario, Decimal | None]]) -> Table:
    rows = [
        [one.year, one.name, str(one.get_reach_display()), euros, one.hours_per_fte, one.weeks_open, one.note]
        for one, euros in found
    ]
    names = ("year", "scenario", "reach", "cost_eur", "hours_per_fte", "weeks_open", "note")
    header = [
        _("Year"), _("Scenario"), _("For which EPN"), _("Euros a year"), _("Hours at the desk for one FTE"),
        _("Weeks open a year"), _("In your words"),
    ]  # fmt: skip
    return Table("scenarios", names, header, rows)


def of_comparison(page: Comparison) -> Table:
    """One line a number and column, so that a program needn't know how many scenarios there are."""
    names = ("number", "name", "scenario", "value", "numerator", "denominator", "note", "how")
    header = [
        _("Number"), _("Code"), _("Scenario"), _("Value"), _("Numerator"), _("Denominator"), _("Remark"),
        _("How it is made"),
    ]  # fmt: skip
    rows = [
        [row.label, row.name, column.title, cell.value, cell.numerator, cell.denominator, cell.note, row.how]
        for row in page.rows
        for column, cell in zip(page.columns, row.cells, strict=True)
        if cell.shown
    ]
    return Table("scenarios-side-by-side", names, header, rows)

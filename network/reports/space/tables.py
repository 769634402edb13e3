"""The tables of the funder's space as rows of files: each number with its perimeter, releases and as-of."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from network.funding.ledger.selectors import Account
from network.funding.ledger.tables import Table
from network.reports.space.comparing import COLUMNS, Comparison
from network.reports.space.dashboard import Block, Dashboard
from network.reports.space.figures import Source, Told
from network.reports.space.reports import SentReport
from network.reports.space.selectors import Category, Purpose
from network.reports.space.words import perimeter_words, state_words

SAID = ("value", "withheld_cells", "missing_months")
TAIL = ("unit", "perimeter", "releases", "figures_as_of")


def _said(told: Told) -> list[Any]:
    """The number (none where it is withheld), how many cells of it are withheld, how many months aren't released."""
    return [told.plain, told.withheld, len(told.missing)]


def _tail(unit: Any, perimeter: str, source: Source) -> list[Any]:
    return [str(unit), perimeter, source.numbers, source.as_of]


def _heads() -> tuple[list[str], list[str]]:
    return (
        [_("Number (at least, where cells are withheld)"), _("Cells withheld"), _("Months not released")],
        [_("Unit"), _("Perimeter"), _("Releases"), _("Figures as of")],
    )


def of_head(found: Dashboard) -> Table:
    said, tail = _heads()
    perimeter = perimeter_words(found.perimeter)
    rows = [
        [str(measure.label), *_said(told), *_tail(measure.unit, perimeter, found.source)]
        for measure, told in found.head
    ]
    return Table("summary", ("what", *SAID, *TAIL), [_("What"), *said, *tail], rows)


def of_block(found: Dashboard, block: Block, stem: str, what: str) -> Table:
    """Months, years, communes or themes. Minutes stay minutes in a file."""
    said, tail = _heads()
    visits = stem in ("communes", "themes")
    unit = _("visits") if visits else _("minutes") if found.measure.code in ("minutes", "desk") else found.measure.unit
    perimeter = perimeter_words(found.perimeter, whole_network=block.whole_network)
    names, header = ["code", "label", *SAID], [_("Code"), what, *said]
    if stem == "months":
        names += ["a_year_before", "a_year_before_withheld_cells"]
        header += [_("A year before"), _("A year before: cells withheld")]
    rows = [
        [one.code, one.label, *_said(one.told), *([one.before.plain, one.before.withheld] if stem == "months" else []),
         *_tail(unit, perimeter, block.source)]
        for one in block.lines
    ]  # fmt: skip
    return Table(stem, (*names, *TAIL), [*header, *tail], rows)


def of_targets(found: Dashboard) -> Table:
    said, tail = _heads()
    perimeter = perimeter_words(found.perimeter)
    rows = [
        [one.label, *_said(one.told), one.target, one.share, *_tail(one.measure.unit, perimeter, found.source)]
        for one in found.targets
    ]
    names = ("indicator", *SAID, "target", "share_of_target", *TAIL)
    return Table("targets", names, [_("Indicator"), *said, _("Target of twelve months"), _("Share"), *tail], rows)


def of_comparison(found: Comparison) -> Table:
    names = ["epn", "epn_name", "commune"]
    header = [_("EPN: number"), _("EPN"), _("Commune")]
    for one in COLUMNS:
        names += [one.code, f"{one.code}_withheld_cells"]
        header += [str(one.label), _("%(what)s: cells withheld") % {"what": one.label}]
    names += [
        "visits_a_year_before",
        "visits_a_year_before_withheld_cells",
        "own_eur",
        "own_eur_a_visit",
        "months",
        "releases",
        "figures_as_of",
    ]
    header += [
        _("Visits in the same months a year before"), _("A year before: cells withheld"),
        _("Your euros for these months"), _("Your euros a visit"), _("Months"), _("Releases"), _("Figures as of"),
    ]  # fmt: skip
    rows = []
    for row in found.rows:
        numbers = [value for told in row.told for value in (told.plain, told.withheld)]
        rows.append([
            row.epn, row.name, row.commune, *numbers, row.before.plain, row.before.withheld, row.euros, row.a_visit,
            len(found.months), found.source.numbers, found.source.as_of,
        ])  # fmt: skip
    return Table("epn", names, header, rows)


def of_grants(accounts: Iterable[Account]) -> Table:
    names = (
        "grant", "reference", "first_day", "last_day", "granted_eur", "received_eur", "spent_eur", "left_eur",
        "to_repay_eur",
    )  # fmt: skip
    header = [
        _("Grant"), _("Reference"), _("First day"), _("Last day"), _("Granted"), _("Received"), _("Spent"), _("Left"),
        _("To repay"),
    ]  # fmt: skip
    rows = [
        [one.grant.title, one.grant.reference, one.grant.starts_on, one.grant.ends_on, one.balance.granted,
         one.balance.received, one.balance.spent, one.balance.left, one.balance.to_repay]
        for one in accounts
    ]  # fmt: skip
    return Table("my-grants", names, header, rows)


def of_reports(reports: Iterable[SentReport]) -> Table:
    names = ("report", "first_month", "last_month", "version", "state")
    header = [_("Report"), _("First month"), _("Last month"), _("Version"), _("State")]
    rows = [
        [one.title, f"{one.first:%Y-%m}", f"{one.last:%Y-%m}", one.number, state_words(one.state)] for one in reports
    ]
    return Table("reports", names, header, rows)


def of_purposes(found: Iterable[Purpose]) -> Table:
    header = [_("Kind"), _("EPN"), _("Amount")]
    return Table(
        "allocations", ("kind", "epn", "amount_eur"), header, [[one.kind, one.epn, one.euros] for one in found]
    )


def of_categories(found: Iterable[Category]) -> Table:
    rows = [[str(one.category.label), one.lines, one.euros] for one in found]
    header = [_("Category"), _("Expenses"), _("Charged to the grant")]
    return Table("expenses-by-category", ("category", "expenses", "charged_eur"), header, rows)


def of_instalments(account: Account) -> Table:
    names = ("number", "to_ask_by", "amount_eur", "asked_on", "received_on")
    header = [_("Instalment"), _("To ask for by"), _("Amount"), _("Asked on"), _("Received on")]
    rows = [
        [number, one.due_on, one.amount_eur, one.asked_on, one.received_on]
        for number, one in enumerate(account.instalments, 1)
    ]
    return Table("instalments", names, header, rows)


def of_report_dates(account: Account) -> Table:
    rows = [[one.due_on, one.done_on] for one in account.report_dates]
    return Table("reporting-dates", ("due_on", "done_on"), [_("To hand in by"), _("Handed in on")], rows)

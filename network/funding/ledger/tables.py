"""The tables of the ledger as rows of files."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from network.funding.ledger.overview import Due, YearRow
from network.funding.ledger.posts import PaidPosts
from network.funding.ledger.selectors import Account, allocation_name, applicants
from network.funding.models import Application, Call, Expense


@dataclass(frozen=True)
class Table:
    stem: str
    names: Sequence[str]
    header: Sequence[str]
    rows: Iterable[Sequence[Any]]


def of_years(rows: Iterable[YearRow]) -> Table:
    names = ("year", "funder", "secured_eur", "asked_eur", "waiting_eur", "refused_eur")
    header = [_("Year"), _("Funder"), _("Secured"), _("Asked"), _("Waiting for an answer"), _("Refused")]
    return Table(
        "money-by-year", names, header,
        [[one.year, one.funder, one.secured, one.asked, one.waiting, one.refused] for one in rows],
    )  # fmt: skip


def of_due(items: Iterable[Due], today: dt.date) -> Table:
    names = ("day", "days_left", "kind", "what", "funder", "amount_eur")
    header = [_("Day"), _("Days left"), _("Kind"), _("What"), _("Funder"), _("Amount")]
    rows = [[one.on, one.days(today), str(one.kind.label), one.text, one.funder, one.amount] for one in items]
    return Table("money-due", names, header, rows)


def of_posts(found: PaidPosts) -> Table:
    rows = [[one.name, one.heads, one.fte] for one in found.rows]
    return Table("posts", ("epn", "heads", "fte"), [_("EPN"), _("Posts"), _("Full-time equivalents paid")], rows)


def of_calls(calls: Iterable[Call]) -> Table:
    names = ("call", "funder", "code", "opens_on", "deadline", "budget_eur", "who", "rules", "link")
    header = [
        _("Call"), _("Funder"), _("Code"), _("Opens on"), _("Deadline"), _("Budget"), _("Who may apply"), _("Rules"),
        _("Link to the call"),
    ]  # fmt: skip
    rows = [
        [one.title, one.funder.name, one.funder.code, one.opens_on, one.deadline, one.budget_eur,
         str(one.get_who_display()), one.rules, one.url]
        for one in calls
    ]  # fmt: skip
    return Table("calls", names, header, rows)


def of_applications(found: Iterable[Application], epn: dict[int, str]) -> Table:
    names = (
        "year", "application", "funder", "call", "for", "asked_eur", "cofunding_eur", "state", "granted_eur", "purpose",
    )  # fmt: skip
    header = [
        _("Year"), _("Application"), _("Funder"), _("Call"), _("For"), _("Asked"), _("Co-funding"), _("State"),
        _("Granted"), _("What it is for"),
    ]  # fmt: skip
    rows = [
        [one.year, one.title, one.funder.name, one.call.title if one.call else "", applicants(one, epn), one.asked_eur,
         one.cofunding_eur, str(one.get_state_display()), one.granted_eur, one.purpose]
        for one in found
    ]  # fmt: skip
    return Table("applications", names, header, rows)


def of_accounts(found: Iterable[Account]) -> Table:
    names = (
        "grant", "funder", "kind", "reference", "first_day", "last_day", "granted_eur", "asked_eur", "received_eur",
        "allocated_eur", "spent_eur", "left_eur", "repaid_eur", "to_repay_eur",
    )  # fmt: skip
    header = [
        _("Grant"), _("Funder"), _("Kind"), _("Reference"), _("First day"), _("Last day"), _("Granted"), _("Asked"),
        _("Received"), _("Allocated"), _("Spent"), _("Left"), _("Repaid"), _("To repay"),
    ]  # fmt: skip
    rows = []
    for one in found:
        grant, sums = one.grant, one.balance
        rows.append([
            grant.title, grant.funder.name, str(grant.get_kind_display()), grant.reference, grant.starts_on,
            grant.ends_on, sums.granted, sums.asked, sums.received, sums.allocated, sums.spent, sums.left, sums.repaid,
            sums.to_repay,
        ])  # fmt: skip
    return Table("grants", names, header, rows)


def of_instalments(account: Account) -> Table:
    names = ("instalment", "due_on", "amount_eur", "asked_on", "received_on")
    header = [_("Instalment"), _("To ask for by"), _("Amount"), _("Asked on"), _("Received on")]
    rows = [[one.label, one.due_on, one.amount_eur, one.asked_on, one.received_on] for one in account.instalments]
    return Table("instalments", names, header, rows)


def of_report_dates(account: Account) -> Table:
    rows = [[one.label, one.due_on, one.done_on] for one in account.report_dates]
    header = [_("What is expected"), _("To hand in by"), _("Handed in on")]
    return Table("report-dates", ("what", "due_on", "done_on"), header, rows)


def of_allocations(account: Account, epn: dict[int, str]) -> Table:
    names = ("kind", "for", "amount_eur", "percent")
    header = [_("Kind"), _("For"), _("Amount"), _("Share in percent")]
    rows = [
        [str(one.get_kind_display()), allocation_name(one, epn), one.euros, one.percent] for one in account.allocations
    ]
    return Table("allocations", names, header, rows)


def of_expenses(expenses: Iterable[Expense]) -> Table:
    names = ("date", "category", "label", "reference", "amount_eur", "percent", "charged_eur")
    header = [
        _("Date"), _("Category"), _("What was paid"), _("Number of the invoice or entry"), _("Amount"),
        _("Share in percent"), _("Charged"),
    ]  # fmt: skip
    rows = [
        [one.spent_on, str(one.get_category_display()), one.label, one.reference, one.amount_eur, one.percent,
         one.charged]
        for one in expenses
    ]  # fmt: skip
    return Table("expenses", names, header, rows)

"""From the rows of a ledger to expenses, and everything that is wrong, line by line. Nothing is written."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from maillage.spreadsheets import cells
from maillage.spreadsheets.reading import Row, Sheet, shown
from maillage.spreadsheets.texts import folded
from network.funding.enums import ExpenseCategory
from network.funding.importing.columns import COLUMNS, READERS, category_names, category_of
from network.funding.ledger.rules import expense_problems
from network.funding.models import Expense, ExpenseImport, Grant

LONGEST_SHOWN = 60
Refusal = tuple[int, str, str, str]  # line, heading, value, reason
Same = tuple[dt.date, Decimal, Decimal, str, str]


@dataclass
class Ready:
    line: int
    expense: Expense
    remark: str = ""


@dataclass
class Checked:
    ready: list[Ready] = field(default_factory=list)
    there_already: list[int] = field(default_factory=list)  # lines
    problems: list[Refusal] = field(default_factory=list)

    @property
    def charged(self) -> Decimal:
        return sum((one.expense.charged for one in self.ready), Decimal(0))


def same_as(one: Expense) -> Same:
    return (one.spent_on, one.amount_eur, Decimal(one.percent), folded(one.reference), folded(one.label))


def check(batch: ExpenseImport, sheet: Sheet) -> Checked:
    """What is in the account already, as many times, is left out: a ledger that grows is imported again."""
    made, known, grant = Checked(), category_names(), batch.grant
    there = Counter(same_as(one) for one in Expense.objects.filter(grant=grant, deleted_at__isnull=True))
    columns = {int(at): name for at, name in batch.columns.items() if name in COLUMNS}
    for row in sheet.rows:
        said, problems = _said(row, columns, sheet.headings)
        if problems or not {"spent_on", "label", "amount_eur"} <= said.keys():
            made.problems += problems or [(row.line, "", "", _missing(said))]
            continue
        if wrong := expense_problems(grant, said["spent_on"]):
            heading = next(sheet.headings[at] for at, name in columns.items() if name == "spent_on")
            made.problems.append((row.line, heading, said["spent_on"].isoformat(), str(wrong["spent_on"])))
            continue
        ready = _ready(row.line, said, grant, known)
        same = same_as(ready.expense)
        if there[same]:
            there[same] -= 1
            made.there_already.append(row.line)
        else:
            made.ready.append(ready)
    return made


def _said(row: Row, columns: dict[int, str], headings: list[str]) -> tuple[dict[str, Any], list[Refusal]]:
    said: dict[str, Any] = {}
    problems: list[Refusal] = []
    for position, name in columns.items():
        cell = row.cells[position]
        text = shown(cell)
        if not text:
            continue
        try:
            said[name] = READERS[name](cell)
        except cells.Unreadable as error:
            problems.append((row.line, headings[position], text[:LONGEST_SHOWN], str(error)))
    return said, problems


def _missing(said: dict[str, Any]) -> str:
    lacking = [str(one.label) for one in COLUMNS.values() if one.needed and one.name not in said]
    return _("Nothing stands in: %(columns)s.") % {"columns": ", ".join(lacking)}


def _ready(line: int, said: dict[str, Any], grant: Grant, known: dict[str, str]) -> Ready:
    word = said.get("category", "")
    category, remark = category_of(word, known), ""
    if not category:
        category = ExpenseCategory.OTHER.value
        if word:
            remark = _("“%(word)s” is no category of ours: other costs.") % {"word": word[:LONGEST_SHOWN]}
    expense = Expense(
        grant=grant,
        spent_on=said["spent_on"],
        label=said["label"],
        amount_eur=said["amount_eur"],
        category=category,
        reference=said.get("reference", ""),
        percent=said.get("percent", Decimal(100)),
    )
    return Ready(line, expense, remark)

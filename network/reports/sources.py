"""What a line of a pack can be filled from, as data: a measure of a published table of the network, or money.

A table by EPN of the same subject and dimension stands behind each table of the network: with it the numbers of a part
of the EPN are made. Minutes are told as hours too.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from maillage.reference.selectors import label_of, terms
from network.funding.enums import ExpenseCategory
from network.releases.catalogue import TABLES, PublishedTable
from network.releases.enums import Grain
from network.reports.content import Words
from network.reports.enums import MoneyOf

LANGUAGES = ("fr", "nl", "en")
HOURS, MINUTES = "hours", "minutes"
MINUTES_AN_HOUR = Decimal(60)


@dataclass(frozen=True)
class FigureSource:
    """A measure (`column`) of a table of the network, and the table by EPN beside it; `hours`: minutes as hours."""

    code: str
    table: PublishedTable
    by_epn: PublishedTable
    column: int
    hours: bool

    @property
    def label(self) -> str:
        return f"{self.table.label}: {self.unit}"

    @property
    def unit(self) -> Promise | str:
        return _("hours") if self.hours else self.table.measures[self.column].label


@dataclass(frozen=True)
class MoneySource:
    """`category`: of what was spent, only this."""

    code: str
    of: MoneyOf
    category: str = ""

    @property
    def label(self) -> str:
        words = str(self.of.label)
        return f"{words}: {ExpenseCategory(self.category).label}" if self.category else words


def figure_sources() -> dict[str, FigureSource]:
    """By code (`visits.visits`), in the order in which the tables are declared."""
    beside = {
        (one.subject, one.dimension, one.perimeter): one
        for one in TABLES.values()
        if one.grain == Grain.EPN and one.flow
    }
    found: dict[str, FigureSource] = {}
    for table in TABLES.values():
        by_epn = beside.get((table.subject, table.dimension, table.perimeter))
        if table.grain != Grain.FEDERATION or not table.flow or by_epn is None or by_epn.measures != table.measures:
            continue
        for column, measure in enumerate(table.measures):
            names = [measure.name, HOURS] if measure.name == MINUTES else [measure.name]
            for name in names:
                code = f"{table.name}.{name}"
                found[code] = FigureSource(code, table, by_epn, column, hours=name == HOURS)
    return found


def money_sources() -> dict[str, MoneySource]:
    found = {}
    for of in MoneyOf:
        found[str(of)] = MoneySource(str(of), of)
        if of == MoneyOf.SPENT:
            for category in ExpenseCategory:
                code = f"{of}.{category}"
                found[code] = MoneySource(code, of, str(category))
    return found


def in_each(text: Promise | str) -> Words:
    """A text of the program in the three languages."""
    found = {}
    for language in LANGUAGES:
        with override(language):
            found[language] = str(text)
    return found


def value_words(table: PublishedTable, value: str) -> Words:
    """Of a value of a table's dimension."""
    if table.vocabulary:
        return {language: label_of(table.vocabulary, value, language) for language in LANGUAGES}
    found = {}
    for language in LANGUAGES:
        with override(language):
            found[language] = str((table.words() if table.words else {}).get(value, value))
    return found


def in_order(table: PublishedTable, values: list[str]) -> list[str]:
    """As the vocabulary has them; those that it doesn't know come last."""
    order = (
        {one.code: place for place, one in enumerate(terms(table.vocabulary, retired=True))} if table.vocabulary else {}
    )
    return sorted(values, key=lambda one: (order.get(one, len(order)), one))

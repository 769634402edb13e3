"""Which columns a ledger may have, by which names, and what its cells say."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from maillage.spreadsheets import cells
from maillage.spreadsheets.headings import guess
from maillage.spreadsheets.reading import shown
from maillage.spreadsheets.texts import folded
from network.funding.enums import ExpenseCategory

LANGUAGES = ("fr", "nl", "en")
MOST = Decimal(10) ** 10


@dataclass(frozen=True)
class Column:
    """`name` is the field of an expense."""

    name: str
    label: Any
    about: Any
    names: tuple[str, ...]
    needed: bool = False


COLUMNS: dict[str, Column] = {
    one.name: one
    for one in (
        Column("spent_on", gettext_lazy("Date"), gettext_lazy("A day, like 31/12/2026 or 2026-12-31."),
               ("date", "datum", "jour", "date de la piece", "date facture", "date comptable", "boekingsdatum",
                "factuurdatum"), needed=True),
        Column("label", gettext_lazy("What was paid"), gettext_lazy("The words of the ledger."),
               ("libelle", "description", "intitule", "objet", "omschrijving", "fournisseur", "leverancier",
                "communication", "label"), needed=True),
        Column("amount_eur", gettext_lazy("Amount"), gettext_lazy("Euros, like 1 250,50 or 1.250,50 or 1250.50."),
               ("montant", "montant tvac", "bedrag", "debit", "debet", "amount", "euros", "eur", "total", "amount_eur",
                "montant eur"), needed=True),
        Column("category", gettext_lazy("Category"),
               gettext_lazy("A category of ours, or a Belgian account number like 620200. Else: other costs."),
               ("categorie", "rubrique", "poste", "compte", "rekening", "rubriek", "account", "category")),
        Column("reference", gettext_lazy("Number of the invoice or entry"), gettext_lazy("As in your accounts."),
               ("reference", "piece", "numero", "no", "n", "numero de piece", "facture", "stuk", "stuknummer",
                "factuur", "nummer")),
        Column("percent", gettext_lazy("Share in percent"), gettext_lazy("Of the amount; 100 where it is empty."),
               ("part", "pourcentage", "cle", "cle d imputation", "aandeel", "percentage", "share", "imputation")),
    )
}  # fmt: skip

# The Belgian minimum chart of accounts: which numbers a category begins with, the longer first.
ACCOUNTS = (
    ("610", ExpenseCategory.RENT), ("62", ExpenseCategory.STAFF), ("63", ExpenseCategory.EQUIPMENT),
    ("24", ExpenseCategory.EQUIPMENT), ("60", ExpenseCategory.RUNNING), ("61", ExpenseCategory.SERVICES),
)  # fmt: skip


def guessed(headings: Iterable[str], habits: Mapping[str, str]) -> dict[int, str]:
    names: dict[str, list[str]] = {}
    for one in COLUMNS.values():
        labels = []
        for language in LANGUAGES:
            with override(language):
                labels.append(str(one.label))
        names[one.name] = [one.name, *labels, *one.names]
    return guess(headings, habits, names)


def category_names() -> dict[str, str]:
    """What a category is called, folded, in each language → its code."""
    found = {folded(one.value): one.value for one in ExpenseCategory}
    for language in LANGUAGES:
        with override(language):
            found |= {folded(str(one.label)): one.value for one in ExpenseCategory}
    return found


def amount_of(cell: object) -> Decimal:
    """Euros, whatever stands between the thousands; the last comma or dot, before one or two digits, is the decimal."""
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        text = repr(cell)
    else:
        text = re.sub(r"[\s€']|EUR", "", shown(cell))
        found = re.fullmatch(r"(-?)([\d.,]*?)(?:[.,](\d{1,2}))?", text, re.ASCII)
        whole = found and re.fullmatch(r"\d+|\d{1,3}([.,]\d{3})+", found[2], re.ASCII)
        text = f"{found[1]}{re.sub('[.,]', '', found[2])}.{found[3] or '0'}" if found and whole else "?"
    try:
        amount = round(Decimal(text), 2)
    except InvalidOperation:
        raise cells.Unreadable(_("Not an amount. Write it like 1250,50.")) from None
    if not amount.is_finite():
        raise cells.Unreadable(_("Not an amount. Write it like 1250,50."))
    if amount <= 0:
        raise cells.Unreadable(_("Write an amount above zero."))
    if amount >= MOST:
        raise cells.Unreadable(_("This amount is too large."))
    return amount


def percent_of(cell: object) -> Decimal:
    percent = amount_of(shown(cell).replace("%", ""))
    if percent > 100:
        raise cells.Unreadable(_("A share is at most 100 percent."))
    return percent


def text_of(length: int) -> Callable[[object], str]:
    def read(cell: object) -> str:
        text = " ".join(shown(cell).split())
        if len(text) > length:
            raise cells.Unreadable(_("Too long: %(n)s characters at most.") % {"n": length})
        return text

    return read


READERS: dict[str, Callable[[object], Any]] = {
    "spent_on": cells.day_of,
    "label": text_of(200),
    "amount_eur": amount_of,
    "category": text_of(200),
    "reference": text_of(80),
    "percent": percent_of,
}


def category_of(text: str, known: Mapping[str, str]) -> str:
    """Its code; none when nobody knows it."""
    word = folded(text)
    if word in known:
        return known[word]
    if found := re.match(r"\d{2,8}", word, re.ASCII):
        return next((str(one) for start, one in ACCOUNTS if found[0].startswith(start)), "")
    return ""

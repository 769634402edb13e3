"""What is kept about somebody as they read it themselves: labels and words, where the file for programs has codes."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from django.db import models
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as translated
from django.utils.translation import gettext_lazy as _

from maillage.design.numbers import as_of, day_label, number
from maillage.reference.selectors import label_of
from tenants.staff.course.selectors import differences_of
from tenants.staff.models import Contract, ContractChange

# Columns whose own names are for programs.
LABELS: dict[str, Promise] = {
    "created_at": _("written on"),
    "updated_at": _("changed on"),
    "deleted_at": _("taken out on"),
    "taken_back_at": _("taken back on"),
    "at": _("done on"),
    "by": _("done by"),
    "kind": _("kind"),
    "line": _("line of the list"),
    "moved": _("how many lines"),
}
TABLES: dict[str, Promise] = {
    "staff.ContractChange": _("history of a contract"),
    "staff.ImportedContract": _("contract from a list that was imported"),
}
# What only ties the tables together; the file has it.
TIES = frozenset({"key", "batch", "from_account", "made_person", "before", "after"})
PEOPLE = frozenset({"account", "by"})


def name_of(model: type[models.Model]) -> str:
    return capfirst(str(TABLES.get(model._meta.label, model._meta.verbose_name)))


def in_words(row: Any, fields: list[Any]) -> list[tuple[str, str]]:
    """Pairs of a label and a text; what says nothing is left out."""
    pairs = [(_label(one), _text(row, one)) for one in fields if _is_told(one)]
    if isinstance(row, ContractChange):
        pairs += [(capfirst(one.label), f"{one.before} → {one.after}" if one.before else one.after)
                  for one in differences_of(row)]  # fmt: skip
    return [(label, text) for label, text in pairs if text]


def _is_told(field: Any) -> bool:
    return field.name not in TIES and (not field.is_relation or field.name in PEOPLE)


def _label(field: Any) -> str:
    own = str(field.verbose_name)
    is_named = own != field.name.replace("_", " ")
    return capfirst(own if is_named or field.name not in LABELS else str(LABELS[field.name]))


def _text(row: Any, field: Any) -> str:
    value = field.value_from_object(row)
    if value in (None, "", [], {}):
        return ""
    if field.is_relation:
        return str(getattr(row, field.name).name)
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(row, Contract) and field.name == "type":
        return label_of("contract_type", value)
    return readable(value)


def readable(value: Any) -> str:
    if isinstance(value, bool):
        return translated("yes") if value else translated("no")
    if isinstance(value, dt.datetime):
        return as_of(value)
    if isinstance(value, dt.date):
        return day_label(value)
    if isinstance(value, int | float | Decimal):
        return number(value)
    return number(len(value)) if isinstance(value, list) else str(value)

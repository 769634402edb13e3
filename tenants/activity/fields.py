"""Fields of the forms at the counter: they turn texts into values, and leave refusing to the rules."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.formats import get_format
from django.utils.translation import gettext_lazy as _

from maillage.accounts.models import Person
from maillage.design.free_text import AsksAboutPersonalData, FreeTextField
from maillage.reference.selectors import label_of, terms
from tenants.activity.rules import FIRST_DAY, LONGEST_NOTE
from tenants.premises.models import Site

Choices = list[tuple[str, str]]
NOT_IN_LIST = {"invalid_choice": _("“%(value)s” is not in the list.")}


def term_choices(vocabulary: str, kept: Iterable[str] = (), empty: Any = None) -> Choices:
    """The terms in use, after them those that the row has already though they are retired."""
    codes = [term.code for term in terms(vocabulary)]
    codes += [code for code in kept if code and code not in codes]
    found = [(code, label_of(vocabulary, code)) for code in codes]
    return found if empty is None else [("", empty), *found]


class DayField(forms.DateField):
    def __init__(self, **options: Any) -> None:
        super().__init__(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **options)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {"min": FIRST_DAY.isoformat(), "max": timezone.localdate().isoformat()}


class CountField(forms.IntegerField):
    """A whole number. The browser knows the bounds; the rules alone refuse, in our words."""

    def __init__(self, *, lowest: int, highest: int, **options: Any) -> None:
        attrs = {"min": lowest, "max": highest, "inputmode": "numeric"}
        super().__init__(widget=forms.NumberInput(attrs=attrs), **options)


class EurosField(forms.DecimalField):
    """22,59 or 22.59 in any language, since receipts are written so; anything else as the language has it."""

    def to_python(self, value: Any) -> Any:
        text = str(value or "").replace("€", "").strip()
        cents = re.fullmatch(r"(\d{1,9})[.,](\d{1,2})", text)
        return super().to_python(f"{cents[1]}{get_format('DECIMAL_SEPARATOR')}{cents[2]}" if cents else text)


class RowField(forms.IntegerField):
    """The number of a row, drawn as a list when there is one to draw: a POST that succeeds reads no list."""

    def __init__(self, **options: Any) -> None:
        super().__init__(widget=forms.Select(), **options)

    def offer(self, rows: Iterable[Site | Person], empty: Any = None) -> None:
        chosen = [(str(row.pk), row.name) for row in rows]
        self.widget.choices = chosen if empty is None else [("", empty), *chosen]


def time_field(label: Any) -> forms.TimeField:
    return forms.TimeField(label=label, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))


def note_field() -> FreeTextField:
    return FreeTextField(
        label=_("Note"),
        required=False,
        widget=forms.Textarea(attrs={"maxlength": LONGEST_NOTE}),
        help_text=_("No name, no phone number, no national number: nobody may be recognised."),
    )


class FactsForm(AsksAboutPersonalData, forms.Form):
    """Carries a service's errors to the fields that they are about."""

    field_of: Mapping[str, str] = {}

    def add_problems(self, error: ValidationError) -> None:
        if not hasattr(error, "error_dict"):
            self.add_error(None, error)
            return
        for name, problems in error.error_dict.items():
            field = self.field_of.get(name, name)
            for one in problems:
                self.add_error(field if field in self.fields else None, one)

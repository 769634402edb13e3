"""What one EPN costs: an amount from a day on, and its items."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from maillage.design.forms import OneLine
from maillage.design.two_versions import version_field, version_of
from network.funding.forms import AmountField
from network.funding.ledger.forms import DayField, Money
from network.funding.models import CostItem, CostModel
from network.funding.needs.enums import CostKind

MOST_ITEMS = 30
FACTS = ("kind", "label", "unit_eur", "quantity", "years", "hours_a_week")


class CostModelForm(forms.Form):
    """`taken`: the days that have an amount already; for those, and no other, one may tick that it is replaced."""

    valid_from = DayField(label=_("Valid from"), help_text=_("A year uses the amount that is valid on its last day."))
    amount_eur = AmountField(
        label=_("Euros for one EPN and one year"), min_value=0, max_digits=10, decimal_places=2, localize=True
    )
    source = OneLine(label=_("Source"), max_length=200, required=False, help_text=_("Where this amount comes from."))
    replace = forms.BooleanField(
        label=_("Change it for the years that are counted with it"), required=False,
        help_text=_("Documents that are frozen or were sent keep the amount that they had."),
    )  # fmt: skip

    def __init__(self, *args: Any, taken: Collection[dt.date], **options: Any) -> None:
        super().__init__(*args, **options)
        if self._day() not in taken:
            del self.fields["replace"]

    def _day(self) -> dt.date | None:
        try:
            day: dt.date | None = self.fields["valid_from"].clean(self.data.get("valid_from", ""))
        except ValidationError:
            return None
        return day


class ItemForm(forms.Form):
    """One item; a row without an amount is no item."""

    mark_optional = False
    kind = forms.ChoiceField(label=_("Kind"), choices=CostKind.choices)
    label = OneLine(label=_("In words"), max_length=120, required=False)
    unit_eur = Money(label=_("Euros for one"), zero=True, required=False)
    quantity = AmountField(
        label=_("How many"), max_digits=8, decimal_places=3, localize=True, required=False, initial=1,
        help_text=_("For instance 0.5 for half a full time."),
    )  # fmt: skip
    years = forms.IntegerField(
        label=_("Over how many years"), min_value=1, max_value=50, required=False, initial=1,
        help_text=_("Equipment lasts: its price is spread over these years."),
    )  # fmt: skip
    hours_a_week = AmountField(
        label=_("Hours open a week that it makes possible"), min_value=0, max_value=168, max_digits=6, decimal_places=2,
        localize=True, required=False,
    )  # fmt: skip

    def clean_quantity(self) -> Any:
        quantity = self.cleaned_data["quantity"]
        if quantity is not None and quantity <= 0:
            raise ValidationError(_("Write a number above zero."))
        return 1 if quantity is None else quantity

    def clean_years(self) -> int:
        return self.cleaned_data["years"] or 1

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or {}
        if said.get("label") and said.get("unit_eur") is None and "unit_eur" not in self.errors:
            self.add_error("unit_eur", _("How much is it? Write 0 if it costs nothing, or empty the line."))
        return said


Items = forms.formset_factory(ItemForm, extra=2, max_num=MOST_ITEMS, absolute_max=MOST_ITEMS * 2, validate_max=False)


class ReplaceForm(forms.Form):
    """What goes with the rows: the version that they were, and whether years that run may change."""

    version = version_field()
    replace = forms.BooleanField(
        label=_("Change it for the years that are counted with it"), required=False,
        help_text=_("Documents that are frozen or were sent keep the amount that they had."),
    )  # fmt: skip

    def __init__(self, *args: Any, model: CostModel, **options: Any) -> None:
        options["initial"] = {"version": version_of(model)}
        super().__init__(*args, **options)


def items_of(formset: Any) -> list[CostItem]:
    """Rows that were left without an amount are no item."""
    rows = [form.cleaned_data for form in formset.forms]
    return [CostItem(**{name: row[name] for name in FACTS}) for row in rows if row.get("unit_eur") is not None]

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class AmountField(forms.DecimalField):
    """Takes an amount as people write it: any blank between the thousands, a euro sign."""

    def to_python(self, value: Any) -> Any:
        if isinstance(value, str):
            value = "".join(value.replace("€", "").split())
        return super().to_python(value)


class CostModelForm(forms.Form):
    valid_from = forms.DateField(
        label=_("Valid from"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("A year uses the amount that is valid on its last day."),
    )
    amount_eur = AmountField(
        label=_("Euros for one EPN and one year"), min_value=0, max_digits=10, decimal_places=2, localize=True
    )
    source = forms.CharField(
        label=_("Source"), max_length=200, required=False, help_text=_("Where this amount comes from.")
    )

"""What a coordinator counts at a site."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from maillage.reference.selectors import label_of, terms
from tenants.premises.closings.forms import Day
from tenants.premises.equipment.models import MOST
from tenants.premises.equipment.selectors import Stock


class EquipmentForm(forms.Form):
    """A number for each kind of the vocabulary, and for one that is retired but was counted."""

    mark_optional = False

    def __init__(self, *args: Any, stock: Stock, **options: Any) -> None:
        super().__init__(*args, **options)
        known = [one.code for one in terms("equipment")]
        self.kinds = [*known, *(kind for kind in stock.counts if kind not in known)]
        for kind in self.kinds:
            self.fields[kind] = forms.IntegerField(
                label=label_of("equipment", kind), min_value=0, max_value=MOST, required=False,
                initial=stock.counts.get(kind), widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
            )  # fmt: skip
        self.fields["counted_on"] = Day(label=_("Counted on"), initial=timezone.localdate)

    def counts(self) -> dict[str, int | None]:
        return {kind: self.cleaned_data[kind] for kind in self.kinds}

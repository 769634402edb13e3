"""Forms of a pack and of its lines."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from maillage.design.forms import OneLine
from network.funding.forms import AmountField
from network.funding.models import Funder
from network.reports.enums import LineKind
from network.reports.models import PackLine
from network.reports.packs import FIELDS
from network.reports.rules import LARGEST
from network.reports.selectors import codes_for_ratio
from network.reports.sources import figure_sources, money_sources


class PackForm(forms.Form):
    funder = forms.ModelChoiceField(Funder.objects.none(), label=gettext_lazy("Funder"))
    title = OneLine(label=gettext_lazy("Name of the pack"), max_length=160)
    introduction = forms.CharField(
        label=gettext_lazy("What the funder says of it"), required=False, max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )  # fmt: skip
    from_default = forms.BooleanField(
        label=gettext_lazy("Begin with the usual lines"), required=False, initial=True,
        help_text=gettext_lazy("Visits, attendances, themes, hours open, money, costs and two texts. You change them."),
    )  # fmt: skip

    def __init__(self, *args: Any, is_new: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        if is_new:
            found = Funder.objects.filter(deleted_at__isnull=True)
            self.fields["funder"].queryset = found.order_by("name", "pk")  # type: ignore[attr-defined]
        else:
            del self.fields["funder"]
            del self.fields["from_default"]


class PackLineForm(forms.Form):
    """Of one kind: what the kind has no use for isn't asked."""

    label_fr = OneLine(label=gettext_lazy("What the line is called, in French"), max_length=200)
    label_nl = OneLine(label=gettext_lazy("In Dutch"), max_length=200, required=False)
    label_en = OneLine(label=gettext_lazy("In English"), max_length=200, required=False)
    source = forms.ChoiceField(label=gettext_lazy("Where it comes from"))
    numerator = forms.ChoiceField(label=gettext_lazy("Divide this line"))
    denominator = forms.ChoiceField(label=gettext_lazy("By this line"))
    unit = OneLine(label=gettext_lazy("Unit"), max_length=60, required=False)
    by_epn = forms.BooleanField(label=gettext_lazy("Also by EPN"), required=False)
    target = AmountField(
        label=gettext_lazy("Target for twelve months"), required=False, min_value=0, max_value=LARGEST - 1,
        decimal_places=2, localize=True, help_text=gettext_lazy("A shorter report is measured against its part of it."),
    )  # fmt: skip
    help = OneLine(label=gettext_lazy("Help for who fills it in"), max_length=300, required=False)
    required = forms.BooleanField(
        label=gettext_lazy("Needed"), required=False, initial=True,
        help_text=gettext_lazy("Without it, the report can't be signed."),
    )  # fmt: skip

    def __init__(self, *args: Any, kind: LineKind, others: Sequence[PackLine], **options: Any) -> None:
        super().__init__(*args, **options)
        for name in ("source", "numerator", "denominator", "unit", "by_epn", "target"):
            if name not in FIELDS[kind]:
                del self.fields[name]
        first = [("", _("Choose"))]
        if kind == LineKind.FIGURE:
            self._offer("source", [*first, *((code, one.label) for code, one in figure_sources().items())])
        elif kind == LineKind.MONEY:
            self._offer("source", [*first, *((code, one.label) for code, one in money_sources().items())])
        elif kind == LineKind.RATIO:
            for name in ("numerator", "denominator"):
                self._offer(name, [*first, *codes_for_ratio(others)])

    def _offer(self, name: str, choices: list[tuple[str, str]]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]


def initial_of(line: PackLine) -> dict[str, Any]:
    return {name: getattr(line, name) for name in PackLineForm.base_fields}

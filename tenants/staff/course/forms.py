"""What a coordinator types about the course of a contract. The rules are in rules.py, and the services ask them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tenants.staff.course.known_grants import KnownGrant
from tenants.staff.course.rules import MOST_PAYERS, Share
from tenants.staff.enums import BreakKind
from tenants.staff.forms import DayInput
from tenants.staff.models import Contract, ContractBreak
from tenants.staff.wording import plain_hours


class AmendmentForm(forms.Form):
    starts_on = forms.DateField(
        label=_("From which day on?"), widget=DayInput, help_text=_("The first day with the new hours.")
    )
    hours_per_week = forms.DecimalField(label=_("Hours a week (Q)"), max_digits=4, decimal_places=2, localize=True)
    full_time_hours = forms.DecimalField(
        label=_("Hours of a full time (S)"), max_digits=4, decimal_places=2, localize=True
    )


def amendment_initial(contract: Contract) -> dict[str, Any]:
    return {name: plain_hours(getattr(contract, name)) for name in ("hours_per_week", "full_time_hours")}


class BreakForm(forms.Form):
    kind = forms.ChoiceField(
        label=_("Why does the contract stand still?"),
        choices=BreakKind.choices,
        help_text=_("Never write an illness: a long leave says enough."),
    )
    starts_on = forms.DateField(label=_("First day of the break"), widget=DayInput)
    ends_on = forms.DateField(
        label=_("Last day of the break"),
        widget=DayInput,
        required=False,
        help_text=_("Leave empty while you don't know it."),
    )

    def __init__(self, *args: Any, pause: ContractBreak | None = None, **options: Any) -> None:
        if pause is not None:
            options["initial"] = {name: getattr(pause, name) for name in ("kind", "starts_on", "ends_on")}
        super().__init__(*args, **options)


class PayerForm(forms.Form):
    payer = forms.CharField(label=_("Who pays"), max_length=160, required=False)
    percent = forms.DecimalField(
        label=_("Share (%)"), max_digits=5, decimal_places=2, localize=True, required=False, min_value=0, max_value=100
    )
    grant = forms.TypedChoiceField(
        label=_("Which grant of the network, if it is one?"), required=False, coerce=int, empty_value=None
    )
    mark_optional = False

    def __init__(self, *args: Any, grants: Mapping[int, KnownGrant], **options: Any) -> None:
        super().__init__(*args, **options)
        self.grants = grants
        if not grants:
            del self.fields["grant"]
            return
        choice: Any = self.fields["grant"]
        choice.choices = [("", _("none of them")), *((number, one.name) for number, one in grants.items())]

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if (grant := self.grants.get(data.get("grant") or 0)) and not data.get("payer") and "payer" not in self.errors:
            data["payer"] = grant.funder[:160]  # the network's word for who gives
        if data.get("payer") and data.get("percent") is None and "percent" not in self.errors:
            self.add_error("percent", _("Which share? In per cent, for instance 100."))
        if data.get("percent") and not data.get("payer") and "payer" not in self.errors:
            self.add_error("payer", _("Who pays this share?"))
        return data


Payers = forms.formset_factory(
    PayerForm, extra=3, max_num=MOST_PAYERS, absolute_max=MOST_PAYERS * 2, validate_max=False
)


def shares_of(formset: Any) -> list[Share]:
    """Rows that were left empty are no share."""
    rows = [form.cleaned_data for form in formset.forms]
    return [Share(row["payer"], row["percent"], row.get("grant")) for row in rows if row.get("payer")]

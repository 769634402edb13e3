"""What one may ask: whom to count, and what if. Nothing is saved, so that every question is an address."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tenants.cover.scenario import Hiring, Scenario
from tenants.cover.selectors import WHO_ANIMATES
from tenants.staff.enums import ContractRole
from tenants.staff.models import LONGEST_WEEK
from tenants.staff.rules import SHORTEST_WEEK

LONGEST_RENEWAL = 36  # months
OTHERS = tuple(role for role in ContractRole if role not in WHO_ANIMATES)


class WhoForm(forms.Form):
    """People who animate count; others when one says so."""

    mark_optional = False
    others = forms.MultipleChoiceField(
        label=gettext_lazy("Who else holds the counter here?"),
        help_text=gettext_lazy("People who animate always count."),
        choices=[(role.value, role.label) for role in OTHERS],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    def roles(self) -> list[str]:
        """What can't be read is said above the form, and those who animate are counted."""
        others = self.cleaned_data.get("others", []) if self.is_valid() else []
        return [str(role) for role in WHO_ANIMATES] + list(others)


class WhatIfForm(WhoForm):
    """Which contracts go on, and who is hired. Questions that were asked stay in the address."""

    field_order = ("renew", "months", "hours", "begins", "until", "others")
    renew = forms.TypedMultipleChoiceField(
        label=gettext_lazy("These contracts go on"), coerce=int, widget=forms.CheckboxSelectMultiple, required=False
    )
    months = forms.IntegerField(
        label=gettext_lazy("For how many months more?"), min_value=1, max_value=LONGEST_RENEWAL, required=False
    )
    hours = forms.DecimalField(
        label=gettext_lazy("Somebody is hired: how many hours a week?"),
        help_text=gettext_lazy("A half-time is 19 hours of 38. Leave it empty to hire nobody."),
        min_value=SHORTEST_WEEK,
        max_value=LONGEST_WEEK,
        max_digits=4,
        decimal_places=2,
        localize=True,
        required=False,
    )
    begins = forms.DateField(
        label=gettext_lazy("From which day?"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        required=False,
    )
    until = forms.DateField(
        label=gettext_lazy("Until which day?"),
        help_text=gettext_lazy("Leave it empty if there is no end."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        required=False,
    )

    def __init__(self, *args: Any, ending: list[tuple[int, str]], last: dt.date, **options: Any) -> None:
        super().__init__(*args, **options)
        self.last = last
        self.fields["renew"].choices = ending  # type: ignore[attr-defined]
        if not ending:
            del self.fields["renew"], self.fields["months"]

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        renewed, months = said.get("renew"), said.get("months")
        if renewed and not months and "months" not in self.errors:
            self.add_error("months", _("For how many months do these contracts go on?"))
        if months and not renewed and "renew" not in self.errors:
            self.add_error("renew", _("Which contracts go on? Tick at least one."))
        hours, begins, until = said.get("hours"), said.get("begins"), said.get("until")
        if hours and not begins and "begins" not in self.errors:
            self.add_error("begins", _("From which day does this person work?"))
        if (begins or until) and not hours and "hours" not in self.errors:
            self.add_error("hours", _("How many hours a week does this person work?"))
        if begins and begins > self.last:
            self.add_error("begins", _("This is later than the weeks that are shown. Choose an earlier day."))
        if begins and until and until < begins:
            self.add_error("until", _("This is before the first day."))
        return said

    def scenario(self) -> Scenario:
        if not self.is_valid():
            return Scenario()
        said = self.cleaned_data
        hours: Decimal | None = said.get("hours")
        hiring = Hiring(hours, said["begins"], said.get("until")) if hours else None
        return Scenario(frozenset(said.get("renew") or ()), said.get("months") or 0, hiring)

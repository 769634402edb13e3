"""Which period, and whether days in a break count."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tenants.staff.forms import DayInput
from tenants.staff.rules import FIRST_DAY

LONGEST = dt.timedelta(days=3653)
OUT, IN = "out", "in"


class PeriodForm(forms.Form):
    first = forms.DateField(label=_("From"), widget=DayInput)
    last = forms.DateField(label=_("To and including"), widget=DayInput)
    breaks = forms.ChoiceField(
        label=_("Long leave and other breaks"),
        required=False,
        choices=[(OUT, _("left out")), (IN, _("counted like the rest"))],
    )

    def clean(self) -> dict[str, Any]:
        first, last = self.cleaned_data.get("first"), self.cleaned_data.get("last")
        if first is not None and last is not None:
            if last < first:
                self.add_error("last", _("The period ends before it starts."))
            elif first < FIRST_DAY or last - first > LONGEST or last.year > dt.date.max.year - 1:
                self.add_error("last", _("Choose at most ten years, from 1970 on."))
        return self.cleaned_data

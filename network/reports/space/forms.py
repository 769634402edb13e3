from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from network.funding.models import Funder
from network.reports.space.dashboard import MEASURES


class ChoiceOfFunder(forms.Form):
    """Only where there are several: a reviewer of more than one, or the network that looks at what they see."""

    funder = forms.ChoiceField(label=_("Funder"), required=False)

    def __init__(self, *args: Any, funders: Sequence[Funder], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["funder"].choices = [(one.code, one.name) for one in funders]  # type: ignore[attr-defined]
        if len(funders) < 2:
            del self.fields["funder"]


class YearForm(ChoiceOfFunder):
    year = forms.ChoiceField(label=_("Year"), required=False)

    def __init__(self, *args: Any, years: Sequence[int], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["year"].choices = [(str(one), str(one)) for one in years]  # type: ignore[attr-defined]


class DashboardForm(YearForm):
    measure = forms.ChoiceField(
        label=_("What to follow"), required=False, choices=[(one.code, one.label) for one in MEASURES]
    )

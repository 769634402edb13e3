"""What a coordinator types about a training or a badge."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tenants.staff.enums import TrainingKind
from tenants.staff.forms import DayInput
from tenants.staff.models import Training
from tenants.staff.trainings.rules import LONGEST

FIELDS = ("kind", "title", "provider", "obtained_on", "expires_on", "hours")


class TrainingForm(forms.Form):
    kind = forms.ChoiceField(label=_("Kind"), choices=TrainingKind.choices)
    title = forms.CharField(label=_("What is it called?"), max_length=LONGEST)
    provider = forms.CharField(label=_("Given by"), max_length=LONGEST, required=False)
    obtained_on = forms.DateField(label=_("Followed or obtained on"), widget=DayInput)
    expires_on = forms.DateField(
        label=_("Valid until"), widget=DayInput, required=False, help_text=_("Leave empty if it doesn't expire.")
    )
    hours = forms.DecimalField(label=_("Hours"), max_digits=6, decimal_places=2, localize=True, required=False)


def initial_of(training: Training) -> dict[str, Any]:
    return {name: getattr(training, name) for name in FIELDS}

"""What a person says to give a program access, and a coordinator of their network."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tenants.registry.models import FOLLOWUP_BOUNDS, Membership


class TokenForm(forms.Form):
    name = forms.CharField(
        label=_("What is it for?"), max_length=80, help_text=_("For instance: import of the paper forms.")
    )
    space = forms.ChoiceField(label=_("Where?"))

    def __init__(self, *args: Any, memberships: list[Membership], **options: Any) -> None:
        super().__init__(*args, **options)
        spaces = [one.space for one in memberships if one.space is not None]
        self.spaces = {str(one.pk): one for one in spaces}
        field = self.fields["space"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(key, one.name) for key, one in self.spaces.items()]


class FollowupForm(forms.Form):
    months = forms.IntegerField(
        label=_("Months after the last activity"),
        widget=forms.NumberInput(attrs={"min": FOLLOWUP_BOUNDS[0], "max": FOLLOWUP_BOUNDS[1], "inputmode": "numeric"}),
        help_text=_("From 1 to 36. Every follow-up without activity for so long is erased at night, in every EPN."),
    )

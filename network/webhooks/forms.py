from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from network.webhooks.enums import EventType
from network.webhooks.models import LONGEST_URL


class SubscriptionForm(forms.Form):
    description = forms.CharField(
        label=_("What is it for?"), max_length=120, help_text=_("For instance: the network's own website.")
    )
    url = forms.CharField(
        label=_("Address that receives the messages"),
        max_length=LONGEST_URL,
        widget=forms.URLInput(attrs={"autocomplete": "off"}),
        help_text=_("It begins with https://. Whoever runs that server gives it to you."),
    )
    events = forms.MultipleChoiceField(
        label=_("Tell it when"), choices=EventType.choices, widget=forms.CheckboxSelectMultiple
    )


class ChangeForm(SubscriptionForm):
    active = forms.BooleanField(
        label=_("Switched on"), required=False, help_text=_("Switched off, nothing is sent there.")
    )

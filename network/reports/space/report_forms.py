from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from network.reports.rules import LONGEST_COMMENT

RETURN, ACCEPT, REFUSE = "return", "accept", "refuse"


def _words(label: Any, help_text: Any, *, required: bool = False) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": 4})
    return forms.CharField(
        label=label, help_text=help_text, required=required, max_length=LONGEST_COMMENT, widget=widget
    )


class SeenForm(forms.Form):
    """Carries the version that the reader saw, so that two people at once notice each other."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0, max_value=10**9)


class DecisionForm(SeenForm):
    mark_optional = False
    decision = forms.ChoiceField(
        label=_("Your decision"),
        choices=[
            (ACCEPT, _("Accept it")),
            (RETURN, _("Send it back to be corrected")),
            (REFUSE, _("Refuse it for good")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what you decide.")},
    )
    comment = _words(
        _("What you say to the network"),
        _("Needed when you send it back or refuse it. The network reads it above its report, and gets it by letter."),
    )


class CommentForm(SeenForm):
    comment = _words(
        _("Your comment"), _("It decides nothing: a question, a remark. The network gets it by letter."), required=True
    )

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tenants.activity.fields import FactsForm
from tenants.activity.journal.saved.services import LONGEST_NAME
from tenants.activity.rules import Actor


class ViewForm(FactsForm):
    """A name for filters; coordinators may keep them for everybody."""

    name = forms.CharField(label=_("Name of this view"), max_length=LONGEST_NAME)
    shared = forms.BooleanField(label=_("For everybody in this EPN"), required=False)

    def __init__(self, *args: Any, actor: Actor, renamed: bool = False, **options: Any) -> None:
        super().__init__(*args, **options)
        if renamed or not actor.coordinates:
            del self.fields["shared"]

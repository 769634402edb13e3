from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from maillage.design.numbers import day_label
from network.cadastre.enums import Perimeter


class CliffForm(forms.Form):
    """Before which month, and whose figures."""

    mark_optional = False
    before = forms.ChoiceField(label=_("Before"), required=False)
    perimeter = forms.ChoiceField(label=_("Whose figures"), choices=Perimeter.choices, required=False)

    def __init__(self, *args: Any, months: list[dt.date], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["before"].choices = [(f"{one:%Y-%m}", day_label(one)) for one in months]  # type: ignore[attr-defined]

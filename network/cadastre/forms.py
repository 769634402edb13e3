from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from network.cadastre.enums import Perimeter
from network.cadastre.reading import FIRST_YEAR, LAST_YEAR


class CadastreForm(forms.Form):
    """Which year, and whose figures. A year that isn't in the list is still read: it has few figures or none."""

    year = forms.IntegerField(label=_("Year"), min_value=FIRST_YEAR, max_value=LAST_YEAR, required=False)
    perimeter = forms.ChoiceField(label=_("Whose figures"), choices=Perimeter.choices, required=False)

    def __init__(self, *args: Any, years: list[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        asked = str(self.data.get("year", ""))
        extra = [int(asked)] if asked.isdecimal() and FIRST_YEAR <= int(asked) <= LAST_YEAR else []
        offered = sorted({*years, *extra}, reverse=True)
        self.fields["year"].widget = forms.Select(choices=[(year, str(year)) for year in offered])

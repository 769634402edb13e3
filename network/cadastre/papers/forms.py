from __future__ import annotations

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from network.cadastre.enums import Perimeter
from network.cadastre.papers.enums import Format
from network.cadastre.reading import FIRST_YEAR


class PaperForm(forms.Form):
    """Which cadastre, and as what. It begins with what the page showed that one comes from."""

    mark_optional = False
    year = forms.IntegerField(label=_("Year"), min_value=FIRST_YEAR)
    perimeter = forms.ChoiceField(label=_("Whose figures"), choices=Perimeter.choices)
    format = forms.ChoiceField(label=_("As what"), choices=Format.choices, initial=Format.PDF, widget=forms.RadioSelect)

    def __init__(self, *args: Any, asked: QueryDict, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        this_year = timezone.localdate().year
        self.fields["year"].max_value = this_year  # type: ignore[attr-defined]
        year = asked.get("year", "")
        self.initial["year"] = int(year) if year.isdecimal() and FIRST_YEAR <= int(year) <= this_year else this_year
        perimeter = asked.get("perimeter", "")
        self.initial["perimeter"] = perimeter if perimeter in Perimeter.values else Perimeter.ALL

    def clean_year(self) -> int:
        year: int = self.cleaned_data["year"]
        if year > timezone.localdate().year:
            raise forms.ValidationError(_("This year is still to come."))
        return year

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from maillage.design.forms import OneLine
from network.cadastre.coverage.enums import Measure, Topic
from network.cadastre.coverage.models import AreaIndicator
from network.cadastre.forms import CadastreForm

LARGEST_COMMUNE = 100_000_000  # inhabitants


class CoverageForm(CadastreForm):
    """Which year, whose figures, and what the map shows."""

    mark_optional = False
    measure = forms.ChoiceField(label=_("On the map"), choices=Measure.choices, required=False)
    indicator = forms.ChoiceField(label=_("Priority areas"), required=False)

    def __init__(self, *args: Any, indicators: list[AreaIndicator], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if indicators:
            choices = [(one.code, f"{one.label} ({one.year})") for one in indicators]
            self.fields["indicator"].choices = [("", _("None")), *choices]  # type: ignore[attr-defined]
        else:
            del self.fields["indicator"]


class TargetForm(forms.Form):
    valid_from = forms.DateField(
        label=_("Valid from"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("A year is compared with the target that is valid on its last day."),
    )
    inhabitants_per_fte = forms.IntegerField(
        label=_("Inhabitants for one full-time helper"),
        min_value=1,
        max_value=LARGEST_COMMUNE,
        required=False,
        help_text=_("For instance 10,000. Left empty, no missing staff is counted."),
    )
    hours_per_10000 = forms.DecimalField(
        label=_("Hours open a week for 10,000 inhabitants"),
        min_value=0,
        max_digits=6,
        decimal_places=2,
        localize=True,
        required=False,
        help_text=_("A commune with fewer is shown as a desert. Left empty, only a commune with nothing is one."),
    )
    source = OneLine(
        label=_("Source"), max_length=200, required=False, help_text=_("Who decided it, or where it comes from.")
    )


class ContextForm(forms.Form):
    topic = forms.ChoiceField(label=_("Topic"), choices=Topic.choices)
    text_fr = OneLine(
        label=_("What it says, in French"),
        max_length=300,
        help_text=_("For instance: part des 16-74 ans en situation de vulnérabilité numérique."),
    )
    text_nl = OneLine(label=_("What it says, in Dutch"), max_length=300, required=False)
    text_en = OneLine(label=_("What it says, in English"), max_length=300, required=False)
    value = OneLine(label=_("Figure"), max_length=40, help_text=_("As it was published, with its unit: 46 %."))
    year = forms.IntegerField(label=_("Year"), min_value=1990, max_value=2100)
    area = OneLine(label=_("Where"), max_length=80, help_text=_("For instance: Belgium, Brussels Region."))
    source = OneLine(label=_("Source"), max_length=300, help_text=_("Who published it, in which document."))
    url = forms.URLField(label=_("Link to the source"), max_length=300, required=False, assume_scheme="https")

from __future__ import annotations

from typing import Any

from django import forms
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _

from tenants.registry.charter.models import Charter
from tenants.registry.charter.services import LANGUAGES, LONGEST_QUALITY, LONGEST_TEXT

DRAFTS = {
    "fr": "registry/charter/draft_fr.txt",
    "nl": "registry/charter/draft_nl.txt",
    "en": "registry/charter/draft_en.txt",
}


def _text(label: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=LONGEST_TEXT, widget=forms.Textarea(attrs={"rows": 14}), strip=True)


class CharterForm(forms.Form):
    text_fr = _text(_("Text in French"))
    text_nl = _text(_("Text in Dutch"))
    text_en = _text(_("Text in English"))

    def texts(self) -> dict[str, str]:
        return {one: self.cleaned_data[f"text_{one}"] for one in LANGUAGES}


class AgreeForm(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput)
    quality = forms.CharField(
        label=_("In what quality do you agree?"),
        max_length=LONGEST_QUALITY,
        help_text=_("For instance: coordinator of the EPN."),
    )


def first_texts(charter: Charter | None, network: str) -> dict[str, str]:
    """What the form begins with: the version in force, else a draft to adapt."""
    if charter is not None:
        return {f"text_{one}": charter.text_in(one) for one in LANGUAGES}
    return {f"text_{one}": render_to_string(template, {"network": network}).strip() for one, template in DRAFTS.items()}

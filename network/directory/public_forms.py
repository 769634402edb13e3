"""What the public asks of the directory: nothing is required, and a bad choice says so and keeps what was typed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from maillage.reference.selectors import label_of, terms
from network.directory.addressing import LANGUAGES
from network.directory.search import NOW, Asked, Offer
from tenants.premises.opening_hours import HALF_DAYS
from tenants.premises.selectors import half_day_label

FIRST = ("q", "commune", "open")  # the others are one tap further
NOT_IN_LIST = {"invalid_choice": _("“%(value)s” is not in the list.")}


def _choice(label: Any) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, required=False, error_messages=NOT_IN_LIST)


class SearchForm(forms.Form):
    mark_optional = False
    q = forms.CharField(
        label=_("Name, street, town or postcode"),
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )
    commune = _choice(_("Commune"))
    open = _choice(_("Open when?"))
    service = _choice(_("What you need help with"))
    language = _choice(_("Language spoken"))
    access = _choice(_("Accessibility"))
    lang = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, offer: Offer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        everything: dict[str, tuple[Any, list[Any]]] = {
            "commune": (_("All communes"), [(one.key, f"{one.name} ({one.epn})") for one in offer.territories]),
            "open": (
                _("At any time"),
                [(NOW, _("Now")), *((key, half_day_label(key)) for key in HALF_DAYS)],
            ),
            "service": (_("Everything"), _labels(offer.services, "service")),
            "language": (_("Any language"), _labels(offer.languages, "language")),
            "access": (
                _("No need"),
                [*_labels(offer.access, "place_access"), *_labels(offer.access, "support")],
            ),
        }
        for name, (nothing, choices) in everything.items():
            if len(choices) > (1 if name == "commune" else 0):
                self.fields[name].choices = [("", nothing), *choices]  # type: ignore[attr-defined]
            else:
                del self.fields[name]

    @property
    def first_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in FIRST if name in self.fields]

    @property
    def other_fields(self) -> list[forms.BoundField]:
        return [one for one in self.visible_fields() if one.name not in FIRST]

    @property
    def others_asked(self) -> bool:
        """Then they are seen from the start."""
        return any(one.errors or one.value() for one in self.other_fields)

    def clean_lang(self) -> str:
        said = self.cleaned_data["lang"]
        return said if said in LANGUAGES else ""

    def asked(self) -> Asked:
        """Nothing, when anything is wrong: the page then says what, instead of answering another question."""
        if not self.is_valid():
            return Asked()
        said = {name: self.cleaned_data.get(name, "") for name in ("commune", "open", "service", "language", "access")}
        return Asked(text=self.cleaned_data["q"], **said)


def _labels(found: Iterable[str], vocabulary: str) -> list[tuple[str, str]]:
    """In the vocabulary's order, those that are offered here."""
    here = set(found)
    return [(one.code, label_of(vocabulary, one.code)) for one in terms(vocabulary, retired=True) if one.code in here]

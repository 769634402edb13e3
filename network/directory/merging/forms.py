"""What a coordinator chooses about two EPN that may be one place."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from network.directory.merging.selectors import Side


class PairForm(forms.Form):
    """Any two EPN, also when they weren't proposed."""

    first = forms.TypedChoiceField(label=_("First EPN"), coerce=int)
    second = forms.TypedChoiceField(label=_("Second EPN"), coerce=int)

    def __init__(self, *args: Any, names: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("first", "second"):
            self.fields[name].choices = [("", _("Choose")), *names]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("first") and data.get("first") == data.get("second"):
            self.add_error("second", _("Choose two different EPN."))
        return data


class MergeForm(forms.Form):
    """Which one stays, and which doors of the other one it gets."""

    kept = forms.TypedChoiceField(label=_("Which one do you keep?"), coerce=int, widget=forms.RadioSelect)
    doors = forms.MultipleChoiceField(
        label=_("Places of the other one that the kept EPN gets too"),
        help_text=_("Nothing to tick when both stand at the same door."),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, sides: list[Side], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kept"].choices = [  # type: ignore[attr-defined]
            (side.card.epn_id, side.card.name) for side in sides
        ]
        self.fields["doors"].choices = [  # type: ignore[attr-defined]
            (f"{side.card.epn_id}-{site.id}", f"{side.card.name} · {site.address or site.name}, {site.town}")
            for side in sides
            for site in side.sites
            if site.id
        ]

    @property
    def chosen_doors(self) -> list[int]:
        """Those of the EPN that goes; a tick at a door of the kept one changes nothing."""
        kept = str(self.cleaned_data["kept"])
        pairs = [choice.split("-", 1) for choice in self.cleaned_data["doors"]]
        return [int(site) for epn, site in pairs if epn != kept]

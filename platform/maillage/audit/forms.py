from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from maillage.audit.selectors import Filters
from maillage.audit.verbs import IN_A_FEDERATION, IN_AN_EPN, IN_BOTH


def _day(label: Any) -> forms.DateField:
    return forms.DateField(
        label=label, required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )


class HistoryForm(forms.Form):
    """The filters of the journal. One that can't be read shows nothing and says why."""

    person = forms.TypedChoiceField(label=_("Person"), required=False, coerce=int, empty_value=None)
    verb = forms.ChoiceField(label=_("What"), required=False)
    since = _day(_("From the"))
    until = _day(_("To the"))

    def __init__(self, *args: Any, people: dict[int, str], of_an_epn: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        verbs = (IN_AN_EPN if of_an_epn else IN_A_FEDERATION) | IN_BOTH
        self.fields["person"].choices = [("", _("All")), *people.items()]  # type: ignore[attr-defined]
        self.fields["verb"].choices = [("", _("All")), *verbs.items()]  # type: ignore[attr-defined]

    def filters(self) -> Filters | None:
        """None when a filter can't be read."""
        if not self.is_bound:
            return Filters()
        return Filters(**self.cleaned_data) if self.is_valid() else None

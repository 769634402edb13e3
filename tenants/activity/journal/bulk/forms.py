"""Which visits, and what becomes of them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from maillage.reference.selectors import label_of
from tenants.activity.fields import NOT_IN_LIST, term_choices
from tenants.activity.journal.bulk.planning import FIELDS, Selection, Value
from tenants.activity.journal.filters import NOBODY, journal_filter

MOST_TICKED = 500
LEAVE = _("Leave it as it is")


def selection_of(said: QueryDict) -> Selection:
    """`all=1` with the journal's filters, or ticked lines: `visit=12&visit=13`."""
    if said.get("all") == "1":
        return Selection(filters=tuple(journal_filter(said).chosen.items()))
    ids = [int(one) for one in said.getlist("visit")[:MOST_TICKED] if one.isascii() and one.isdigit() and len(one) < 18]
    return Selection(ids=tuple(dict.fromkeys(ids)))


class BulkForm(forms.Form):
    """One fact at a time: what is chosen in one list; the others leave things as they are."""

    to_site = forms.ChoiceField(label=FIELDS["site"][1], required=False, error_messages=NOT_IN_LIST)
    to_animator = forms.ChoiceField(label=FIELDS["animator"][1], required=False, error_messages=NOT_IN_LIST)
    to_mode = forms.ChoiceField(label=FIELDS["mode"][1], required=False, error_messages=NOT_IN_LIST)
    to_outcome = forms.ChoiceField(label=FIELDS["outcome"][1], required=False, error_messages=NOT_IN_LIST)
    to_theme_add = forms.ChoiceField(label=FIELDS["theme_add"][1], required=False, error_messages=NOT_IN_LIST)
    to_theme_remove = forms.ChoiceField(label=FIELDS["theme_remove"][1], required=False, error_messages=NOT_IN_LIST)

    mark_optional = False

    def __init__(self, *args: Any, sites: list[tuple[int, str]], people: list[tuple[int, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        lists: dict[str, list[tuple[str, Any]]] = {
            "to_site": [(str(pk), name) for pk, name in sites],
            "to_animator": [(NOBODY, _("Not said")), *((str(pk), name) for pk, name in people)],
            "to_mode": term_choices("mode"),
            "to_outcome": term_choices("outcome"),
            "to_theme_add": term_choices("theme"),
            "to_theme_remove": term_choices("theme"),
        }
        for name, choices in lists.items():
            self.fields[name].choices = [("", LEAVE), *choices]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or {}
        if not self.errors and len([value for value in said.values() if value]) != 1:
            raise ValidationError(_("Choose one thing to correct, and leave the others as they are."), code="one")
        return said

    @property
    def chosen(self) -> tuple[str, Value]:
        """The field, and its new value."""
        name, value = next((name, value) for name, value in self.cleaned_data.items() if value)
        what = name.removeprefix("to_")
        if what == "site":
            return what, int(value)
        if what == "animator":
            return what, None if value == NOBODY else int(value)
        return what, str(value)

    @property
    def in_words(self) -> str:
        name, value = next((name, value) for name, value in self.cleaned_data.items() if value)
        labels = {str(code): label for code, label in self.fields[name].choices}  # type: ignore[attr-defined]
        return str(labels.get(value, label_of(name, value)))

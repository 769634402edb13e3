"""Which contract types don't act in a person's place."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from maillage.reference.selectors import contract_types, label_of


class DoneForForm(forms.Form):
    mark_optional = False

    excluded = forms.MultipleChoiceField(
        label=_("Who doesn't act in a person's place?"),
        required=False,
        help_text=_("Those who are ticked may choose “done with”. Tick nobody, and everybody may do both."),
        error_messages={"invalid_choice": _("“%(value)s” is not in the list.")},
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, excluded: Iterable[str], federation_id: int, **options: Any) -> None:
        super().__init__(*args, **{"initial": {"excluded": list(excluded)}, **options})
        codes = [one.code for one in contract_types(federation_id)]
        codes += [code for code in excluded if code not in codes]
        field = self.fields["excluded"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = [(code, label_of("contract_type", code)) for code in codes]

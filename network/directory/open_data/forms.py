"""The official numbers of a page of EPN, a field each."""

from __future__ import annotations

from typing import Any

from django import forms

from maillage.design.forms import OneLine
from network.directory.open_data.rules import check_number, tidied


class NumbersForm(forms.Form):
    mark_optional = False

    def __init__(self, *args: Any, epn: list[tuple[int, str]], country: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.country = country
        for epn_id, name in epn:
            self.fields[f"epn-{epn_id}"] = OneLine(label=name, max_length=40, required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for name in list(data):
            data[name] = tidied(data[name])
            if data[name]:
                try:
                    check_number(data[name], self.country)
                except forms.ValidationError as error:
                    self.add_error(name, error)
        return data

    @property
    def numbers(self) -> dict[int, str]:
        return {int(name.removeprefix("epn-")): value for name, value in self.cleaned_data.items()}

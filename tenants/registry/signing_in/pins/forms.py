"""Choosing a PIN, and typing it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tenants.registry.signing_in.pins.rules import PIN_DIGITS, check_pin


class PinField(forms.CharField):
    def __init__(self, **options: Any) -> None:
        attributes = {"inputmode": "numeric", "autocomplete": "off", "pattern": "[0-9]*", "maxlength": str(PIN_DIGITS)}
        widget = forms.PasswordInput(attrs={**attributes, **options.pop("attrs", {})})
        super().__init__(widget=widget, error_messages={"required": _("Type 6 digits.")}, **options)

    def to_python(self, value: Any) -> str:
        """As people write numbers down: with spaces."""
        return "".join(str(super().to_python(value)).split())


class NewPinForm(forms.Form):
    new_pin = PinField(label=_("New PIN"), help_text=_("6 digits that nobody guesses: no date of birth, no 123456."))
    new_pin_again = PinField(label=_("The same PIN once more"))

    def clean_new_pin(self) -> str:
        pin: str = self.cleaned_data["new_pin"]
        check_pin(pin)
        return pin

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or {}
        if "new_pin" in said and "new_pin_again" in said and said["new_pin"] != said["new_pin_again"]:
            self.add_error("new_pin_again", _("The two PINs are not the same."))
        return said


class PinForm(forms.Form):
    pin = PinField(label=_("PIN"), attrs={"autofocus": True})

from __future__ import annotations

from typing import Any

from django import forms


class AmountField(forms.DecimalField):
    """Takes an amount as people write it: any blank between the thousands, a euro sign."""

    def to_python(self, value: Any) -> Any:
        if isinstance(value, str):
            value = "".join(value.replace("€", "").split())
        return super().to_python(value)

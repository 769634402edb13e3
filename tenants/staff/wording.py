"""How hours and problems are said, wherever the staff is written about."""

from __future__ import annotations

from decimal import Decimal

from django.core.exceptions import ValidationError

from maillage.design.numbers import number

Problems = dict[str, list[ValidationError]]


def problem(text: str, code: str, **values: object) -> ValidationError:
    return ValidationError(text, code=code, params=values)


def plain_hours(value: Decimal) -> Decimal:
    """38 for 38.00, 19.5 for 19.50."""
    plain = value.normalize()
    return plain.quantize(Decimal(1)) if plain == plain.to_integral_value() else plain


def hours_text(value: Decimal) -> str:
    """Hours as one says them: 38 and 19,5, never 38,00."""
    return number(plain_hours(value))


def anonymous_name(pk: int) -> str:
    """Of somebody who is forgotten; the same in every language: a number."""
    return f"n° {pk}"

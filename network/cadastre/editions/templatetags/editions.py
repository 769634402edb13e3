"""`{% load editions %}`: totals in words, with the unit of their indicator, and numbers as a frozen file keeps them."""

from __future__ import annotations

from decimal import Decimal

from django import template

from maillage.design.numbers import NOT_KNOWN, euros, percent
from network.cadastre.editions.models import Indicator
from network.cadastre.editions.totals import Total
from network.cadastre.editions.words import choice_label, in_words

register = template.Library()


@register.filter
def amount(value: Decimal | None, indicator: Indicator) -> str:
    """A number or an amount with its unit; a dash where it isn't known."""
    if value is None:
        return NOT_KNOWN
    return in_words(indicator, f"{value:f}")


@register.filter
def signed(value: Decimal | None, indicator: Indicator) -> str:
    if value is None:
        return NOT_KNOWN
    sign = "+" if value > 0 else "−" if value < 0 else ""
    return f"{sign}{amount(abs(value), indicator)}"


@register.filter
def signed_percent(value: Decimal) -> str:
    sign = "+" if value > 0 else "−" if value < 0 else ""
    return f"{sign}{percent(abs(value))}"


@register.filter
def choices_in_words(total: Total) -> list[tuple[str, int]]:
    return [(choice_label(one), total.choices[one["code"]]) for one in total.indicator.choices]


@register.filter
def kept_percent(value: str | None) -> str:
    """Of a share as a frozen file keeps it: a text."""
    return NOT_KNOWN if value is None else percent(Decimal(value))


@register.filter
def kept_euros(value: str | None) -> str:
    return NOT_KNOWN if not value else euros(Decimal(value))

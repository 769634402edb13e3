"""`{% load volunteers %}`: amounts that are kept in cents."""

from __future__ import annotations

from django import template

from maillage.design.numbers import NOT_KNOWN
from tenants.volunteers.rules import km_text, money

register = template.Library()
register.filter("km", km_text)


@register.filter("money")
def money_or_dash(cents: int | None) -> str:
    return NOT_KNOWN if cents is None else money(cents)

"""`{% load census %}`: the addresses of a return's pages, and the line on the EPN's home."""

from __future__ import annotations

from typing import Any

from django import template
from django.template.context import Context

from network.cadastre.editions.crossing import own_todo
from network.cadastre.editions.pages import Desk
from tenants.registry.enums import Kind
from tenants.registry.roles import allows, who_may

register = template.Library()


@register.simple_tag
def desk_url(desk: Desk, name: str, *args: str) -> str:
    """{% desk_url desk "sign" %}: a page of the return, in the EPN or in the network."""
    return desk.address(name, *args)


@register.inclusion_tag("editions/epn_todo.html", takes_context=True)
def census_to_do(context: Context) -> dict[str, Any]:
    """For whoever may fill it in, while there is something to fill in."""
    role = context["request"].membership.role
    if not allows(who_may(Kind.EPN, "census:return", "POST"), signed_in=True, role=role):
        return {"todo": None}
    return {"todo": own_todo()}

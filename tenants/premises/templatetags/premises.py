"""`{% load premises %}`: on the counter's page, the coordinator's reminder to look at what the public reads."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import template
from django.template.context import Context
from django.utils import timezone

from tenants.premises.models import Site
from tenants.premises.rules import is_stale
from tenants.registry.enums import Role

register = template.Library()


@register.inclusion_tag("premises/_to_check.html", takes_context=True)
def sites_to_check(context: Context, sites: Iterable[Site]) -> dict[str, Any]:
    """Of the sites that the page has read already: no statement more."""
    if context["request"].membership.role != Role.EPN_COORDINATOR:
        return {"to_check": False}
    today = timezone.localdate()
    return {"to_check": any(is_stale(one.verified_on, today) for one in sites)}

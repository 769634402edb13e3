"""`{% load followup %}{% followup_due %}`: on the counter's page, how much of the follow-up waits today."""

from __future__ import annotations

from typing import Any

from django import template
from django.template.context import Context

from tenants.followup.codes import shown
from tenants.followup.selectors import due_count

register = template.Library()
register.filter("code", shown)


@register.inclusion_tag("followup/_due.html", takes_context=True)
def followup_due(context: Context) -> dict[str, Any]:
    membership = context["request"].membership
    return {"due": due_count(person_id=membership.person_id)}

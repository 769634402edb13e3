"""`{% load cover %}`: weeks and hours in words; and, on the counter's page, the coordinator's warning."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import template
from django.template.context import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString

from maillage.design.templatetags.design import icon
from tenants.cover import words
from tenants.cover.warning import weeks_with_nobody
from tenants.cover.weeks import Week
from tenants.registry.enums import Role

register = template.Library()
register.filter("week_span", words.span_of_year)
register.filter("hours", words.hours)
register.filter("tidy", words.plain)


@register.filter
def week_badge(monday: dt.date, week: Week) -> SafeString:
    """How a week stands, in its colour and in words."""
    return format_html(
        '<span class="c-state">{}{}</span><span class="d-block text-secondary">{}</span>',
        icon(words.ICONS[week.state]),
        week.state.label,
        words.span_of_year(monday),
    )


@register.inclusion_tag("cover/_warning.html", takes_context=True)
def cover_warning(context: Context) -> dict[str, Any]:
    membership = context["request"].membership
    if membership.role != Role.EPN_COORDINATOR:
        return {"weeks": 0}
    return {"weeks": weeks_with_nobody()}

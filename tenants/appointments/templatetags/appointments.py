"""`{% load appointments %}`: times of the day, and the panel of today's appointments."""

from __future__ import annotations

from typing import Any

from django import template

from tenants.appointments import selectors
from tenants.appointments.rules import in_words
from tenants.premises.opening_hours import comment_in_words, time_in_words

register = template.Library()
register.filter("time_in_words", time_in_words)
register.filter("comment_in_words", comment_in_words)


@register.inclusion_tag("appointments/_panel.html")
def todays_appointments() -> dict[str, Any]:
    """Those of today that still wait; nothing is drawn when there are none."""
    panel = selectors.panel()
    return {"panel": panel, "lines": [{"one": one, "title": in_words(one)} for one in panel.waiting]}

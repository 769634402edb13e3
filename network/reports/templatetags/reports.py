"""What the pages of reports say in templates."""

from __future__ import annotations

from django import template

from network.reports import showing
from network.reports.content import Content, Words

register = template.Library()


@register.filter
def shown(content: Content) -> showing.Shown:
    """`{% with told=content|shown %}`: a report in words of the reader's language."""
    return showing.show(content)


@register.filter
def in_words(words: Words) -> str:
    return showing.in_words(words)

from django import template

from maillage.observability.context import current_request_id

register = template.Library()


@register.simple_tag
def request_id() -> str:
    """The number under which this request stands in the log."""
    return current_request_id()

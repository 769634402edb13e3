"""`manage check`: what would make a space unreachable or leave a route open is refused before it runs."""

from typing import Any

from django.core.checks import CheckMessage, Error, register
from django.urls import URLPattern, URLResolver, get_resolver

from tenants.registry.addresses import first_segments
from tenants.registry.crossing import urlconf_of
from tenants.registry.enums import Kind
from tenants.registry.roles import ROUTES


def route_names(kind: str) -> list[str]:
    """The full name of every route of a kind of space, `app:name`."""

    def names(entries: list[URLPattern | URLResolver], prefix: str) -> list[str]:
        found: list[str] = []
        for entry in entries:
            if isinstance(entry, URLResolver):
                inner = f"{prefix}{entry.namespace}:" if entry.namespace else prefix
                found += names(entry.url_patterns, inner)
            else:
                found.append(f"{prefix}{entry.name}")
        return found

    return names(get_resolver(urlconf_of(kind)).url_patterns, "")


@register()
def every_route_is_in_the_role_table(**kwargs: Any) -> list[CheckMessage]:
    missing = [(kind, name) for kind in Kind for name in route_names(kind) if name not in ROUTES[kind]]
    return [
        Error(
            f"The {kind} route {name} is not in the role table.",
            hint="Add a row to tenants/registry/roles.py.",
            id="registry.E001",
        )
        for kind, name in missing
    ]


@register("database")
def no_space_hides_a_page(databases: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """A page that was added after a space had taken its name. Run by `manage check --database default`."""
    from tenants.registry.models import Domain

    if not databases:
        return []
    found: list[CheckMessage] = []
    for domain in Domain.objects.values_list("domain", flat=True):
        kind, last = (Kind.FEDERATION, domain.split("/")[1]) if "/" in domain else (Kind.PUBLIC, domain)
        if last in first_segments(kind):
            found.append(Error(f"The space {domain} hides a page of that name, or is hidden.", id="registry.E002"))
    return found

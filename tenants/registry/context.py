"""What every page shows of the register: where one is, what else is there, and who is signed in."""

from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from tenants.registry.crossing import address_of
from tenants.registry.enums import Kind
from tenants.registry.roles import allows, who_may

# (route, label, icon) in the order of the menu; a row shows when the role table lets the person in.
MENU: dict[str, list[tuple[str, Any, str]]] = {
    Kind.PUBLIC: [],
    Kind.FEDERATION: [
        ("home", _("Network"), "home"),
        ("cadastre:home", _("Cadastre"), "chart"),
        ("epn:list", _("EPN"), "list"),
        ("audit", _("History"), "document"),
    ],
    Kind.EPN: [
        ("home", _("Log a visit"), "plus"),
        ("activity:journal", _("Journal"), "list"),
        ("staff:contracts", _("Contracts"), "people"),
        ("premises:sites", _("Sites and hours"), "clock"),
        ("audit", _("History"), "document"),
    ],
}


def navigation(request: HttpRequest) -> dict[str, Any]:
    """Template context: `nav_items`, `space`, `membership`, and the addresses of the public pages."""
    space = getattr(request, "space", None)
    membership = getattr(request, "membership", None)
    user = getattr(request, "user", None)
    signed_in = bool(user and user.is_authenticated)
    kind = space.kind if space is not None else Kind.PUBLIC
    here = request.resolver_match.view_name if request.resolver_match else ""
    items = []
    for route, label, icon in MENU[kind]:
        if not allows(who_may(kind, route, "GET"), signed_in=signed_in, role=membership.role if membership else None):
            continue
        try:
            url = reverse(route, urlconf=getattr(request, "urlconf", None))
        except NoReverseMatch:
            continue
        items.append({"label": label, "url": url, "current": route == here, "icon": icon})
    return {
        "nav_items": items,
        "space": space,
        "membership": membership,
        "home_url": address_of(None),
        "spaces_url": address_of(None, "spaces") if signed_in else None,
        "login_url": address_of(None, "account_login"),
        "logout_url": address_of(None, "account_logout"),
        "password_url": address_of(None, "account_change_password") if signed_in else None,
        "language_url": address_of(None, "set_language"),
    }

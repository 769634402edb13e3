"""What every page shows of the register: where one is, what else is there, and who is signed in."""

from functools import lru_cache
from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import NoReverseMatch, get_script_prefix, reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from tenants.registry.crossing import address_of, urlconf_of
from tenants.registry.enums import Kind, Role
from tenants.registry.roles import allows, who_may
from tenants.registry.signing_in.keeping import FIELD
from tenants.registry.signing_in.lock import minutes_until_locked
from tenants.registry.signing_in.pins.session import may_switch

# (route, label, icon) in the order of the menu; a row shows when the role table lets the person in.
MENU: dict[str, list[tuple[str, Any, str]]] = {
    Kind.PUBLIC: [],
    Kind.FEDERATION: [
        ("home", _("Network"), "home"),
        ("funder:home", _("Your grants and reports"), "euro"),
        ("cadastre:home", _("Cadastre"), "chart"),
        ("editions:home", _("Census"), "document"),
        ("epn:list", _("EPN"), "list"),
        ("funding:home", _("Money"), "euro"),
        ("reports:home", _("Reports"), "document"),
        ("team:people", _("Team"), "person"),
        ("audit", _("History"), "document"),
        ("settings", _("Settings"), "settings"),
    ],
    Kind.EPN: [
        ("home", _("Log a visit"), "plus"),
        ("activity:journal", _("Journal"), "list"),
        ("appointments:day", _("Appointments"), "calendar"),
        ("workshops:overview", _("Workshops"), "school"),
        ("followup:home", _("Follow-up"), "flag"),
        ("overview:home", _("Dashboard"), "chart"),
        ("staff:contracts", _("Contracts"), "people"),
        ("cover:home", _("Who holds the counter"), "key"),
        ("volunteers:list", _("Volunteers"), "person"),
        ("staff:mine", _("My contract"), "contract"),
        ("premises:sites", _("Sites and hours"), "clock"),
        ("census:list", _("Census"), "document"),
        ("recognition:home", _("Label"), "check"),
        ("money:home", _("Money"), "euro"),
        ("team:people", _("Team"), "person"),
        ("audit", _("History"), "document"),
    ],
}

# The coordinator of a network may look at it too, but goes there from the page of the money.
FOR_REVIEWERS = {"funder:home"}

# How many entries stand side by side: on a telephone, and on a screen when not all of them have room. The others are
# behind "Menu", which needs no script.
ON_A_TELEPHONE, ON_A_SCREEN, ROOM_FOR = 2, 5, 6

LEAVES_AFTER = 30 * 60  # seconds after the lock


def placed(items: list[dict[str, Any]]) -> dict[str, Any]:
    """Template context of the main menu: which entries stand in the bar, and which also or only behind "Menu"."""
    in_bar = len(items) if len(items) <= ROOM_FOR else ON_A_SCREEN
    for at, item in enumerate(items):
        item["always"] = at < ON_A_TELEPHONE
        item["in_bar"] = at < in_bar
    return {
        "nav_items": items,
        "nav_menu": len(items) > ON_A_TELEPHONE,
        "nav_menu_everywhere": len(items) > in_bar,
    }


def _lock(request: HttpRequest, signed_in: bool) -> dict[str, Any]:
    """`lock_after` (minutes) only on a shared PC. A page without a script hides itself then (`lock_style`), and leaves
    after `lock_seconds`: until then, what was being typed can still be sent, and is kept."""
    # A program has no session; looking for one would be a query that no space's role may make.
    by_token = getattr(request, "api_token", None) is not None
    minutes = minutes_until_locked(request) if signed_in and not by_token else None
    seconds = None if minutes is None else minutes * 60 + LEAVES_AFTER
    switches = minutes is not None and may_switch(request)
    return {
        "may_switch": switches,
        "lock_after": minutes,
        "lock_seconds": seconds,
        "lock_style_url": address_of(None, "lock_style"),
        "unlock_url": address_of(None, "unlock"),
    }


@lru_cache(maxsize=256)
def _main_menu(
    kind: str, role: str | None, signed_in: bool, current: str, urlconf: str, prefix: str, language: str | None
) -> str:
    """The menu as it is drawn. What makes it another one stands in its arguments; `prefix` is part of the links.

    Most pages of a day have one of a few: drawing it took a fifth of the time of a page's template.
    """
    items = []
    for route, label, icon in MENU[kind]:
        if not allows(who_may(kind, route, "GET"), signed_in=signed_in, role=role):
            continue
        if route in FOR_REVIEWERS and role != Role.FUNDER_REVIEWER:
            continue
        try:
            url = reverse(route, urlconf=urlconf)
        except NoReverseMatch:
            continue
        items.append({"label": label, "url": url, "current": route == current, "icon": icon})
    return render_to_string("components/main_menu.html", placed(items)) if items else ""


def _menu_of(request: HttpRequest, kind: str, role: str | None, signed_in: bool) -> str:
    here = request.resolver_match.view_name if request.resolver_match else ""
    current = here if any(here == route for route, _label, _icon in MENU[kind]) else ""
    return _main_menu(kind, role, signed_in, current, urlconf_of(kind), get_script_prefix(), get_language())


def navigation(request: HttpRequest) -> dict[str, Any]:
    """Template context: `main_menu`, `space`, `membership`, and the addresses of the public pages."""
    space = getattr(request, "space", None)
    membership = getattr(request, "membership", None)
    user = getattr(request, "user", None)
    signed_in = bool(user and user.is_authenticated)
    kind = space.kind if space is not None else Kind.PUBLIC
    return {
        "main_menu": _menu_of(request, kind, membership.role if membership else None, signed_in),
        "space": space,
        "membership": membership,
        "home_url": address_of(None),
        "spaces_url": address_of(None, "spaces") if signed_in else None,
        "login_url": address_of(None, "account_login"),
        "logout_url": address_of(None, "account_logout"),
        "profile_url": address_of(None, "profile") if signed_in else None,
        "password_url": address_of(None, "account_change_password") if signed_in else None,
        "factors_url": address_of(None, "mfa_index") if signed_in else None,
        "lock_url": address_of(None, "lock") if signed_in else None,
        "still_here_url": address_of(None, "still_here") if signed_in else None,
        "kept_fields_url": address_of(None, "kept_fields") if signed_in else None,
        "kept_field": FIELD,
        **_lock(request, signed_in),
        "language_url": address_of(None, "set_language"),
    }

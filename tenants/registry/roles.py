"""Who may do what: one table, read by the middleware on every request and walked by a test over every route.

A route that stands here in no row is refused to everybody. A value is a set of roles, `SIGNED_IN`
(anybody with an account) or `ANYBODY` (no sign-in at all): that one is the visible way to opt out.
"""

from __future__ import annotations

from tenants.registry.census_roles import of_the_census
from tenants.registry.enums import Kind, Role
from tenants.registry.open_data_roles import of_open_data
from tenants.registry.release_roles import release_routes

SIGNED_IN = "signed in"
ANYBODY = "anybody"
Who = frozenset[Role] | str

NETWORK = frozenset({Role.NETWORK_COORDINATOR, Role.NETWORK_OBSERVER})
NETWORK_MEMBERS = NETWORK | {Role.FUNDER_REVIEWER}
NETWORK_COORDINATOR = frozenset({Role.NETWORK_COORDINATOR})
EPN_STAFF = frozenset({Role.EPN_COORDINATOR, Role.ANIMATOR, Role.VOLUNTEER})
EPN_COORDINATOR = frozenset({Role.EPN_COORDINATOR})
EPN_TEAM = frozenset({Role.EPN_COORDINATOR, Role.ANIMATOR})


def _page(who: Who) -> dict[str, Who]:
    return {"GET": who}


def _form(who: Who) -> dict[str, Who]:
    return {"GET": who, "POST": who}


def _action(who: Who) -> dict[str, Who]:
    return {"POST": who}


def _resource(who: Who) -> dict[str, Who]:
    return {"GET": who, "PUT": who, "PATCH": who, "DELETE": who}


def _team(coordinator: Who, everybody: Who) -> dict[str, dict[str, Who]]:
    return {
        "team:people": _page(coordinator),
        "team:invite": _form(coordinator),
        "team:resend": _action(coordinator),
        "team:revoke": _action(coordinator),
        "team:role": _form(coordinator),
        "team:end": _form(coordinator),
        "team:leave": _form(everybody),
        "api:memberships": _page(coordinator),
        "api:membership": {"GET": coordinator, "PATCH": coordinator, "DELETE": coordinator},
        "api:invitations": _form(coordinator),
        "api:invitation": {"GET": coordinator, "DELETE": coordinator},
        "api:invitation_resend": _action(coordinator),
    }


PUBLIC_ROUTES: dict[str, dict[str, Who]] = {
    "home": _page(ANYBODY),
    **dict.fromkeys(("robots", "sitemap", "health", "health_live"), _page(ANYBODY)),
    "csp_report": _action(ANYBODY),
    "set_language": _action(ANYBODY),
    "spaces": _page(SIGNED_IN),
    "account_login": _form(ANYBODY),
    "account_logout": _form(ANYBODY),
    "account_signup": _page(ANYBODY),  # says that one needs an invitation
    "account_inactive": _page(ANYBODY),
    "account_change_password": _form(SIGNED_IN),
    "account_reset_password": _form(ANYBODY),
    "account_reset_password_done": _page(ANYBODY),
    "account_reset_password_from_key": _form(ANYBODY),
    "account_reset_password_from_key_done": _page(ANYBODY),
    "account_reauthenticate": _form(SIGNED_IN),
    "mfa_index": _page(SIGNED_IN),
    "mfa_done": _page(SIGNED_IN),
    "mfa_authenticate": _form(ANYBODY),  # between the password and the code one isn't signed in yet
    "mfa_reauthenticate": _form(SIGNED_IN),
    "mfa_activate_totp": _form(SIGNED_IN),
    "mfa_deactivate_totp": _form(SIGNED_IN),
    "mfa_view_recovery_codes": _page(SIGNED_IN),
    "mfa_generate_recovery_codes": _form(SIGNED_IN),
    "mfa_add_webauthn": _form(SIGNED_IN),
    "mfa_login_webauthn": _form(ANYBODY),
    "mfa_reauthenticate_webauthn": _form(SIGNED_IN),
    "mfa_remove_webauthn": _form(SIGNED_IN),
    "openid_connect_login": _page(ANYBODY),
    "openid_connect_callback": _page(ANYBODY),
    "lock": _action(SIGNED_IN),
    "lock_style": _page(SIGNED_IN),
    "unlock": _form(SIGNED_IN),
    "switch": _form(SIGNED_IN),
    "pin": _form(SIGNED_IN),
    "pin_remove": _action(SIGNED_IN),
    "still_here": _action(SIGNED_IN),
    "kept": _page(SIGNED_IN),
    "kept_fields": _page(SIGNED_IN),
    "kept_discard": _action(SIGNED_IN),
    "tokens": _form(SIGNED_IN),
    "token_revoke": _action(SIGNED_IN),
    "profile": _form(SIGNED_IN),
    "invitation": _form(ANYBODY),  # whoever holds the link
    "api:me": _page(SIGNED_IN),
    "api:token": _action(ANYBODY),
    "api:schema": _page(ANYBODY),
    "api:docs": _page(ANYBODY),
}

FEDERATION_ROUTES: dict[str, dict[str, Who]] = {
    "home": _page(ANYBODY),
    **_team(NETWORK_COORDINATOR, NETWORK_MEMBERS),
    "settings": _page(NETWORK_COORDINATOR),
    **dict.fromkeys(("settings_followups", "settings_second_factor", "settings_done_for"), _form(NETWORK_COORDINATOR)),
    "contract_types": _page(NETWORK_COORDINATOR),
    "contract_type_add": _form(NETWORK_COORDINATOR),
    "contract_type_retire": _action(NETWORK_COORDINATOR),
    "contract_type_restore": _action(NETWORK_COORDINATOR),
    "charter": _page(NETWORK),
    "charter_publish": _form(NETWORK_COORDINATOR),
    "epn:list": _page(NETWORK),
    "epn:add": _form(NETWORK_COORDINATOR),
    "epn:rename": _form(NETWORK_COORDINATOR),
    "epn:archive": _form(NETWORK_COORDINATOR),
    "epn:restore": _action(NETWORK_COORDINATOR),
    "epn:label": _form(NETWORK_COORDINATOR),
    # The directory, its papers, and calendars that others subscribe to without a sign-in.
    **dict.fromkeys(("sitemap", "epn:place", "epn:poster", "epn:paper_list"), _page(ANYBODY)),
    **dict.fromkeys(("epn:hours", "epn:site_hours"), _page(ANYBODY)),
    "epn:coordinator": _form(NETWORK_COORDINATOR),
    "epn:coordinator_again": _action(NETWORK_COORDINATOR),
    "epn:coordinator_revoke": _action(NETWORK_COORDINATOR),
    **of_open_data(ANYBODY, NETWORK_COORDINATOR),
    **{f"cadastre:{one}": _page(NETWORK) for one in ("home", "table", "epn")},
    "cadastre:papers": _form(NETWORK),
    "cadastre:paper": _page(NETWORK),
    "cadastre:paper_again": _action(NETWORK),
    "cadastre:paper_content": _page(NETWORK),
    **of_the_census(network=NETWORK, coordinator=NETWORK_COORDINATOR),
    "cover:home": _page(NETWORK),
    "coverage:home": _page(NETWORK),
    "coverage:public_map": _page(ANYBODY),
    "coverage:target": {"GET": NETWORK, "POST": NETWORK_COORDINATOR},
    "coverage:context": _page(NETWORK),
    "coverage:context_add": _form(NETWORK_COORDINATOR),
    "coverage:context_retire": _action(NETWORK_COORDINATOR),
    "coverage:context_restore": _action(NETWORK_COORDINATOR),
    "funding:cost_model": {"GET": NETWORK, "POST": NETWORK_COORDINATOR},
    **release_routes(ANYBODY, NETWORK, NETWORK_COORDINATOR),
    "audit": _page(NETWORK_COORDINATOR),
    "webhooks:list": _page(NETWORK_COORDINATOR),
    "webhooks:add": _form(NETWORK_COORDINATOR),
    "webhooks:one": _page(NETWORK_COORDINATOR),
    "webhooks:change": _form(NETWORK_COORDINATOR),
    "webhooks:delete": _form(NETWORK_COORDINATOR),
    "webhooks:secret": _form(NETWORK_COORDINATOR),
    **dict.fromkeys(("webhooks:test", "webhooks:replay_all", "webhooks:replay"), _action(NETWORK_COORDINATOR)),
    "api:webhooks": _form(NETWORK_COORDINATOR),
    "api:webhook": dict.fromkeys(("GET", "PATCH", "DELETE"), NETWORK_COORDINATOR),
    "api:webhook_secret": _action(NETWORK_COORDINATOR),
    "api:webhook_test": _action(NETWORK_COORDINATOR),
    "api:webhook_replay": _action(NETWORK_COORDINATOR),
    "api:webhook_deliveries": _page(NETWORK_COORDINATOR),
    "api:epn": _page(ANYBODY),  # what the public page shows
    "api:summary": _page(NETWORK),
    "api:figures": _page(NETWORK),
    "api:schema": _page(ANYBODY),
    "api:docs": _page(ANYBODY),
}

EPN_ROUTES: dict[str, dict[str, Who]] = {
    "home": _form(EPN_STAFF),
    **_team(EPN_COORDINATOR, EPN_STAFF),
    "activity:journal": _page(EPN_STAFF),
    "activity:export": _page(EPN_STAFF),
    "activity:export_columns": _page(EPN_STAFF),
    "activity:bulk": _form(EPN_STAFF),
    "activity:correction_undo": _action(EPN_STAFF),
    "activity:duplicate": _form(EPN_STAFF),
    "activity:views": _form(EPN_STAFF),
    "activity:view_rename": _form(EPN_STAFF),
    "activity:view_delete": _action(EPN_STAFF),
    "activity:imports": _form(EPN_COORDINATOR),
    "activity:import": _page(EPN_COORDINATOR),
    "activity:import_columns": _form(EPN_COORDINATOR),
    "activity:import_values": _form(EPN_COORDINATOR),
    "activity:import_write": _action(EPN_COORDINATOR),
    "activity:import_undo": _action(EPN_COORDINATOR),
    "activity:import_forget": _action(EPN_COORDINATOR),
    "activity:files": _form(EPN_STAFF),
    "activity:visit_history": _page(EPN_STAFF),
    "activity:file": _page(EPN_STAFF),
    "activity:file_again": _action(EPN_STAFF),
    "activity:file_content": _page(EPN_STAFF),
    "activity:new": _form(EPN_STAFF),
    "activity:undo": _action(EPN_STAFF),
    "activity:edit": _form(EPN_STAFF),
    "activity:delete": _action(EPN_STAFF),
    "activity:restore": _action(EPN_STAFF),
    "activity:sessions": _page(EPN_STAFF),
    "activity:session_new": _form(EPN_STAFF),
    "activity:session_edit": _form(EPN_STAFF),
    "activity:session_delete": _form(EPN_STAFF),
    "activity:session_open": _form(EPN_STAFF),
    "activity:session_close": _form(EPN_STAFF),
    "activity:session_tap": _action(EPN_STAFF),
    "activity:session_now": _page(EPN_STAFF),
    "activity:tap_undo": _action(EPN_STAFF),
    "activity:request_drop": _action(EPN_STAFF),
    "activity:request_restore": _action(EPN_STAFF),
    "activity:tally": _form(EPN_STAFF),
    "activity:tally_sheet": _page(EPN_STAFF),
    "activity:tally_undo": _action(EPN_STAFF),
    "followup:home": _page(EPN_STAFF),
    "followup:find": _action(EPN_STAFF),
    "followup:open": _form(EPN_STAFF),
    "followup:threads": _page(EPN_STAFF),
    "followup:thread": _form(EPN_STAFF),
    "followup:card": _page(EPN_STAFF),
    "followup:visit": _form(EPN_STAFF),
    "followup:change": _form(EPN_STAFF),
    "followup:close": _form(EPN_STAFF),
    "followup:reopen": _action(EPN_STAFF),
    "followup:erase": _form(EPN_STAFF),
    "followup:step": _form(EPN_STAFF),
    "followup:step_done": _action(EPN_STAFF),
    "followup:step_undone": _action(EPN_STAFF),
    "followup:step_delete": _form(EPN_STAFF),
    "followup:hand_over": _form(EPN_COORDINATOR),
    "followup:erasures": _page(EPN_COORDINATOR),
    "workshops:overview": _page(EPN_STAFF),
    "workshops:series": _page(EPN_STAFF),
    "workshops:calendar": _page(EPN_STAFF),
    "workshops:triage": _page(EPN_STAFF),
    "workshops:register": _form(EPN_STAFF),
    "workshops:registration": _form(EPN_STAFF),
    "workshops:registration_place": _action(EPN_STAFF),
    "workshops:registration_remove": _form(EPN_STAFF),
    "workshops:certificate": _form(EPN_STAFF),
    "workshops:date": _form(EPN_STAFF),
    "workshops:date_reopen": _form(EPN_STAFF),
    "workshops:sheet": _page(EPN_STAFF),
    "workshops:series_new": _form(EPN_TEAM),
    "workshops:series_edit": _form(EPN_TEAM),
    "workshops:series_delete": _form(EPN_TEAM),
    "workshops:dates_add": _form(EPN_TEAM),
    "workshops:date_change": _form(EPN_TEAM),
    "workshops:date_move": _form(EPN_TEAM),
    "workshops:date_cancel": _form(EPN_TEAM),
    "workshops:date_delete": _form(EPN_TEAM),
    "appointments:day": _page(EPN_STAFF),
    "appointments:week": _page(EPN_STAFF),
    "appointments:book": _form(EPN_STAFF),
    "appointments:change": _form(EPN_STAFF),
    "appointments:move": _action(EPN_STAFF),
    "appointments:move_back": _action(EPN_STAFF),
    "appointments:cancel": _form(EPN_STAFF),
    "appointments:restore": _action(EPN_STAFF),
    "appointments:withdraw": _action(EPN_STAFF),
    "appointments:note": _action(EPN_STAFF),
    "appointments:take_back": _action(EPN_STAFF),
    "appointments:settings": _form(EPN_COORDINATOR),
    "appointments:calendars": _form(EPN_STAFF),
    "appointments:calendar_revoke": _action(EPN_STAFF),
    "appointments:feed": _page(ANYBODY),  # calendars subscribe without a sign-in: the address holds a secret
    "appointments:stops": _page(EPN_STAFF),
    "appointments:stop_new": _form(EPN_STAFF),
    "appointments:places": _page(EPN_STAFF),
    "appointments:stop_edit": _form(EPN_STAFF),
    "appointments:kit": _form(EPN_STAFF),
    "appointments:stop_held": _action(EPN_STAFF),
    "appointments:stop_cancel": _form(EPN_STAFF),
    "appointments:stop_again": _action(EPN_STAFF),
    "appointments:stops_withdraw": _action(EPN_STAFF),
    "staff:contracts": _page(EPN_COORDINATOR),
    "staff:ended": _page(EPN_COORDINATOR),
    "staff:add": _form(EPN_COORDINATOR),
    "staff:export": _page(EPN_COORDINATOR),
    "staff:contract": _page(EPN_COORDINATOR),
    "staff:mine": _page(EPN_STAFF - EPN_COORDINATOR),
    "staff:trainings": _page(EPN_COORDINATOR),
    "staff:training_add": _form(EPN_COORDINATOR),
    "staff:training_change": _form(EPN_COORDINATOR),
    "staff:training_remove": _action(EPN_COORDINATOR),
    "staff:training_restore": _action(EPN_COORDINATOR),
    "staff:fte": _page(EPN_COORDINATOR),
    "staff:change": _form(EPN_COORDINATOR),
    "staff:end": _form(EPN_COORDINATOR),
    "staff:delete": _form(EPN_COORDINATOR),
    "staff:restore": _action(EPN_COORDINATOR),
    "staff:amend": _form(EPN_COORDINATOR),
    "staff:amendment_remove": _action(EPN_COORDINATOR),
    "staff:break_add": _form(EPN_COORDINATOR),
    "staff:break_change": _form(EPN_COORDINATOR),
    "staff:break_remove": _action(EPN_COORDINATOR),
    "staff:put_back": _action(EPN_COORDINATOR),
    "staff:payers": _form(EPN_COORDINATOR),
    "staff:imports": _form(EPN_COORDINATOR),
    "staff:import_model": _page(EPN_COORDINATOR),
    "staff:import": _page(EPN_COORDINATOR),
    "staff:import_columns": _form(EPN_COORDINATOR),
    "staff:import_values": _form(EPN_COORDINATOR),
    "staff:import_write": _action(EPN_COORDINATOR),
    "staff:import_undo": _action(EPN_COORDINATOR),
    "staff:import_forget": _action(EPN_COORDINATOR),
    "staff:person": _page(EPN_COORDINATOR),
    "staff:person_change": _form(EPN_COORDINATOR),
    "charter": {"GET": EPN_STAFF, "POST": EPN_COORDINATOR},
    "privacy:home": _page(EPN_COORDINATOR),
    "privacy:person": _page(EPN_COORDINATOR),
    "privacy:mine": _page(EPN_STAFF),
    "handover:leaving": _page(EPN_COORDINATOR),
    "handover:pack": _form(EPN_COORDINATOR),
    "handover:thing_add": _action(EPN_COORDINATOR),
    "handover:thing_return": _action(EPN_COORDINATOR),
    "handover:thing_held_again": _action(EPN_COORDINATOR),
    "handover:keep_access": _action(EPN_COORDINATOR),
    "handover:take_back": _action(EPN_COORDINATOR),
    "article60:home": _page(EPN_COORDINATOR),
    "article60:mine": _page(EPN_STAFF),
    "article60:what_if": _page(EPN_COORDINATOR),
    "article60:what_if_of": _page(EPN_COORDINATOR),
    "article60:outcomes": _page(EPN_COORDINATOR),
    "article60:contract": _page(EPN_COORDINATOR),
    "article60:convention": _form(EPN_COORDINATOR),
    "article60:take_date": _action(EPN_COORDINATOR),
    "article60:evaluation_add": _form(EPN_COORDINATOR),
    "article60:evaluation": _form(EPN_COORDINATOR),
    "article60:evaluation_delete": _form(EPN_COORDINATOR),
    "volunteers:list": _page(EPN_COORDINATOR),
    "volunteers:organisation": _form(EPN_COORDINATOR),
    "volunteers:file": _form(EPN_COORDINATOR),
    "volunteers:note": _page(EPN_COORDINATOR),
    "volunteers:add": _form(EPN_COORDINATOR),
    "volunteers:ledger": _page(EPN_COORDINATOR),
    "volunteers:statement": _page(EPN_COORDINATOR),
    "volunteers:line_change": _form(EPN_COORDINATOR),
    "volunteers:line_delete": _action(EPN_COORDINATOR),
    "volunteers:line_restore": _action(EPN_COORDINATOR),
    "volunteers:withdraw": _action(EPN_COORDINATOR),
    "volunteers:mine": _page(EPN_STAFF),  # one's own lines only
    "volunteers:own_statement": _page(EPN_STAFF),
    "overview:home": _page(EPN_STAFF),
    "overview:paper": _page(EPN_STAFF),
    "overview:workbook": _page(EPN_STAFF),
    "overview:reports": _page(EPN_STAFF),
    "overview:report": _form(EPN_COORDINATOR),
    "overview:logo": _page(EPN_COORDINATOR),
    "overview:version_pdf": _page(EPN_STAFF),
    "overview:version_xlsx": _page(EPN_STAFF),
    "overview:version_changes": _page(EPN_STAFF),
    **{f"census:{one}": _page(EPN_COORDINATOR) for one in ("list", "file_content", "paper", "import_model")},
    **{f"census:{one}": _form(EPN_COORDINATOR) for one in ("return", "table", "file", "sign", "import")},
    **{f"census:{one}": _action(EPN_COORDINATOR) for one in ("detach", "take_back", "fill_again", "import_write")},
    "cover:home": _page(EPN_COORDINATOR),
    "cover:what_if": _page(EPN_COORDINATOR),
    "premises:sites": _page(EPN_STAFF),
    "premises:closings": {"GET": EPN_STAFF, "POST": EPN_COORDINATOR},
    "premises:closing_remove": _form(EPN_COORDINATOR),
    "premises:site_add": _form(EPN_COORDINATOR),
    "premises:sites_confirm": _action(EPN_COORDINATOR),
    "premises:site_edit": _form(EPN_COORDINATOR),
    "premises:site_retire": _form(EPN_COORDINATOR),
    "premises:site_restore": _action(EPN_COORDINATOR),
    "shared_pcs": _page(EPN_COORDINATOR),
    "shared_pc_revoke": _action(EPN_COORDINATOR),
    "audit": _page(EPN_COORDINATOR),
    "api:visits": _form(EPN_STAFF),
    "api:visit": _resource(EPN_STAFF),
    "api:contracts": _form(EPN_COORDINATOR),
    "api:contract": _resource(EPN_COORDINATOR),
    "api:sites": {"GET": EPN_STAFF, "POST": EPN_COORDINATOR},
    "api:site": {"GET": EPN_STAFF, "PATCH": EPN_COORDINATOR},
    "api:schema": _page(EPN_STAFF),
    "api:docs": _page(EPN_STAFF),
}

ROUTES: dict[str, dict[str, dict[str, Who]]] = {
    Kind.PUBLIC: PUBLIC_ROUTES,
    Kind.FEDERATION: FEDERATION_ROUTES,
    Kind.EPN: EPN_ROUTES,
}


def who_may(kind: str, route: str, method: str) -> Who | None:
    """The row's answer for a route and method; None when the table names neither. HEAD is GET."""
    row = ROUTES[kind].get(route)
    if row is None:
        return None
    return row.get("GET" if method == "HEAD" else method)


def allows(who: Who | None, *, signed_in: bool, role: str | None) -> bool:
    if who is None:
        return False
    if who == ANYBODY:
        return True
    if who == SIGNED_IN:
        return signed_in
    return role is not None and role in who

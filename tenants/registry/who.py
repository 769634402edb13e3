"""The words of the role table: who, and by which methods. The table itself is `roles.py`."""

from __future__ import annotations

from tenants.registry.enums import Role

SIGNED_IN = "signed in"
ANYBODY = "anybody"
Who = frozenset[Role] | str

NETWORK = frozenset({Role.NETWORK_COORDINATOR, Role.NETWORK_OBSERVER})
NETWORK_MEMBERS = NETWORK | {Role.FUNDER_REVIEWER}
NETWORK_COORDINATOR = frozenset({Role.NETWORK_COORDINATOR})
EPN_STAFF = frozenset({Role.EPN_COORDINATOR, Role.ANIMATOR, Role.VOLUNTEER})
EPN_COORDINATOR = frozenset({Role.EPN_COORDINATOR})
EPN_TEAM = frozenset({Role.EPN_COORDINATOR, Role.ANIMATOR})


def page(who: Who) -> dict[str, Who]:
    return {"GET": who}


def form(who: Who) -> dict[str, Who]:
    return {"GET": who, "POST": who}


def action(who: Who) -> dict[str, Who]:
    return {"POST": who}


def resource(who: Who) -> dict[str, Who]:
    return {"GET": who, "PUT": who, "PATCH": who, "DELETE": who}


def each(namespace: str, names: str, row: dict[str, Who]) -> dict[str, dict[str, Who]]:
    return {f"{namespace}:{name}": row for name in names.split()}


def team(coordinator: Who, everybody: Who) -> dict[str, dict[str, Who]]:
    return {
        "team:people": page(coordinator),
        "team:invite": form(coordinator),
        "team:resend": action(coordinator),
        "team:revoke": action(coordinator),
        "team:role": form(coordinator),
        "team:end": form(coordinator),
        "team:leave": form(everybody),
        "api:memberships": page(coordinator),
        "api:membership": {"GET": coordinator, "PATCH": coordinator, "DELETE": coordinator},
        "api:invitations": form(coordinator),
        "api:invitation": {"GET": coordinator, "DELETE": coordinator},
        "api:invitation_resend": action(coordinator),
    }

"""The rows of the role table for releases: prepared by the network's coordinator, read by anybody."""

from __future__ import annotations

from tenants.registry.enums import Role

Who = frozenset[Role] | str


def release_routes(anybody: Who, network: Who, coordinator: Who) -> dict[str, dict[str, Who]]:
    return {
        "releases:home": {"GET": network, "POST": coordinator},
        "releases:draft": {"GET": coordinator},
        "releases:draft_table": {"GET": coordinator},
        "releases:release": {"POST": coordinator},
        "releases:discard": {"POST": coordinator},
        "releases:correct": {"GET": coordinator, "POST": coordinator},
        "figures:home": {"GET": anybody},  # what funders and the public may read
        "figures:release": {"GET": anybody},
        "figures:package": {"GET": anybody},
        "figures:table": {"GET": anybody},
        "api:releases": {"GET": anybody},
        "api:release_table": {"GET": anybody},
    }

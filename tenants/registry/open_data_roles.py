"""The rows of the role table for open data."""

from __future__ import annotations

from tenants.registry.enums import Role

Who = frozenset[Role] | str
FORM = ("GET", "POST")


def of_open_data(anybody: Who, coordinator: Who) -> dict[str, dict[str, Who]]:
    public = ("home", "file", "schema", "conformance", "conformance_json", "catalogue")
    return {
        **{f"open_data:{name}": {"GET": anybody} for name in public},
        "open_data:numbers": dict.fromkeys(FORM, coordinator),
    }

"""The rows of the role table for open data, and for EPN that are one place."""

from __future__ import annotations

from tenants.registry.enums import Role

Who = frozenset[Role] | str
FORM = ("GET", "POST")
PUBLIC = ("home", "file", "schema", "conformance", "conformance_json", "catalogue")


def of_open_data(anybody: Who, coordinator: Who) -> dict[str, dict[str, Who]]:
    return {
        **{f"open_data:{name}": {"GET": anybody} for name in PUBLIC},
        "open_data:numbers": dict.fromkeys(FORM, coordinator),
        "merging:proposals": {"GET": coordinator},
        "merging:pair": dict.fromkeys(FORM, coordinator),
        "merging:apart": {"POST": coordinator},
        "merging:again": {"POST": coordinator},
        "merging:undo": dict.fromkeys(FORM, coordinator),
    }

"""The rows of the role table for what was signed: anybody may ask about a file, the network takes and compares."""

from __future__ import annotations

from tenants.registry.enums import Role

Who = frozenset[Role] | str


def verifying_routes(anybody: Who, network: Who) -> dict[str, dict[str, Who]]:
    return {
        "verify:home": {"GET": anybody, "POST": anybody},  # the file is hashed, and nothing is written
        "verify:file": {"GET": anybody},
        "report_files:file": {"GET": network},
        "report_files:differences": {"GET": network},
    }

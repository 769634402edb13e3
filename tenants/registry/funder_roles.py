"""The rows of the role table for the funder's space: its reviewers read and decide.

The network's coordinator looks at it as a funder would, to know what leaves, and decides nothing.
"""

from __future__ import annotations

from tenants.registry.enums import Role
from tenants.registry.who import Who

REVIEWER = frozenset({Role.FUNDER_REVIEWER})
READERS = REVIEWER | {Role.NETWORK_COORDINATOR}

READ = ("home", "grant", "year", "epn", "report", "version", "file", "differences")
API = ("grants", "reports", "report_versions", "report_version")
DEEDS = ("decide", "comment", "undo")

FUNDER_ROUTES: dict[str, dict[str, Who]] = {
    **{f"funder:{name}": {"GET": READERS} for name in READ},
    **{f"api:funder_{name}": {"GET": READERS} for name in API},
    **{f"funder:{name}": {"POST": REVIEWER} for name in DEEDS},
}

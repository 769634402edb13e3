"""The rows of the role table for the network's money: the observer reads, the coordinator writes too.

A funder's reviewer sees nothing of it: another funder's money stands beside theirs.
"""

from __future__ import annotations

from tenants.registry.who import NETWORK as READERS
from tenants.registry.who import NETWORK_COORDINATOR as WRITERS
from tenants.registry.who import Who

READ = (
    "home", "funders", "applications", "application", "grants", "grant", "needs", "scenarios", "scenario", "compare",
    "proposals", "proposal", "proposal_document",
)  # fmt: skip
FORMS = (
    "application_move", "import_file", "import_columns", "add", "change", "scenario_add", "scenario_change",
    "measure_add", "measure_change", "proposal_add", "proposal_change",
)  # fmt: skip
DEEDS = (
    "application_undo", "import_write", "import_undo", "import_forget", "delete", "restore", "scenario_copy",
    "scenario_delete", "scenario_restore", "measure_delete", "measure_restore", "proposal_keep", "proposal_delete",
    "proposal_restore",
)  # fmt: skip

MONEY_ROUTES: dict[str, dict[str, Who]] = {
    "funding:cost_model": {"GET": READERS, "POST": WRITERS},
    "funding:cost_items": {"GET": READERS, "POST": WRITERS},
    "funding:import": {"GET": WRITERS},
    **{f"funding:{name}": {"GET": READERS} for name in READ},
    **{f"funding:{name}": {"GET": WRITERS, "POST": WRITERS} for name in FORMS},
    **{f"funding:{name}": {"POST": WRITERS} for name in DEEDS},
}

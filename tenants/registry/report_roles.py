"""The rows of the role table for reports to funders: the observer reads, the coordinator writes too.

A funder's reviewer reads what was sent on pages of their own, and nothing here: drafts are the network's.
"""

from __future__ import annotations

from tenants.registry.who import NETWORK as READERS
from tenants.registry.who import NETWORK_COORDINATOR as WRITERS
from tenants.registry.who import Who, action, each, form, page

REPORT_ROUTES: dict[str, dict[str, Who]] = {
    **each("reports", "home report version packs pack", page(READERS)),
    **each("reports", "begin change line keys sign comment pack_new pack_write pack_line_add pack_line", form(WRITERS)),
    **each("reports", "keys_add unsign send delete restore", action(WRITERS)),
    **each("reports", "pack_use pack_next pack_delete pack_restore line_remove line_move", action(WRITERS)),
}

"""Under article 60 the CPAS's end date is the truth: it wins over the planned end of the contract."""

from __future__ import annotations

import datetime as dt

from tenants.article60.models import Convention


def ends_of_the_cpas() -> dict[int, dt.date]:
    """The last day by contract. A contract whose real end is written has that one."""
    found = Convention.objects.filter(
        cpas_end__isnull=False, contract__ended_on__isnull=True, contract__deleted_at__isnull=True
    )
    return dict(found.values_list("contract_id", "cpas_end"))

"""Ends that another app knows better than the contract: for article 60, the CPAS's date is the truth.

Such an app registers in its AppConfig.ready() what gives, in the EPN that one is in, the last day of contracts by their
id. It wins over the planned end, never over a real one. Its tables leave marks of the source `outlook` or `stock`
(tenants/marks/triggers.py), and a crossing may read them, since the figures ahead are counted with it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable

from tenants.staff.models import Contract

KnownEnds = Callable[[], dict[int, dt.date]]
_sources: list[KnownEnds] = []


def on_known_ends(source: KnownEnds) -> KnownEnds:
    if source not in _sources:
        _sources.append(source)
    return source


def known_ends() -> dict[int, dt.date]:
    """The last day by contract, of the contracts whose end is known elsewhere."""
    found: dict[int, dt.date] = {}
    for source in _sources:
        found |= source()
    return found


def as_known(contracts: Iterable[Contract]) -> list[Contract]:
    """The same rows with the ends that are known elsewhere, in memory: nothing is written."""
    found, elsewhere = list(contracts), known_ends()
    for one in found:
        if one.ended_on is None and one.pk in elsewhere:
            one.planned_end = max(elsewhere[one.pk], one.starts_on)
    return found

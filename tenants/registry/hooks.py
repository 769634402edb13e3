"""Where a lower layer calls up without knowing whom: a visit was saved, and figures want to be refreshed.

An upper layer registers itself in its AppConfig.ready(); a space's services call `epn_written()` in the
transaction that writes.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass

from django.db import transaction

from tenants.registry.crossing import connection, current_place
from tenants.registry.enums import Kind
from tenants.registry.errors import NoSpaceError

logger = logging.getLogger(__name__)

Refresher = Callable[[int], None]
_refreshers: list[Refresher] = []


def on_epn_written(refresher: Refresher) -> Refresher:
    """Register what is to run, with the EPN's id, after each transaction that wrote in an EPN."""
    if refresher not in _refreshers:
        _refreshers.append(refresher)
    return refresher


@dataclass(frozen=True)
class _AfterCommit:
    epn_id: int

    def __call__(self) -> None:
        for refresher in _refreshers:
            refresher(self.epn_id)


def epn_written() -> None:
    """Ask for a refresh after this transaction commits: once, however many writes it holds."""
    here = current_place()
    if here.kind != Kind.EPN or here.space_id is None:
        raise NoSpaceError("Only a write inside an EPN refreshes its figures.")
    callback = _AfterCommit(here.space_id)
    if not any(waiting == callback for _, waiting, _ in connection.run_on_commit):
        transaction.on_commit(callback, robust=True)

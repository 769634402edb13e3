"""Where a lower layer calls up without knowing whom: a visit was saved, and figures want to be refreshed.

An upper layer registers itself in its AppConfig.ready(); a space's services call `epn_written()` (figures)
or `card_changed()` (the EPN's public face) in the transaction that writes.
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
_card_copiers: list[Refresher] = []


def on_epn_written(refresher: Refresher) -> Refresher:
    """Register what is to run, with the EPN's id, after each transaction that wrote in an EPN."""
    if refresher not in _refreshers:
        _refreshers.append(refresher)
    return refresher


def on_card_changed(copier: Refresher) -> Refresher:
    """Register what is to run, with the EPN's id, after each transaction that changed an EPN's public face."""
    if copier not in _card_copiers:
        _card_copiers.append(copier)
    return copier


@dataclass(frozen=True)
class _AfterCommit:
    epn_id: int
    card: bool = False

    def __call__(self) -> None:
        for call in _card_copiers if self.card else _refreshers:
            call(self.epn_id)


def epn_written() -> None:
    """Ask for a refresh after this transaction commits: once, however many writes it holds."""
    _once_after_commit(_AfterCommit(_epn_here()))


def card_changed() -> None:
    """Ask for the card to be copied to the federation after this transaction commits."""
    _once_after_commit(_AfterCommit(_epn_here(), card=True))


def _epn_here() -> int:
    here = current_place()
    if here.kind != Kind.EPN or here.space_id is None:
        raise NoSpaceError("Only a write inside an EPN concerns its federation.")
    return here.space_id


def _once_after_commit(callback: _AfterCommit) -> None:
    if not any(waiting == callback for _, waiting, _ in connection.run_on_commit):
        transaction.on_commit(callback, robust=True)

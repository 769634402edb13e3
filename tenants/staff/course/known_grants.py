"""The network's grants that pay an EPN's posts: another app knows them, and registers in its AppConfig.ready() what
gives those of the EPN that one is in.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class KnownGrant:
    """`number` is the grant's in its federation."""

    number: int
    funder: str
    title: str

    @property
    def name(self) -> str:
        return f"{self.funder} · {self.title}"


KnownGrants = Callable[[], list[KnownGrant]]
_sources: list[KnownGrants] = []


def on_known_grants(source: KnownGrants) -> KnownGrants:
    if source not in _sources:
        _sources.append(source)
    return source


def known_grants() -> dict[int, KnownGrant]:
    return {one.number: one for source in _sources for one in source()}

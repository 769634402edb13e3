"""How far the census returns of one EPN are: the list of its own, and the line on its home."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.utils import timezone

from network.cadastre.editions.answers import completeness_of, due_on, is_writable
from network.cadastre.editions.checking import Completeness
from network.cadastre.editions.models import CensusReturn


@dataclass(frozen=True)
class OwnReturn:
    """A return with how far it is. Which are missing counts only while it may be changed."""

    census_return: CensusReturn
    completeness: Completeness

    @property
    def is_to_do(self) -> bool:
        return is_writable(self.census_return)

    @property
    def due_on(self) -> dt.date:
        return due_on(self.census_return)

    @property
    def is_late(self) -> bool:
        return self.is_to_do and self.due_on < timezone.localdate()

    @property
    def left(self) -> int:
        return len(self.completeness.missing)


def with_how_far(returns: list[CensusReturn]) -> list[OwnReturn]:
    """The edition must have come along with each."""
    far: dict[int, Completeness] = {}
    for edition in {one.edition for one in returns}:
        far |= completeness_of(edition, [one for one in returns if one.edition_id == edition.pk])
    return [OwnReturn(one, far[one.pk]) for one in returns]

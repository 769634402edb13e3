"""Two funders who lay what they see side by side, with everything that is public, and somebody who counts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Any
from unittest import mock

import pytest

from network.directory.models import Card
from network.releases.book import Book, read_book
from network.releases.models import ReleasedCell
from network.releases.periods import month, quarters
from tenants.registry.enums import Role
from tenants.registry.services import grant_membership
from tests.conftest import Cast, inside
from tests.funder_space.telling import SpaceReader
from tests.funder_space.things import a_grant
from tests.releases.attacker import Attacker
from tests.releases.networks import Network
from tests.releases.reading import Reader
from tests.releases.releasing import bring, release

WINTER = [dt.date(2025, number, 1) for number in (1, 2, 3)]
EPN = {number: number + 10**6 for number in range(1, 9)}


@pytest.fixture
def network(cast: Cast) -> Network:
    """A winter of eight EPN in three communes, month by month and then the quarter. Two funders share the third EPN."""
    made = Network(8, epn=8, communes=3, busy=6, months=WINTER)
    bring(cast.caban, made)
    for first in WINTER:
        release(cast.caban, month(first))
    release(cast.caban, quarters(2025)[0])
    with inside(cast.caban):
        Card.objects.all().delete()
        Card.objects.bulk_create(
            Card(
                epn_id=EPN[number], slug=f"epn-{number}", name=f"EPN {number}", commune=min(made.homes[str(number)]),
            )
            for number in EPN
        )  # fmt: skip
        a_grant(epn=[EPN[one] for one in (1, 2, 3)])
        a_grant("other", epn=[EPN[one] for one in (3, 4, 5, 6)])
    grant_membership(person=cast.farid, space=cast.caban.space, role=Role.FUNDER_REVIEWER, funder="other")
    return made


def attacker_of(cast: Cast, made: Network, signed_in: Any) -> Attacker:
    homes = {str(EPN[int(number)]): communes for number, communes in made.homes.items()}
    attacker = Attacker(Reader("caban").documents(), homes)
    first = {number: min(communes) for number, communes in homes.items()}
    for person in (cast.eva, cast.farid):
        attacker.learn(SpaceReader(signed_in(person), "caban").claims([2025], first))
    return attacker


def test_two_funders_and_the_public_pin_no_withheld_cell(network: Network, cast: Cast, signed_in: Any) -> None:
    attacker = attacker_of(cast, network, signed_in)

    assert len(attacker.withheld) > 20 and attacker.learned > 40
    assert attacker.leaks == []
    assert attacker.narrow() == {}
    SpaceReader(signed_in(cast.eva), "caban").check_the_formats(2025)


def test_a_sum_in_which_withheld_cells_are_is_noticed(network: Network, cast: Cast, signed_in: Any) -> None:
    def told_too_much(tables: Collection[str], first: dt.date, last: dt.date, places: Any = None) -> Book:
        book = read_book(tables, first, last, places)
        kept = ReleasedCell.objects.values_list("table", "period", "place", "value", "numbers")
        numbers = {(*key,): tuple(cell) for *key, cell in kept}
        book.cells = {key: numbers[key] if cell is None else cell for key, cell in book.cells.items()}
        return book

    with mock.patch("network.reports.space.dashboard.read_book", told_too_much):
        attacker = attacker_of(cast, network, signed_in)

    assert attacker.leaks
    assert attacker.narrow() != {}

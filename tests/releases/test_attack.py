"""What is withheld can't be worked out, whatever the network: invented networks, and somebody who tries."""

from __future__ import annotations

import datetime as dt
import random
from unittest import mock

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from network.releases.disclosure.problem import Problem, State
from network.releases.disclosure.protecting import NotProtectableError, Protection, protect
from network.releases.enums import PeriodKind, Withheld
from network.releases.periods import Period, month, quarters, year
from tests.releases.attacker import Attacker
from tests.releases.networks import Network, Publisher
from tests.thoroughness import THOROUGH

MONTHS = [dt.date(2025, number, 1) for number in range(1, 13)]
SPRING = quarters(2025)[1]


def everything(publisher: Publisher) -> None:
    """Months, a quarter after its months, a quarter at once, and the year that holds them all."""
    for first in MONTHS[:3]:
        publisher.release(month(first))
    publisher.release(quarters(2025)[0])
    publisher.release(SPRING)
    publisher.release(month(MONTHS[6]))
    publisher.release(year(2025))


@settings(max_examples=60 if THOROUGH else 5, deadline=None, derandomize=not THOROUGH)
@given(
    seed=st.integers(0, 10**6),
    epn=st.integers(1, 9),
    communes=st.integers(1, 4),
    busy=st.sampled_from((0.5, 2, 6, 15)),
)
def test_no_withheld_cell_of_any_network_keeps_fewer_than_five_candidates(
    seed: int, epn: int, communes: int, busy: float
) -> None:
    publisher = Publisher(Network(seed, epn=epn, communes=communes, busy=busy, months=MONTHS))

    everything(publisher)

    attacker = Attacker(publisher.documents, publisher.network.homes)
    assert attacker.narrow() == {}


def unprotected(problem: Problem, *, company: object = ()) -> Protection:
    """Only what is too small is withheld, as a first idea would."""
    return Protection([], {})


def test_without_complementary_suppression_the_attacker_reads_the_number() -> None:
    publisher = Publisher(Network(8, epn=6, communes=3, busy=6, months=MONTHS[:3]))

    with mock.patch("network.releases.preparing.protect", unprotected):
        for first in MONTHS[:3]:
            publisher.release(month(first))

    attacker = Attacker(publisher.documents, publisher.network.homes)
    found = attacker.narrow()
    truth = {tuple(key): known.numbers[0] for key, known in publisher.history.cells.items()}
    pinned = {cell: round(low) for cell, (low, high) in found.items() if high - low < 0.5}
    assert len(pinned) >= 5
    assert all(truth[cell] == number for cell, number in pinned.items())


def test_two_releases_protected_apart_fall_together() -> None:
    """Each month alone is safe; a quarter made without looking back gives two of its months away."""
    publisher = Publisher(Network(8, epn=6, communes=3, busy=5, months=MONTHS[:3]))
    for first in MONTHS[:3]:
        publisher.release(month(first))
    assert Attacker(publisher.documents, publisher.network.homes).narrow() == {}

    forgetful = Publisher(publisher.network)
    forgetful.release(Period(MONTHS[0], PeriodKind.QUARTER))
    totals = [one for one in forgetful.documents if one["table"].startswith("visits")]
    both = [
        *publisher.documents,
        *({**one, "rows": [row for row in one["rows"] if "Q" in row["period"]]} for one in totals),
    ]

    assert Attacker(both, publisher.network.homes).narrow() != {}


def test_a_correction_keeps_what_was_withheld_and_differs_by_nothing_or_by_enough() -> None:
    network = Network(11, epn=8, communes=4, busy=10, months=MONTHS[:1])
    publisher = Publisher(network)
    before = publisher.release(month(MONTHS[0]))
    chance = random.Random(1)
    for _ in range(30):
        network.visit(chance, 2, MONTHS[0])

    after = publisher.release(month(MONTHS[0]), correcting=True)

    said = {cell.key: (cell.numbers[0], withheld) for cell, withheld in before.cells}
    for cell, withheld in after.cells:
        number, was = said.get(cell.key, (0, Withheld.NO))
        assert not (was and not withheld), f"{cell.key} was withheld"
        if not withheld and not was:
            assert cell.numbers[0] == number or abs(cell.numbers[0] - number) >= 5
    former = [one for one in publisher.documents if one["release"] == 1]
    latter = [one for one in publisher.documents if one["release"] == 2]
    for documents in (former, latter):
        assert Attacker(documents, network.homes).narrow() == {}


def test_the_same_network_is_always_released_alike() -> None:
    def cells() -> list[object]:
        publisher = Publisher(Network(5, epn=5, communes=2, busy=6, months=MONTHS[:3]))
        return [(one.key, one.numbers, why) for one, why in publisher.release(quarters(2025)[0]).cells]

    assert cells() == cells()


def test_what_can_not_be_protected_is_refused() -> None:
    problem = Problem()
    small = problem.add("small", 2, state=State.WITHHELD)
    shown = [problem.add(name, number, state=State.SHOWN) for name, number in (("whole", 9), ("other", 7))]
    problem.relate([(shown[0], 1), (small, -1), (shown[1], -1)])

    with pytest.raises(NotProtectableError):
        protect(problem)

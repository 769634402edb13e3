from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.utils.translation import override

from tests.conftest import Cast, inside, lasting
from tests.releases.networks import Network
from tests.reports.office import a_year, money


@dataclass(frozen=True)
class Told:
    cast: Cast
    network: Network


@pytest.fixture(scope="module")
def told_2025(django_db_setup: None, django_db_blocker: Any) -> Iterator[Told]:
    with lasting(django_db_blocker) as cast:
        with django_db_blocker.unblock():
            network = a_year(cast)
            money(cast)
        yield Told(cast, network)


@pytest.fixture
def told(told_2025: Told, cast: Cast) -> Told:
    return told_2025


@pytest.fixture
def caban(told: Told) -> Iterator[Told]:
    """In the space of the federation, in English."""
    with override("en"), inside(told.cast.caban):
        yield told

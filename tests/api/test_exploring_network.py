"""What the documents of a network and of no space promise is kept, whoever asks for whatever."""

from __future__ import annotations

from collections import Counter

import pytest

from tenants.registry.enums import ROLES_OF_KIND, Kind
from tests.api.conftest import CABAN
from tests.api.exploring import WHO, explore
from tests.conftest import Cast
from tests.thoroughness import THOROUGH

AT_HOME, ELSEWHERE = (10, 3) if THOROUGH else (2, 1)
ENOUGH = 2_200 if THOROUGH else 200
cases: Counter[str] = Counter()


@pytest.mark.parametrize("who", WHO)
@pytest.mark.parametrize("address", ["/api/v1/", f"{CABAN}/"])
def test_it_keeps_its_promises_to(address: str, who: str, cast: Cast) -> None:
    at_home = who in ROLES_OF_KIND[Kind.FEDERATION] or address == "/api/v1/"
    found = explore(address, who, cast, examples=AT_HOME if at_home else ELSEWHERE)

    cases[f"{address} {who}"] = found.cases
    print(address, who, found)
    assert not [status for status in found.statuses if status >= 500]


def test_that_was_enough_of_them() -> None:
    assert len(cases) < 2 * len(WHO) or sum(cases.values()) >= ENOUGH, cases

"""What the documents of a network and of no space promise is kept, whoever asks for whatever."""

from __future__ import annotations

import pytest

from tests.api.conftest import CABAN
from tests.api.exploring import WHO, explore
from tests.conftest import Cast
from tests.thoroughness import THOROUGH

EXAMPLES = 10 if THOROUGH else 1
ENOUGH = {"/api/v1/": 200, f"{CABAN}/": 2_000} if THOROUGH else {"/api/v1/": 20, f"{CABAN}/": 300}


@pytest.mark.parametrize("address", ["/api/v1/", f"{CABAN}/"])
def test_it_keeps_its_promises_to_everybody(address: str, cast: Cast) -> None:
    found = explore(address, WHO, cast, examples=EXAMPLES)

    for one in found:
        print(address, one.who, one.cases, one.statuses)
        assert not [status for status in one.statuses if status >= 500], one
    assert sum(one.cases for one in found) >= ENOUGH[address]

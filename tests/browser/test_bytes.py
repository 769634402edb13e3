"""EPN computers are old and lines are slow: all that a page fetches from us is counted, compressed as it travels."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.accessibility.patience import PATIENCE

FIRST_PAGE = 60_000
LATER_PAGE = 15_000

EPN = "/caban/rue-de-la-poste/"
ROUNDS = {
    None: ["/", "/accounts/login/", "/accounts/password/reset/", "/caban/", "/caban/epn/abattoirs/", "/caban/verify/"],
    "Amina": [
        EPN,
        f"{EPN}visits/",
        f"{EPN}visits/new/",
        f"{EPN}visits/desk/",
        f"{EPN}visits/desk/tally/",
        f"{EPN}appointments/",
        f"{EPN}appointments/week/",
        f"{EPN}contracts/",
        f"{EPN}sites/",
        f"{EPN}workshops/",
        f"{EPN}workshops/new/",
        f"{EPN}workshops/1/",
        f"{EPN}workshops/dates/1/",
        f"{EPN}api/v1/docs/",
    ],
    "Dries": ["/caban/cadastre/", "/caban/epn/", "/caban/epn/add_one/", "/caban/"],
}


class Meter:
    """What came over the network since the last reading, in bytes with headers."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.bytes = 0
        self.under_way: set[str] = set()
        session = page.context.new_cdp_session(page)
        session.on("Network.requestWillBeSent", lambda event: self.under_way.add(event["requestId"]))
        session.on("Network.loadingFinished", self.add)
        session.on("Network.loadingFailed", lambda event: self.under_way.discard(event["requestId"]))
        session.send("Network.enable")

    def add(self, event: dict[str, Any]) -> None:
        self.under_way.discard(event["requestId"])
        self.bytes += int(event["encodedDataLength"])

    def read(self) -> int:
        patience = PATIENCE
        while self.under_way and patience:  # a page is there a moment before its last bytes are counted
            self.page.wait_for_timeout(10)
            patience -= 10
        found, self.bytes = self.bytes, 0
        return found


@pytest.mark.parametrize("person", list(ROUNDS), ids=str)
def test_a_first_page_is_60_kb_at_most_and_a_later_one_15(
    person: str | None, new_page: Callable[..., Page], sign_in: Callable[[Page, str], None]
) -> None:
    page = new_page(alone=True)
    if person is not None:
        sign_in(page, person)
        page.close()
        page = page.context.new_page()
    meter = Meter(page)

    weights = {}
    for path in ROUNDS[person]:
        page.goto(path, wait_until="load")
        weights[path] = meter.read()

    first, *later = weights.values()
    assert 1_000 < first <= FIRST_PAGE, weights
    assert all(500 < weight <= LATER_PAGE for weight in later), weights

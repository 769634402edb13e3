"""Gwen signs the census return of her EPN on a phone: daily work has filled in most of it."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.accessibility.axe import assert_accessible
from tests.browser.test_first_visit import Hand, phone

FIVE_MINUTES = 5 * 60.0
TYPED = {"computers": "6", "eid_readers": "2", "income": "25 000", "subsidies": "20000,50", "expenses": "24.900"}
CHOSEN = {"refused": "no", "price": "free"}


def test_a_coordinator_completes_and_signs_a_prefilled_return_in_five_minutes_with_few_typed_values(
    new_page: Callable[..., Page], sign_in: Callable[[Page, str], None]
) -> None:
    page = phone(new_page)
    sign_in(page, "Gwen")
    hand = Hand(page)
    page.goto("/loire/decize/")
    hand.look("Noter une visite")
    hand.tap(page.locator("main a[href*='/census/']"))
    hand.look("Recensement")
    expect(page.locator("main")).to_contain_text("12 réponses sur 19")
    assert_accessible(page)

    for code, choice in CHOSEN.items():
        box = page.locator(f"[name=value_{code}][value={choice}]")
        box.scroll_into_view_if_needed()
        hand.tap(box)
    hand.fill("Enregistrer et signer", **{f"value_{code}": text for code, text in TYPED.items()})
    hand.look("Signer le recensement")
    assert_accessible(page)
    hand.fill("Signer et envoyer", role="coordinatrice")

    expect(page.locator("main .m-notice-success")).to_contain_text("Signé par Gwen (coordinatrice)")
    assert len(TYPED) + len(CHOSEN) + 1 < 10
    assert hand.seconds <= FIVE_MINUTES, (hand.looks, hand.taps, hand.keys)
    assert_accessible(page)

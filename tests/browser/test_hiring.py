"""Somebody starts on Monday: Amina writes down the person, the article 60 contract and the convention."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.hand import Hand

AT_MOST = 120.0  # seconds
MONDAY = dt.date.today() + dt.timedelta(days=7 - dt.date.today().weekday())
A_YEAR_LATER = MONDAY + dt.timedelta(days=364)


def test_somebody_who_starts_on_monday_is_written_down_within_two_minutes(
    new_page: Callable[..., Page], sign_in: Callable[[Page, str], None]
) -> None:
    page = new_page(width=360, has_touch=True, is_mobile=True)
    sign_in(page, "Amina")
    page.goto("/caban/rue-de-la-poste/")
    hand, name = Hand(page), f"Fatou {uuid.uuid4().hex[:8]}"

    hand.look("Noter une visite")
    menu = page.get_by_role("navigation", name="Menu principal")
    hand.tap(menu.locator("summary"))
    hand.tap(menu.get_by_role("link", name="Contrats", exact=True))
    hand.look("Contrats")
    hand.tap(page.get_by_role("link", name="Ajouter un contrat").first)
    hand.look("Ajouter un contrat")
    hand.type("name", name)
    hand.choose("type", "art60")
    hand.date("starts_on", f"{MONDAY}")
    hand.date("planned_end", f"{A_YEAR_LATER}")
    hand.type("hours_per_week", "38")
    hand.press(page.get_by_role("button", name="Enregistrer le contrat"))

    hand.look(f"Contrat de {name}")
    expect(page.get_by_role("status")).to_contain_text("1,00 ETP")
    expect(page.locator("main")).not_to_contain_text("Incomplet")
    hand.press(page.get_by_role("link", name="Noter la convention"))
    hand.look("Convention avec le CPAS")
    hand.date("cpas_end", f"{A_YEAR_LATER}")
    hand.type("contribution", "250")
    hand.type("tasks", "Accueil, aide au guichet, ateliers")
    hand.date("signed_on", f"{MONDAY - dt.timedelta(days=3)}")
    hand.type("contact", "Service emploi, 02 555 12 34")
    hand.press(page.get_by_role("button", name="Enregistrer la convention"))

    hand.look(f"Article 60 de {name}")
    for said in ("250 €", "Accueil, aide au guichet, ateliers", "Service emploi", "date du CPAS"):
        expect(page.locator("main")).to_contain_text(said)
    expect(page.locator("main")).not_to_contain_text("Le CPAS et le contrat ne disent pas la même chose")
    assert hand.seconds <= AT_MOST, (hand.looks, hand.taps, hand.keys)
    assert hand.taps <= 18, "each tap more is one more to find"

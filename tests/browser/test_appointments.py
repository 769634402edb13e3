"""Today's appointments, as somebody uses them who has the next person before them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.accessibility.axe import assert_accessible

HERE = "/caban/rue-de-la-poste/appointments/"
NewPage = Callable[..., Page]
SignIn = Callable[[Page, str], None]


@pytest.mark.parametrize(("width", "javascript", "name"), [(360, False, "Fatou"), (1280, True, "Jeanne")])
def test_a_visit_from_an_appointment_takes_two_taps_and_one_to_undo(
    new_page: NewPage, sign_in: SignIn, width: int, javascript: bool, name: str
) -> None:
    page = new_page(width=width, javascript=javascript)
    sign_in(page, "Bram")
    page.goto(HERE)
    line = page.locator(".a-line", has_text=name)
    taps = [line.locator("summary"), line.get_by_role("button", name="Résolu", exact=True)]

    for tap in taps:
        tap.click()

    expect(page.get_by_role("status")).to_contain_text("Visite enregistrée : Impôts · Résolu")
    assert len(taps) <= 2
    expect(line).to_contain_text("Compléter la visite")
    if javascript:
        assert_accessible(page)
    page.get_by_role("status").get_by_role("button", name="Annuler").click()
    expect(line.locator("summary")).to_be_visible()

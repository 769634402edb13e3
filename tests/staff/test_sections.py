"""What other apps say on the pages of contracts, of people and of the list."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client

from maillage.accounts.models import Person
from tenants.staff import sections
from tenants.staff.sections import Section, on_contract_page, on_contracts_list, on_person_page
from tests.conftest import Cast
from tests.staff.test_contract_pages import BASE, save, words


def test_an_app_says_its_line_where_it_registered(
    cast: Cast, signed_in: Callable[[Person], Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("_of_contracts", "_of_people", "_of_the_list"):
        monkeypatch.setattr(sections, name, [])
    contract, client = save(cast, type="art60", planned_end=dt.date(2026, 12, 31)), signed_in(cast.amina)
    on_contract_page(
        lambda one: (
            Section("Clock", "<b>150 days</b>", "/a/", "See the clock", "warning") if one.type == "art60" else None
        )
    )
    on_contract_page(lambda one: Section("First", f"of {one.member.name}", "/b/", "More", order=1))
    on_contract_page(lambda one: None)
    on_person_page(lambda member: Section("Papers", member.name, "/c/", "See"))
    on_contracts_list(lambda: Section("Cover", "two half-days", "/d/", "See the cover"))

    page = client.get(f"{BASE}{contract.pk}/").content.decode()

    assert words(page).index("First") < words(page).index("Clock")
    assert "&lt;b&gt;150 days" in page and 'href="/a/"' in page
    assert "Papers" in client.get(f"{BASE}people/{contract.member_id}/").content.decode()
    assert "two half-days" in client.get(BASE).content.decode()

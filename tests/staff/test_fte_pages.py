"""FTE over a period on its page, and the stocks of the network on days of the past."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal
from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from network.figures.services import sweep
from network.figures.verification import verify
from tenants.staff.course.services import add_break, amend_contract, remove_break
from tests.conftest import Cast, inside
from tests.staff.test_contract_pages import BASE, SignIn, save, words
from tests.staff.test_contracts import stocks


def rows_of(client: Client, query: str) -> list[dict[str, Any]]:
    response = client.get(f"{BASE}fte/?{query}&download=json")
    rows: list[dict[str, Any]] = json.loads(b"".join(response.streaming_content))["rows"]  # type: ignore[arg-type]
    return rows


def test_a_year_of_an_epn_in_heads_fte_and_hours(cast: Cast, signed_in: SignIn) -> None:
    amina = signed_in(cast.amina)
    away = save(cast, "Amélie", starts_on=dt.date(2023, 1, 1), hours_per_week=Decimal(38))
    save(cast, "Rania", type="replacement", starts_on=dt.date(2024, 7, 1), replaces_id=away.pk)
    save(cast, "Victor", type="volunteer", legal_employer="", starts_on=dt.date(2024, 1, 1),
         planned_end=dt.date(2024, 1, 14), hours_per_week=Decimal(4))  # fmt: skip
    save(cast, "Gone", starts_on=dt.date(2022, 1, 1), ended_on=dt.date(2023, 12, 31))
    with inside(cast.poste):
        add_break(contract=away, kind="long_leave", starts_on=dt.date(2024, 7, 1), ends_on=None)

    year = "first=2024-01-01&last=2024-12-31"
    shown = words(amina.get(f"{BASE}fte/?{year}").content.decode())
    contracts = {row["person"]: row for row in rows_of(amina, year)}
    types = rows_of(amina, f"{year}&table=types")
    with_breaks = rows_of(amina, f"{year}&table=roles&breaks=in")

    assert "Gone" not in shown and "8 heures, hors ETP" in shown
    assert (contracts["Amélie"]["fte"], contracts["Rania"]["fte"]) == (round(182 / 366, 4), round(184 / 366 / 2, 4))
    assert (contracts["Victor"]["fte"], contracts["Victor"]["hours"]) == (None, 8)
    assert (types[-1]["heads"], types[-1]["heads_in_fte"], types[-1]["fte"]) == (3, 2, round(182 / 366 + 92 / 366, 4))
    assert with_breaks[-1]["fte"] == round(1 + 92 / 366, 4)
    assert "0,50" not in words(amina.get(f"{BASE}people/{away.member_id}/").content.decode())

    for wrong, said in (
        ("first=2024-02-01&last=2024-01-01", "avant"), ("first=1900-01-01&last=2024-01-01", "dix ans"),
        ("first=x&last=2024-01-01", "date"), ("first=0001-01-01&last=9999-12-31", "dix ans"), ("breaks=x", "choix"),
    ):  # fmt: skip
        response = amina.get(f"{BASE}fte/?{wrong}")
        assert response.status_code == 200 and said in words(response.content.decode()), wrong


def test_the_page_takes_a_handful_of_statements_whatever_the_number_of_contracts(cast: Cast, signed_in: SignIn) -> None:
    amina = signed_in(cast.amina)

    def statements() -> int:
        with CaptureQueriesContext(
            connection,
        ) as counted:
            amina.get(f"{BASE}fte/")
        return len(counted)

    save(cast)
    few = statements()
    for number in range(10):
        save(cast, f"Person {number}")
    assert statements() <= few


def test_a_past_day_counts_at_the_hours_of_that_day_and_a_break_leaves_the_head(cast: Cast) -> None:
    contract = save(cast, starts_on=dt.date(2026, 1, 5), hours_per_week=Decimal(38))
    save(cast, "Rania", type="replacement", starts_on=dt.date(2026, 4, 1), hours_per_week=Decimal(19))
    with inside(cast.poste):
        amend_contract(contract=contract, starts_on=dt.date(2026, 3, 1), hours_per_week=Decimal("30.4"),
                       full_time_hours=Decimal(38))  # fmt: skip
        pause = add_break(contract=contract, kind="long_leave", starts_on=dt.date(2026, 4, 1), ends_on=None)
    sweep(federations=[cast.caban])

    found = {month: stocks(cast, dt.date(2026, *month)).get(("", "")) for month in ((2, 28), (3, 31), (4, 30))}
    assert found == {(2, 28): (1, 1), (3, 31): (1, Decimal("0.8")), (4, 30): (2, Decimal("0.5"))}
    assert stocks(cast, dt.date(2026, 4, 30))["type", "cdi"] == (1, 0)
    assert verify(cast.caban).differences == []

    with inside(cast.poste):
        pause.contract = contract
        remove_break(pause=pause)
    assert verify(cast.caban).differences != []
    sweep(federations=[cast.caban])
    assert stocks(cast, dt.date(2026, 4, 30))["", ""] == (2, Decimal("1.3"))
    assert verify(cast.caban).differences == []

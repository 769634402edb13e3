"""Heads and FTE of a day change without any write: month ends are kept, the daily job adds the latest day."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from network.figures.models import Stock, Sweep
from network.figures.selectors import moment_of
from network.figures.selectors import stocks as read_stocks
from network.figures.services import sweep
from network.figures.verification import verify
from tenants.registry.models import Affiliation
from tenants.staff.models import Contract
from tests.conftest import Cast, inside
from tests.figures.conftest import Writing, sign_contract, stocks

TODAY = dt.date(2026, 5, 20)


@pytest.fixture(autouse=True)
def _the_day_is_known(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr("network.figures.services.timezone.localdate", lambda: TODAY)
    yield
    for federation in (cast.caban, cast.loire):
        assert verify(federation).differences == []


def test_a_contract_counts_on_each_month_end_from_its_start_to_its_last_day_included(
    cast: Cast, writing: Writing
) -> None:
    with writing(cast.poste):
        sign_contract(dt.date(2026, 1, 31), dt.date(2026, 3, 31))

    assert stocks(cast.caban) == {
        ("2026-01-31", ""): 1, ("2026-02-28", ""): 1, ("2026-03-31", ""): 1, ("2026-05-20", ""): 0,
    }  # fmt: skip


def test_fte_is_q_over_s_and_a_volunteer_counts_as_a_head_only(cast: Cast, writing: Writing) -> None:
    with writing(cast.poste):
        sign_contract(TODAY, type="cdi", hours_per_week=19, full_time_hours=38)
        sign_contract(TODAY, type="art60", hours_per_week=38, full_time_hours=38)
        sign_contract(TODAY, type="volunteer", hours_per_week=4, full_time_hours=38)

    with inside(cast.caban):
        whole = Stock.objects.get(figure="contracts", dimension="")
        volunteers = Stock.objects.get(figure="contracts", dimension="type", value="volunteer")
    assert (whole.heads, whole.fte) == (3, Decimal("1.5"))
    assert (volunteers.heads, volunteers.fte) == (1, 0)


def test_editing_a_contract_changes_the_past(cast: Cast, writing: Writing) -> None:
    with writing(cast.poste):
        sign_contract(dt.date(2026, 1, 1), dt.date(2026, 12, 31))
    with writing(cast.poste):
        Contract.objects.update(ended_on=dt.date(2026, 2, 10))

    assert {day for (day, _), heads in stocks(cast.caban).items() if heads} == {"2026-01-31"}


def test_a_deleted_contract_leaves_no_stock(cast: Cast, writing: Writing) -> None:
    with writing(cast.poste):
        sign_contract(dt.date(2026, 1, 1))
    with writing(cast.poste):
        Contract.objects.all().delete()

    assert stocks(cast.caban) == {}


def test_the_daily_job_takes_the_day_without_any_write_and_contracts_end_by_themselves(
    cast: Cast, writing: Writing
) -> None:
    with writing(cast.poste):
        sign_contract(dt.date(2026, 4, 1), dt.date(2026, 5, 21))

    sweep(stock_day=dt.date(2026, 5, 21))
    assert stocks(cast.caban)["2026-05-21", ""] == 1
    sweep(stock_day=dt.date(2026, 5, 22))

    with inside(cast.caban):
        assert Sweep.objects.get().stock_day == dt.date(2026, 5, 22)
        [latest] = read_stocks(moment_of(dt.date(2026, 5, 22)), [""], epn_ids=[cast.poste.pk])
        assert latest.heads == 0
        [month_end] = read_stocks(moment_of(dt.date(2026, 4, 30)), [""], epn_ids=[cast.poste.pk])
        assert month_end.heads == 1


def test_a_second_sweep_of_the_same_day_changes_nothing(cast: Cast, writing: Writing) -> None:
    with writing(cast.poste):
        sign_contract(dt.date(2026, 4, 1))
    sweep(stock_day=TODAY)
    before = stocks(cast.caban)

    [result] = [one for one in sweep(stock_day=TODAY) if one.federation == "caban"]

    assert result.refreshed == 0
    assert stocks(cast.caban) == before


def test_a_write_after_midnight_keeps_the_day_that_the_last_sweep_vouches_for(cast: Cast, writing: Writing) -> None:
    with writing(cast.poste):
        sign_contract(dt.date(2026, 5, 1), TODAY)
    sweep(stock_day=TODAY - dt.timedelta(days=1))

    with writing(cast.poste):
        sign_contract(TODAY, TODAY + dt.timedelta(days=9))

    assert stocks(cast.caban) == {("2026-05-19", ""): 1, ("2026-05-20", ""): 2}
    assert verify(cast.caban).differences == []
    sweep(stock_day=TODAY + dt.timedelta(days=1))
    assert stocks(cast.caban)["2026-05-21", ""] == 1
    assert verify(cast.caban).differences == []


def test_an_epn_whose_last_contract_ended_since_the_sweep_is_read_as_empty(cast: Cast, writing: Writing) -> None:
    with writing(cast.poste):
        sign_contract(dt.date(2026, 5, 1), dt.date(2026, 12, 31))
    sweep(stock_day=TODAY - dt.timedelta(days=1))
    with writing(cast.poste):
        Contract.objects.update(ended_on=TODAY - dt.timedelta(days=1))

    with inside(cast.caban):
        cells = read_stocks(moment_of(TODAY), ["", "type"], epn_ids=[cast.poste.pk])

    assert [(one.dimension, one.heads) for one in cells] == [("", 0)]


def test_contracts_ending_within_3_6_and_12_months_overlap(cast: Cast, writing: Writing) -> None:
    with writing(cast.poste):
        for months in (2, 5, 11, 13):
            end = dt.date(2026 + (4 + months) // 12, (4 + months) % 12 + 1, 20)
            sign_contract(TODAY, end)
        sign_contract(TODAY, None)

    within = stocks(cast.caban, "contracts_ending", "within")
    assert within == {("2026-05-20", "3"): 1, ("2026-05-20", "6"): 2, ("2026-05-20", "12"): 3}


def test_stocks_follow_a_dated_change_of_federation(cast: Cast, writing: Writing) -> None:
    april = dt.date(2026, 4, 1)
    Affiliation.objects.filter(epn=cast.poste).update(until=april)
    Affiliation.objects.create(epn=cast.poste, federation=cast.loire, since=april)

    with writing(cast.poste):
        sign_contract(dt.date(2026, 2, 1))

    assert set(stocks(cast.caban)) == {("2026-02-28", ""), ("2026-03-31", "")}
    assert set(stocks(cast.loire)) == {("2026-04-30", ""), ("2026-05-20", "")}


def test_stocks_of_an_epn_that_came_back_are_in_both_stretches(cast: Cast, writing: Writing) -> None:
    march, april = dt.date(2026, 3, 1), dt.date(2026, 4, 1)
    Affiliation.objects.filter(epn=cast.poste).update(until=march)
    Affiliation.objects.create(epn=cast.poste, federation=cast.loire, since=march, until=april)
    Affiliation.objects.create(epn=cast.poste, federation=cast.caban, since=april)

    with writing(cast.poste):
        sign_contract(dt.date(2026, 2, 1))
    with writing(cast.poste):
        Contract.objects.update(note="again")

    assert set(stocks(cast.caban)) == {("2026-02-28", ""), ("2026-04-30", ""), ("2026-05-20", "")}
    assert set(stocks(cast.loire)) == {("2026-03-31", "")}

"""What of the time ahead crosses to the federation: when it is counted, when it isn't, and that it is verified."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from contextlib import AbstractContextManager
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction

from network.figures.models import Outlook
from network.figures.outlook import counting
from network.figures.outlook.catalogue import OUTLOOKS
from network.figures.services import sweep
from network.figures.verification import verify
from tenants.article60.services import save_convention
from tenants.cover.enums import WeekState
from tenants.cover.selectors import outlook
from tenants.premises.closings.services import add_closing
from tenants.premises.models import Site
from tenants.premises.services import edit_site, retire_site
from tenants.registry.hooks import epn_written
from tenants.registry.models import Affiliation
from tenants.staff.models import Contract
from tenants.staff.services import end_contract
from tests.conftest import Cast, as_owner_of, inside
from tests.cover.conftest import TODAY, open_at, sign
from tests.figures.conftest import log_visit

Committed = Callable[[], AbstractContextManager[Any]]


def cells(cast: Cast, figure: str, dimension: str = "") -> dict[str, tuple[Any, ...]]:
    with inside(cast.caban):
        found = Outlook.objects.filter(epn_id=cast.poste.pk, figure=figure, dimension=dimension).order_by("value")
        return {one.value: (float(one.count), one.people, float(one.hours), float(one.fte)) for one in found}


def test_the_federation_gets_the_time_ahead_in_numbers(cliff: Cast) -> None:
    # Until 30 January 35 hours for 28; in February and March 7 for 28, then nobody: 21 of 28 hours are 6 half-days.
    lost = cells(cliff, "uncovered", "month")
    assert lost["2027-02"] == (24, 0, 84, 0)  # four weeks of 6
    # 29 March, Easter Monday, belongs to the week of 1 April: Tuesday and Wednesday with Zoé, Thursday with nobody.
    assert set(lost) == {f"2027-{number:02}" for number in range(2, 12)}
    assert "2026-11" not in cells(cliff, "weeks_nobody", "month")
    assert cells(cliff, "weeks_nobody", "month")["2027-04"] == (4, 0, 0, 0)
    assert cells(cliff, "weeks_one_person", "month")["2027-02"] == (4, 0, 0, 0)
    assert cells(cliff, "staff") == {"": (0, 2, 35, round(35 / 38, 10))}
    assert cells(cliff, "staff", "holding")["art60"] == (0, 1, 28, round(28 / 38, 10))
    assert cells(cliff, "staff_ahead", "month")["2027-02"] == (0, 1, 7, round(7 / 38, 10))
    assert "2027-03" in cells(cliff, "staff_ahead", "month") and "2027-04" not in cells(cliff, "staff_ahead", "month")
    assert {key: cell[1:3] for key, cell in cells(cliff, "staff_ending", "within").items()} == {
        "3": (1, 28), "6": (2, 35), "12": (2, 35),
    }  # fmt: skip
    assert cells(cliff, "staff_ending", "month×holding").keys() == {"2027-01×art60", "2027-03×ending"}
    with inside(cliff.caban):
        assert not Outlook.objects.exclude(epn_id=cliff.poste.pk).exists()
        assert set(Outlook.objects.values_list("figure", flat=True)) == set(OUTLOOKS)
        assert all(not any(letter in one.value for letter in "BZ") for one in Outlook.objects.all())


def test_a_month_adds_up_to_the_figure_and_the_figure_to_the_page(cliff: Cast) -> None:
    with inside(cliff.poste):
        page = outlook(TODAY)

    for figure in ("opening", "uncovered", "weeks_nobody", "weeks_one_person", "staff_ending"):
        whole = cells(cliff, figure)[""]
        months = [sum(column) for column in zip(*cells(cliff, figure, "month").values(), strict=True)]
        assert months == pytest.approx(whole), figure
    assert float(page.uncovered) == pytest.approx(cells(cliff, "uncovered")[""][0])
    assert (len(page.nobody), page.half_days) == (cells(cliff, "weeks_nobody")[""][0], cells(cliff, "opening")[""][0])


def test_it_is_counted_after_a_write_to_staff_or_hours_and_never_after_a_visit(
    cliff: Cast, committed: Committed, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken: list[dt.date] = []
    counted = counting.count_outlook

    def count(day: dt.date) -> Any:
        taken.append(day)
        return counted(day)

    monkeypatch.setattr("network.figures.services.count_outlook", count)

    with committed(), inside(cliff.poste), transaction.atomic():
        log_visit(TODAY)
        epn_written()
    assert taken == []

    with inside(cliff.poste):
        site = Site.objects.get()
        with committed():
            edit_site(site=site, phone="02 000 01 07")
        assert taken == []
        with committed():
            edit_site(site=site, opening_hours="Mo 09:00-13:00")
        assert taken == [TODAY]
        with committed():
            zoe = sign(cliff.poste, "Yasmina", dt.date(2027, 5, 31))
        with committed():
            end_contract(contract=zoe, ended_on=dt.date(2026, 10, 31))
        with committed():
            second = Site.objects.create(name="Antenne", opening_hours="Tu 09:00-13:00")
            retire_site(site=second)
        assert taken == [TODAY] * 4
        # One half-day a week, on Monday. Closed for two weeks, the EPN asks for nobody then.
        april = cells(cliff, "opening", "month")["2027-04"][0]
        with committed():
            add_closing(first_day=dt.date(2027, 4, 5), last_day=dt.date(2027, 4, 18))
        assert taken == [TODAY] * 5
    assert cells(cliff, "opening", "month")["2027-04"][0] == april - 2
    with inside(cliff.poste):
        assert [one.monday for one in outlook(TODAY).weeks_in(WeekState.CLOSED)] == [
            dt.date(2027, 4, 5), dt.date(2027, 4, 12),
        ]  # fmt: skip
    assert verify(cliff.caban).differences == []


def test_the_daily_sweep_takes_it_for_the_day_and_an_epn_that_left_keeps_none(cliff: Cast) -> None:
    later = dt.date(2027, 2, 1)

    sweep(federations=[cliff.caban], stock_day=later)

    with inside(cliff.caban):
        assert set(Outlook.objects.values_list("day", flat=True)) == {later}
        # An EPN without anybody has a row too: its outlook was taken.
        assert Outlook.objects.filter(epn_id=cliff.abattoirs.pk, figure="staff", people=0).count() == 1
    assert verify(cliff.caban).differences == []
    Affiliation.objects.filter(epn=cliff.poste).update(until=later + dt.timedelta(days=1))
    assert {one.kind for one in verify(cliff.caban).differences} == {"outlook"}
    sweep(federations=[cliff.caban], stock_day=later + dt.timedelta(days=2))
    with inside(cliff.caban):
        assert not Outlook.objects.filter(epn_id=cliff.poste.pk).exists()
    assert verify(cliff.caban).differences == []


def test_tampering_is_named_and_repaired(cliff: Cast) -> None:
    assert verify(cliff.caban).differences == []
    with as_owner_of(cliff.caban):
        Outlook.objects.filter(figure="weeks_nobody", dimension="month", value="2027-04").update(count=1)
        Outlook.objects.filter(figure="staff", dimension="").update(people=9)
        Outlook.objects.create(
            epn_id=999, day=TODAY, figure="staff", dimension="", value="", count=0, people=1, hours=9, fte=0
        )

    found = verify(cliff.caban, repair=True).differences

    assert [str(one).split(": ")[0] for one in found] == [
        "outlook caban/rue-de-la-poste 2026-11-02 staff",
        "outlook caban/rue-de-la-poste 2026-11-02 weeks_nobody month=2027-04",
        "outlook caban/999 2026-11-02 staff",
    ]
    assert found[1].counted[0] == Decimal(4)
    assert verify(cliff.caban).differences == []


def test_hours_written_by_hand_leave_a_mark(cliff: Cast) -> None:
    open_at(cliff.poste, "Mo 09:00-13:00")  # nobody waits for this commit

    assert {one.kind for one in verify(cliff.caban).differences} == {"outlook"}
    assert [one.refreshed for one in sweep(federations=[cliff.caban], stock_day=TODAY)] == [2]
    assert verify(cliff.caban).differences == []


def test_the_date_of_the_cpas_wins_over_the_planned_end(cliff: Cast, committed: Committed) -> None:
    """Planned until 30 January; the CPAS says 30 April: Bram stays for February and March."""
    with committed(), inside(cliff.poste):
        save_convention(contract=Contract.objects.get(type="art60"), cpas_end=dt.date(2027, 4, 30))

    assert cells(cliff, "staff_ending", "month×holding").keys() == {"2027-03×ending", "2027-04×art60"}
    assert "2027-02" not in cells(cliff, "uncovered", "month")
    assert verify(cliff.caban).differences == []
    with committed(), inside(cliff.poste):
        save_convention(contract=Contract.objects.get(type="art60"), cpas_end=dt.date(2026, 10, 31))
    assert cells(cliff, "staff")[""][1:3] == (1, 7)  # the CPAS has ended it already
    assert verify(cliff.caban).differences == []

"""Dates that were held move the federation's figures by exactly what was noted; those called off, by nothing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection

from network.figures.services import sweep
from network.figures.verification import verify
from tenants.premises.models import Site
from tenants.workshops.models import Series, SeriesDate
from tenants.workshops.services import (
    add_dates,
    cancel_date,
    change_date,
    change_series,
    create_series,
    move_date,
    record_attendance,
    reopen_date,
)
from tests.conftest import Cast, as_owner_of, inside
from tests.figures.conftest import JUNE, MAY, totals

Plan = Callable[..., SeriesDate]
Committed = Callable[..., Any]


@pytest.fixture(autouse=True)
def _nothing_differs_in_the_end(cast: Cast) -> Iterator[None]:
    yield
    sweep()
    for federation in (cast.caban, cast.loire):
        assert verify(federation).differences == []


@pytest.fixture
def held(cast: Cast, django_capture_on_commit_callbacks: Committed) -> Plan:
    """A date of two hours in Rue de la Poste that was held, with what a test says of it."""

    def made(
        day: dt.date = MAY, *, animators: int = 1, series: dict[str, Any] | None = None, **said: Any
    ) -> SeriesDate:
        people = [cast.bram.pk, cast.amina.pk][:animators]
        plain = {"title": "E-mail", "themes": ["email"], "capacity": 12, "animators": people}
        with inside(cast.poste), django_capture_on_commit_callbacks(execute=True):
            made_series = create_series(**{**plain, "site_id": Site.objects.get().pk, **(series or {})})
            date = add_dates(
                series=made_series, dates=[{"date": day, "starts_at": dt.time(9), "ends_at": dt.time(11)}]
            )[0]
            return record_attendance(series_date=date, **{"total": 10, **said})

    return made


def test_a_date_its_people_and_its_minutes(cast: Cast, held: Plan) -> None:
    held(animators=2, total=10, series={"kind": "course", "level": "alone"})
    held(JUNE, animators=0, total=0)

    assert totals(cast.caban, "workshops") == {("2026-05", ""): (1, 10, 240), ("2026-06", ""): (1, 0, 120)}
    assert totals(cast.caban, "workshop_hours") == {("2026-05", ""): (1200, 10, 120), ("2026-06", ""): (0, 0, 120)}
    assert totals(cast.caban, "workshops", "commune")["2026-05", "21015"] == (1, 10, 240)
    assert totals(cast.caban, "workshops", "mode")["2026-05", "course"] == (1, 10, 240)
    assert totals(cast.caban, "workshops", "level") == {("2026-05", "alone"): (1, 10, 240)}


def test_themes_overlap_and_margins_are_counts(cast: Cast, held: Plan) -> None:
    held(series={"themes": ["email", "security"]}, margins={
        "gender": {"woman": 6, "man": 3}, "age_band": {"60_69": 10}, "audience": {"senior": 10, "women": 6},
    })  # fmt: skip

    assert totals(cast.caban, "workshops", "theme") == {
        ("2026-05", "email"): (1, 10, 120), ("2026-05", "security"): (1, 10, 120),
    }  # fmt: skip
    women, men = (totals(cast.caban, "workshops", "gender")["2026-05", code] for code in ("woman", "man"))
    assert (women, men) == ((1, 6, 0), (1, 3, 0))
    assert totals(cast.caban, "workshops", "age_band") == {("2026-05", "60_69"): (1, 10, 0)}
    assert totals(cast.caban, "workshops", "audience")["2026-05", "women"] == (1, 6, 0)
    assert totals(cast.caban, "visits") == {}


def test_each_change_moves_them_at_once(cast: Cast, held: Plan, django_capture_on_commit_callbacks: Committed) -> None:
    date = held(total=10)

    def after(change: Callable[[], object]) -> dict[tuple[str, str], tuple[int, int, int]]:
        with inside(cast.poste), django_capture_on_commit_callbacks(execute=True):
            change()
        return totals(cast.caban, "workshops")

    assert after(lambda: record_attendance(series_date=date, total=7)) == {("2026-05", ""): (1, 7, 120)}
    assert after(lambda: change_date(series_date=date, date=JUNE)) == {("2026-06", ""): (1, 7, 120)}
    assert after(lambda: change_date(series_date=date, ends_at=dt.time(12))) == {("2026-06", ""): (1, 7, 180)}

    def rename_theme() -> object:
        return change_series(series=Series.objects.get(pk=date.series_id), themes=["bank"], kind="course")

    after(rename_theme)
    assert totals(cast.caban, "workshops", "theme") == {("2026-06", "bank"): (1, 7, 180)}
    assert after(lambda: reopen_date(series_date=date)) == {}


def test_cancelled_and_moved_dates_count_in_nothing(
    cast: Cast, held: Plan, django_capture_on_commit_callbacks: Committed
) -> None:
    date = held(total=4)
    with inside(cast.poste), django_capture_on_commit_callbacks(execute=True):
        reopen_date(series_date=date)
        move_date(series_date=date, reason="", date=JUNE)
        cancel_date(series_date=SeriesDate.objects.get(date=JUNE), reason="")

    assert totals(cast.caban, "workshops") == {}
    assert totals(cast.caban, "workshop_hours") == {}


@pytest.mark.parametrize(
    "statement",
    [
        "TRUNCATE workshops_series CASCADE",
        "DELETE FROM workshops_seriesdate",
        "UPDATE workshops_seriesdate SET total = 5, date = '2026-06-04'",
        "UPDATE workshops_series SET themes = '{bank}'",
    ],
)
def test_raw_sql_leaves_marks_for_the_sweeper(cast: Cast, held: Plan, statement: str) -> None:
    held(total=10)
    with as_owner_of(cast.poste), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(statement)
    assert totals(cast.caban, "workshops") == {("2026-05", ""): (1, 10, 120)}

    sweep()

    expected = {"UPDATE workshops_seriesdate": {("2026-06", ""): (1, 5, 120)},
                "UPDATE workshops_series": {("2026-05", ""): (1, 10, 120)}}  # fmt: skip
    assert totals(cast.caban, "workshops") == expected.get(" ".join(statement.split()[:2]), {})

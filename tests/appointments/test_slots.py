"""Which times can be given: values in, values out."""

from __future__ import annotations

import datetime as dt

import pytest

from tenants.appointments.slots import DayOfSlots, day_of_slots, first_free_place, hours_of
from tenants.premises.opening_hours import parse

MONDAY = dt.date(2026, 11, 9)
LONG_AGO = dt.datetime(2026, 1, 5, 8, tzinfo=dt.UTC)


def slots(osm: str, day: dt.date = MONDAY, *, country: str = "be", **said: object) -> DayOfSlots:
    hours = hours_of(parse(osm), day, country)
    plain = {"minutes": 30, "places": 1, "taken": [], "now": LONG_AGO}
    return day_of_slots(hours, day, country=country, **{**plain, **said})  # type: ignore[arg-type]


def starts(found: DayOfSlots) -> list[int]:
    return [one.starts for one in found.free]


def test_slots_follow_one_another_and_the_last_one_ends_in_time() -> None:
    assert starts(slots("Mo 09:00-10:45")) == [540, 570, 600]
    assert starts(slots("Mo 09:00-10:00,13:00-13:30")) == [540, 570, 780]
    assert starts(slots("Mo 09:00-10:45", minutes=60)) == [540]
    assert starts(slots("Mo 09:00-09:20")) == []
    assert starts(slots("Mo 23:00-24:00")) == [1380, 1410]


def test_a_closed_day_gives_none_and_says_so() -> None:
    assert slots("Tu 09:00-12:00") == DayOfSlots(MONDAY, [], is_open=False)
    assert slots("off").slots == []


def test_what_is_taken_is_taken_off_whatever_its_length() -> None:
    assert starts(slots("Mo 09:00-11:00", taken=[(540, 570)])) == [570, 600, 630]
    assert starts(slots("Mo 09:00-11:00", taken=[(555, 615)])) == [630]
    assert [one.free for one in slots("Mo 09:00-10:00", places=3, taken=[(540, 570), (540, 570)]).slots] == [1, 3]
    assert starts(slots("Mo 09:00-10:00", places=1, taken=[(540, 570), (540, 570)])) == [570]


@pytest.mark.parametrize(
    ("day", "clock", "left"),
    [(9, "08:59", [540, 570]), (9, "09:00", [540, 570]), (9, "09:01", [570]), (9, "12:00", []), (10, "00:00", [])],
)
def test_what_has_begun_is_not_given(day: int, clock: str, left: list[int]) -> None:
    now = dt.datetime.combine(MONDAY.replace(day=day), dt.time.fromisoformat(clock), dt.UTC)

    assert starts(slots("Mo 09:00-10:00", now=now)) == left


def test_hours_by_appointment_give_slots_that_say_so() -> None:
    found = slots('Mo 09:00-10:00, Mo 13:00-14:00 "sur RDV"')

    assert [(one.starts, one.comment) for one in found.slots] == [
        (540, ""),
        (570, ""),
        (780, "sur RDV"),
        (810, "sur RDV"),
    ]


@pytest.mark.parametrize(
    ("osm", "first", "last"),
    [('Mo "sur RDV"', 540, 990), ('Mo "matin sur RDV"', 540, 690), ('Mo "après-midi sur RDV"', 780, 990),
     ('Mo 09:00-12:00, Mo "après-midi sur RDV"', 540, 990)],
)  # fmt: skip
def test_half_a_day_by_appointment_without_hours_has_the_usual_ones(osm: str, first: int, last: int) -> None:
    found = slots(osm)

    assert (found.slots[0].starts, found.slots[-1].starts) == (first, last)
    assert found.slots[-1].comment == "sur RDV"


def test_known_hours_win_over_the_usual_ones() -> None:
    found = slots('Mo 14:00-15:00, Mo "après-midi sur RDV"')

    assert [one.comment for one in found.slots] == ["", ""]


def test_a_public_holiday_is_closed_where_the_hours_say_so_and_named_elsewhere() -> None:
    armistice = dt.date(2026, 11, 11)

    assert slots("Mo-Fr 09:00-12:00; PH off", armistice).slots == []
    kept = slots("Mo-Fr 09:00-12:00", armistice)
    assert kept.is_holiday and len(kept.slots) == 6
    assert not slots("Mo-Fr 09:00-12:00; PH off", dt.date(2026, 7, 21), country="fr").is_holiday


def test_a_stop_on_the_road_opens_a_door() -> None:
    assert [(one.start, one.end) for one in hours_of(None, MONDAY, "fr", [(600, 720)])] == [(600, 720)]
    both = hours_of(parse("Mo 09:30-12:30"), MONDAY, "fr", [(570, 990)])
    assert [(one.start, one.end) for one in both] == [(570, 750)]


def test_the_lowest_place_is_taken_first() -> None:
    assert [first_free_place(2, taken) for taken in ([], [1], [2], [1, 2], [3])] == [1, 2, 1, None, 1]

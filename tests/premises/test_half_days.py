"""Fourteen half-day cells of a spreadsheet, in free French, and the week that they tell."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tenants.premises.enums import DoubtReason
from tenants.premises.opening_hours import HALF_DAYS, from_half_days, half_day, parse


def test_the_fourteen_cells_have_keys_from_monday_morning_to_sunday_afternoon() -> None:
    assert HALF_DAYS[0] == half_day(0, "am") == "mo_am"
    assert HALF_DAYS[-1] == half_day(6, "pm") == "su_pm"
    assert len(HALF_DAYS) == 14


@pytest.mark.parametrize(
    ("value", "osm"),
    [
        ("8h30-12h", "Mo 08:30-12:00"),
        ("09h-12h", "Mo 09:00-12:00"),
        ("9h-12h30", "Mo 09:00-12:30"),
        ("8h30 à 12h", "Mo 08:30-12:00"),
        ("de 8 h 30 à 12 h", "Mo 08:30-12:00"),
        ("8:30-12:00", "Mo 08:30-12:00"),
        ("8.30-12.00", "Mo 08:30-12:00"),
        ("9h00 - 12h00", "Mo 09:00-12:00"),
        ("9h\N{EN DASH}12h", "Mo 09:00-12:00"),
        ("9H-12H", "Mo 09:00-12:00"),
        ("9h-midi", "Mo 09:00-12:00"),
        ("9-12", "Mo 09:00-12:00"),
        ("9h-18h", "Mo 09:00-18:00"),
        ("9h-12h/14h-17h", "Mo 09:00-12:00,14:00-17:00"),
        ("9h-12h et 14h-17h", "Mo 09:00-12:00,14:00-17:00"),
        ("9h-12h sur RDV", 'Mo 09:00-12:00 "sur RDV"'),
        ("uniquement sur rendez-vous", 'Mo "matin sur RDV"'),
        ("sur RDV", 'Mo "matin sur RDV"'),
        ("RDV", 'Mo "matin sur RDV"'),
        ("", ""),
        ("  ", ""),
        ("-", ""),
        ("fermé", ""),
        ("FERMÉ", ""),
    ],
)
def test_a_cell_that_is_clear_becomes_hours_without_a_doubt(value: str, osm: str) -> None:
    read = from_half_days({"mo_am": value})

    assert read.osm == osm
    assert read.doubts == []


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("x", DoubtReason.HOURS_MISSING),
        ("X", DoubtReason.HOURS_MISSING),
        ("matin", DoubtReason.HOURS_MISSING),
        ("9h", DoubtReason.ONE_TIME),
        ("à partir de 9h", DoubtReason.ONE_TIME),
        ("14h-12h", DoubtReason.END_BEFORE_START),
        ("22h-2h", DoubtReason.END_BEFORE_START),
        ("25h-26h", DoubtReason.NOT_A_TIME),
        ("9h75-12h", DoubtReason.NOT_A_TIME),
        ("1er et 3e lundi", DoubtReason.NOT_READABLE),
        ("9h-12h (sauf vacances)", DoubtReason.NOT_READABLE),
        ("=1+1", DoubtReason.NOT_READABLE),
        ("<b>9h</b>", DoubtReason.NOT_READABLE),
        ("9h-12h\0", DoubtReason.NOT_READABLE),
        ("9h-12h " * 100, DoubtReason.NOT_READABLE),
    ],
)
def test_a_cell_that_is_not_clear_is_kept_as_it_is_and_flagged(value: str, reason: DoubtReason) -> None:
    read = from_half_days({"mo_am": value, "tu_am": "9h-12h"})

    assert read.osm == "Tu 09:00-12:00"
    assert [(doubt.key, doubt.value, doubt.reason, doubt.in_hours) for doubt in read.doubts] == [
        ("mo_am", value, reason, False)
    ]


def test_days_that_are_alike_are_merged() -> None:
    weekdays = dict.fromkeys(HALF_DAYS[:10:2], "8h30-12h") | dict.fromkeys(HALF_DAYS[1:10:2], "13h30-17h")

    read = from_half_days(weekdays | {"sa_am": "9h-12h", "sa_pm": "-", "su_am": "-"})

    assert read.osm == "Mo-Fr 08:30-12:00,13:30-17:00; Sa 09:00-12:00"
    assert read.doubts == []


def test_a_morning_and_an_afternoon_that_touch_are_one_period() -> None:
    read = from_half_days({"mo_am": "8h30-12h", "mo_pm": "12h-16h30"})

    assert read.osm == "Mo 08:30-16:30"
    assert read.doubts == []


def test_a_morning_and_an_afternoon_that_overlap_are_joined_and_flagged() -> None:
    read = from_half_days({"mo_am": "9h-13h", "mo_pm": "12h-17h"})

    assert read.osm == "Mo 09:00-17:00"
    assert [(doubt.key, doubt.reason, doubt.in_hours) for doubt in read.doubts] == [
        ("mo_pm", DoubtReason.OVERLAP, True)
    ]


def test_an_overlap_with_hours_by_appointment_is_left_to_a_person() -> None:
    read = from_half_days({"mo_am": "9h-14h sur RDV", "mo_pm": "13h-17h"})

    assert read.osm == 'Mo 09:00-14:00 "sur RDV"'
    assert [(doubt.key, doubt.reason, doubt.in_hours) for doubt in read.doubts] == [
        ("mo_pm", DoubtReason.OVERLAP, False)
    ]


def test_the_same_hours_with_and_without_appointment_are_left_to_a_person() -> None:
    read = from_half_days({"sa_am": "9h-12h", "sa_pm": "9h-12h RDV"})

    assert read.osm == "Sa 09:00-12:00"
    assert [(doubt.key, doubt.reason, doubt.in_hours) for doubt in read.doubts] == [
        ("sa_pm", DoubtReason.OVERLAP, False)
    ]


def test_a_morning_that_was_filled_with_the_afternoon_is_flagged_once() -> None:
    read = from_half_days({"mo_am": "13h30-16h30", "mo_pm": "13h30-16h30"})

    assert read.osm == "Mo 13:30-16:30"
    assert [(doubt.key, doubt.reason) for doubt in read.doubts] == [("mo_am", DoubtReason.OTHER_HALF)]


def test_a_whole_day_by_appointment_is_said_once() -> None:
    assert from_half_days({"mo_am": "RDV", "mo_pm": "sur rdv"}).osm == 'Mo "sur RDV"'


def test_a_condition_is_shown_and_flagged() -> None:
    read = from_half_days({"sa_am": "souscondition", "sa_pm": "souscondition"})

    assert read.osm == 'Sa "sous condition"'
    assert {(doubt.reason, doubt.in_hours) for doubt in read.doubts} == {(DoubtReason.CONDITION, True)}


def test_closed_is_only_known_when_every_half_day_says_so() -> None:
    assert from_half_days(dict.fromkeys(HALF_DAYS, "-")).osm == "off"
    assert from_half_days(dict.fromkeys(HALF_DAYS[:4], "-")).osm == ""


def test_a_column_that_is_no_half_day_is_flagged() -> None:
    read = from_half_days({"mo_am": "9h-12h", "lundi soir": "18h-20h"})

    assert [(doubt.key, doubt.reason) for doubt in read.doubts] == [("lundi soir", DoubtReason.UNKNOWN_COLUMN)]


# The first text of a run waits for the tables of Unicode, which is no slowness of ours.
at_ease = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
words = st.sampled_from(["9h-12h", "8h30", "-", "RDV", "sous condition", "14h-17h", "x", "à", "et", "/", "25h", "\0"])


@at_ease
@given(st.dictionaries(st.sampled_from(HALF_DAYS), st.lists(words, max_size=4).map(" ".join) | st.text(max_size=12)))
def test_no_cell_is_dropped_and_the_result_can_be_read_again(cells: dict[str, str]) -> None:
    read = from_half_days(cells)

    week = parse(read.osm) if read.osm else None
    if week is not None:
        assert week.to_osm() == read.osm
    flagged = {doubt.key for doubt in read.doubts}
    for key, value in cells.items():
        alone = from_half_days({key: value})
        says_closed = not alone.osm and not alone.doubts
        is_open = week is not None and bool(week.days[HALF_DAYS.index(key) // 2])
        assert says_closed or key in flagged or is_open

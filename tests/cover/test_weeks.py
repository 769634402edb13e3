"""Weeks against hand-counted ones, and against a count that was written apart, from other facts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maillage.reference.holidays import public_holidays
from tenants.cover.ends import add_months, ends, staff_ahead, staff_by_holding
from tenants.cover.engagements import Engagement
from tenants.cover.enums import Holding, WeekState
from tenants.cover.timetable import Place, of_weekday, timetable
from tenants.cover.weeks import Week, weeks
from tenants.premises.opening_hours import parse
from tenants.staff.terms import Stretch

MONDAY = dt.date(2026, 11, 2)
YEAR = MONDAY + dt.timedelta(days=53 * 7 - 1)
DAY = dt.timedelta(days=1)
FULL_TIME = Decimal(38)


def place(hours: str, *closed: dt.date) -> Place:
    return Place(parse(hours), "be", frozenset(closed))


FOUR_DAYS = place("Mo-Th 09:00-13:00,14:00-17:00; PH off")


def somebody(
    number: int, hours: str, begins: dt.date = MONDAY, ends: dt.date | None = None, kind: str = "cdi", breaks=()
) -> Engagement:
    stretches, first = [], begins
    for since, until in breaks:
        stretches.append(Stretch(first, since - DAY, Decimal(hours), FULL_TIME))
        first = until + DAY
    stretches.append(Stretch(first, ends or YEAR, Decimal(hours), FULL_TIME))
    return Engagement(number, number, kind, kind != "volunteer", begins, ends, tuple(stretches))


def first_weeks(places: Iterable[Place], *people: Engagement, count: int = 1) -> list[Week]:
    return weeks(timetable(places, MONDAY, YEAR), people, MONDAY, count)


def week(*people: Engagement, places: tuple[Place, ...] = (FOUR_DAYS,)) -> Week:
    return first_weeks(places, *people)[0]


@pytest.mark.parametrize(
    ("hours", "minutes", "half_days"),
    [
        ("Mo 09:00-13:00,14:00-17:00", 420, 2),  # with a break at noon
        ("Mo 09:00-17:00", 480, 2),  # without
        ("Mo 08:30-13:30", 300, 1),  # a long morning
        ("Mo 12:00-16:00", 240, 1),  # an afternoon that begins early
        ("Mo 12:00-14:00", 120, 1),  # over lunch
        ("Mo 18:00-20:00", 120, 1),  # an evening
        ("Mo 09:00-10:00,11:00-12:00", 120, 1),  # twice in one morning
        ('Mo 09:00-12:00 "sur RDV"', 0, 0),  # asks for nobody who waits
        ("off", 0, 0),
    ],
)
def test_a_day_asks_for_its_minutes_in_half_days(hours: str, minutes: int, half_days: int) -> None:
    found = of_weekday(parse(hours).days[0])

    assert (found.minutes, found.half_days) == (minutes, half_days)


@pytest.mark.parametrize(
    ("people", "uncovered", "share", "state"),
    [
        ([somebody(1, "28")], "0", 1, WeekState.ONE),
        ([somebody(1, "38")], "0", 1, WeekState.ONE),  # more than is asked for covers no more
        ([somebody(1, "19"), somebody(2, "9")], "0", 1, WeekState.HELD),
        ([somebody(1, "14")], "4", 0.5, WeekState.SHORT),  # 14 of 28 hours: 4 half-days of 3.5
        ([somebody(1, "21")], "2", 0.75, WeekState.SHORT),
        ([], "8", 0, WeekState.NOBODY),
        # Until Tuesday: 14 of the 28 hours, and nobody in the 4 half-days of Wednesday and Thursday.
        ([somebody(1, "28", ends=MONDAY + DAY)], "4", 0.5, WeekState.SHORT),
        # Until Thursday, the last day that opens: nothing is missed.
        ([somebody(1, "28", ends=MONDAY + 3 * DAY)], "0", 1, WeekState.ONE),
        # From Wednesday on, at half of what is asked for: 4 half-days with nobody, 2 for want of hours.
        ([somebody(1, "14", begins=MONDAY + 2 * DAY)], "6", 0.25, WeekState.SHORT),
        # A break over the whole week.
        ([somebody(1, "28", breaks=[(MONDAY, MONDAY + 6 * DAY)])], "8", 0, WeekState.NOBODY),
    ],
)
def test_a_week_by_hand(people: list[Engagement], uncovered: str, share: float, state: WeekState) -> None:
    found = week(*people)

    assert (found.needed, found.half_days) == (28 * 60, 8)
    assert (found.uncovered, found.share, found.state) == (Decimal(uncovered), share, state)
    assert found.people == len({one.member_id for one in people if one.hours_on(MONDAY) or one.begins > MONDAY})


def test_two_people_of_whom_one_follows_the_other_hold_the_week_but_a_public_holiday_asks_for_nobody() -> None:
    eleventh = MONDAY + 7 * DAY  # 9 to 15 November: Wednesday 11 is a holiday
    people = [somebody(1, "28", ends=eleventh + DAY), somebody(2, "28", begins=eleventh + 2 * DAY)]

    second = first_weeks([FOUR_DAYS], *people, count=2)[1]

    assert (second.needed, second.half_days, second.available, second.uncovered) == (21 * 60, 6, 21 * 60, 0)
    assert (second.people, second.state) == (2, WeekState.HELD)


def test_closed_weeks_unknown_hours_and_two_sites() -> None:
    closed = place("Mo-Th 09:00-13:00", *(MONDAY + number * DAY for number in range(7)))
    unknown = Place(None, "be")

    assert week(places=(closed,)).state == WeekState.CLOSED
    assert week(places=(unknown,)).state == WeekState.NOBODY
    assert week(somebody(1, "28"), places=(unknown,)).state == WeekState.UNKNOWN
    assert week(somebody(1, "28"), places=(unknown,)).share is None
    # Both open at the same time: 32 hours are asked for, and one person can't be in two places.
    both = week(somebody(1, "16"), places=(place("Mo-Th 09:00-13:00"), place("Mo-Th 09:00-13:00"), unknown))
    assert (both.needed, both.uncovered) == (32 * 60, 4)


def test_a_week_belongs_to_the_month_of_its_thursday() -> None:
    found = first_weeks([FOUR_DAYS], count=53)

    assert [one.monday for one in found] == [MONDAY + number * 7 * DAY for number in range(53)]
    assert {one.monday: one.month for one in found}[dt.date(2026, 11, 30)] == dt.date(2026, 12, 1)
    assert {one.monday: one.month for one in found}[dt.date(2026, 12, 28)] == dt.date(2026, 12, 1)


# --- whose work ends ------------------------------------------------------------------------------------------------

JANUARY = dt.date(2027, 1, 31)


def test_an_end_takes_its_hours_along_unless_the_person_goes_on() -> None:
    one = somebody(1, "19", ends=JANUARY, kind="art60")
    goes_on = Engagement(
        2, 1, "cdi", True, JANUARY + DAY, None, (Stretch(JANUARY + DAY, YEAR, Decimal(19), FULL_TIME),)
    )
    for_less = Engagement(3, 1, "cdi", True, JANUARY + 3 * DAY, None,
                          (Stretch(JANUARY + 3 * DAY, YEAR, Decimal(9), FULL_TIME),))  # fmt: skip
    beside = Engagement(4, 1, "cdi", True, MONDAY - DAY, None, (Stretch(MONDAY, YEAR, Decimal(5), FULL_TIME),))
    until = add_months(MONDAY, 12)

    def lost(*people: Engagement) -> list[tuple[int, int, Decimal]]:
        return [(end.contract_id, end.people, end.hours) for end in ends(people, MONDAY, until)]

    assert lost(one) == [(1, 1, 19)]
    assert ends([one], MONDAY, until)[0].fte == Decimal("0.5")
    assert lost(one, goes_on) == []
    assert lost(one, for_less) == [(1, 0, 10)]
    assert lost(one, beside) == [(1, 0, 19)]  # the person stays, these hours don't
    assert lost(somebody(1, "19", ends=JANUARY, breaks=[(JANUARY - DAY, JANUARY)])) == []
    assert lost(somebody(1, "19", begins=MONDAY + DAY, ends=JANUARY)) == []  # isn't there yet
    assert lost(somebody(1, "19", ends=until + DAY)) == []
    two = [somebody(1, "19", ends=JANUARY), Engagement(5, 1, "cdd", True, MONDAY, JANUARY, one.at_work)]
    assert lost(*two) == [(1, 1, 19), (5, 0, 19)]


def test_what_service_rests_on_and_what_is_left_at_each_months_end() -> None:
    people = [
        somebody(1, "38", ends=JANUARY, kind="art60"),
        somebody(2, "19", ends=dt.date(2027, 3, 15), kind="cdd"),
        somebody(3, "8", kind="volunteer"),
        somebody(4, "19", begins=dt.date(2027, 2, 1)),
    ]

    held = staff_by_holding(people, MONDAY)
    ahead = staff_ahead(people, MONDAY)

    assert {kind: (one.people, one.hours, one.fte) for kind, one in held.items()} == {
        Holding.ARTICLE_60: (1, 38, 1), Holding.ENDING: (1, 19, Decimal("0.5")), Holding.APART: (1, 8, 0),
    }  # fmt: skip
    assert [(f"{day:%m-%d}", one.people, one.hours) for day, one in ahead[:5]] == [
        ("11-30", 3, 65), ("12-31", 3, 65), ("01-31", 3, 65), ("02-28", 3, 46), ("03-31", 2, 27),
    ]  # fmt: skip
    assert len(ahead) == 12


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [("2026-11-30", 3, "2027-02-28"), ("2027-11-30", 3, "2028-02-29"), ("2026-12-15", 12, "2027-12-15")],
)
def test_months_are_added_as_people_count_them(day: str, months: int, later: str) -> None:
    assert add_months(dt.date.fromisoformat(day), months) == dt.date.fromisoformat(later)


# --- an independent count ---------------------------------------------------------------------------------------------

SPANS = {"09:00-12:00": (540, 720), "13:30-17:00": (810, 1020), "10:00-16:00": (600, 960)}
people = st.lists(
    st.tuples(st.integers(1, 3), st.integers(1, 40), st.integers(-40, 60), st.integers(0, 60)), max_size=5
)


@settings(max_examples=25, deadline=None)
@given(hours=st.dictionaries(st.integers(0, 6), st.sampled_from(sorted(SPANS)), min_size=1), people=people)
def test_the_weeks_are_those_of_a_plain_count(hours: dict[int, str], people: list[tuple[int, int, int, int]]) -> None:
    names = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
    osm = "; ".join(f"{names[weekday]} {span}" for weekday, span in sorted(hours.items())) + "; PH off"
    contracts = [(who, q, MONDAY + since * DAY, MONDAY + (since + length) * DAY) for who, q, since, length in people]
    engaged = [
        Engagement(at, who, "cdd", True, since, until, (Stretch(since, until, Decimal(q), Decimal(40)),))
        for at, (who, q, since, until) in enumerate(contracts)
    ]

    found = first_weeks([place(osm)], *engaged, count=9)

    halves = {weekday: 2 if span == "10:00-16:00" else 1 for weekday, span in hours.items()}
    minutes = {weekday: SPANS[span][1] - SPANS[span][0] for weekday, span in hours.items()}
    mean = Fraction(sum(minutes.values()), sum(halves.values()))
    for number, one in enumerate(found):
        days = [MONDAY + (7 * number + weekday) * DAY for weekday in sorted(hours)]
        days = [day for day in days if day not in public_holidays(day.year, "be")]
        lost, asked, given_, may_be = Fraction(0), 0, Fraction(0), 0
        seen: set[int] = set()
        for day in days:
            there = [(who, q) for who, q, since, until in contracts if since <= day <= until]
            seen |= {who for who, _q in there}
            if there:
                asked += minutes[day.weekday()]
                may_be += halves[day.weekday()]
                given_ += Fraction(60 * sum(q for _who, q in there), len(hours))
            else:
                lost += halves[day.weekday()]
        lost += min(Fraction(may_be), max(Fraction(0), asked - given_) / mean)
        assert one.people == len(seen)
        assert one.half_days == sum(halves[day.weekday()] for day in days)
        assert abs(Fraction(one.uncovered) - lost) < Fraction(1, 10**9)
        assert (one.state == WeekState.CLOSED) == (not days)
        assert (one.state == WeekState.NOBODY) == (bool(days) and not seen)

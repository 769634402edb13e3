"""A week of hours: OpenStreetMap's form there and back, what is refused, and the same in words."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tenants.premises.enums import Refusal
from tenants.premises.opening_hours import Day, Interval, OpeningHoursError, Week, day_lines, parse, short_lines

# The first text of a run waits for the tables of Unicode, which is no slowness of ours.
at_ease = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
remarks = st.text(
    st.characters(exclude_categories=["C", "Z"], exclude_characters='"'), min_size=1, max_size=20
) | st.sampled_from(["sur RDV", "sous condition", "; Mo off", "24/7", "PH"])


@st.composite
def days(draw: st.DrawFn) -> Day:
    edges = sorted(draw(st.sets(st.integers(0, 1440), max_size=8)))
    intervals = []
    for start, end in zip(edges[::2], edges[1::2], strict=False):
        comment = draw(st.just("") | remarks)
        intervals.append(Interval(start, end, comment, certain=draw(st.booleans()) or not comment))
    return Day(tuple(intervals), tuple(draw(st.lists(remarks, max_size=2))))


weeks = st.builds(Week, st.tuples(*[days()] * 7), st.booleans())


@at_ease
@given(weeks)
def test_a_week_written_and_read_again_is_the_same_week(week: Week) -> None:
    assert parse(week.to_osm()) == week
    assert parse(week.to_osm()).to_osm() == week.to_osm()


@at_ease
@given(st.text(st.sampled_from('MoTuPHoffopen"-,;: 0123456789/247'), max_size=60) | st.text(max_size=60))
def test_any_other_text_is_read_or_refused_with_a_reason(text: str) -> None:
    refusal, week = None, None
    try:
        week = parse(text)
    except OpeningHoursError as error:
        refusal = error

    if week is not None:
        assert parse(week.to_osm()) == week
    else:
        assert refusal is not None
        assert refusal.reason in Refusal
        assert refusal.message


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("Mo-Fr 8:30-12:00,13:30-17:00; Sa 09:00-12:00", "Mo-Fr 08:30-12:00,13:30-17:00; Sa 09:00-12:00"),
        ("Mo 09:00-12:00; Tu 09:00-12:00; Th 09:00-12:00", "Mo-Tu,Th 09:00-12:00"),
        ("Mo 09:00-12:00,12:00-13:00", "Mo 09:00-13:00"),
        ("Mo-Su 00:00-24:00", "24/7"),
        ("Mo-Fr 09:00-12:00; We off", "Mo-Tu,Th-Fr 09:00-12:00"),
        ("Mo-Fr 09:00-12:00, Mo 14:00-17:00", "Mo 09:00-12:00,14:00-17:00; Tu-Fr 09:00-12:00"),
        ("Mo 09:00-12:00; Mo 14:00-17:00", "Mo 14:00-17:00"),
        ("Fr-Mo 10:00-12:00", "Mo,Fr-Su 10:00-12:00"),
        ("10:00-12:00; Su,PH closed", "Mo-Sa 10:00-12:00; PH off"),
        ('Mo 09:00-12:00 "sur RDV"', 'Mo 09:00-12:00 "sur RDV"'),
        ('Mo 09:00-12:00, Mo "sur RDV"', 'Mo 09:00-12:00, Mo "sur RDV"'),
        ("off", "off"),
    ],
)
def test_hours_have_one_canonical_form(text: str, canonical: str) -> None:
    assert parse(text).to_osm() == canonical


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", Refusal.EMPTY),
        ("   ", Refusal.EMPTY),
        ("Mo 14:00-12:00", Refusal.END_BEFORE_START),
        ("Mo 12:00-12:00", Refusal.END_BEFORE_START),
        ("Mo 22:00-02:00", Refusal.PAST_MIDNIGHT),
        ("Mo 20:00-26:00", Refusal.PAST_MIDNIGHT),
        ("Mo 08:00-25:00", Refusal.PAST_MIDNIGHT),
        ("Mo 09:75-12:00", Refusal.NOT_A_TIME),
        ("Mo 09:00-12:00,11:00-13:00", Refusal.OVERLAP),
        ("Mo-Fr", Refusal.HOURS_MISSING),
        ("PH 10:00-12:00", Refusal.NOT_READABLE),
        ("SH off", Refusal.NOT_READABLE),
        ("Jan-Mar Mo 09:00-12:00", Refusal.NOT_READABLE),
        ("Mo[1] 09:00-12:00", Refusal.NOT_READABLE),
        ("Mo 09:00+", Refusal.NOT_READABLE),
        ("Mo 09:00-12:00;; Tu off", Refusal.NOT_READABLE),
        ('Mo ""', Refusal.BAD_COMMENT),
        ("<script>alert(1)</script>", Refusal.NOT_READABLE),
        ("=1+1", Refusal.NOT_READABLE),
        ("Mo 09:00-12:00\0", Refusal.NOT_READABLE),
        ("Mo 09:00-12:00; " * 500, Refusal.TOO_LONG),
    ],
)
def test_what_is_no_timetable_is_refused_with_its_reason(text: str, reason: Refusal) -> None:
    with pytest.raises(OpeningHoursError) as refused:
        parse(text)

    assert refused.value.reason == reason


def test_only_hours_that_are_open_to_everybody_count() -> None:
    week = parse('Mo-Fr 08:30-12:00; Sa 09:00-12:00 "sur RDV"; Su 10:00-11:00 open "entrée côté jardin"')

    assert week.minutes_per_week() == 5 * 210 + 60
    assert week.minutes_per_week(uncertain=True) == 5 * 210 + 180 + 60


def test_the_door_is_open_from_the_first_minute_and_closed_at_the_last() -> None:
    week = parse("Mo 08:30-12:00; PH off")
    monday = dt.date(2026, 10, 5)

    def at(hour: int, minute: int, day: dt.date = monday) -> bool:
        return week.is_open_at(dt.datetime.combine(day, dt.time(hour, minute)))

    assert not at(8, 29)
    assert at(8, 30)
    assert at(11, 59)
    assert not at(12, 0)
    assert not at(9, 0, monday + dt.timedelta(days=1))
    assert not week.is_open_at(dt.datetime.combine(monday, dt.time(9)), public_holiday=True)


def test_a_moment_of_another_time_zone_is_taken_in_ours() -> None:
    week = parse("Mo 08:30-12:00")

    seven_in_utc = dt.datetime(2026, 10, 5, 7, 0, tzinfo=dt.UTC)

    assert week.is_open_at(seven_in_utc)


@pytest.mark.parametrize(
    ("language", "monday", "saturday", "sunday"),
    [
        ("fr", "lundi 8 h 30–12 h, 13 h 30–17 h", "samedi 9 h–12 h (sur rendez-vous)", "dimanche fermé"),
        ("nl", "maandag 8u30–12u, 13u30–17u", "zaterdag 9u–12u (op afspraak)", "zondag gesloten"),
        ("en", "Monday 8:30–12:00, 13:30–17:00", "Saturday 9:00–12:00 (by appointment)", "Sunday closed"),
    ],
)
def test_hours_are_told_day_by_day_in_three_languages(language: str, monday: str, saturday: str, sunday: str) -> None:
    week = parse('Mo-Fr 08:30-12:00,13:30-17:00; Sa 09:00-12:00 "sur RDV"')

    told = [str(line).replace("\N{NO-BREAK SPACE}", " ") for line in day_lines(week, language)]

    assert (told[0], told[5], told[6]) == (monday, saturday, sunday)
    assert len(told) == 7


def test_days_that_are_alike_share_a_line() -> None:
    week = parse("Mo-We,Fr 09:00-12:00; Sa-Su 10:00-11:00; PH off")

    with translation.override("en"):
        assert [line.label for line in short_lines(week)] == ["Monday to Wednesday", "Friday", "Saturday and Sunday"]
        assert str(day_lines(week)[7]) == "public holidays closed"

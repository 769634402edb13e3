"""Who came to a date: sums that add up, a page sent twice, two people at one date, and what becomes of a date."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from maillage.audit.models import Entry
from maillage.design.free_text import Checked
from maillage.design.two_versions import ChangedMeanwhile, version_of
from tenants.activity.rules import Actor, NotYours
from tenants.registry.crossing import outside
from tenants.workshops.enums import State
from tenants.workshops.models import Presence, Series, SeriesDate
from tenants.workshops.registrations.services import register
from tenants.workshops.rules import not_given, repeated
from tenants.workshops.services import (
    add_dates,
    cancel_date,
    change_date,
    change_series,
    create_series,
    delete_date,
    delete_series,
    move_date,
    record_attendance,
    reopen_date,
)
from tests.conftest import Cast, inside
from tests.workshops.conftest import ELEVEN, NINE, NewSeries


def codes(error: ValidationError) -> dict[str, str]:
    return {field: problems[0].code for field, problems in error.error_dict.items()}


def only_date(series: Series) -> SeriesDate:
    return SeriesDate.objects.get(series=series)


def entries(verb: str) -> int:
    with outside():
        return Entry.objects.filter(verb=verb).count()


def test_a_total_is_enough_and_the_rest_was_not_given(cast: Cast, new_series: NewSeries) -> None:
    with inside(cast.poste):
        date = record_attendance(series_date=only_date(new_series()), recorded_by_id=cast.bram.pk, total=12)

        assert (date.state, date.total, date.margins) == (State.HELD, 12, {})
        assert not_given(date.margins, "gender", 12) == 12


@pytest.mark.parametrize(
    ("margins", "words"),
    [
        ({"gender": {"woman": 9, "man": 4}}, ["Genre", "13", "12"]),
        ({"age_band": {"70_plus": 13}}, ["Âge", "13", "12"]),
        ({"audience": {"senior": 13}}, ["Public", "Seniors", "13", "12"]),
        ({"gender": {"woman": 13}, "age_band": {"70_plus": 14}}, ["Genre", "Âge"]),
    ],
)
def test_margins_that_do_not_add_up_say_which(
    cast: Cast, new_series: NewSeries, margins: dict[str, dict[str, int]], words: list[str]
) -> None:
    with inside(cast.poste):
        date = only_date(new_series())
        with pytest.raises(ValidationError) as refused:
            record_attendance(series_date=date, total=12, margins=margins)

        text = " ".join(refused.value.messages)
        assert all(word in text for word in words), text
        assert only_date(date.series).state == State.PLANNED


@pytest.mark.parametrize(
    ("said", "field", "code"),
    [
        ({"total": -1}, "total", "out_of_range"),
        ({"total": 10**30}, "total", "out_of_range"),
        ({"total": 3, "margins": {"gender": {"martian": 1}}}, "margins", "unknown_code"),
        ({"total": 3, "margins": {"gender": 7}}, "margins", "unknown_code"),
        ({"total": 3, "preparation_minutes": 100_000}, "preparation_minutes", "out_of_range"),
        ({"total": 3, "animators": [999_999_999]}, "animators", "unknown_animator"),
    ],
)
def test_what_cannot_be_is_refused(
    cast: Cast, new_series: NewSeries, said: dict[str, Any], field: str, code: str
) -> None:
    with inside(cast.poste):
        date = only_date(new_series())
        with pytest.raises(ValidationError) as refused:
            record_attendance(series_date=date, **said)

        assert codes(refused.value) == {field: code}


def test_more_names_ticked_than_people_present(cast: Cast, new_series: NewSeries) -> None:
    with inside(cast.poste):
        series = new_series()
        people = {register(series=series, name=name).pk for name in ("Fatima", "Jan")}
        with pytest.raises(ValidationError) as refused:
            record_attendance(series_date=only_date(series), total=1, present=people)

        assert codes(refused.value) == {"present": "more_ticked_than_present"}


def test_whoever_is_not_ticked_did_not_come_unless_nobody_is(cast: Cast, new_series: NewSeries) -> None:
    with inside(cast.poste):
        series = new_series()
        fatima, jan = (register(series=series, name=name) for name in ("Fatima", "Jan"))
        date = record_attendance(series_date=only_date(series), total=5, present=[fatima.pk])
        assert dict(Presence.objects.values_list("registration", "present")) == {fatima.pk: True, jan.pk: False}

        record_attendance(series_date=date, total=5, present=[])
        assert not Presence.objects.exists()


def test_nobody_can_have_come_to_a_date_to_come_or_to_one_that_was_called_off(
    cast: Cast, new_series: NewSeries
) -> None:
    with inside(cast.poste):
        with pytest.raises(ValidationError) as refused:
            record_attendance(series_date=only_date(new_series(days=(1,))), total=3)
        assert codes(refused.value) == {"total": "future"}

        cancelled = cancel_date(series_date=only_date(new_series()), reason="Malade")
        with pytest.raises(ValidationError) as refused:
            record_attendance(series_date=cancelled, total=3)
        assert codes(refused.value) == {"total": "not_held"}


def test_the_same_page_sent_twice_saves_once(cast: Cast, new_series: NewSeries) -> None:
    with inside(cast.poste):
        date = only_date(new_series())
        said: dict[str, Any] = {"total": 12, "margins": {"gender": {"woman": 7}}, "seen": version_of(date)}
        for _time in range(2):
            record_attendance(series_date=date, recorded_by_id=cast.bram.pk, **said)

        assert entries("attendance.recorded") == 1


def test_the_second_of_two_people_is_told_and_may_then_decide(cast: Cast, new_series: NewSeries) -> None:
    with inside(cast.poste):
        date = only_date(new_series())
        seen_by_both = version_of(date)
        record_attendance(series_date=date, seen=seen_by_both, total=12)

        with pytest.raises(ChangedMeanwhile) as told:
            record_attendance(series_date=date, seen=seen_by_both, total=11)
        assert told.value.stored.total == 12
        with pytest.raises(ChangedMeanwhile):
            change_date(series_date=date, seen=seen_by_both, place="Bibliothèque")

        record_attendance(series_date=date, seen=version_of(told.value.stored), total=11)
        assert only_date(date.series).total == 11


def test_an_animator_corrects_what_is_a_week_old_and_a_coordinator_the_rest(cast: Cast, new_series: NewSeries) -> None:
    with inside(cast.poste):
        date = record_attendance(series_date=only_date(new_series(days=(-8,))), total=4)

        with pytest.raises(NotYours):
            record_attendance(series_date=date, by=Actor(cast.bram.pk, "animator"), total=5)
        record_attendance(series_date=date, by=Actor(cast.amina.pk, "epn_coordinator"), total=5)


# --- dates --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "field", "code"),
    [
        ({"date": dt.date(2062, 1, 1)}, "date", "too_far"),
        ({"date": dt.date(1999, 12, 31)}, "date", "too_early"),
        ({"date": None}, "date", "required"),
        ({"ends_at": dt.time(8)}, "ends_at", "end_before_start"),
        ({"ends_at": NINE}, "ends_at", "end_before_start"),
        ({"place": "\0"}, "place", "null_character"),
        ({"place": "x" * 161}, "place", "too_long"),
        ({"site_id": 999_999}, "site_id", "unknown_site"),
    ],
)
def test_a_date_is_within_reach_and_ends_after_it_starts(
    cast: Cast, new_series: NewSeries, said: dict[str, Any], field: str, code: str
) -> None:
    with inside(cast.poste):
        series = new_series(days=())
        facts = {"date": timezone.localdate(), "starts_at": NINE, "ends_at": ELEVEN, **said}
        with pytest.raises(ValidationError) as refused:
            add_dates(series=series, dates=[facts])  # type: ignore[list-item]

        assert codes(refused.value) == {field: code}


@pytest.mark.parametrize(
    ("said", "field", "code"),
    [
        ({"title": " "}, "title", "required"),
        ({"title": "x" * 121}, "title", "too_long"),
        ({"themes": []}, "themes", "required"),
        ({"themes": ["astrology"]}, "themes", "unknown_code"),
        ({"capacity": 0}, "capacity", "out_of_range"),
        ({"capacity": 10**9}, "capacity", "out_of_range"),
        ({"level": "wizard"}, "level", "unknown_code"),
        ({"kind": "party"}, "kind", "unknown_code"),
        ({"language": "tlh"}, "language", "unknown_code"),
        ({"goals": "a\0b"}, "goals", "null_character"),
        ({"animators": [999_999]}, "animators", "unknown_animator"),
    ],
)
def test_a_series_is_checked_field_by_field(
    cast: Cast, new_series: NewSeries, said: dict[str, Any], field: str, code: str
) -> None:
    with inside(cast.poste):
        with pytest.raises(ValidationError) as refused:
            new_series(**said)

        assert codes(refused.value) == {field: code}
        assert not Series.objects.exists()


@pytest.mark.parametrize("text", ["Appelez Jan : 0470 12 34 56", "jan@example.org"])
def test_personal_data_in_goals_and_reasons_needs_somebody_who_has_looked(
    cast: Cast, new_series: NewSeries, text: str
) -> None:
    with inside(cast.poste):
        with pytest.raises(ValidationError) as refused:
            new_series(goals=text)
        assert codes(refused.value) == {"goals": "personal_data"}
        date = only_date(new_series(goals=Checked(text)))
        with pytest.raises(ValidationError) as refused:
            cancel_date(series_date=date, reason=text)
        assert codes(refused.value) == {"reason": "personal_data"}
        assert change_series(series=date.series, title="Autre").goals == text


def test_a_series_and_its_dates_are_made_once_by_their_key(cast: Cast, new_series: NewSeries) -> None:
    with inside(cast.poste):
        key = uuid.uuid4()
        assert new_series(days=(0, 7), key=key) == new_series(days=(0, 7), key=key)
        assert SeriesDate.objects.count() == 2 and entries("workshop.added") == 1


def test_one_date_at_a_time(cast: Cast, new_series: NewSeries, today: dt.date) -> None:
    with inside(cast.poste):
        with pytest.raises(ValidationError) as refused:
            add_dates(series=new_series(), dates=[{"date": today, "starts_at": NINE, "ends_at": ELEVEN}])

        assert codes(refused.value) == {"date": "twin"}


def test_weeks_that_leave_out_public_holidays_are_made_up_at_the_end() -> None:
    days = repeated(dt.date(2026, 4, 27), times=3, without_holidays_of="be")

    assert days == [dt.date(2026, 4, 27), dt.date(2026, 5, 4), dt.date(2026, 5, 11)]
    whit_monday = repeated(dt.date(2026, 5, 18), times=2, without_holidays_of="be")
    assert whit_monday == [dt.date(2026, 5, 18), dt.date(2026, 6, 1)]


def test_a_moved_date_says_to_which_one_and_twice_is_once(cast: Cast, new_series: NewSeries, today: dt.date) -> None:
    with inside(cast.poste):
        series = new_series(animators=[cast.bram.pk])
        date = only_date(series)
        later = today + dt.timedelta(days=3)
        new = move_date(series_date=date, reason="Grève", date=later)

        assert move_date(series_date=date, reason="Grève", date=later) == new
        assert (new.date, new.state, new.animators) == (later, State.PLANNED, [cast.bram.pk])
        date.refresh_from_db()
        assert (date.state, date.reason, date.moved_to) == (State.MOVED, "Grève", new)
        with pytest.raises(ValidationError):
            reopen_date(series_date=date)

        delete_date(series_date=new)
        date.refresh_from_db()
        assert (date.state, date.moved_to) == (State.CANCELLED, None)


def test_a_cancelled_date_is_planned_again_and_a_held_one_is_not_cancelled(cast: Cast, new_series: NewSeries) -> None:
    with inside(cast.poste):
        date = only_date(new_series())
        for _time in range(2):
            cancel_date(series_date=date, reason="")
        assert entries("workshop_date.cancelled") == 1
        date = reopen_date(series_date=date)
        assert date.state == State.PLANNED

        date = record_attendance(series_date=date, total=4, margins={"gender": {"man": 1}})
        with pytest.raises(ValidationError):
            cancel_date(series_date=date, reason="")
        date = reopen_date(series_date=date)
        assert (date.state, date.total, date.margins) == (State.PLANNED, None, {})


def test_what_was_held_is_not_deleted(cast: Cast, new_series: NewSeries) -> None:
    with inside(cast.poste):
        series = new_series(days=(0, 7))
        date = SeriesDate.objects.filter(series=series)[0]
        record_attendance(series_date=date, total=0)
        with pytest.raises(ValidationError):
            delete_date(series_date=date)
        with pytest.raises(ValidationError):
            delete_series(series=series)

        reopen_date(series_date=date)
        move_date(series_date=date, reason="", date=date.date + dt.timedelta(days=1))
        delete_series(series=series)
        assert not SeriesDate.objects.exists()


def test_a_retired_theme_may_stay(cast: Cast, new_series: NewSeries) -> None:
    with inside(cast.poste):
        series = new_series()
        Series.objects.update(themes=["carrier_pigeon"])
        series.refresh_from_db()

        change_series(series=series, title="Autre titre", themes=["carrier_pigeon"])
        with pytest.raises(ValidationError):
            create_series(title="x", themes=["carrier_pigeon"], capacity=1, site_id=series.site_id)

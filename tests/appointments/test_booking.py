"""Booking, moving, cancelling, noting: what the services promise."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from maillage.audit.models import Entry
from tenants.activity.models import Visit
from tenants.activity.rules import Actor, NotYours
from tenants.activity.selectors import habits
from tenants.activity.services import delete_visit, purge_deleted_visits, record_visit
from tenants.appointments import services
from tenants.appointments.enums import State
from tenants.appointments.models import Appointment
from tenants.appointments.selectors import appointments_of_day, panel, to_note
from tenants.appointments.tasks import erase_names
from tenants.premises.models import Site
from tests.appointments.conftest import ELEVEN, NINE, TEN
from tests.conftest import Cast, inside

Booked = Callable[..., Appointment]


def refused(call: Callable[..., Any], **said: Any) -> dict[str, list[str]]:
    """The codes of what was refused, by field."""
    with pytest.raises(ValidationError) as caught:
        call(**said)
    if not hasattr(caught.value, "error_dict"):
        return {"__all__": [str(one.code) for one in caught.value.error_list]}
    return {field: [str(one.code) for one in found] for field, found in caught.value.error_dict.items()}


def bram(cast: Cast) -> Actor:
    return Actor(cast.bram.pk, "animator")


# --- booking ----------------------------------------------------------------------------------------------------


def test_a_slot_is_kept_with_its_length_and_journalled(cast: Cast, booked: Booked) -> None:
    one = booked(name="  Fatou ", animator_id=cast.bram.pk)

    assert (one.starts, one.ends, one.place, one.state, one.name) == (NINE, NINE + 30, 1, "booked", "Fatou")
    assert Entry.objects.filter(verb="appointment.booked", target=str(one.pk)).count() == 1
    assert not Entry.objects.filter(target__contains="Fatou").exists()


def test_the_last_place_goes_to_the_first_and_the_second_hears_it(booked: Booked) -> None:
    booked()

    assert refused(booked) == {"starts": ["taken"]}
    assert booked(starts=NINE + 30).place == 1


def test_a_site_with_two_places_takes_two(cast: Cast, poste: Site, booked: Booked) -> None:
    with inside(cast.poste):
        services.set_slot_rule(site=poste, slot_minutes=45, places=2)

    assert [booked().place, booked().place] == [1, 2]
    assert refused(booked) == {"starts": ["taken"]}
    assert refused(booked, starts=NINE + 30) == {"starts": ["no_slot"]}


def test_the_database_decides_even_without_the_lock(cast: Cast, booked: Booked, open_day: dt.date) -> None:
    one = booked(animator_id=cast.bram.pk)
    with inside(cast.poste), pytest.raises(IntegrityError), transaction.atomic():
        Appointment.objects.create(site=one.site, date=open_day, starts=NINE, ends=NINE + 30)
    with inside(cast.poste), pytest.raises(IntegrityError), transaction.atomic():
        Appointment.objects.create(
            site=one.site, date=open_day, starts=NINE, ends=NINE + 30, place=2, animator=cast.bram
        )


def test_two_at_the_same_instant_are_told_by_the_constraint(
    cast: Cast, booked: Booked, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As if both had looked before either wrote."""
    one = booked()

    def both_saw_it_free(other: Appointment) -> None:
        other.ends, other.place = one.ends, one.place

    monkeypatch.setattr(services, "_take_slot", both_saw_it_free)
    assert refused(booked) == {"starts": ["taken"]}
    with inside(cast.poste):
        assert Appointment.objects.count() == 1


def test_the_same_page_sent_twice_is_one_appointment(cast: Cast, booked: Booked) -> None:
    key = uuid.uuid4()

    assert booked(key=key).pk == booked(key=key).pk
    with inside(cast.poste):
        assert Appointment.objects.count() == 1
    assert refused(booked, key=key, name="Jo") == {"__all__": ["key_reused"]}


@pytest.mark.parametrize(
    ("said", "codes"),
    [
        ({"date": dt.date(2062, 1, 2)}, {"date": ["too_far"]}),
        ({"date": dt.date(2020, 1, 2)}, {"date": ["past"]}),
        ({"starts": 545}, {"starts": ["no_slot"]}),
        ({"starts": 10**30}, {"starts": ["no_slot"]}),
        ({"site_id": 10**30}, {"site_id": ["unknown_site"]}),
        ({"site_id": 0}, {"site_id": ["unknown_site"]}),
        ({"theme": "magic"}, {"theme": ["unknown_code"]}),
        ({"animator_id": 0}, {"animator_id": ["unknown_animator"]}),
        ({"name": "a\0b"}, {"name": ["not_printable"]}),
        ({"name": "x" * 31}, {"name": ["too_long"]}),
    ],
)
def test_bad_facts_are_refused_by_field(booked: Booked, said: dict[str, Any], codes: dict[str, list[str]]) -> None:
    assert refused(booked, **said) == codes


@pytest.mark.parametrize(
    "name", ["0470 12 34 56", "+32 2 123 45 67", "jo@ulb.be", "85.07.30-033.61", "BE68 5390 0754 7034", "02/123.45.67"]
)
def test_what_leads_to_a_person_is_refused(booked: Booked, name: str) -> None:
    assert refused(booked, name=name) == {"name": ["personal"]}


@pytest.mark.parametrize("name", ["", "Fatou", "Jean-Pierre", "K7-4821", "=1+1", "<b>Zoé</b>", "N° 2026-14"])
def test_a_first_name_or_a_code_is_taken_as_it_is(booked: Booked, name: str) -> None:
    assert booked(name=name).name == name


def test_a_closed_day_says_that_it_is_closed(booked: Booked, open_day: dt.date) -> None:
    sunday = open_day + dt.timedelta(days=6 - open_day.weekday())

    assert refused(booked, date=sunday) == {"date": ["closed"]}


def test_a_time_of_today_that_has_passed_says_where_to_go(
    cast: Cast, poste: Site, booked: Booked, today: dt.date, monkeypatch: pytest.MonkeyPatch
) -> None:
    with inside(cast.poste):
        Site.objects.update(opening_hours="Mo-Su 09:00-12:00")
    noon = timezone.make_aware(dt.datetime.combine(today, dt.time(10, 15)))
    monkeypatch.setattr(timezone, "now", lambda: noon)

    assert refused(booked, date=today) == {"starts": ["past"]}
    assert booked(date=today, starts=TEN + 30).date == today


def test_nobody_is_in_two_places(cast: Cast, booked: Booked) -> None:
    with inside(cast.poste):
        other = Site.objects.create(name="Annexe", opening_hours="Mo-Fr 09:15-12:15")
    booked(animator_id=cast.bram.pk)

    assert refused(booked, site_id=other.pk, starts=NINE + 15, animator_id=cast.bram.pk) == {"animator_id": ["busy"]}
    assert booked(site_id=other.pk, starts=NINE + 15, animator_id=cast.amina.pk)


# --- changing ---------------------------------------------------------------------------------------------------


def test_it_moves_to_a_free_time_and_back(cast: Cast, booked: Booked, poste: Site, open_day: dt.date) -> None:
    one, other = booked(), booked(starts=TEN)
    with inside(cast.poste):
        assert refused(services.move, appointment=one, site_id=poste.pk, date=open_day, starts=TEN) == {
            "starts": ["taken"]
        }
        moved = services.move(appointment=one, site_id=poste.pk, date=open_day, starts=ELEVEN)
        assert (moved.starts, moved.ends) == (ELEVEN, ELEVEN + 30)
        back = services.move_back(appointment=moved)
        assert (back.starts, back.moved_from) == (NINE, None)
        services.move(appointment=back, site_id=poste.pk, date=open_day, starts=ELEVEN)
        services.move(appointment=other, site_id=poste.pk, date=open_day, starts=NINE)
        assert refused(services.move_back, appointment=one) == {"starts": ["taken"]}


def test_a_cancelled_one_frees_its_time_and_comes_back_if_it_can(cast: Cast, booked: Booked) -> None:
    one = booked()
    with inside(cast.poste):
        services.cancel(appointment=one, state=State.PERSON_CANCELLED)
        services.cancel(appointment=one, state=State.PERSON_CANCELLED)
        assert services.restore(appointment=one).state == State.BOOKED
        services.cancel(appointment=one, state=State.EPN_CANCELLED)
    assert Entry.objects.filter(verb="appointment.cancelled").count() == 2
    booked()

    with inside(cast.poste):
        assert refused(services.restore, appointment=one) == {"starts": ["taken"]}
        assert refused(services.change, appointment=one, name="Jo") == {"__all__": ["cancelled"]}


def test_nobody_has_missed_what_is_to_come_and_a_reason_is_one_of_three(cast: Cast, booked: Booked) -> None:
    one = booked()
    with inside(cast.poste):
        assert refused(services.cancel, appointment=one, state=State.NO_SHOW) == {"state": ["to_come"]}
        assert refused(services.cancel, appointment=one, state="came") == {"state": ["required"]}


def test_a_booking_is_undone_for_a_quarter_of_an_hour(cast: Cast, booked: Booked) -> None:
    one, old = booked(booked_by_id=cast.bram.pk), booked(starts=TEN, booked_by_id=cast.bram.pk)
    with inside(cast.poste):
        Appointment.objects.filter(pk=old.pk).update(created_at=timezone.now() - dt.timedelta(minutes=16))
        services.withdraw(appointment=one, by=bram(cast))
        assert list(Appointment.objects.values_list("pk", flat=True)) == [old.pk]
        assert refused(services.withdraw, appointment=old, by=bram(cast)) == {"__all__": ["too_late"]}
    assert booked().starts == NINE


# --- a visit ----------------------------------------------------------------------------------------------------


def test_a_visit_is_made_of_what_is_known_once_however_often_one_taps(cast: Cast, today_at: Booked) -> None:
    one = today_at(animator_id=cast.amina.pk, name="Fatou")
    with inside(cast.poste):
        visit = services.note_visit(appointment=one, by=bram(cast), outcome="solved")
        again = services.note_visit(appointment=one, by=bram(cast), outcome="must_return")

        assert again.pk == visit.pk and Visit.objects.count() == 1
        visit.refresh_from_db()
        assert (visit.mode, visit.minutes, visit.themes, visit.outcome, visit.date) == (
            "appointment", 30, ["tax"], "solved", one.date,
        )  # fmt: skip
        assert (visit.animator_id, visit.recorded_by_id, visit.note) == (cast.amina.pk, cast.bram.pk, "")


def test_without_a_theme_one_is_asked_for_and_minutes_may_be_said(cast: Cast, today_at: Booked) -> None:
    one = today_at(theme="")
    with inside(cast.poste):
        assert refused(services.note_visit, appointment=one, by=bram(cast), outcome="solved") == {
            "themes": ["required"]
        }
        visit = services.note_visit(appointment=one, by=bram(cast), outcome="solved", theme="bank", minutes=50)
        assert (visit.themes, visit.minutes, visit.animator_id) == (["bank"], 50, cast.bram.pk)


def test_what_is_to_come_or_cancelled_is_no_visit_yet(cast: Cast, booked: Booked, today_at: Booked) -> None:
    to_come, missed = booked(), today_at(state=State.NO_SHOW)
    with inside(cast.poste):
        assert refused(services.note_visit, appointment=to_come, by=bram(cast), outcome="solved") == {
            "date": ["future"]
        }
        assert refused(services.note_visit, appointment=missed, by=bram(cast), outcome="solved") == {
            "__all__": ["cancelled"]
        }


def test_the_visit_is_taken_back_and_made_again(cast: Cast, today_at: Booked) -> None:
    one = today_at()
    with inside(cast.poste):
        first = services.note_visit(appointment=one, by=bram(cast), outcome="solved")
        services.take_visit_back(appointment=one, by=bram(cast))
        services.take_visit_back(appointment=one, by=bram(cast))
        one.refresh_from_db()
        assert (one.state, one.visit_id) == (State.BOOKED, None)
        second = services.note_visit(appointment=one, by=bram(cast), outcome="abandoned")
        assert second.pk != first.pk
        assert list(Visit.objects.filter(deleted_at=None).values_list("pk", flat=True)) == [second.pk]
        stranger = Actor(cast.chloe.pk, "volunteer")
        with pytest.raises(NotYours):
            services.take_visit_back(appointment=one, by=stranger)


def test_a_visit_deleted_in_the_journal_leaves_an_appointment_that_waits(cast: Cast, today_at: Booked) -> None:
    one = today_at()
    with inside(cast.poste):
        visit = services.note_visit(appointment=one, by=bram(cast), outcome="solved")
        delete_visit(visit=visit)
        one = Appointment.objects.select_related("visit").get()
        assert one.visit_was_deleted and [each.pk for each in panel().waiting] == [one.pk]

        purge_deleted_visits(older_than=dt.timedelta(days=-1))
        one = Appointment.objects.select_related("visit").get()
        assert one.visit_id is None and one.visit_was_deleted
        assert services.note_visit(appointment=one, by=bram(cast), outcome="solved").deleted_at is None


def test_a_visit_that_is_gone_without_a_word_is_a_visit_that_was_deleted(cast: Cast, today_at: Booked) -> None:
    one = today_at()
    with inside(cast.poste), connection.cursor() as cursor:
        services.note_visit(appointment=one, by=bram(cast), outcome="solved")
        cursor.execute("DELETE FROM activity_visit")
        [found] = appointments_of_day(one.date)

        assert found.visit_was_deleted and not found.noted


def test_the_counter_proposes_what_one_does_there_and_not_the_last_appointment(cast: Cast, today_at: Booked) -> None:
    one = today_at(animator_id=cast.amina.pk)
    with inside(cast.poste):
        usual = record_visit(
            date=one.date, minutes=15, site_id=one.site_id, mode="individual", themes=["bank"], outcome="solved",
            animator_id=cast.bram.pk, recorded_by_id=cast.bram.pk,
        )  # fmt: skip
        made = services.note_visit(appointment=one, by=bram(cast), outcome="solved")
        found = habits(person_id=cast.bram.pk, sites=[one.site])

    assert (found.mode, found.minutes, found.animator_id) == (usual.mode, usual.minutes, cast.bram.pk)
    assert found.undoable == made


def test_forgotten_ones_are_shown_for_two_weeks(cast: Cast, today_at: Booked, today: dt.date) -> None:
    days = [today - dt.timedelta(days=days) for days in (0, 1, 14, 15)]
    for day in days:
        today_at(date=day)
    today_at(date=days[1], starts=TEN, ends=TEN + 30, state=State.NO_SHOW)

    with inside(cast.poste):
        assert sorted(one.date for one in to_note(today)) == [days[2], days[1]]


# --- forgetting -------------------------------------------------------------------------------------------------


def test_names_are_erased_a_month_after_the_day_and_the_journal_counts(
    cast: Cast, today_at: Booked, today: dt.date
) -> None:
    for days in (29, 30, 31, 45):
        today_at(date=today - dt.timedelta(days=days), name="Fatou")
    today_at(date=today - dt.timedelta(days=60), state=State.EPN_CANCELLED, name="Jo")
    with inside(cast.poste):
        assert services.erase_old_names(count_only=True) == 3

    erase_names(0)
    erase_names(0)

    with inside(cast.poste):
        kept = Appointment.objects.exclude(name="").values_list("date", flat=True)
        assert sorted(today - day for day in kept) == [dt.timedelta(days=29), dt.timedelta(days=30)]
    line = Entry.objects.get(verb="appointments.names_erased")
    assert (line.target, line.space_id, line.door) == ("3 appointments", cast.poste.pk, "task")


@pytest.mark.parametrize(("minutes", "places"), [(4, 1), (481, 1), (30, -1), (30, 21), (10**30, 1), ("x", None)])
def test_settings_have_bounds(cast: Cast, poste: Site, minutes: Any, places: Any) -> None:
    with inside(cast.poste):
        assert refused(services.set_slot_rule, site=poste, slot_minutes=minutes, places=places)

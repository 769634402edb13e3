"""Registrations: a first name or a code, a place or the waiting list, and forgotten in time."""

from __future__ import annotations

import datetime as dt
import io
import uuid

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone
from pypdf import PdfReader

from maillage.audit.models import Entry
from tenants.workshops.models import Presence, Registration, SeriesDate
from tenants.workshops.registrations.certificates import certificate
from tenants.workshops.registrations.selectors import attended, proposals, registrations_of, waiting_turns
from tenants.workshops.registrations.services import (
    change_registration,
    erase_registrations,
    give_place,
    note_presences,
    register,
    remove_registration,
)
from tenants.workshops.services import record_attendance
from tenants.workshops.tasks import erase
from tests.conftest import Cast, inside
from tests.workshops.conftest import NewSeries


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("", "required"), ("   ", "required"), ("x" * 31, "too_long"), ("a\0b", "not_printable"),
        ("fatima@example.org", "personal"), ("0470 12 34 56", "personal"), ("85.07.30-033.28", "personal"),
        ("BE68 5390 0754 7034", "personal"), ("Jan 02/123.45.67", "personal"),
    ],
)  # fmt: skip
def test_a_name_that_leads_to_a_person_is_refused(cast: Cast, new_series: NewSeries, name: str, code: str) -> None:
    with inside(cast.poste):
        with pytest.raises(ValidationError) as refused:
            register(series=new_series(), name=name)

        assert [one.code for one in refused.value.error_dict["name"]] == [code]


@pytest.mark.parametrize("name", ["Fatima", "Jean-Luc", "A-017", "P 2026", "فاطمة", "=1+1", "<b>"])
def test_a_first_name_or_a_code_is_enough(cast: Cast, new_series: NewSeries, name: str) -> None:
    with inside(cast.poste):
        assert register(series=new_series(), name=f"  {name} ").name == name


def test_when_every_place_is_taken_one_waits_and_gets_a_place_in_turn(cast: Cast, new_series: NewSeries) -> None:
    with inside(cast.poste):
        series = new_series(capacity=2)
        people = [register(series=series, name=name) for name in ("Ana", "Bo", "Cem", "Dia")]
        assert [one.waiting for one in people] == [False, False, True, True]
        assert waiting_turns(registrations_of(series)) == {people[2].pk: 1, people[3].pk: 2}
        with pytest.raises(ValidationError):
            give_place(registration=people[2])

        remove_registration(registration=people[0])
        for _time in range(2):
            give_place(registration=people[2])
        assert Registration.objects.filter(series=series, waiting=True).get() == people[3]
    assert Entry.objects.filter(verb="registration.placed").count() == 1


def test_the_same_key_registers_once(cast: Cast, new_series: NewSeries) -> None:
    with inside(cast.poste):
        series, key = new_series(), uuid.uuid4()
        assert register(series=series, name="Ana", key=key) == register(series=series, name="Ana", key=key)
        assert Registration.objects.count() == 1


def test_the_journal_has_no_name(cast: Cast, new_series: NewSeries) -> None:
    with inside(cast.poste):
        one = register(series=new_series(), name="Ana", level="alone")
        change_registration(registration=one, name="Anna", level="")
    targets = set(Entry.objects.filter(verb__startswith="registration.").values_list("target", flat=True))

    assert targets == {str(one.pk)}


def test_one_persons_dates_are_noted_one_by_one(cast: Cast, new_series: NewSeries) -> None:
    with inside(cast.poste):
        series = new_series(days=(-7, 0, 7))
        first, second, to_come = SeriesDate.objects.filter(series=series)
        one = register(series=series, name="Ana")
        for date in (first, second):
            record_attendance(series_date=date, total=3)

        note_presences(registration=one, presences={first.pk: True, second.pk: False, to_come.pk: True})
        assert dict(Presence.objects.values_list("date", "present")) == {first.pk: True, second.pk: False}
        assert attended(one) == [first]

        note_presences(registration=one, presences={first.pk: None})
        assert attended(one) == []


# --- erased in time -------------------------------------------------------------------------------------------------


def test_who_was_registered_is_forgotten_ninety_days_after_the_last_date(cast: Cast, new_series: NewSeries) -> None:
    with inside(cast.poste):
        old = new_series(days=(-200, -91))
        recent = new_series(days=(-200, -90))
        never = new_series(days=())
        for series in (old, recent, never):
            register(series=series, name="Ana")
        record_attendance(
            series_date=old.dates.order_by("-date")[0], total=1, present=[Registration.objects.get(series=old).pk]
        )
        assert erase_registrations(count_only=True) == 1
    erase(0)

    with inside(cast.poste):
        assert set(Registration.objects.values_list("series", flat=True)) == {recent.pk, never.pk}
        assert old.dates.order_by("-date")[0].total == 1
    entry = Entry.objects.get(verb="registrations.erased")
    assert (entry.target, entry.actor_id, entry.door) == ("1 registrations", None, "task")


def test_a_series_without_a_date_is_forgotten_too(cast: Cast, new_series: NewSeries) -> None:
    with inside(cast.poste):
        series = new_series(days=())
        register(series=series, name="Ana")
        type(series).objects.update(created_at=timezone.now() - dt.timedelta(days=92))

        assert erase_registrations() == 1


# --- what fits ------------------------------------------------------------------------------------------------------


def test_what_fits_best_comes_first(cast: Cast, new_series: NewSeries) -> None:
    with inside(cast.poste):
        new_series(title="another theme", days=(3,), themes=["bank"])
        new_series(title="over", days=(-3,))
        full = new_series(title="full", days=(1,), capacity=1, level="first_steps")
        register(series=full, name="Ana")
        new_series(title="begun", days=(-7, 2), kind="course", level="first_steps")
        new_series(title="fits", days=(5,), level="first_steps")
        new_series(title="for everybody", days=(6,))
        new_series(title="other level", days=(1,), level="alone")
        new_series(title="other language", days=(1,), language="nl")

        found = [one.series.title for one in proposals(theme="email", level="first_steps", language="fr")]

    assert found == ["fits", "for everybody", "begun", "full", "other language", "other level"]


# --- certificates ---------------------------------------------------------------------------------------------------


def test_a_certificate_says_what_was_attended_and_keeps_no_name(cast: Cast, new_series: NewSeries) -> None:
    moment = dt.datetime(2026, 10, 30, 12, tzinfo=dt.UTC)
    with inside(cast.poste):
        series = new_series(days=(-14, -7, 0), goals="Écrire un e-mail\n\nJoindre une photo")
        one = register(series=series, name="F-12")
        dates = list(SeriesDate.objects.filter(series=series))
        for date in dates[:2]:
            record_attendance(series_date=date, total=2)
        note_presences(registration=one, presences={date.pk: True for date in dates[:2]})
        pdf = certificate(
            registration=one, attended=attended(one), name="Fatima El #Mansouri", epn="Rue de la Poste", language="fr",
            moment=moment,
        )  # fmt: skip

    assert Entry.objects.get(verb="certificate.made").target == str(one.pk)
    read = PdfReader(io.BytesIO(pdf))
    text = " ".join(page.extract_text() for page in read.pages)
    for words in ("Fatima El #Mansouri", "Mes premiers e-mails", "Rue de la Poste", "Joindre une photo", "4 h"):
        assert words in text.replace("\xa0", " "), words
    assert read.trailer["/Root"]["/Lang"] == "fr" and read.trailer["/Root"]["/StructTreeRoot"]


@pytest.mark.parametrize(("name", "field"), [("小明", "name")])
def test_a_name_that_cannot_be_printed_is_refused(cast: Cast, new_series: NewSeries, name: str, field: str) -> None:
    with inside(cast.poste):
        series = new_series()
        one = register(series=series, name="F-12")
        date = record_attendance(series_date=series.dates.get(), total=1, present=[one.pk])
        facts = {"registration": one, "epn": "EPN", "language": "nl", "moment": timezone.now()}
        with pytest.raises(ValidationError) as refused:
            certificate(attended=[date], name=name, **facts)
        assert field in refused.value.error_dict

        with pytest.raises(ValidationError):
            certificate(attended=[], name="Fatima", **facts)

"""Amina passes Bram's work on; what can't be moved is named and nothing is; and it can be taken back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from tenants.activity.rules import Actor, NotYours
from tenants.appointments.models import Appointment, Stop
from tenants.followup.models import Thread
from tenants.followup.services import add_step, open_thread
from tenants.handover.access import end_with_contracts
from tenants.handover.enums import Work
from tenants.handover.models import AccessEnd, HeldThing
from tenants.handover.rules import first_day_without, last_day
from tenants.handover.selectors import items_of, leaving
from tenants.handover.services import Move, keep_access, note_thing, pass_on, take_back
from tenants.premises.models import Site
from tenants.registry.crossing import outside
from tenants.registry.enums import Role
from tenants.registry.models import Membership
from tenants.registry.selectors import running
from tenants.staff.models import Contract, StaffMember
from tenants.workshops.models import Series, SeriesDate
from tests.conftest import Cast, inside
from tests.ports import free_port

LEAVING = "/caban/rue-de-la-poste/leaving/"
ONE_DAY = dt.timedelta(days=1)


@pytest.fixture
def today() -> dt.date:
    return timezone.localdate()


@pytest.fixture
def bram(cast: Cast, today: dt.date) -> StaffMember:
    """Bram's row in the staff, with one of everything in his name."""
    with inside(cast.poste):
        member: StaffMember = StaffMember.objects.create(name="Bram", account=cast.bram)
        site = Site.objects.order_by("pk").first()
        by = Actor(person_id=cast.bram.pk, role=Role.ANIMATOR)
        thread = open_thread(by=by, consent="oral", language="fr", animator_id=cast.bram.pk)
        add_step(thread=thread, text="Rappeler", due_on=today + ONE_DAY, animator_id=cast.bram.pk)
        booked = {"site": site, "starts": 600, "ends": 630, "animator": cast.bram}
        Appointment.objects.create(date=today + ONE_DAY, **booked)
        Stop.objects.create(date=today + 2 * ONE_DAY, **booked)
        series = Series.objects.create(
            title="Premiers pas", themes=["computer"], capacity=8, site=site, animators=[cast.bram.pk]
        )
        SeriesDate.objects.create(
            series=series, date=today + 3 * ONE_DAY, starts_at=dt.time(10), ends_at=dt.time(12), site=site,
            animators=[cast.bram.pk],
        )  # fmt: skip
        note_thing(member=member, kind="key", label=" Porte d'entrée ", since=today)
    return member


@pytest.fixture
def at_work(cast: Cast, bram: StaffMember) -> Iterator[None]:
    """In the space of the EPN, as its services are."""
    with inside(cast.poste):
        yield


@pytest.fixture
def amina(cast: Cast) -> Actor:
    return Actor(person_id=cast.amina.pk, role=Role.EPN_COORDINATOR)


@pytest.mark.usefixtures("at_work")
def test_everything_changes_hands_and_comes_back(cast: Cast, bram: StaffMember, amina: Actor, today: dt.date) -> None:
    items = items_of(bram, today)
    assert [item.work for item in items] == list(Work)
    Appointment.objects.create(
        date=today - ONE_DAY, site=Site.objects.first(), starts=600, ends=630, animator=cast.bram
    )

    moves = [Move(item, None if item.work == Work.THING else cast.amina.pk) for item in items]
    handover = pass_on(by=amina, member=bram, moves=moves)

    assert items_of(bram, today) == []
    assert Appointment.objects.get(date__gt=today).animator_id == cast.amina.pk
    assert Appointment.objects.get(date__lt=today).animator_id == cast.bram.pk, "what is over stays in his name"
    assert Stop.objects.get().animator_id == cast.amina.pk
    assert Series.objects.get().animators == SeriesDate.objects.get().animators == [cast.amina.pk]
    assert HeldThing.objects.get().returned_on == today

    take_back(by=amina, handover=handover)
    take_back(by=amina, handover=handover)
    assert [item.work for item in items_of(bram, today)] == list(Work)
    assert Thread.objects.get().animator_id == cast.bram.pk


@pytest.mark.usefixtures("at_work")
def test_whoever_is_taken_at_that_time_takes_nothing(
    cast: Cast, bram: StaffMember, amina: Actor, today: dt.date
) -> None:
    site = Site.objects.first()
    Appointment.objects.create(site=site, date=today + ONE_DAY, starts=600, ends=630, place=2, animator=cast.amina)
    moves = [Move(item, cast.amina.pk) for item in items_of(bram, today) if item.work != Work.THING]

    with pytest.raises(ValidationError) as refused:
        pass_on(by=amina, member=bram, moves=moves)

    assert [name.split("-")[0] for name in refused.value.error_dict] == ["appointment"]
    assert Thread.objects.get().animator_id == cast.bram.pk, "all or nothing"


@pytest.mark.usefixtures("at_work")
def test_only_coordinators_pass_on_and_only_to_people_of_the_house(
    cast: Cast, bram: StaffMember, amina: Actor, today: dt.date
) -> None:
    thread = next(item for item in items_of(bram, today) if item.work == Work.THREAD)
    with pytest.raises(NotYours):
        pass_on(by=Actor(person_id=cast.bram.pk, role=Role.ANIMATOR), member=bram, moves=[Move(thread, cast.amina.pk)])
    for stranger in (cast.farid.pk, cast.bram.pk, 10**12):
        with pytest.raises(ValidationError) as refused:
            pass_on(by=amina, member=bram, moves=[Move(thread, stranger)])
        assert list(refused.value.error_dict) == [thread.field]


def test_the_page_keeps_what_was_chosen_and_says_what_is_wrong(cast: Cast, bram: StaffMember, client: Client) -> None:
    client.force_login(cast.amina)
    page = f"{LEAVING}{bram.pk}/"
    assert client.get(page).status_code == 200

    nothing = client.post(page, {})
    assert "Rien n’est choisi" in nothing.content.decode().replace("&#x27;", "'")
    wrong = client.post(page, {"everything": str(cast.farid.pk)})
    assert "n’est pas dans la liste" in wrong.content.decode() or "pas dans la liste" in wrong.content.decode()
    done = client.post(page, {"everything": str(cast.amina.pk)}, follow=True)
    assert "C’est transmis" in done.content.decode()
    assert "Porte d&#x27;entrée" in done.content.decode(), "what one holds is given back by hand only"

    for label in ("", "x" * 121, "a\0b"):
        refused = client.post(f"{page}things/", {"kind": "key", "label": label, "since": "2026-01-05"})
        assert refused.status_code == 200
        assert "invalid" in refused.content.decode()
    late = client.post(f"{page}things/", {"kind": "key", "label": "Clé", "since": "2062-01-05"})
    assert "dans le futur" in late.content.decode()
    assert 'value="Clé"' in late.content.decode()
    kept = client.post(
        f"{page}things/", {"kind": "account", "label": "<b>=1+1</b>", "since": "2026-01-05"}, follow=True
    )
    assert "&lt;b&gt;=1+1" in kept.content.decode()
    file = client.get(f"{LEAVING}?download=csv")
    assert b"<b>=1+1" in b"".join(file.streaming_content)  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("ends", "last"),
    [
        ([], None),
        ([dt.date(2026, 3, 31)], dt.date(2026, 3, 31)),
        ([dt.date(2026, 3, 31), None], None),
        ([dt.date(2026, 3, 31), dt.date(2026, 8, 31)], dt.date(2026, 8, 31)),
    ],
)
def test_the_last_day_is_that_of_all_contracts_together(ends: list[dt.date | None], last: dt.date | None) -> None:
    assert last_day([Contract(planned_end=end) for end in ends], {}) == last


def test_nobody_is_shut_out_sooner_than_a_week_after_being_told() -> None:
    last = dt.date(2026, 3, 31)
    assert first_day_without(last, told_on=dt.date(2026, 3, 17)) == dt.date(2026, 4, 1)
    assert first_day_without(last, told_on=dt.date(2026, 3, 30)) == dt.date(2026, 4, 6)
    assert first_day_without(last, told_on=dt.date(2026, 9, 1)) == dt.date(2026, 9, 8)


def runs(cast: Cast, member: StaffMember) -> bool:
    with outside():
        return Membership.objects.filter(running(), space=cast.poste.pk, person=member.account_id).exists()


@pytest.mark.usefixtures("at_work")
def test_access_ends_with_the_contract_after_a_letter(cast: Cast, bram: StaffMember, today: dt.date) -> None:
    last = today + dt.timedelta(days=20)
    contract = Contract.objects.create(
        member=bram, type="cdd", starts_on=today - dt.timedelta(days=90), planned_end=last, hours_per_week=Decimal(19)
    )
    space = cast.poste.space
    assert end_with_contracts(space, today) == (0, 0), "three weeks before is too early"
    assert end_with_contracts(space, last - 14 * ONE_DAY) == (1, 0)
    assert end_with_contracts(space, last - 13 * ONE_DAY) == (0, 0), "told once"
    to_bram, to_amina = mail.outbox
    assert to_bram.to == [cast.bram.email]
    assert to_amina.to == [cast.amina.email]
    assert "Bram" not in to_amina.subject + to_amina.body
    assert f"\nhttp://localhost:8000{LEAVING}{bram.pk}/\n" in to_amina.body, "a whole address"

    assert end_with_contracts(space, last) == (0, 0)
    contract.planned_end = last + 30 * ONE_DAY  # prolonged: he is told again, later
    contract.save()
    assert end_with_contracts(space, last + ONE_DAY) == (0, 0)
    assert end_with_contracts(space, last + 16 * ONE_DAY) == (1, 0)
    keep_access(member=bram, until=last + 60 * ONE_DAY)
    assert end_with_contracts(space, last + 31 * ONE_DAY) == (0, 0)
    keep_access(member=bram, until=None)
    assert runs(cast, bram)
    assert end_with_contracts(space, last + 31 * ONE_DAY) == (0, 1)
    assert not runs(cast, bram)
    assert end_with_contracts(space, last + 32 * ONE_DAY) == (0, 0)
    assert AccessEnd.objects.filter(ended_on__isnull=False).count() == 1


@pytest.mark.usefixtures("at_work")
def test_the_last_coordinator_stays(cast: Cast, bram: StaffMember, today: dt.date) -> None:
    amina = StaffMember.objects.create(name="Amina", account=cast.amina)
    Contract.objects.create(
        member=amina, type="cdd", starts_on=today - dt.timedelta(days=90), planned_end=today, hours_per_week=Decimal(19)
    )
    assert [one.member for one in leaving()] == [amina], "Bram has no contract: nothing ends"
    assert end_with_contracts(cast.poste.space, today) == (1, 0)
    assert end_with_contracts(cast.poste.space, today + 30 * ONE_DAY) == (0, 0)
    assert runs(cast, amina)


@pytest.mark.usefixtures("at_work")
def test_whoever_could_not_be_told_is_not_shut_out(
    cast: Cast, bram: StaffMember, today: dt.date, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    Contract.objects.create(
        member=bram, type="cdd", starts_on=today - dt.timedelta(days=90), planned_end=today, hours_per_week=Decimal(19)
    )
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_port()

    for later in (0, 1, 30):
        assert end_with_contracts(cast.poste.space, today + later * ONE_DAY) == (0, 0)

    assert runs(cast, bram)
    assert not AccessEnd.objects.exists()
    assert "could not be sent" in caplog.text
    assert cast.bram.email not in caplog.text

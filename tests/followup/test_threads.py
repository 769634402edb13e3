from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from maillage.audit.models import Entry
from maillage.design.two_versions import ChangedMeanwhile, version_of
from tenants.activity.models import Visit
from tenants.activity.rules import Actor, NotYours
from tenants.activity.services import delete_visit, purge_deleted_visits
from tenants.followup import selectors, tasks
from tenants.followup.models import ErasureRun, Step, Thread
from tenants.followup.rules import erased_on
from tenants.followup.services import (
    add_step,
    change_step,
    change_thread,
    close_thread,
    erase_overdue,
    erase_thread,
    hand_over,
    mark_done,
    mark_not_done,
    open_thread,
    record_visit_of,
    reopen_thread,
)
from tenants.premises.models import Site
from tenants.registry.models import Affiliation, Federation
from tenants.registry.selectors import followup_months
from tenants.registry.services import keep_followups
from tests.conftest import Cast, inside

Opened = Callable[..., Thread]
Planned = Callable[..., Step]


def problems(call: Callable[[], object]) -> dict[str, list[str]]:
    with pytest.raises(ValidationError) as refused:
        call()
    return {field: [str(one.code) for one in found] for field, found in refused.value.error_dict.items()}


def quiet_since(thread: Thread, day: dt.date) -> None:
    Thread.objects.filter(pk=thread.pk).update(last_activity=day)


# --- opening ----------------------------------------------------------------------------------------------------


def test_without_consent_there_is_no_thread(cast: Cast, opened: Opened) -> None:
    with inside(cast.poste):
        assert problems(lambda: opened(consent="")) == {"consent": ["required"]}
        assert problems(lambda: opened(consent="refused")) == {"consent": ["required"]}
        assert not Thread.objects.exists()
        with pytest.raises(IntegrityError), transaction.atomic():
            Thread.objects.create(code="AAAAAA", consent="", consent_by_id=1, animator_id=1)


def test_a_thread_notes_who_was_told_yes_when_and_how(cast: Cast, opened: Opened) -> None:
    with inside(cast.poste):
        thread = opened(consent="signed", themes=["tax"], about="Déclaration ")
        thread.refresh_from_db()

    assert (thread.consent, thread.consent_by_id, thread.consent_on) == ("signed", cast.bram.pk, timezone.localdate())
    assert (thread.about, thread.is_open) == ("Déclaration", True)


def test_nothing_in_a_thread_asks_for_a_name_or_a_birth_date() -> None:
    names = {field.name for model in (Thread, Step) for field in model._meta.get_fields()}

    assert not [one for one in names if "name" in one or "birth" in one or "mail" in one or "phone" in one]


def test_personal_data_and_other_bad_facts_are_refused_by_field(cast: Cast, opened: Opened, planned: Planned) -> None:
    far = timezone.localdate() + dt.timedelta(days=900)
    with inside(cast.poste):
        assert problems(lambda: opened(about="0470 12 34 56")) == {"about": ["personal_data"]}
        assert problems(lambda: opened(themes=["nonsense"])) == {"themes": ["unknown_code"]}
        assert problems(lambda: opened(language="xx", animator_id=cast.farid.pk)) == {
            "language": ["required"], "animator_id": ["unknown_animator"],
        }  # fmt: skip
        thread = opened()
        assert problems(lambda: planned(thread, text="ada@example.org")) == {"text": ["personal_data"]}
        assert problems(lambda: planned(thread, text=" ")) == {"text": ["required"]}
        assert problems(lambda: planned(thread, due_on=far)) == {"due_on": ["out_of_range"]}
        assert problems(lambda: planned(thread, due_on=None)) == {"due_on": ["required"]}
        assert problems(lambda: planned(thread, done_on=far)) == {"done_on": ["future"]}


def test_the_same_form_sent_twice_is_one_thread_and_one_step(cast: Cast, opened: Opened, planned: Planned) -> None:
    key = uuid.uuid4()
    with inside(cast.poste):
        thread = opened(key=key)
        assert opened(key=key).pk == thread.pk
        assert planned(thread, key=key).pk == planned(thread, key=key).pk
        assert (Thread.objects.count(), Step.objects.count()) == (1, 1)


# --- steps ------------------------------------------------------------------------------------------------------


def test_what_is_due_comes_with_ones_own_first_and_without_what_is_done_closed_or_to_come(
    cast: Cast, opened: Opened, planned: Planned
) -> None:
    with inside(cast.poste):
        thread, closed = opened(), opened()
        late_of_amina = planned(thread, -5, animator_id=cast.amina.pk)
        today_of_bram = planned(thread, 0)
        late_of_bram = planned(thread, -2)
        tomorrow = planned(thread, 1)
        mark_done(step=planned(thread, 0))
        planned(closed, 0)
        close_thread(thread=closed, ending="stopped")

        due = [one.pk for one in selectors.to_do(person_id=cast.bram.pk)]
        count = selectors.due_count(person_id=cast.bram.pk)

        assert due == [late_of_bram.pk, today_of_bram.pk, late_of_amina.pk]
        assert (count.mine, count.all) == (2, 3)
        assert [one.pk for one in selectors.coming()] == [tomorrow.pk]


def test_done_can_be_taken_back_and_what_was_only_ever_done_stays(cast: Cast, opened: Opened, planned: Planned) -> None:
    with inside(cast.poste):
        thread = opened()
        step = planned(thread)
        noted = planned(thread, due_on=None, done_on=timezone.localdate())
        for one in (step, step, noted):
            mark_done(step=one)
        step.refresh_from_db()
        assert step.done_on == timezone.localdate()

        mark_not_done(step=step)
        mark_not_done(step=noted)

        step.refresh_from_db()
        noted.refresh_from_db()
        assert step.done_on is None and noted.done_on == timezone.localdate()
    assert Entry.objects.filter(verb="step.done", target=str(step.pk)).count() == 1


def test_whoever_changes_a_step_second_is_told_what_stands_there(cast: Cast, opened: Opened, planned: Planned) -> None:
    with inside(cast.poste):
        step = planned(opened())
        seen = version_of(step)
        change_step(step=step, seen=seen, text="La première")

        with pytest.raises(ChangedMeanwhile) as meanwhile:
            change_step(step=step, seen=seen, text="La seconde")

        assert meanwhile.value.stored.text == "La première"
        change_step(step=step, seen=version_of(meanwhile.value.stored), text="Les deux")
        step.refresh_from_db()
        assert step.text == "Les deux"
        thread = step.thread
        change_thread(thread=thread, seen=version_of(thread), about="Une")
        with pytest.raises(ChangedMeanwhile):
            change_thread(thread=thread, seen=version_of(thread), about="Deux")


def test_a_visit_from_a_thread_is_anonymous_and_outlives_it(cast: Cast, opened: Opened, bram: Actor) -> None:
    with inside(cast.poste):
        thread, key = opened(themes=["tax"]), uuid.uuid4()
        facts: dict[str, Any] = {
            "date": timezone.localdate(), "minutes": 20, "site_id": Site.objects.get().pk, "mode": "individual",
            "themes": ["tax"], "outcome": "solved", "animator_id": cast.bram.pk,
        }  # fmt: skip
        for _twice in range(2):
            visit = record_visit_of(thread=thread, by=bram, text="Dossier envoyé", key=key, **facts)
        step = Step.objects.get()
        assert (step.visit_id, step.done_on, visit.note) == (visit.pk, timezone.localdate(), "")

        delete_visit(visit=visit)
        purge_deleted_visits(older_than=dt.timedelta(0))
        step.refresh_from_db()
        assert step.visit_id is None
        assert not Visit.objects.exists()

        with pytest.raises(ValidationError):
            record_visit_of(thread=thread, by=bram, text="0470 12 34 56", key=uuid.uuid4(), **facts)
        assert not Visit.objects.exists()


def test_what_was_closed_or_erased_meanwhile_is_said(cast: Cast, opened: Opened, planned: Planned) -> None:
    def code(call: Callable[[], object]) -> str | None:
        with pytest.raises(ValidationError) as refused:
            call()
        return refused.value.code

    with inside(cast.poste):
        closed, erased = opened(), opened()
        step = planned(erased)
        close_thread(thread=closed, ending="stopped")
        erase_thread(thread=erased)

        assert code(lambda: planned(closed)) == code(lambda: planned(erased)) == "closed"
        assert code(lambda: change_step(step=step, text="x")) == "gone"
        assert code(lambda: change_thread(thread=erased, about="x")) == "gone"
        mark_done(step=step)
        assert not Step.objects.exists()


# --- closing, erasing, handing over -----------------------------------------------------------------------------


def test_a_thread_is_closed_with_how_it_ended_and_opened_again(cast: Cast, opened: Opened) -> None:
    with inside(cast.poste):
        thread = opened()
        assert problems(lambda: close_thread(thread=thread, ending="")) == {"ending": ["required"]}
        close_thread(thread=thread, ending="reached")
        close_thread(thread=thread, ending="stopped")
        thread.refresh_from_db()
        assert (thread.ending, thread.closed_on) == ("reached", timezone.localdate())
        reopen_thread(thread=thread)
        thread.refresh_from_db()
        assert (thread.ending, thread.is_open) == ("", True)


def test_taking_the_consent_back_erases_at_once_and_the_journal_knows_a_verb_and_an_id(
    cast: Cast, opened: Opened, planned: Planned
) -> None:
    with inside(cast.poste):
        thread, other = opened(about="Un secret"), opened()
        planned(thread)
        kept = planned(other)
        erase_thread(thread=thread)
        erase_thread(thread=thread)

        assert list(Thread.objects.all()) == [other] and list(Step.objects.all()) == [kept]
    lines = list(Entry.objects.filter(verb="thread.erased").values_list("target", flat=True))
    assert lines == [str(thread.pk)]
    everything = " ".join(" ".join(line) for line in Entry.objects.values_list("verb", "target"))
    assert thread.code not in everything and "secret" not in everything


@pytest.mark.parametrize(
    ("last", "months", "expected"),
    [("2026-01-31", 1, "2026-02-28"), ("2024-02-29", 12, "2025-02-28"), ("2026-03-15", 12, "2027-03-15"),
     ("2025-12-01", 36, "2028-12-01"), ("2026-08-31", 6, "2027-02-28")],
)  # fmt: skip
def test_the_day_of_erasure(last: str, months: int, expected: str) -> None:
    assert erased_on(dt.date.fromisoformat(last), months) == dt.date.fromisoformat(expected)


def test_what_is_quiet_for_too_long_is_erased_and_two_numbers_are_left(
    cast: Cast, opened: Opened, planned: Planned
) -> None:
    today = dt.date(2026, 2, 28)
    with inside(cast.poste):
        due, closed, not_yet = opened(), opened(), opened()
        for thread in (due, closed, not_yet):
            planned(thread)
            planned(thread)
        close_thread(thread=closed, ending="reached")
        quiet_since(due, dt.date(2026, 1, 31))
        quiet_since(closed, dt.date(2025, 5, 1))
        quiet_since(not_yet, dt.date(2026, 2, 1))

        run = erase_overdue(months=1, today=today)

        assert run is not None and (run.day, run.threads, run.steps, run.months) == (today, 2, 4, 1)
        assert [one.pk for one in Thread.objects.all()] == [not_yet.pk]
        assert erase_overdue(months=1, today=today) is None
        assert ErasureRun.objects.count() == 1
        assert {field.name for field in ErasureRun._meta.fields} == {"id", "day", "threads", "steps", "months"}


def test_every_write_puts_the_erasure_off(cast: Cast, opened: Opened, planned: Planned) -> None:
    with inside(cast.poste):
        thread = opened()
        step = planned(thread)
        for write in (
            lambda: planned(thread),
            lambda: change_step(step=step, text="Autre chose"),
            lambda: mark_done(step=step),
            lambda: mark_not_done(step=step),
            lambda: change_thread(thread=thread, about="Autre chose"),
            lambda: close_thread(thread=thread, ending="stopped"),
            lambda: reopen_thread(thread=thread),
        ):
            quiet_since(thread, dt.date(2025, 1, 1))
            write()
            thread.refresh_from_db()
            assert thread.last_activity == timezone.localdate()


def test_the_night_erases_in_every_epn_by_the_time_of_its_own_network(cast: Cast, opened: Opened) -> None:
    long_ago = timezone.localdate() - dt.timedelta(days=100)
    keep_followups(federation=cast.caban, months=3)
    for epn, person in ((cast.poste, cast.bram), (cast.nevers, cast.farid)):
        with inside(epn):
            quiet_since(opened(animator_id=person.pk), long_ago)

    assert (followup_months(cast.poste.pk), followup_months(cast.nevers.pk)) == (3, 12)
    tasks.erase(timestamp=0)

    for epn, left in ((cast.poste, 0), (cast.nevers, 1)):
        with inside(epn):
            assert followup_months(epn.pk) in (3, 12)  # its own role reads its network's setting
            assert Thread.objects.count() == left


def test_a_network_keeps_within_bounds_and_an_epn_of_no_network_the_usual_time(cast: Cast) -> None:
    for months in (0, 37, -1, 10**6):
        assert problems(lambda months=months: keep_followups(federation=cast.caban, months=months)) == {  # type: ignore[misc]
            "months": ["out_of_range"]
        }
    with pytest.raises(IntegrityError), transaction.atomic():
        Federation.objects.filter(pk=cast.caban.pk).update(followup_months=40)
    keep_followups(federation=cast.caban, months=36)
    Affiliation.objects.filter(epn=cast.poste.pk).update(until=timezone.localdate() + dt.timedelta(days=1))

    assert (followup_months(cast.poste.pk), followup_months(cast.abattoirs.pk)) == (12, 36)


def test_the_coordinator_hands_the_open_threads_of_one_person_to_another(
    cast: Cast, opened: Opened, planned: Planned, bram: Actor, amina: Actor
) -> None:
    with inside(cast.poste):
        mine, closed, done = opened(), opened(), opened()
        step, past = planned(mine), planned(done)
        mark_done(step=past)
        close_thread(thread=closed, ending="reached")

        with pytest.raises(NotYours):
            hand_over(by=bram, from_id=cast.bram.pk, to_id=cast.amina.pk)
        assert problems(lambda: hand_over(by=amina, from_id=cast.bram.pk, to_id=cast.farid.pk)) == {
            "to": ["unknown_animator"]
        }
        assert hand_over(by=amina, from_id=cast.bram.pk, to_id=cast.amina.pk) == 2

        for row in (mine, closed, step, past):
            row.refresh_from_db()
        assert (mine.animator_id, step.animator_id) == (cast.amina.pk, cast.amina.pk)
        assert (closed.animator_id, past.animator_id) == (cast.bram.pk, cast.bram.pk)


def test_a_code_of_another_epn_finds_nothing(cast: Cast, opened: Opened, bram: Actor) -> None:
    with inside(cast.abattoirs):
        elsewhere = open_thread(by=bram, consent="oral", language="fr", animator_id=cast.chloe.pk)
    with inside(cast.poste):
        assert selectors.by_code(elsewhere.code) is None
        here = opened()
        assert selectors.by_code(here.code) == here
        assert (
            add_step(thread=here, text="x", due_on=timezone.localdate(), animator_id=cast.bram.pk).thread_id == here.pk
        )

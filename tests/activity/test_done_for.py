"""Acting in a person's place: a rule of the network, by the contract that the animator has on that day."""

import datetime as dt
import json
import uuid
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from maillage.accounts.services import create_person
from maillage.audit.models import Entry
from tenants.activity.models import Visit
from tenants.activity.rules import Actor
from tenants.activity.services import BatchRefused, change_visit, record_batch
from tenants.registry.done_for.services import set_done_for_excluded
from tenants.registry.enums import Role
from tenants.registry.models import Federation
from tenants.registry.services import grant_membership
from tenants.staff.models import Contract, StaffMember
from tests.activity.conftest import whole
from tests.conftest import Cast, inside

RULE = "/caban/settings/done-for/"
NEW = "/caban/rue-de-la-poste/visits/new/"
API = "/caban/rue-de-la-poste/api/v1/visits/"


@pytest.fixture
def volunteers(cast: Cast, today: dt.date) -> Contract:
    """Bram is a volunteer from today on; yesterday he ended an article 60."""
    with inside(cast.poste):
        member = StaffMember.objects.create(name="Bram", account=cast.bram)
        Contract.objects.create(
            member=member, type="art60", starts_on=dt.date(2025, 1, 1), ended_on=today - dt.timedelta(days=1),
            hours_per_week=38,
        )  # fmt: skip
        return Contract.objects.create(member=member, type="volunteer", starts_on=today, hours_per_week=4)


def refused(caught: pytest.ExceptionInfo[ValidationError]) -> str:
    assert [one.code for one in caught.value.error_dict["autonomy"]] == ["may_not_act_for"]
    return str(caught.value.message_dict["autonomy"][0])


def test_who_may_not_is_told_what_to_choose_instead_and_who_else_may_not(cast: Cast, log, volunteers) -> None:
    with inside(cast.poste), pytest.raises(ValidationError) as caught:
        log(autonomy="done_for", animator_id=cast.bram.pk)

    text = refused(caught)
    assert "Volontaire" in text and "Fait avec" in text and "Service citoyen" in text


def test_it_is_the_contract_of_that_day_that_counts(cast: Cast, log, volunteers, today: dt.date) -> None:
    with inside(cast.poste):
        assert log(autonomy="done_for", animator_id=cast.bram.pk, date=today - dt.timedelta(days=1)).pk
        assert log(autonomy="done_for", animator_id=cast.amina.pk).pk
        assert log(autonomy="done_with", animator_id=cast.bram.pk).pk


def test_a_volunteer_without_a_contract_may_not_either(cast: Cast, log) -> None:
    volunteer, animator = Actor(cast.bram.pk, Role.VOLUNTEER), Actor(cast.bram.pk, Role.ANIMATOR)
    with inside(cast.poste):
        with pytest.raises(ValidationError) as caught:
            log(by=volunteer, autonomy="done_for", animator_id=cast.bram.pk)

        refused(caught)
        assert log(by=animator, autonomy="done_for", animator_id=cast.bram.pk).pk


def test_whoever_types_it_the_volunteer_is_the_one_who_is_named(cast: Cast, log, today: dt.date) -> None:
    """Hugo has no contract: his role alone says what he is."""
    hugo = create_person(email="hugo@example.org", name="Hugo", password=None)
    grant_membership(person=hugo, space=cast.poste.space, role=Role.VOLUNTEER)
    with inside(cast.poste):
        with pytest.raises(ValidationError) as caught:
            log(by=Actor(cast.amina.pk, Role.EPN_COORDINATOR), autonomy="done_for", animator_id=hugo.pk)
        refused(caught)
        other = log(autonomy="done_for", animator_id=cast.bram.pk)
        with pytest.raises(ValidationError) as caught:
            change_visit(visit=other, animator_id=hugo.pk)
        refused(caught)
        facts = {"date": today, "minutes": 1, "site_id": other.site_id, "mode": "individual", "themes": ["tax"],
                 "outcome": "solved", "autonomy": "done_for"}  # fmt: skip
        with pytest.raises(BatchRefused) as many:
            record_batch(batch=[(uuid.uuid4(), {**facts, "animator_id": pk}) for pk in (cast.bram.pk, hugo.pk)])
        assert list(many.value.problems) == [1]

    set_done_for_excluded(federation=cast.caban, excluded=["student"])
    with inside(cast.poste):
        assert log(autonomy="done_for", animator_id=hugo.pk).pk, "volunteers aren't in this network's rule"


def test_a_visit_keeps_what_it_has_while_nobody_touches_that(cast: Cast, log, volunteers) -> None:
    with inside(cast.poste):
        kept = log(autonomy="done_for", animator_id=cast.amina.pk)
        Visit.objects.filter(pk=kept.pk).update(animator=cast.bram.pk)
        kept.refresh_from_db()

        assert change_visit(visit=kept, minutes=5).autonomy == "done_for"
        other = log(autonomy="done_with", animator_id=cast.bram.pk)
        for visit, change in (
            (other, {"autonomy": "done_for"}),
            (log(autonomy="done_for"), {"animator_id": cast.bram.pk}),
        ):
            with pytest.raises(ValidationError) as caught:
                change_visit(visit=visit, **change)
            refused(caught)


def test_many_at_once_are_held_to_it_in_as_few_statements(
    cast: Cast, log, volunteers, today: dt.date, django_assert_max_num_queries: Any
) -> None:
    with inside(cast.poste):
        facts = {"date": today, "minutes": 1, "site_id": log().site_id, "mode": "individual", "themes": ["tax"],
                 "outcome": "solved", "autonomy": "done_for"}  # fmt: skip
        batch = [(uuid.uuid4(), {**facts, "animator_id": pk}) for pk in (cast.amina.pk, cast.bram.pk)]
        with django_assert_max_num_queries(10), pytest.raises(BatchRefused) as caught:
            record_batch(batch=batch)

    assert {place: list(found) for place, found in caught.value.problems.items()} == {1: ["autonomy"]}


def test_at_both_doors_it_is_said_at_the_field(cast: Cast, signed_in, volunteers, today: dt.date) -> None:
    client = signed_in(cast.bram)
    said = whole(cast, autonomy="done_for", animator=cast.bram.pk)
    body = {"date": str(today), "minutes": 5, "site": said["site"], "mode": "individual", "themes": ["tax"],
            "outcome": "solved", "autonomy": "done_for"}  # fmt: skip

    page = client.post(NEW, said, headers={"accept-language": "en"})
    answer = client.post(API, json.dumps(body), content_type="application/json")

    assert page.status_code == 200 and "Not allowed with the status “Volunteer”" in page.content.decode()
    assert answer.status_code == 400 and list(answer.json()) == ["autonomy"]


def test_the_network_changes_its_rule_and_only_its_own(cast: Cast, signed_in, log, volunteers) -> None:
    client = signed_in(cast.dries)
    page = client.get(RULE).content.decode()

    answer = client.post(RULE, {"excluded": ["student", "civic_service"]}, follow=True)

    assert page.count(" checked") == 2 and "⟦undefined" not in answer.content.decode()
    assert Federation.objects.get(slug="caban").done_for_excluded == ["civic_service", "student"]
    assert Federation.objects.get(slug="loire").done_for_excluded == ["volunteer", "civic_service"]
    assert Entry.objects.get(verb="federation.done_for_set").space_id == cast.caban.pk
    with inside(cast.poste):
        assert log(autonomy="done_for", animator_id=cast.bram.pk).pk


def test_a_rule_that_names_no_contract_type_is_refused(cast: Cast, signed_in) -> None:
    answer = signed_in(cast.dries).post(RULE, {"excluded": ["pirate"]})

    assert answer.status_code == 200 and "pirate" in answer.content.decode()
    with pytest.raises(ValidationError):
        set_done_for_excluded(federation=cast.caban, excluded=["pirate"])


def test_a_rule_that_excludes_nobody_lets_everybody_act(cast: Cast, log, volunteers) -> None:
    set_done_for_excluded(federation=cast.caban, excluded=[])

    with inside(cast.poste):
        assert log(autonomy="done_for", animator_id=cast.bram.pk).pk
        volunteer = Actor(cast.amina.pk, Role.VOLUNTEER)
        assert log(by=volunteer, autonomy="done_for", animator_id=cast.amina.pk).pk

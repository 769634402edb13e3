"""Recording a contract: what a coordinator writes, what is refused, what is asked again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import connection

from maillage.audit.models import Entry
from maillage.reference.models import ContractType
from maillage.reference.selectors import forget
from network.figures.models import Stock
from network.figures.verification import verify
from tenants.staff.enums import Concern, Employer
from tenants.staff.models import Contract, StaffMember
from tenants.staff.requirements import KNOWN, always_ends, missing, pieces
from tenants.staff.selectors import lines_in_force, lines_to_come, suggested_employers, totals
from tenants.staff.services import (
    NewMember,
    add_contract,
    change_contract,
    change_member,
    delete_contract,
    end_contract,
    restore_contract,
)
from tests.conftest import Cast, as_owner_of, inside

TODAY = dt.date(2026, 5, 18)


@pytest.fixture(autouse=True)
def _in_may() -> Iterator[None]:
    with time_machine.travel(dt.datetime(2026, 5, 18, 10, tzinfo=dt.UTC), tick=False):
        yield


@pytest.fixture
def poste(cast: Cast) -> Iterator[Cast]:
    """Inside Rue de la Poste, as its pages are."""
    with inside(cast.poste):
        yield cast


def facts(**others: Any) -> Any:
    return {
        "type": "cdi",
        "legal_employer": "ASBL de la Poste",
        "starts_on": dt.date(2025, 1, 1),
        "hours_per_week": Decimal("19"),
        "full_time_hours": Decimal("38"),
        **others,
    }


def add(name: str = "Bram", **others: Any) -> Contract:
    member = StaffMember.objects.filter(name=name).first()
    return add_contract(member=member or NewMember(name), **facts(**others))


def refused(**others: Any) -> dict[str, list[str]]:
    with pytest.raises(ValidationError) as caught:
        add("Somebody else", **others)
    assert not Contract.objects.exists()
    return {field: [str(one.code) for one in found] for field, found in caught.value.error_dict.items()}


def test_a_contract_of_a_new_person_is_journalled_without_a_name(poste: Cast) -> None:
    contract = add("Bram Peeters", type="art60", planned_end=dt.date(2026, 12, 31), legal_employer="CPAS Schaerbeek")

    assert contract.member.name == "Bram Peeters"
    assert contract.fte == Decimal("0.5")
    assert contract.role == "animation"
    with as_owner_of(poste.poste):
        lines = {(one.verb, one.target) for one in Entry.objects.all()}
    assert {("staff_member.added", str(contract.member_id)), ("contract.added", str(contract.pk))} <= lines
    assert not any("Bram" in target for _verb, target in lines)


@pytest.mark.parametrize(
    ("wrong", "expected"),
    [
        ({"type": "cdi2"}, {"type": ["unknown_type"]}),
        ({"type": "<b>"}, {"type": ["unknown_type"]}),
        ({"role": "king"}, {"role": ["unknown_role"]}),
        ({"hours_per_week": Decimal(40)}, {"hours_per_week": ["beyond_full_time"]}),
        ({"hours_per_week": Decimal(0)}, {"hours_per_week": ["out_of_range"]}),
        ({"full_time_hours": Decimal(60)}, {"full_time_hours": ["out_of_range"]}),
        ({"starts_on": dt.date(2062, 1, 1)}, {"starts_on": ["too_late"]}),
        ({"starts_on": dt.date(202, 1, 1)}, {"starts_on": ["too_early"]}),
        ({"planned_end": dt.date(2062, 1, 1)}, {"planned_end": ["too_late"]}),
        ({"planned_end": dt.date(2024, 12, 31)}, {"planned_end": ["end_before_start"]}),
        ({"ended_on": dt.date(2024, 12, 31)}, {"ended_on": ["end_before_start"]}),
        (
            {"planned_end": dt.date(2025, 6, 30), "ended_on": dt.date(2025, 7, 1)},
            {"ended_on": ["after_planned_end"]},
        ),
        ({"legal_employer": ""}, {"legal_employer": ["required"]}),
        ({"legal_employer": "a\0b"}, {"legal_employer": ["null"]}),
        ({"legal_employer": "x" * 161}, {"legal_employer": ["too_long"]}),
        ({"note": "x" * 2001}, {"note": ["too_long"]}),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_saved(
    poste: Cast, wrong: dict[str, Any], expected: dict[str, list[str]]
) -> None:
    assert refused(**wrong) == expected


@pytest.mark.parametrize("kind", ["art60", "cdd", "civic_service"])
def test_a_type_that_always_ends_needs_a_planned_end(poste: Cast, kind: str) -> None:
    assert refused(type=kind) == {"planned_end": ["required"]}


def test_the_types_that_need_an_end_are_those_whose_requirements_speak_of_one(db: None) -> None:
    assert {one.code for one in ContractType.objects.all() if always_ends(one)} == {"art60", "cdd", "civic_service"}


def test_every_requirement_and_employer_of_the_reference_data_has_words(db: None) -> None:
    kinds = list(ContractType.objects.all())

    assert len(kinds) == 17
    assert {piece for one in kinds for piece in pieces(one)} == set(KNOWN)
    assert {one.legal_employer for one in kinds} == set(Employer.values)


def test_a_volunteer_has_no_legal_employer_and_stays_apart_from_the_fte(poste: Cast) -> None:
    add("Amina")
    add("Bram", type="acs", hours_per_week=Decimal("28.5"))
    add("Bram", type="maribel", starts_on=dt.date(2026, 1, 1), hours_per_week=Decimal("9.5"), confirmed=[
        Concern.UNDER_HALF_TIME])  # fmt: skip
    add("Victor", type="volunteer", legal_employer="", hours_per_week=Decimal(4))
    add("Sara", type="student", hours_per_week=Decimal(6))

    found = totals(lines_in_force(TODAY))

    assert (found.counted.heads, found.counted.contracts, found.counted.fte) == (2, 3, Decimal("1.5"))
    assert (found.apart.heads, found.apart.hours, found.apart.fte) == (2, Decimal(10), Decimal(0))
    assert {one.label: one.fte for one in found.by_type}["CDI"] == Decimal("0.5")


def test_the_nearest_end_comes_first_and_no_end_last(poste: Cast) -> None:
    add("Amina")
    add("Bram", type="cdd", planned_end=dt.date(2026, 9, 30))
    add("Chris", type="cdd", planned_end=dt.date(2026, 5, 18))
    add("Dora", planned_end=dt.date(2027, 9, 30), ended_on=dt.date(2026, 6, 30))
    add("Emile", type="cdd", planned_end=dt.date(2026, 5, 17))
    add("Fatou", starts_on=dt.date(2026, 5, 19))

    lines = lines_in_force(TODAY)

    assert [(one.contract.member.name, one.days_left, one.ends_soon) for one in lines] == [
        ("Chris", 0, True),
        ("Dora", 43, True),
        ("Bram", 135, False),
        ("Amina", None, False),
    ]
    assert [one.contract.member.name for one in lines_to_come(TODAY)] == ["Fatou"]


def test_more_than_one_full_time_at_once_is_asked_again_and_not_refused(poste: Cast) -> None:
    add("Bram", hours_per_week=Decimal(30), planned_end=dt.date(2026, 3, 31))
    add("Bram", hours_per_week=Decimal(8), starts_on=dt.date(2026, 2, 1))

    with pytest.raises(ValidationError) as caught:
        add("Bram", hours_per_week=Decimal(19), starts_on=dt.date(2026, 3, 31))

    assert [one.code for one in caught.value.error_dict["confirmed"]] == [Concern.BEYOND_FULL_TIME]
    assert "1,50" in str(caught.value.messages)
    add("Bram", hours_per_week=Decimal(19), starts_on=dt.date(2026, 4, 1))
    add("Bram", hours_per_week=Decimal(19), starts_on=dt.date(2026, 3, 31), confirmed=[Concern.BEYOND_FULL_TIME])
    add("Bram", type="volunteer", legal_employer="", hours_per_week=Decimal(30))


def test_a_contract_is_not_beside_itself_when_it_is_changed(poste: Cast) -> None:
    contract = add("Bram", hours_per_week=Decimal(30))

    change_contract(contract=contract, hours_per_week=Decimal(38))

    assert Contract.objects.get().fte == 1


def test_civic_service_beyond_the_law_is_refused_and_says_what_to_do(poste: Cast) -> None:
    civic: dict[str, Any] = {"type": "civic_service", "legal_employer": "", "hours_per_week": Decimal(28),
                             "starts_on": dt.date(2026, 1, 1), "planned_end": dt.date(2026, 6, 30)}  # fmt: skip

    assert refused(**civic | {"hours_per_week": Decimal(30)}) == {"hours_per_week": ["too_many_hours"]}
    assert refused(**civic | {"planned_end": dt.date(2026, 5, 30)}) == {"planned_end": ["length"]}
    assert refused(**civic | {"planned_end": dt.date(2027, 1, 2)}) == {"planned_end": ["length"]}
    assert refused(**civic, born_on=dt.date(2008, 1, 2)) == {"born_on": ["age"]}
    assert refused(**civic, born_on=dt.date(2000, 1, 1)) == {"born_on": ["age"]}

    contract = add("Nora", **civic, born_on=dt.date(2000, 1, 2))
    assert contract.member.born_on == dt.date(2000, 1, 2)
    assert [one.field for one in missing(contract)] == ["reference"]


def test_a_second_person_of_one_name_is_asked_again(poste: Cast) -> None:
    add("Bram")

    with pytest.raises(ValidationError) as caught:
        add_contract(member=NewMember("bram"), **facts())

    assert [one.code for one in caught.value.error_dict["confirmed"]] == [Concern.SAME_NAME]


def test_an_account_is_linked_once_and_only_one_of_this_epn(poste: Cast) -> None:
    add_contract(member=NewMember("Bram", poste.bram.pk), **facts())

    for account, code in ((poste.bram.pk, "taken_account"), (poste.chloe.pk, "unknown_account")):
        with pytest.raises(ValidationError) as caught:
            add_contract(member=NewMember("Somebody", account), **facts())
        assert [one.code for one in caught.value.error_dict["account"]] == [code]


def test_a_person_is_renamed_and_unlinked(poste: Cast) -> None:
    contract = add_contract(member=NewMember("Bram", poste.bram.pk), **facts())

    change_member(member=contract.member, name="Bram Peeters ", account_id=None)

    member = StaffMember.objects.get()
    assert (member.name, member.account_id) == ("Bram Peeters", None)


def test_the_employer_that_is_proposed_is_the_last_one_or_what_the_type_implies(poste: Cast) -> None:
    first = suggested_employers("Rue de la Poste")
    assert (first["art60"], first["cdi"], first["volunteer"], first["internship"]) == (
        "CPAS Schaerbeek", "Rue de la Poste", "", "")  # fmt: skip

    add("Amina", legal_employer="ASBL de la Poste")
    add("Bram", type="art60", planned_end=dt.date(2026, 12, 31), legal_employer="CPAS Anderlecht")

    later = suggested_employers("Rue de la Poste")
    assert (later["art60"], later["cdd"], later["cdi"]) == ("CPAS Anderlecht", "ASBL de la Poste", "ASBL de la Poste")


def test_the_end_of_a_contract_is_its_last_day(poste: Cast) -> None:
    contract = add("Bram", type="cdd", planned_end=dt.date(2026, 12, 31))

    end_contract(contract=contract, ended_on=dt.date(2026, 5, 17))

    assert lines_in_force(TODAY) == []
    assert len(lines_in_force(dt.date(2026, 5, 17))) == 1
    with pytest.raises(ValidationError) as caught:
        end_contract(contract=contract, ended_on=dt.date(2027, 1, 1))
    assert [one.code for one in caught.value.error_dict["ended_on"]] == ["after_planned_end"]


@contextmanager
def committed(cast: Cast, capture: Any) -> Iterator[None]:
    """A transaction of its own in Rue de la Poste: what it asked for after the commit runs, and is forgotten."""
    with inside(cast.poste), capture(execute=True):
        yield
    connection.run_on_commit.clear()


def stocks(cast: Cast, day: dt.date, figure: str = "contracts") -> dict[tuple[str, str], tuple[int, Decimal]]:
    with inside(cast.caban):
        rows = Stock.objects.filter(epn_id=cast.poste.pk, day=day, figure=figure, heads__gt=0)
        return {(one.dimension, one.value): (one.heads, one.fte) for one in rows}


def test_a_contract_moves_the_stocks_of_today_and_of_the_months_that_it_was_in(
    cast: Cast, django_capture_on_commit_callbacks: Any
) -> None:
    with committed(cast, django_capture_on_commit_callbacks):
        contract = add(starts_on=dt.date(2026, 3, 15), type="cdd", planned_end=dt.date(2026, 7, 31))

    half = (1, Decimal("0.5"))
    assert stocks(cast, TODAY)["type", "cdd"] == half
    assert stocks(cast, dt.date(2026, 3, 31))["", ""] == half
    assert stocks(cast, dt.date(2026, 2, 28)) == {}
    assert stocks(cast, TODAY, "contracts_ending")["within", "3"] == half

    with committed(cast, django_capture_on_commit_callbacks):
        end_contract(contract=contract, ended_on=dt.date(2026, 4, 15))

    assert stocks(cast, TODAY) == {}
    assert stocks(cast, dt.date(2026, 3, 31))["", ""] == half
    assert stocks(cast, dt.date(2026, 4, 30)) == {}

    with committed(cast, django_capture_on_commit_callbacks):
        delete_contract(contract=contract)
        delete_contract(contract=contract)
    assert stocks(cast, dt.date(2026, 3, 31)) == {}
    with inside(cast.poste):
        assert not Contract.objects.exists()

    with committed(cast, django_capture_on_commit_callbacks):
        restore_contract(contract=contract)
    assert stocks(cast, dt.date(2026, 3, 31))["", ""] == half
    assert verify(cast.caban).differences == []


def test_a_retired_type_stays_where_it_is_and_is_chosen_no_more(poste: Cast) -> None:
    contract = add("Bram", type="activa")
    with as_owner_of(poste.poste):
        ContractType.objects.filter(code="activa").update(retired_at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC))
    forget()
    try:
        change_contract(contract=contract, note="prolonged by letter")
        with pytest.raises(ValidationError) as caught:
            add("Amina", type="activa")
        assert "type" in caught.value.error_dict
    finally:
        forget()

"""How an EPN stands to criteria, case by case, with where each number comes from. No database."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from network.cadastre.recognition.enums import Effect, Outcome
from network.cadastre.recognition.evaluating import Asked, Fact, evaluate, line_of, outcome_of, whole
from network.cadastre.recognition.facts import declared, of_card, twelve_months
from network.cadastre.recognition.regions import region_of
from network.cadastre.recognition.simulation import effect_of, with_thresholds
from network.directory.models import Card

DAY = dt.datetime(2026, 10, 31, 18, tzinfo=dt.UTC)
OPEN, DESK = ["open_access", "workshop"], ["individual", "appointment", "remote"]


def asked(kind: str, threshold: str | None) -> Asked:
    return Asked(kind, None if threshold is None else Decimal(threshold))


def fact(value: str | None, *, partly: bool = False) -> Fact:
    return Fact(None if value is None else Decimal(value), "card", None, partly)


# Thresholds: Brussels EPN charter 2019 (15 h, 6 devices, nobody refused); EPN de Wallonie charter (16/6/6 h, 4 PCs);
# France Services charter (24 h over 5 days). All of them say "at least".
@pytest.mark.parametrize(
    ("kind", "threshold", "value", "partly", "outcome"),
    [
        ("opening_hours", "15", "15", False, Outcome.MET),
        ("opening_hours", "15", "14.99", False, Outcome.NOT_MET),
        ("opening_hours", "15", "3.5", False, Outcome.NOT_MET),
        ("opening_hours", "15", "3.5", True, Outcome.UNKNOWN),  # another door's hours aren't known
        ("opening_hours", "15", "20", True, Outcome.MET),  # whatever the other door does
        ("opening_hours", "24", "30", False, Outcome.MET),
        ("opening_hours", "15", None, False, Outcome.UNKNOWN),
        ("open_days", "5", "4", False, Outcome.NOT_MET),
        ("devices", "6", "0", False, Outcome.NOT_MET),
        ("devices", "6", None, False, Outcome.UNKNOWN),
        ("accompanied_hours", "16", "16.5", False, Outcome.MET),
        ("training_hours", "6", "5.5", False, Outcome.NOT_MET),
        ("nobody_refused", None, "1", False, Outcome.MET),
        ("nobody_refused", None, "0", False, Outcome.NOT_MET),
        ("nobody_refused", None, None, False, Outcome.UNKNOWN),
    ],
)
def test_a_criterion_is_met_not_met_or_not_known(
    kind: str, threshold: str | None, value: str | None, partly: bool, outcome: Outcome
) -> None:
    assert outcome_of(asked(kind, threshold), fact(value, partly=partly)) == outcome


@pytest.mark.parametrize(
    ("sites", "hours", "days"),
    [
        ([("Mo-Fr 09:00-12:00", OPEN)], "15", 5),
        ([("Mo-Fr 09:00-12:00", [])], "15", 5),  # says nothing of its ways of helping: anybody may come
        # The host's social desk lets nobody in without a reason: only Monday afternoon is the EPN's.
        ([("Mo 13:30-17:00", OPEN), ("Mo-Fr 09:00-12:00", DESK)], "3.5", 1),
        ([("Mo-Fr 09:00-12:00", OPEN), ("Mo 10:00-14:00", OPEN)], "17", 5),  # an hour twice open counts once
        ([("Mo 09:00-12:00", ["itinerant"]), ("Tu 09:00-12:00", ["itinerant"])], "6", 2),  # two stops
        ([('Mo-Fr 09:00-12:00 "sur RDV"', OPEN)], "0", 0),
        ([("Mo-Fr 09:00-12:00", DESK)], "0", 0),
        ([("24/7", OPEN)], "168", 7),
    ],
)
def test_hours_are_those_at_which_anybody_may_walk_in(
    sites: list[tuple[str, list[str]]], hours: str, days: int
) -> None:
    card = Card(epn_id=1, updated_at=DAY, sites=[door(text, modes) for text, modes in sites])

    found = of_card(card)

    assert found["opening_hours"].value == Decimal(hours)
    assert found["open_days"].value == days
    assert found["opening_hours"].as_of == dt.date(2026, 10, 31)


def door(hours: str, modes: list[str], **more: object) -> dict[str, object]:
    face = dict.fromkeys(("name", "address", "postcode", "town", "commune", "key", "phone", "website"), "")
    return {**face, "id": 1, "country": "be", "latitude": None, "longitude": None, "opening_hours": hours,
            "modes": modes, **more}  # fmt: skip


def test_what_nobody_wrote_is_not_known_and_never_zero() -> None:
    silent = of_card(Card(epn_id=1, updated_at=DAY, sites=[door("", OPEN)]))
    half = of_card(Card(epn_id=1, updated_at=DAY, sites=[door("", OPEN), door("Mo 09:00-12:00", OPEN)]))

    assert silent["opening_hours"].value is None and silent["devices"].value is None
    assert (half["opening_hours"].value, half["opening_hours"].partly) == (3, True)
    assert of_card(None) == of_card(Card(epn_id=1, updated_at=DAY)) == {}


def test_devices_are_computers_and_tablets_and_printers_are_not() -> None:
    counted = {"computer": 3, "laptop": 1, "tablet": 2, "printer": 4}
    room = door("", OPEN, equipment=counted, equipment_on="2026-10-12")

    one = of_card(Card(epn_id=1, updated_at=DAY, sites=[room]))
    with_another = of_card(Card(epn_id=1, updated_at=DAY, sites=[room, door("", OPEN)]))
    beside_a_desk = of_card(Card(epn_id=1, updated_at=DAY, sites=[room, door("", DESK)]))

    assert (one["devices"].value, one["computers"].value, one["devices"].as_of) == (6, 4, dt.date(2026, 10, 12))
    assert not one["devices"].partly and with_another["devices"].partly and not beside_a_desk["devices"].partly


@pytest.mark.parametrize(
    ("commune", "postcode", "country", "region"),
    [
        ("21015", "1030", "be", "be-bru"),
        ("25112", "1300", "be", "be-wal"),
        ("62063", "", "be", "be-wal"),
        ("23027", "", "be", "be-vlg"),
        ("", "1500", "be", "be-vlg"),
        ("", "1299", "be", "be-bru"),
        ("", "4000", "be", "be-wal"),
        ("", "9000", "be", "be-vlg"),
        ("fr-58194", "58000", "fr", "fr"),
        ("", "58000", "fr", "fr"),
        ("", "", "be", "be-bru"),  # nothing is known: the network's own
        ("", "101", "be", "be-bru"),
    ],
)
def test_the_region_is_that_of_the_commune_else_of_the_postcode(
    commune: str, postcode: str, country: str, region: str
) -> None:
    assert region_of(country=country, commune=commune, postcode=postcode, otherwise="be-bru") == region


def test_a_line_comes_back_as_it_was_kept_and_nothing_is_asked_of_nobody() -> None:
    lines = evaluate(
        [asked("opening_hours", "15"), asked("nobody_refused", None), asked("devices", "6")],
        {
            "opening_hours": Fact(Decimal("3.5"), "card", dt.date(2026, 1, 5), True),
            **declared({"nobody_refused": "1"}, None),
        },
    )

    assert [line_of(one.as_json()) for one in lines] == lines
    assert whole(lines) == Outcome.UNKNOWN and whole([]) == Outcome.UNKNOWN
    assert declared({"opening_hours": "40", "trained_people": "x", "other": "1"}, None) == {}


@pytest.mark.parametrize(
    ("day", "first", "last"),
    [("2026-11-28", "2025-11-01", "2026-10-01"), ("2026-01-05", "2025-01-01", "2025-12-01")],
)
def test_twelve_months_are_those_that_are_over(day: str, first: str, last: str) -> None:
    assert twelve_months(dt.date.fromisoformat(day)) == (dt.date.fromisoformat(first), dt.date.fromisoformat(last))


@pytest.mark.parametrize(
    ("labelled", "hours", "wanted", "effect"),
    [
        (True, "20", "20", Effect.KEEPS),
        (True, "19", "20", Effect.LOSES),
        (True, "14", "20", Effect.FAILS),
        (True, None, "20", Effect.UNKNOWN),
        (True, "3", None, Effect.UNKNOWN),  # no criterion is left: nothing says that it may keep it
        (False, "12", "10", Effect.GAINS),
        (False, "18", "10", Effect.COULD),
        (False, "12", "20", Effect.WITHOUT),
    ],
)
def test_other_numbers_do_something_else_to_who_has_the_label(
    labelled: bool, hours: str | None, wanted: str | None, effect: Effect
) -> None:
    class Stands:
        labelled_since = DAY.date() if labelled else None
        whole = whole(evaluate([asked("opening_hours", "15")], {"opening_hours": fact(hours)}))

    criteria = with_thresholds(
        [asked("opening_hours", "15")], {"opening_hours": None if wanted is None else Decimal(wanted)}
    )

    assert effect_of(Stands(), evaluate(criteria, {"opening_hours": fact(hours)})) == effect  # type: ignore[arg-type]

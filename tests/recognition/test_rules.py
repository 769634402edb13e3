"""What a decision and criteria must be: one line a case. No database."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from network.cadastre.recognition.rules import (
    Before,
    answer_problems,
    criteria_day_problem,
    decision_problems,
    inspection_problems,
    threshold_problems,
)

TODAY = dt.date(2026, 11, 28)
SINCE = dt.date(2019, 3, 1)
GOOD: dict[str, Any] = {
    "verdict": "recognised", "decided_on": TODAY, "since": TODAY, "until": None, "recheck_on": dt.date(2029, 11, 28),
    "reason": "", "conditions": "",
}  # fmt: skip
WITHDRAW = {"verdict": "withdrawn", "until": TODAY, "reason": "Fermé l'après-midi", "recheck_on": None, "since": None}
LABELLED = Before(labelled_since=SINCE)


@pytest.mark.parametrize(
    ("changes", "before", "field"),
    [
        ({}, Before(None), ""),
        ({"decided_on": None}, Before(None), "decided_on"),
        ({"decided_on": dt.date(2062, 1, 1)}, Before(None), "decided_on"),
        ({"decided_on": dt.date(1, 1, 1)}, Before(None), "decided_on"),
        ({"decided_on": dt.date(2026, 5, 1)}, Before(None, decided_on=dt.date(2026, 6, 1)), "decided_on"),
        ({"decided_on": dt.date(2026, 5, 1)}, Before(None, signed_on=dt.date(2026, 6, 1)), "decided_on"),
        ({"since": dt.date(2062, 1, 1)}, Before(None), "since"),
        ({"since": None}, Before(None), "since"),
        ({"recheck_on": None}, Before(None), "recheck_on"),
        ({"recheck_on": TODAY}, Before(None), "recheck_on"),
        ({"recheck_on": dt.date(2062, 1, 1)}, Before(None), "recheck_on"),
        ({}, LABELLED, "verdict"),  # two running decisions
        ({}, Before(None, archived=True), "verdict"),
        ({"verdict": "no such"}, Before(None), "verdict"),
        ({"verdict": "conditional"}, Before(None), "conditions"),
        ({"verdict": "conditional", "conditions": "Six tablettes"}, Before(None), ""),
        ({"verdict": "refused"}, Before(None), "reason"),
        ({"verdict": "refused", "reason": " \n "}, Before(None), "reason"),
        ({"verdict": "refused", "reason": "=3,5 h"}, Before(None), ""),
        ({"verdict": "refused", "reason": "x"}, LABELLED, "verdict"),
        ({"verdict": "confirmed"}, LABELLED, ""),
        ({"verdict": "confirmed"}, Before(None), "verdict"),
        (WITHDRAW, LABELLED, ""),
        (WITHDRAW, Before(None), "verdict"),
        ({**WITHDRAW, "reason": ""}, LABELLED, "reason"),
        ({**WITHDRAW, "until": SINCE}, LABELLED, "until"),  # before it began
        ({**WITHDRAW, "until": dt.date(2062, 1, 1)}, LABELLED, "until"),
        ({**WITHDRAW, "until": None}, LABELLED, "until"),
    ],
)
def test_a_decision_says_what_is_wrong_with_it(changes: dict[str, Any], before: Before, field: str) -> None:
    found = decision_problems(**{**GOOD, **changes}, before=before, today=TODAY)

    assert set(found) == ({field} if field else set())


@pytest.mark.parametrize(
    ("thresholds", "chosen", "field"),
    [
        ({"opening_hours": Decimal(15)}, ["opening_hours", "nobody_refused"], ""),
        ({"opening_hours": Decimal(-1)}, ["opening_hours"], "opening_hours"),
        ({"opening_hours": Decimal(0)}, ["opening_hours"], "opening_hours"),
        ({"opening_hours": Decimal(169)}, ["opening_hours"], "opening_hours"),
        ({"open_days": Decimal(8)}, ["open_days"], "open_days"),
        ({"devices": None}, ["devices"], "devices"),
        ({}, [], "__all__"),
    ],
)
def test_criteria_can_be_reached(thresholds: dict[str, Decimal | None], chosen: list[str], field: str) -> None:
    assert set(threshold_problems(thresholds, chosen)) == ({field} if field else set())


@pytest.mark.parametrize(
    ("day", "last_set", "last_decision", "code"),
    [
        ("2027-01-01", None, None, None),
        ("2019-01-01", None, None, None),  # a network begins here with the criteria that it has
        ("2019-01-01", None, "2019-03-01", "too_early"),
        ("2026-12-01", "2026-12-01", None, "too_early"),
        ("1999-12-31", None, None, "too_early"),
        ("2062-01-01", None, None, "too_far"),
    ],
)
def test_new_criteria_come_after_the_last_ones_and_change_nothing_that_was_decided(
    day: str, last_set: str | None, last_decision: str | None, code: str | None
) -> None:
    before, decided = (one and dt.date.fromisoformat(one) for one in (last_set, last_decision))

    problem = criteria_day_problem(
        dt.date.fromisoformat(day), last_set=before or None, last_decision=decided or None, today=TODAY
    )

    assert (problem.code if problem else None) == code


def test_answers_and_visits_on_the_spot_are_within_bounds() -> None:
    kinds = ["opening_hours", "training_hours", "nobody_refused"]

    assert set(answer_problems({}, kinds, sign=True)) == {"training_hours", "nobody_refused"}
    assert answer_problems({}, kinds, sign=False) == {}
    assert set(answer_problems({"training_hours": Decimal(200)}, kinds, sign=False)) == {"training_hours"}
    seen = {"devices": {"seen": "met"}}
    assert inspection_problems(TODAY, seen, TODAY) == {}
    assert set(inspection_problems(TODAY + dt.timedelta(days=9), seen, TODAY)) == {"on"}
    assert set(inspection_problems(dt.date(2062, 1, 1), {}, TODAY)) == {"on"}
    assert set(inspection_problems(TODAY, {"devices": {"seen": "yes"}}, TODAY)) == {"devices"}

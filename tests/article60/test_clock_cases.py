"""The article 60 clock against a calendar and a pencil: each case with the source of what it rests on.

T31: the unemployment office's sheet T31, "Avez-vous droit aux allocations après une occupation?", before 2026-03-01:
312 days under 36, 468 from 36 to 49, 624 from 50. ART-9743: the union of Walloon towns on the programme law of
18-7-2025: 312 days at any age since 2026-03-01, whoever has them on that day included. DAYS: days are those of the
six-day regime: a quarter of full-time work is 78 (a month 26), part-time is hours × 6 ÷ S. DESIGN: section 8.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

import pytest

from maillage.reference.models import DatedRule
from maillage.reference.selectors import dated_rules, forget
from tenants.article60.clock import RULES, Rule, Work, age_on, days_worked, estimate
from tenants.article60.selectors import rules_of, work_of
from tenants.staff.models import Contract, ContractBreak, FormerTerms, StaffMember
from tests.conftest import Cast, inside

Day = dt.date
OF_THE_LAW = (
    Rule("art60_days_under_36", None, Day(2026, 2, 28), Decimal(312), "ONEM T31"),
    Rule("art60_days_36_49", None, Day(2026, 2, 28), Decimal(468), "ONEM T31"),
    Rule("art60_days_50_plus", None, Day(2026, 2, 28), Decimal(624), "ONEM T31"),
    Rule("art60_days_any_age", Day(2026, 3, 1), None, Decimal(312), "UVCW art-9743"),
)
NOBODY_KNOWS_2027 = (*OF_THE_LAW[:3], Rule("art60_days_any_age", Day(2026, 3, 1), Day(2026, 12, 31), Decimal(312)))
LONG = Day(2040, 12, 31)
YOUNG, MIDDLE, OLD = Day(2000, 1, 1), Day(1985, 1, 1), Day(1965, 1, 1)


@dataclass(frozen=True)
class Case:
    """`work`: (first, last, Q, S). `end`: the day; with `until`, the range to it; None: no day, and `missing` why."""

    says: str
    source: str
    work: tuple[tuple[Day, Day, str, int], ...]
    end: Day | None
    born: Day | None = YOUNG
    prior: int | None = 0
    until: Day | None = None
    missing: Day | None = None
    rule: str = ""
    rules: tuple[Rule, ...] = field(default=OF_THE_LAW)


def full(first: Day, last: Day = LONG) -> tuple[tuple[Day, Day, str, int], ...]:
    return ((first, last, "38", 38),)


CASES = [
    # --- since 2026-03-01: 312 days at any age
    Case("a year of full time is 312 days", "ART-9743; DAYS 12 × 26", full(Day(2026, 3, 1)), Day(2027, 2, 28),
         rule="art60_days_any_age"),
    Case("the age changes nothing any more: 50", "ART-9743", full(Day(2026, 3, 1)), Day(2027, 2, 28), born=OLD),
    Case("the age needn't be known any more", "ART-9743", full(Day(2026, 6, 1)), Day(2027, 5, 31), born=None),
    Case("from the middle of a month to its middle", "DAYS 26 × 17/31 + 11 × 26 + 26 × 14/31", full(Day(2026, 3, 15)),
         Day(2027, 3, 14)),
    Case("from the last day of a month", "DAYS 26/31 + 11 × 26 + 26 × 30/31", full(Day(2026, 5, 31)), Day(2027, 5, 30)),
    Case("a leap February is a month like another", "DAYS 12 × 26", full(Day(2027, 3, 1)), Day(2028, 2, 29)),
    Case("from the eve of a leap day", "DAYS 26 × 2/29 + 11 × 26; 26 × 27/29 left are 26.07 of 28 days",
         full(Day(2028, 2, 28)), Day(2029, 2, 27)),
    Case("another full time: 36 of 36 is whole", "DAYS Q/S", ((Day(2026, 4, 1), LONG, "36", 36),), Day(2027, 3, 31)),
    # --- part-time: hours × 6 ÷ S
    Case("half-time takes two years", "DAYS 19 × 6 ÷ 38 = 3 a week, 13 a month", ((Day(2026, 4, 1), LONG, "19", 38),),
         Day(2028, 3, 31)),
    Case("four fifths: 20.8 a month, 15 months", "DAYS 30.4 × 6 ÷ 38; 15 × 20.8 = 312",
         ((Day(2026, 4, 1), LONG, "30.4", 38),), Day(2027, 6, 30)),
    Case("half a year at half-time, then full time", "DAYS 6 × 13 + 9 × 26 = 312",
         ((Day(2026, 4, 1), Day(2026, 9, 30), "19", 38), (Day(2026, 10, 1), LONG, "38", 38)), Day(2027, 6, 30)),
    # --- breaks don't count
    Case("a break of two months puts the end off by two months", "DESIGN; DAYS 3 × 26 + 9 × 26",
         (*full(Day(2026, 4, 1), Day(2026, 6, 30)), *full(Day(2026, 9, 1))), Day(2027, 5, 31)),
    Case("a break whose end isn't known leaves the end open", "DESIGN", full(Day(2026, 4, 1), Day(2026, 6, 30)), None),
    # --- days from before
    Case("200 days known: 112 are left", "ART-9743; DAYS 4 × 26 = 104, 8 × 31/26 = 9.5 days of August",
         full(Day(2026, 4, 1)), Day(2026, 8, 10), prior=200),
    Case("26 days known are one month less", "DAYS", full(Day(2026, 4, 1)), Day(2027, 2, 28), prior=26),
    Case("days from before that aren't known count as none", "DESIGN", full(Day(2026, 4, 1)), Day(2027, 3, 31),
         prior=None),
    Case("rights that are open already: the first day", "ART-9743", full(Day(2026, 4, 1)), Day(2026, 4, 1), prior=312),
    # --- before 2026-03-01, by the age on the last day
    Case("under 36: a year", "T31", full(Day(2024, 1, 1)), Day(2024, 12, 31), rule="art60_days_under_36"),
    Case("35 on the last day, 36 on the next", "T31", full(Day(2024, 1, 1)), Day(2024, 12, 31), born=Day(1989, 1, 1),
         rule="art60_days_under_36"),
    Case("36 on the day that would be the last: a year and a half", "T31; DAYS 18 × 26 = 468", full(Day(2024, 1, 1)),
         Day(2025, 6, 30), born=Day(1988, 12, 31), rule="art60_days_36_49"),
    Case("36 in the year: the age at the end counts, not that at the start", "T31", full(Day(2024, 1, 1)),
         Day(2025, 6, 30), born=Day(1988, 6, 15), rule="art60_days_36_49"),
    Case("49 on the last day, 50 on the next", "T31", full(Day(2024, 1, 1)), Day(2025, 6, 30), born=Day(1975, 7, 1),
         rule="art60_days_36_49"),
    Case("50 on the day that would be the last: two years", "T31; DAYS 24 × 26 = 624", full(Day(2024, 1, 1)),
         Day(2025, 12, 31), born=Day(1975, 6, 30), rule="art60_days_50_plus"),
    Case("born on a leap day: 36 on 1 March of a year without one", "T31", full(Day(2023, 3, 1)), Day(2024, 2, 29),
         born=Day(1988, 3, 1), rule="art60_days_under_36"),
    Case("the age isn't known: from a year to two", "T31", full(Day(2024, 1, 1)), Day(2024, 12, 31), born=None,
         until=Day(2025, 12, 31)),
    Case("the age isn't known, across the change: to its first day", "T31; ART-9743", full(Day(2025, 1, 1)),
         Day(2025, 12, 31), born=None, until=Day(2026, 3, 1)),
    # --- running on 2026-03-01
    Case("364 days on the day before, 468 wanted: open on the day of the change", "ART-9743: those who then have 312",
         full(Day(2025, 1, 1)), Day(2026, 3, 1), born=MIDDLE, rule="art60_days_any_age"),
    Case("the last day of the old rule is the old rule's", "T31; DAYS 18 × 26", full(Day(2024, 9, 1)),
         Day(2026, 2, 28), born=MIDDLE, rule="art60_days_36_49"),
    Case("not yet 312 on the day of the change: a year in all, whatever the age", "ART-9743", full(Day(2025, 7, 1)),
         Day(2026, 6, 30), born=OLD, rule="art60_days_any_age"),
    Case("half-time across the change", "ART-9743; DAYS 24 × 13", ((Day(2025, 1, 1), LONG, "19", 38),),
         Day(2026, 12, 31), born=OLD),
    # --- a rule that nobody knows
    Case("a year without a value is said to be missing", "DESIGN", full(Day(2026, 6, 1)), None,
         missing=Day(2027, 1, 1), rules=NOBODY_KNOWS_2027),
    Case("reached before the value is missing: no matter", "DESIGN", full(Day(2026, 3, 1)), Day(2026, 12, 31),
         prior=52, rules=NOBODY_KNOWS_2027),
    Case("a gap between two rules", "DESIGN", full(Day(2025, 7, 1)), None, missing=Day(2026, 3, 1),
         rules=OF_THE_LAW[:3]),
    # --- data, not code
    Case("another number in the row", "DESIGN", full(Day(2026, 3, 1)), Day(2026, 8, 31),
         rules=(Rule("art60_days_any_age", Day(2026, 3, 1), None, Decimal(156)),)),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.says)
def test_the_clock_ends_on_the_day_that_a_pencil_gives(case: Case) -> None:
    work = [Work(first, last, Fraction(hours) / full_time) for first, last, hours, full_time in case.work]

    found = estimate(work, case.rules, born_on=case.born, prior_days=case.prior)

    assert (found.earliest.day, found.latest.day) == (case.end, case.until or case.end)
    assert found.is_range is (case.until is not None)
    assert (found.age_known, found.prior_known) == (case.born is not None, case.prior is not None)
    assert found.latest.missing_on == case.missing
    if case.rule:
        assert found.latest.rule is not None
        assert found.latest.rule.name == case.rule


def test_a_birthday_on_29_february_comes_on_1_march() -> None:
    assert [age_on(Day(1988, 2, 29), day) for day in (Day(2026, 2, 28), Day(2026, 3, 1))] == [37, 38]
    assert age_on(Day(1988, 2, 29), Day(2024, 2, 29)) == 36
    with_rules = estimate([Work(Day(2023, 3, 1), LONG, Fraction(1))], OF_THE_LAW, born_on=Day(1988, 2, 29))
    # 36 on 29 February 2024, the day on which 312 days are there: 468 are wanted.
    assert with_rules.day == Day(2024, 8, 31)


def test_the_work_of_a_contract_keeps_its_former_terms_leaves_its_breaks_out_and_goes_on(cast: Cast) -> None:
    with inside(cast.poste):
        contract = Contract.objects.create(
            member=StaffMember.objects.create(name="Bram"), type="art60", legal_employer="CPAS",
            starts_on=Day(2026, 4, 1), planned_end=Day(2026, 12, 31), hours_per_week=Decimal(38),
        )  # fmt: skip
        FormerTerms.objects.create(
            contract=contract, until=Day(2026, 9, 30), hours_per_week=Decimal(19), full_time_hours=Decimal(38)
        )
        ContractBreak.objects.create(
            contract=contract, kind="long_leave", starts_on=Day(2026, 7, 1), ends_on=Day(2026, 8, 31)
        )
        work = work_of(contract)
        whole = work_of(contract, hours_per_week=Decimal(38))

    # 4 × 13 until 30 September; 10 × 26 = 260 more until 31 July 2027.
    assert days_worked(work, Day(2026, 9, 30)) == 52
    assert estimate(work, OF_THE_LAW, born_on=YOUNG).day == Day(2027, 7, 31)
    assert days_worked(whole, Day(2026, 9, 30)) == 104


def test_the_rules_are_data_and_a_changed_row_moves_the_estimate(cast: Cast) -> None:
    work = [Work(Day(2026, 4, 1), LONG, Fraction(1))]
    assert {one.rule for one in dated_rules(RULES, ("be-bru", "be"))} == set(RULES)
    before = estimate(work, rules_of(("be-bru", "be")))

    DatedRule.objects.filter(rule="art60_days_any_age").update(value=Decimal(468))
    DatedRule.objects.create(
        rule="art60_days_any_age", region="be-wal", valid_from=Day(2026, 3, 1), value=Decimal(156), unit="", source="x"
    )
    forget()
    try:
        after, walloon = estimate(work, rules_of(("be-bru", "be"))), estimate(work, rules_of(("be-wal", "be")))
        DatedRule.objects.filter(rule="art60_days_any_age").update(value=None)
        forget()
        nobody_knows = estimate(work, rules_of(("be-bru", "be")))
    finally:
        forget()

    assert (before.day, after.day, walloon.day) == (Day(2027, 3, 31), Day(2027, 9, 30), Day(2026, 9, 30))
    assert nobody_knows.day is None
    assert nobody_knows.latest.missing_on == Day(2026, 4, 1)

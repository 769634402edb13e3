"""FTE and hours over periods, worked out by hand. The last column is the computation, in days and hours.

Sources: FTE = Q ÷ S, prorated by the days of overlap, breaks left out when told (DESIGN section 8); a period's FTE is
the mean over its calendar days; the first and the last day belong to a contract, to a break and to a period. 2024 has
366 days, 2023 and 2026 have 365; S is 38 hours in most joint committees, 37 or 36 where a sector agreed on it.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

import pytest

from tenants.staff.models import Contract, ContractBreak, FormerTerms
from tenants.staff.terms import fte_over, fte_sum, hours_a_week_on, hours_over, terms_on
from tests.article60.test_clock_cases import CASES as ARTICLE_60
from tests.volunteers.test_ceiling_cases import CASES as VOLUNTEERS

FTE_OF_A_PERIOD = "DESIGN section 8: FTE = Q/S, prorated by overlap"
BREAKS_APART = "DESIGN section 8: breaks, left out when told"
OWN_FULL_TIME = "DESIGN section 8: Q over the employer's full time S"
Year = tuple[str, str]
Y2023, Y2024, Y2026 = ("2023-01-01", "2023-12-31"), ("2024-01-01", "2024-12-31"), ("2026-01-01", "2026-12-31")
Y2025, H1_2024 = ("2025-01-01", "2025-12-31"), ("2024-01-01", "2024-06-30")


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def contract(
    starts: str,
    planned: str = "",
    q: str = "38",
    s: str = "38",
    *,
    ended: str = "",
    former: list[tuple[str, str, str]] | None = None,
    breaks: list[tuple[str, str]] | None = None,
) -> Contract:
    """Without a database: what a prefetch would have read is put in its place."""
    made = Contract(
        pk=1,
        type="cdi",
        starts_on=day(starts),
        planned_end=day(planned) if planned else None,
        ended_on=day(ended) if ended else None,
        hours_per_week=Decimal(q),
        full_time_hours=Decimal(s),
    )
    terms = [
        FormerTerms(until=day(until), hours_per_week=Decimal(hours), full_time_hours=Decimal(full))
        for until, hours, full in former or []
    ]
    pauses = [ContractBreak(starts_on=day(a), ends_on=day(b) if b else None) for a, b in breaks or []]
    made._prefetched_objects_cache = {"former_terms": terms, "breaks": pauses}
    return made


@dataclass(frozen=True)
class Case:
    what: str
    contracts: list[Contract]
    period: Year
    by_hand: str
    without_breaks: bool = True
    source: str = FTE_OF_A_PERIOD


def worked_out(text: str) -> Fraction:
    """The sum of products that stands in a case: "182/366 × 19/38 + 1/2"."""
    total = Fraction(0)
    for product in text.split(" + "):
        value = Fraction(1)
        for factor in product.split(" × "):
            over, _, under = factor.partition("/")
            value *= Fraction(over) / Fraction(under or "1")
        total += value
    return total


CASES = [
    # A whole year, a part of one, leap years
    Case("a full time all year", [contract("2020-01-01")], Y2024, "366/366"),
    Case("a half-time all year", [contract("2020-01-01", q="19")], Y2023, "19/38"),
    Case("the first half of a leap year", [contract("2024-01-01", "2024-06-30")], Y2024, "182/366"),
    Case("the first half of another year", [contract("2023-01-01", "2023-06-30")], Y2023, "181/365"),
    Case("a half-time for half a leap year", [contract("2024-01-01", "2024-06-30", "19")], Y2024, "182/366 × 19/38"),
    Case("29 February alone", [contract("2024-02-29", "2024-02-29")], Y2024, "1/366"),
    Case("February of a leap year, half-time", [contract("2024-02-01", "2024-02-29", "19")], Y2024, "29/366 × 19/38"),
    Case("February of another year", [contract("2023-02-01", "2023-02-28")], Y2023, "28/365"),
    # The edges of a period
    Case("it ends on the first day of the period", [contract("2022-03-01", "2023-01-01")], Y2023, "1/365"),
    Case("it starts on the last day", [contract("2023-12-31")], Y2023, "1/365"),
    Case("it ended the day before", [contract("2022-03-01", "2022-12-31")], Y2023, "0"),
    Case("it starts the day after", [contract("2024-01-01")], Y2023, "0"),
    Case("over the turn of a year, first part", [contract("2023-10-01", "2024-03-31")], Y2023, "92/365"),
    Case("over the turn of a year, second part", [contract("2023-10-01", "2024-03-31")], Y2024, "91/366"),
    Case("a period of one day", [contract("2023-01-01", q="30.4")], ("2023-05-05", "2023-05-05"), "30.4/38"),
    Case("a half year as the period", [contract("2024-04-01", q="19")], H1_2024, "91/182 × 19/38"),
    # Planned and real end
    Case("the real end comes before the planned", [contract("2023-01-01", "2023-12-31", ended="2023-03-31")], Y2023,
         "90/365"),
    Case("a planned end that nobody ended", [contract("2023-01-01", "2023-04-10")], Y2023, "100/365"),
    Case("it ends for real on the last day", [contract("2020-01-01", ended="2023-12-31")], Y2023, "365/365"),
    # The employer's full time
    Case("S of 37", [contract("2023-01-01", q="18.5", s="37")], Y2023, "18.5/37", source=OWN_FULL_TIME),
    Case("S of 36, 19 hours", [contract("2023-01-01", q="19", s="36")], Y2023, "19/36", source=OWN_FULL_TIME),
    Case("Q at 36 over 36 is a full time", [contract("2023-01-01", q="36", s="36")], Y2023, "36/36",
         source=OWN_FULL_TIME),
    Case("36 hours over 38 are none", [contract("2023-01-01", q="36")], Y2023, "36/38", source=OWN_FULL_TIME),
    Case("four fifths", [contract("2023-01-01", q="30.4")], Y2023, "30.4/38", source=OWN_FULL_TIME),
    Case("a quarter of an hour a week", [contract("2023-01-01", q="0.25")], Y2023, "0.25/38", source=OWN_FULL_TIME),
    # Other hours from a day on
    Case("19 hours from 1 March, 38 before", [contract("2026-01-01", q="19", former=[("2026-02-28", "38", "38")])],
         Y2026, "59/365 × 38/38 + 306/365 × 19/38"),
    Case("in the middle of a month of a leap year",
         [contract("2024-01-01", q="30.4", former=[("2024-02-14", "19", "38")])],
         Y2024, "45/366 × 19/38 + 321/366 × 30.4/38"),
    Case("twice in a year",
         [contract("2023-01-01", q="38", former=[("2023-03-31", "19", "38"), ("2023-06-30", "30.4", "38")])],
         Y2023, "90/365 × 19/38 + 91/365 × 30.4/38 + 184/365"),
    Case("S itself changes", [contract("2023-01-01", q="36", s="36", former=[("2023-06-30", "19", "38")])],
         Y2023, "181/365 × 19/38 + 184/365"),
    Case("the change lies before the period", [contract("2022-01-01", q="19", former=[("2022-06-30", "38", "38")])],
         Y2023, "19/38"),
    Case("the change lies after the period", [contract("2023-01-01", q="19", former=[("2024-06-30", "38", "38")])],
         Y2023, "38/38"),
    Case("the change and the end in one month",
         [contract("2023-01-01", "2023-03-20", q="19", former=[("2023-03-10", "38", "38")])],
         Y2023, "69/365 × 38/38 + 10/365 × 19/38"),
    # Breaks
    Case("a break of three months", [contract("2023-01-01", breaks=[("2023-04-01", "2023-06-30")])], Y2023, "274/365",
         source=BREAKS_APART),
    Case("the same break, counted", [contract("2023-01-01", breaks=[("2023-04-01", "2023-06-30")])], Y2023, "365/365",
         without_breaks=False, source=BREAKS_APART),
    Case("a break without an end", [contract("2023-01-01", breaks=[("2023-10-01", "")])], Y2023, "273/365",
         source=BREAKS_APART),
    Case("a break over the start of the period", [contract("2022-01-01", breaks=[("2022-12-01", "2023-01-31")])],
         Y2023, "334/365", source=BREAKS_APART),
    Case("a break over the end of the period", [contract("2023-01-01", breaks=[("2023-12-01", "2024-01-31")])],
         Y2023, "334/365", source=BREAKS_APART),
    Case("the same break in the next year", [contract("2023-01-01", breaks=[("2023-12-01", "2024-01-31")])],
         Y2024, "335/366", source=BREAKS_APART),
    Case("a break of one day, 29 February", [contract("2024-01-01", breaks=[("2024-02-29", "2024-02-29")])],
         Y2024, "365/366", source=BREAKS_APART),
    Case("two breaks, one after the other, given the other way round",
         [contract("2023-01-01", breaks=[("2023-07-01", "2023-07-31"), ("2023-02-01", "2023-02-28")])],
         Y2023, "306/365", source=BREAKS_APART),
    Case("a break across a change of hours",
         [contract("2026-01-01", q="19", former=[("2026-02-28", "38", "38")], breaks=[("2026-02-15", "2026-03-14")])],
         Y2026, "45/365 × 38/38 + 292/365 × 19/38", source=BREAKS_APART),
    Case("a break that lasts longer than the contract",
         [contract("2023-01-01", "2023-06-30", breaks=[("2023-06-01", "")])], Y2023, "151/365", source=BREAKS_APART),
    Case("in a break all year", [contract("2020-01-01", breaks=[("2022-01-01", "")])], Y2023, "0", source=BREAKS_APART),
    # One person, two contracts; somebody who replaces
    Case("two half-times of one person", [contract("2023-01-01", q="19"), contract("2023-01-01", q="19")], Y2023,
         "19/38 + 19/38"),
    Case("two contracts that follow each other, S of 38 and of 36",
         [contract("2023-01-01", "2023-06-30"), contract("2023-07-01", q="18", s="36")],
         Y2023, "181/365 + 184/365 × 18/36"),
    Case("somebody on leave, and who replaces them half-time",
         [contract("2025-01-01", breaks=[("2025-04-01", "2025-09-30")]), contract("2025-04-01", "2025-09-30", "19")],
         Y2025, "182/365 + 183/365 × 19/38"),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.what)
def test_the_fte_of_a_period_is_the_one_worked_out_by_hand(case: Case) -> None:
    found = fte_sum(case.contracts, day(case.period[0]), day(case.period[1]), without_breaks=case.without_breaks)

    assert abs(Fraction(found) - worked_out(case.by_hand)) < Fraction(1, 10**24)


def test_there_are_enough_cases_and_each_is_told_once() -> None:
    assert len(CASES) >= 25 and len({case.what for case in CASES}) == len(CASES)
    assert all(case.source for case in CASES)
    # With those of article 60 and of volunteers, the sixty and more that are promised.
    assert len(CASES) + len(ARTICLE_60) + len(VOLUNTEERS) >= 60


@pytest.mark.parametrize(
    ("of", "period", "by_hand"),
    [
        (contract("2023-01-01", q="4"), Y2023, "365/7 × 4"),
        (contract("2024-01-01", "2024-01-07", q="12"), Y2024, "12"),
        (contract("2023-01-01", q="26", breaks=[("2023-01-08", "")]), Y2023, "26"),
        (contract("2023-01-01", "2023-01-14", q="10", former=[("2023-01-07", "20", "38")]), Y2023, "20 + 10"),
    ],
)
def test_hours_go_by_calendar_days(of: Contract, period: Year, by_hand: str) -> None:
    assert abs(Fraction(hours_over(of, day(period[0]), day(period[1]))) - worked_out(by_hand)) < Fraction(1, 10**20)


def test_the_hours_of_a_day_are_those_that_held_on_it() -> None:
    one = contract("2026-01-01", "2026-12-31", q="19", former=[("2026-02-28", "38", "38")], breaks=[("2026-05-01", "")])

    asked = ("2025-12-31", "2026-02-28", "2026-03-01", "2026-05-01")
    assert [hours_a_week_on(one, day(when)) for when in asked] == [0, 38, 19, 0]
    held = [
        terms_on(one, day(when)).hours_per_week for when in ("2025-06-01", "2026-02-28", "2026-05-02", "2028-01-01")
    ]
    assert held == [38, 38, 19, 19]
    with pytest.raises(ValueError, match="before"):
        fte_over(one, day("2026-02-02"), day("2026-02-01"))

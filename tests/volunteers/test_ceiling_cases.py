"""What may be paid back to a volunteer, by hand: lines that are there, the line that is added, and what the law says.

Amounts are cents. A line is (day, kind, cents) or (day, "travel", cents, kilometres); `times` repeats the added line on
days that follow each other, and only the last of them is judged. `expected` is the code of the refusal, or "" when it
is accepted. Sources: the ceilings are those of reference/data/dated-rules.csv (UVCW art-9304, Securex 2026); the rules
are of the law of 3 July 2005, art. 10, as UVCW art-9304 and Securex explain it.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from functools import partial

import pytest

from tenants.volunteers.ceilings import limits_of_year, limits_on
from tenants.volunteers.rules import Entry, ceiling_problems, days_left, is_near, sums
from tests.conftest import Cast

Line = tuple[str, str, int] | tuple[str, str, int, int]


@dataclass(frozen=True)
class Case:
    about: str
    source: str
    there: tuple[Line, ...]
    added: Line
    expected: str = ""
    times: int = 1
    justification: str = ""
    region: str = "be"


UVCW, SECUREX, LAW = "UVCW art-9304", "Securex 2026", "law of 3-7-2005, art. 10"


def flat_days(year: int, cents: int, count: int) -> tuple[Line, ...]:
    """So many days from 1 January on, each with the same flat amount."""
    first = dt.date(year, 1, 1)
    return tuple(((first + dt.timedelta(days=number)).isoformat(), "flat", cents) for number in range(count))


CASES = [
    # The ceiling of a day, to the cent.
    Case("the day's ceiling of 2021", UVCW, (), ("2021-03-02", "flat", 3541)),
    Case("a cent above it", UVCW, (), ("2021-03-02", "flat", 3542), "above_day"),
    Case("the day's ceiling of 2022, the only value known of that year", "two sources",
         (), ("2022-03-02", "flat", 3684)),
    Case("a cent above it", "two sources", (), ("2022-03-02", "flat", 3685), "above_day"),
    Case("the day's ceiling of 2023", UVCW, (), ("2023-03-02", "flat", 4067)),
    Case("a cent above it", UVCW, (), ("2023-03-02", "flat", 4068), "above_day"),
    Case("the day's ceiling of 2024", UVCW, (), ("2024-02-29", "flat", 4148)),
    Case("a cent above it", UVCW, (), ("2024-02-29", "flat", 4149), "above_day"),
    Case("the day's ceiling of 2025", UVCW, (), ("2025-03-02", "flat", 4231)),
    Case("a cent above it", UVCW, (), ("2025-03-02", "flat", 4232), "above_day"),
    Case("the day's ceiling of 2026", SECUREX, (), ("2026-03-02", "flat", 4402)),
    Case("a cent above it", SECUREX, (), ("2026-03-02", "flat", 4403), "above_day"),
    Case("two contracts on one day reach it: 20 + 24.02", SECUREX,
         (("2026-03-02", "flat", 2000),), ("2026-03-02", "flat", 2402)),
    Case("two contracts on one day pass it: 20 + 24.03", SECUREX,
         (("2026-03-02", "flat", 2000),), ("2026-03-02", "flat", 2403), "above_day"),
    # Around new year each day has its own year's ceiling, and the sum begins again.
    Case("31 December 2025 at the ceiling of 2026", UVCW, (), ("2025-12-31", "flat", 4402), "above_day"),
    Case("1 January 2026 at the ceiling of 2026", SECUREX, (), ("2026-01-01", "flat", 4402)),
    Case("31 December 2025 when 2025 is used up: 40 × 42.31 = 1,692.40 of 1,692.51, 0.11 is left", UVCW,
         flat_days(2025, 4231, 40), ("2025-12-31", "flat", 12), "above_year"),
    Case("the same with 0.11", UVCW, flat_days(2025, 4231, 40), ("2025-12-31", "flat", 11)),
    Case("1 January 2026 after a year that is used up", SECUREX,
         flat_days(2025, 4231, 40), ("2026-01-01", "flat", 4402)),
    # Forty days at the ceiling; 1,416.16 ÷ 35.41 = 39.99…: in 2021 and 2023 the fortieth doesn't fit whole.
    Case("2021, the 39th day: 39 × 35.41 = 1,380.99", UVCW, (), ("2021-01-01", "flat", 3541), times=39),
    Case("2021, the 40th day: 40 × 35.41 = 1,416.40 > 1,416.16", UVCW,
         (), ("2021-01-01", "flat", 3541), "above_year", 40),
    Case("2021, the 40th day with what is left: 1,416.16 − 1,380.99 = 35.17", UVCW,
         flat_days(2021, 3541, 39), ("2021-12-31", "flat", 3517)),
    Case("2021, a cent more", UVCW, flat_days(2021, 3541, 39), ("2021-12-31", "flat", 3518), "above_year"),
    Case("2021, the 41st day, of one cent, after them", UVCW,
         (*flat_days(2021, 3541, 39), ("2021-12-30", "flat", 3517)), ("2021-12-31", "flat", 1), "above_year"),
    Case("2023, the 40th day: 40 × 40.67 = 1,626.80 > 1,626.77", UVCW,
         (), ("2023-01-01", "flat", 4067), "above_year", 40),
    Case("2024, the 40th day: 40 × 41.48 = 1,659.20 ≤ 1,659.29", UVCW, (), ("2024-01-01", "flat", 4148), times=40),
    Case("2024, the 41st", UVCW, (), ("2024-01-01", "flat", 4148), "above_year", 41),
    Case("2026, the 40th day: 40 × 44.02 = 1,760.80 ≤ 1,760.83", SECUREX, (), ("2026-01-01", "flat", 4402), times=40),
    Case("2026, the 41st", SECUREX, (), ("2026-01-01", "flat", 4402), "above_year", 41),
    # What isn't known isn't checked, and isn't guessed.
    Case("2022, the 41st day: the year's ceiling isn't known", "to be verified",
         (), ("2022-01-01", "flat", 3684), times=41),
    Case("2020: no ceiling is known at all", "no value", (), ("2020-06-01", "flat", 50000)),
    Case("a French EPN: no ceiling is known", "no value", (), ("2026-03-02", "flat", 50000), region="fr"),
    # With documents, more is paid back; the line says which ones.
    Case("above the day's ceiling, justified", LAW, (), ("2026-03-02", "flat", 6000), justification="Tickets 12 to 15"),
    Case("above the year's ceiling, justified", LAW, flat_days(2026, 4402, 40), ("2026-12-01", "flat", 4000),
         justification="Invoices in the folder of December"),
    Case("after a justified one, the next isn't free", LAW, flat_days(2026, 4402, 41), ("2026-12-01", "flat", 1),
         "above_year"),
    # Flat amounts or real costs in one calendar year; travel goes with either, up to 2,000 km beside flat amounts.
    Case("flat after real in one year", LAW,
         (("2026-01-05", "real", 1250),), ("2026-11-03", "flat", 2000), "both_kinds"),
    Case("real after flat in one year", LAW,
         (("2026-11-03", "flat", 2000),), ("2026-01-05", "real", 1250), "both_kinds"),
    Case("no justification lifts that", LAW,
         (("2026-01-05", "real", 1250),), ("2026-11-03", "flat", 2000), "both_kinds",
         justification="Agreed"),
    Case("real in December, flat in January", LAW, (("2025-12-31", "real", 1250),), ("2026-01-01", "flat", 2000)),
    Case("travel beside flat amounts", LAW, (("2026-01-05", "flat", 2000),), ("2026-01-05", "travel", 4269, 100)),
    Case("travel beside real costs", LAW, (("2026-01-05", "real", 1250),), ("2026-01-05", "travel", 4269, 100)),
    Case("the 2,000th km beside flat amounts", LAW,
         (("2026-01-05", "flat", 2000), ("2026-02-02", "travel", 80000, 1900)), ("2026-02-03", "travel", 4200, 100)),
    Case("the 2,001st", LAW, (("2026-01-05", "flat", 2000), ("2026-02-02", "travel", 80000, 1900)),
         ("2026-02-03", "travel", 4300, 101), "too_far"),
    Case("no justification lifts that", LAW, (("2026-01-05", "flat", 2000), ("2026-02-02", "travel", 80000, 2000)),
         ("2026-02-03", "travel", 42, 1), "too_far", justification="A long way"),
    Case("a flat amount after 2,001 km of that year", LAW, (("2026-02-02", "travel", 85000, 2001),),
         ("2026-02-03", "flat", 2000), "too_far"),
    Case("the 2,001st km beside real costs is a real cost like another", LAW,
         (("2026-01-05", "real", 1250), ("2026-02-02", "travel", 85000, 2000)), ("2026-02-03", "travel", 42, 1)),
    Case("kilometres begin again with the year", LAW,
         (("2025-12-31", "flat", 2000), ("2025-12-31", "travel", 80000, 2000), ("2026-01-05", "flat", 2000)),
         ("2026-01-05", "travel", 42, 1)),
    Case("travel isn't in the ceilings: 40 × 44.02 flat, then 100 km", LAW, flat_days(2026, 4402, 40),
         ("2026-01-01", "travel", 4200, 100)),
    Case("real costs above the day's ceiling without a document", LAW, (), ("2026-03-02", "real", 4403), "above_day"),
    Case("a French EPN: we know of no rule against both kinds", "no value", (("2026-01-05", "real", 1250),),
         ("2026-11-03", "flat", 2000), region="fr"),
]  # fmt: skip


def entry(line: Line, *, later: int = 0, justification: str = "") -> Entry:
    km = Decimal(line[3]) if len(line) == 4 else Decimal(0)
    return Entry(
        dt.date.fromisoformat(line[0]) + dt.timedelta(days=later), line[1], line[2], km, justification=justification
    )


@pytest.mark.parametrize("case", CASES, ids=[f"{case.added[0][:4]} {case.about}"[:70] for case in CASES])
def test_a_line_is_accepted_or_refused_as_the_law_says(case: Case, cast: Cast) -> None:
    kept = [entry(line) for line in case.there]
    before = [entry(case.added, later=number) for number in range(case.times - 1)]
    last = entry(case.added, later=case.times - 1, justification=case.justification)
    limits = partial(limits_on, region=case.region)

    assert ceiling_problems(before, kept, limits) == {}, "what comes before the line in question is refused already"
    found = ceiling_problems([last], [*kept, *before], limits)

    assert [one.code for problems in found.values() for one in problems] == ([case.expected] if case.expected else [])
    # All at once is refused for the same reason as one after the other.
    together = ceiling_problems([*before, last], kept, limits)
    assert {one.code for problems in together.values() for one in problems} == ({case.expected} - {""})


def test_every_case_has_a_source_and_there_are_enough() -> None:
    assert len(CASES) >= 20 and all(case.source for case in CASES)


def test_what_is_left_of_a_year_is_said_and_from_eighty_per_cent_on_it_is_near(cast: Cast) -> None:
    """80 % of 1,760.83 is 1,408.664: 32 × 44.02 = 1,408.64 isn't near yet."""
    limits = limits_of_year(2026, "be")

    assert (limits.day.value, limits.year.value, limits.km.value) == (4402, 176083, 2000)
    assert (limits.year.source, limits.km.source) == ("Securex 2026", "law of 3-7-2005")
    used = [sums(entry(line) for line in flat_days(2026, 4402, count)) for count in (0, 32, 39, 40)]
    assert [days_left(one, limits) for one in used] == [40, 8, 1, 0]
    assert [is_near(one, limits) for one in used] == [False, False, True, True]
    assert is_near(sums([entry(("2026-01-05", "flat", 140867))]), limits)
    unknown = limits_of_year(2022, "be")
    assert unknown.year.value is None and days_left(used[1], unknown) is None and not is_near(used[3], unknown)

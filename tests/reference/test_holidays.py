"""Legal public holidays, checked against published calendars."""

import datetime as dt

import pytest

from maillage.reference.holidays import easter, public_holidays


def test_easter_and_the_days_that_follow_it() -> None:
    assert [easter(year) for year in (2022, 2024, 2026)] == [
        dt.date(2022, 4, 17),
        dt.date(2024, 3, 31),
        dt.date(2026, 4, 5),
    ]


@pytest.mark.parametrize(
    ("country", "days"),
    [
        ("be", "01-01 04-06 05-01 05-14 05-25 07-21 08-15 11-01 11-11 12-25"),
        ("fr", "01-01 04-06 05-01 05-08 05-14 05-25 07-14 08-15 11-01 11-11 12-25"),
        ("lu", ""),
    ],
)
def test_the_holidays_of_2026(country: str, days: str) -> None:
    assert sorted(f"{day:%m-%d}" for day in public_holidays(2026, country)) == days.split()

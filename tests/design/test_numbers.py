from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

import pytest
from django.utils.translation import override

from maillage.design import numbers

S = "\N{NO-BREAK SPACE}"


@pytest.mark.parametrize(
    ("language", "function", "value", "text"),
    [
        ("fr", numbers.duration, 90, f"1{S}h{S}30"),
        ("fr", numbers.duration, 65, f"1{S}h{S}05"),
        ("fr", numbers.duration, 120, f"2{S}h"),
        ("fr", numbers.duration, 45, f"45{S}min"),
        ("fr", numbers.duration, 0, f"0{S}min"),
        ("fr", numbers.duration, 74100, f"1{S}235{S}h"),
        ("fr", numbers.euros, 550000, f"550{S}000{S}€"),
        ("fr", numbers.euros, Decimal("22.59"), f"22,59{S}€"),
        ("nl", numbers.euros, 550000, f"€{S}550.000"),
        ("en", numbers.euros, 550000, "€550,000"),
        ("fr", numbers.percent, 0.65, f"65{S}%"),
        ("nl", numbers.percent, Decimal("0.655"), "66%"),
        ("en", numbers.percent, 0, "0%"),
        ("fr", numbers.fte, 12.5, "12,50"),
        ("en", numbers.fte, Decimal("0.125"), "0.13"),
        ("fr", numbers.number, 1234567, f"1{S}234{S}567"),
        ("nl", numbers.number, 1234, "1.234"),
        ("fr", numbers.month_label, "2026-10", "octobre 2026"),
        ("nl", numbers.month_label, datetime.date(2026, 3, 1), "maart 2026"),
        ("fr", numbers.day_label, datetime.date(2026, 6, 1), "1er juin 2026"),
        ("fr", numbers.day_label, datetime.date(2026, 6, 11), "11 juin 2026"),
        ("nl", numbers.day_label, datetime.date(2026, 6, 1), "1 juni 2026"),
        ("fr", numbers.as_of, datetime.datetime(2026, 6, 1, 7, 5, tzinfo=datetime.UTC), "1er juin 2026 à 09:05"),
        ("fr", numbers.days_left, 0, "finit aujourd’hui"),
        ("fr", numbers.days_left, 1, "finit dans 1 jour"),
        ("nl", numbers.days_left, 12, "loopt af over 12 dagen"),
        ("fr", numbers.days_left, -3, "fini depuis 3 jours"),
    ],
)
def test_a_value_is_written_as_its_reader_would(language: str, function: Any, value: Any, text: str) -> None:
    with override(language):
        assert function(value) == text


@pytest.mark.parametrize(
    "function",
    [
        numbers.number,
        numbers.duration,
        numbers.euros,
        numbers.percent,
        numbers.fte,
        numbers.month_label,
        numbers.day_label,
        numbers.as_of,
        numbers.days_left,
    ],
)
def test_what_is_not_known_is_a_dash_and_never_zero(function: Any) -> None:
    assert function(None) == numbers.NOT_KNOWN


def test_a_share_of_nothing_is_not_known() -> None:
    assert numbers.share(0, 0) == numbers.NOT_KNOWN
    assert numbers.share(None, 60) == numbers.NOT_KNOWN


def test_thirty_nine_of_sixty_is_sixty_five_per_cent() -> None:
    with override("en"):
        assert numbers.share(39, 60) == "65%"


def test_a_moment_is_told_in_the_time_of_brussels() -> None:
    moment = datetime.datetime(2026, 10, 31, 17, 45, tzinfo=datetime.UTC)

    with override("fr"):
        assert numbers.as_of(moment) == "31 octobre 2026 à 18:45"

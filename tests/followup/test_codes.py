from __future__ import annotations

import random

import pytest
from django.core.exceptions import ValidationError

from tenants.followup.codes import ALPHABET, LENGTH, new_code, read, shown, with_check


def codes(count: int) -> list[str]:
    drawn = random.Random("codes")
    return [new_code(drawn.choice) for _ in range(count)]


def refused(typed: str) -> str | None:
    with pytest.raises(ValidationError) as error:
        read(typed)
    return error.value.code


def test_a_code_is_short_and_has_no_character_that_is_taken_for_another() -> None:
    for code in codes(50):
        assert len(code) == LENGTH and set(code) <= set(ALPHABET) and not set(code) & set("ILOUV")
        assert shown(code)[3] == "-" and read(shown(code)) == code
    assert new_code() != new_code()


def test_a_code_is_read_however_it_is_typed() -> None:
    code = with_check("K017Q")
    spelt = shown(code)

    for typed in (
        code, spelt, spelt.lower(), f" {spelt} ", spelt.replace("-", " "), " ".join(code), spelt.replace("0", "O"),
        spelt.replace("0", "o").replace("1", "l"), spelt.replace("1", "I"), spelt.replace("-", "–"),
    ):  # fmt: skip
        assert read(typed) == code, typed


def test_every_wrong_character_and_every_swap_of_neighbours_is_told() -> None:
    for code in codes(20):
        for place in range(LENGTH):
            for other in ALPHABET.replace(code[place], ""):
                assert refused(code[:place] + other + code[place + 1 :]) == "wrong_check"
        for place in range(LENGTH - 1):
            swapped = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
            assert swapped == code or refused(swapped) == "wrong_check"


@pytest.mark.parametrize(
    "typed", ["", "K7M", "K7M-2Q4-9", "K7M-2Q?", "UVUVUV", "é" * 6, "\ud800" * 6, "9" * 10_000, "=1+1"]
)
def test_what_is_no_code_is_told_from_a_slip(typed: str) -> None:
    assert refused(typed) == "not_a_code"

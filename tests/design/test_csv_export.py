import datetime as dt
from decimal import Decimal

import pytest

from maillage.design.csv_export import ROWS_A_CHUNK, cell_text, csv_chunks, csv_response


@pytest.mark.parametrize(
    "typed", ["=1+1", "+32 2 555", "-1", "@SUM(A1)", "\t=1", "\r=1", "  =1", "＝1", "|calc", "\n=1"]
)
def test_a_text_that_a_spreadsheet_would_run_gets_an_apostrophe(typed: str) -> None:
    assert cell_text(typed) == f"'{typed}"


def test_a_nul_byte_does_not_hide_a_formula() -> None:
    assert cell_text("\0=1+1") == "'=1+1"


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (-3, "-3"),
        (Decimal("-22.59"), "-22,59"),
        (Decimal("1E+2"), "100"),
        (0.5, "0,5"),
        (None, ""),
        (True, "1"),
        (dt.date(2026, 10, 31), "2026-10-31"),
        (dt.time(9, 5), "09:05"),
        (dt.datetime(2026, 10, 31, 13, 5, tzinfo=dt.UTC), "2026-10-31 14:05"),
        ("a=b", "a=b"),
    ],
)
def test_numbers_and_days_are_written_for_a_spreadsheet_of_the_country(value: object, written: str) -> None:
    assert cell_text(value) == written


def test_rows_are_taken_from_their_source_as_they_are_sent() -> None:
    taken = []

    def rows():
        for number in range(ROWS_A_CHUNK * 2 + 1):
            taken.append(number)
            yield [number, 'é;"x"\ny']

    chunks = csv_chunks(["n°", "text"], rows())
    first = next(chunks)

    assert len(taken) == ROWS_A_CHUNK
    assert first.startswith(b'\xef\xbb\xbfn\xc2\xb0;text\r\n0;"\xc3\xa9;""x""\ny"\r\n')
    assert len([first, *chunks]) == 3
    assert len(taken) == ROWS_A_CHUNK * 2 + 1


def test_a_download_has_a_name_and_is_kept_by_no_cache() -> None:
    response = csv_response("journée.csv", ["a"], [["b"]])

    assert response["Content-Disposition"] == "attachment; filename*=utf-8''journ%C3%A9e.csv"
    assert response["Cache-Control"] == "no-store"
    assert b"".join(response) == b"\xef\xbb\xbfa\r\nb\r\n"

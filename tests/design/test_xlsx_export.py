"""A workbook that any spreadsheet opens, holds nothing to run, and is made piece by piece."""

from __future__ import annotations

import datetime as dt
import io
import subprocess
import sys
import zipfile
from decimal import Decimal
from typing import Any
from xml.etree import ElementTree

import pytest
from django.utils import timezone
from python_calamine import CalamineWorkbook

from maillage.design.csv_export import ROWS_A_CHUNK
from maillage.design.xlsx_export import LONGEST_TEXT, sheet_name, xlsx_chunks

NINE_FIVE = dt.datetime.combine(dt.date(2026, 6, 1), dt.time(9, 5))
ABOUT = [("Column", "What it holds"), ("name", "A name")]


def workbook(rows: list[list[Any]], header: tuple[str, ...] = ("name", "value")) -> bytes:
    return b"".join(xlsx_chunks(titles=("visits", "Columns"), header=header, rows=rows, about=ABOUT))


def read(data: bytes, sheet: int = 0) -> list[list[Any]]:
    return CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(sheet).to_python()


@pytest.mark.parametrize("count", [0, 1, ROWS_A_CHUNK, ROWS_A_CHUNK + 1])
def test_whatever_the_number_of_rows_it_is_one_workbook(count: int) -> None:
    data = workbook([[f"n{number}", number] for number in range(count)])

    assert read(data) == [["name", "value"], *([f"n{number}", float(number)] for number in range(count))]
    assert read(data, 1) == [list(line) for line in ABOUT]
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for name in archive.namelist():
            ElementTree.fromstring(archive.read(name))
        assert b'state="frozen"' in archive.read("xl/worksheets/sheet1.xml")


@pytest.mark.parametrize(
    ("value", "found"),
    [
        (None, ""), (True, True), (3, 3.0), (Decimal("22.59"), 22.59), ("=1+1", "=1+1"), ("<b> & \"é\"", "<b> & \"é\""),
        ("a\0b\x1b", "ab"), (" two  spaces ", " two  spaces "), ("_x000D_", "_x000D_"), ("a\r\nb", "a\nb"),
        (dt.date(2026, 6, 1), dt.date(2026, 6, 1)), (dt.time(9, 5), dt.time(9, 5)), (dt.date(1850, 1, 1), "1850-01-01"),
        (10**20, str(10**20)), (float("nan"), "nan"), (["a", "b"], "a, b"),
        (timezone.make_aware(NINE_FIVE), NINE_FIVE),
    ],
)  # fmt: skip
def test_a_value_is_what_a_spreadsheet_reads(value: object, found: object) -> None:
    assert read(workbook([["x", value]]))[1] == ["x", found]


def test_no_cell_is_a_formula_and_none_is_longer_than_a_cell() -> None:
    data = workbook([["=HYPERLINK(1)", "@SUM(1)"], ["+1", "x" * (LONGEST_TEXT + 5)]], header=("=1+1", "-1"))

    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert b"<f" not in archive.read("xl/worksheets/sheet1.xml").replace(b"<font", b"")
    assert len(read(data)[2][1]) == LONGEST_TEXT


def test_rows_are_made_while_the_file_is_sent() -> None:
    made = []

    def rows():
        for number in range(40 * ROWS_A_CHUNK):
            made.append(number)
            yield [f"{number * 7919 % 100003}", number]

    chunks = xlsx_chunks(titles=("t", "c"), header=("a", "b"), rows=rows(), about=ABOUT)
    next(chunks)
    next(chunks)

    assert len(made) < 20 * ROWS_A_CHUNK


def test_a_sheet_has_a_name_that_spreadsheets_take() -> None:
    assert sheet_name("a/b*[c]:?" + "x" * 40) == "a b  c   " + "x" * 22
    assert sheet_name("/") == "1"


GROWTH = """
import resource
import django
django.setup()
from maillage.design.xlsx_export import xlsx_chunks
def sent(count):
    rows = ([n, "texte %s" % (n * 7919 % 100003), "b" * 20, n % 60, None] * 8 for n in range(count))
    names = [str(n) for n in range(40)]
    return sum(len(one) for one in xlsx_chunks(titles=("a", "b"), header=names, rows=rows, about=[("a", "b")]))
sent(2000)
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
sent(12000)
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
"""


def test_a_longer_table_takes_no_more_memory() -> None:
    done = subprocess.run([sys.executable, "-c", GROWTH], capture_output=True, text=True, check=True)

    assert int(done.stdout) < 8  # MiB

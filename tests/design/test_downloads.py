"""A table as a file: JSON that is read back whole, and links that keep the filters."""

import datetime as dt
import json
from decimal import Decimal

import pytest
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import timezone

from maillage.design.csv_export import ROWS_A_CHUNK
from maillage.design.downloads import asked, download, json_chunks

NAMES = ("name", "value")


@pytest.mark.parametrize("count", [0, 1, ROWS_A_CHUNK, ROWS_A_CHUNK + 1, 3 * ROWS_A_CHUNK])
def test_whatever_the_number_of_rows_it_is_one_json_object(count: int) -> None:
    chunks = json_chunks({"table": "t"}, NAMES, ([str(number), number] for number in range(count)))

    found = json.loads(b"".join(chunks))

    assert found == {"table": "t", "rows": [{"name": str(number), "value": number} for number in range(count)]}


def test_rows_are_made_while_they_are_sent() -> None:
    made = []

    def rows():
        for number in range(10 * ROWS_A_CHUNK):
            made.append(number)
            yield ["a", number]

    chunks = json_chunks({"table": "t"}, NAMES, rows())
    next(chunks)
    next(chunks)

    assert len(made) <= ROWS_A_CHUNK


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (None, None), (True, True), (Decimal("0.125"), 0.125), (Decimal("40.00"), 40), ("=1+1", "=1+1"),
        ("é\"\n", "é\"\n"),
        (dt.date(2026, 6, 1), "2026-06-01"), (dt.time(9, 5), "09:05"),
        (dt.datetime(2026, 6, 1, 7, 5, tzinfo=dt.UTC), "2026-06-01T09:05:00+02:00"),
    ],
)  # fmt: skip
def test_a_value_is_what_a_program_reads(value: object, written: object) -> None:
    found = json.loads(b"".join(json_chunks({"table": "t"}, NAMES, [["a", value]])))

    assert found["rows"] == [{"name": "a", "value": written}]


def test_a_row_of_another_length_is_an_error_and_not_a_shift() -> None:
    with pytest.raises(ValueError):
        list(json_chunks({"table": "t"}, NAMES, [["a"]]))


def test_the_file_says_which_filters_and_of_when() -> None:
    request = RequestFactory().get("/visits/?theme=tax&page=3&download=json&note=")

    response = download(request, asked(request), "visits", names=NAMES, rows=[["a", 1]], as_of=timezone.now())

    found = json.loads(b"".join(response.streaming_content))
    assert found["filters"] == {"theme": "tax"}
    assert response["Cache-Control"] == "no-store"
    assert "visits-2" in response["Content-Disposition"]


@pytest.mark.parametrize("wanted", ["", "xls", "CSV", "../csv", "\0"])
def test_what_is_no_format_is_the_page_itself(wanted: str) -> None:
    assert asked(RequestFactory().get("/", {"download": wanted})) == ""


def test_the_links_keep_the_filters_and_drop_the_page() -> None:
    request = RequestFactory().get("/visits/?theme=tax&page=3&before=1-2")

    page = Template('{% load design %}{% downloads what table="t" %}')
    text = page.render(Context({"request": request, "what": "a & b"}))

    assert 'href="?theme=tax&amp;table=t&amp;download=csv"' in text
    assert 'href="?theme=tax&amp;table=t&amp;download=json"' in text
    assert "a &amp; b" in text

"""The dashboard as its reader meets it: periods, the year before, empty states, files, paper; and what it costs."""

from __future__ import annotations

import datetime as dt
import io
import json
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pypdf import PdfReader
from python_calamine import CalamineWorkbook

from tenants.activity.models import Visit
from tenants.overview.periods import Period, Spans, year
from tenants.overview.selectors import overview
from tests.conftest import Cast, inside
from tests.overview.conftest import TODAY

POSTE = "/caban/rue-de-la-poste"
HOME = f"{POSTE}/overview/"
NBSP = "\N{NO-BREAK SPACE}"
MOST_QUERIES = 12


@pytest.fixture(autouse=True)
def _on_a_friday() -> Any:
    with time_machine.travel(dt.datetime.combine(TODAY, dt.time(11), dt.UTC), tick=False):
        yield


def text_of(pdf: bytes) -> str:
    return " ".join("\n".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages).split())


def test_everybody_of_the_epn_reads_its_numbers_in_few_queries(lived: Cast, signed_in: Any) -> None:
    client = signed_in(lived.bram)
    client.get(HOME)

    with CaptureQueriesContext(
        connection,
    ) as asked:
        page = client.get(HOME, {"year": "2024"}).content.decode()

    assert len(asked) <= MOST_QUERIES
    with inside(lived.poste):
        found = overview(Spans.of(year(2024), TODAY))
    for one in found.numbers:
        assert one.headline.show(one.whole.now) in page and str(one.headline.show(one.whole.before)) in page
    assert "chiffres seulement depuis le 26 mars 2024" in page  # the half-days
    assert "Tableau de bord" in page and "20 février 2023" in page  # the year before isn't whole
    assert "⟦" not in page and "=Annexe" in page


def test_the_running_period_says_up_to_when_and_leaves_the_future_open(lived: Cast, signed_in: Any) -> None:
    page = signed_in(lived.bram).get(HOME).content.decode()

    assert "jusqu’au 14 mars 2025" in page and "jusqu’au 14 mars 2024" in page
    assert "mars 2025 (en cours)" in page
    with inside(lived.poste):
        found = overview(Spans.of(year(2025), TODAY))
    assert [pair.now is None for pair in found.number("visits").months] == [False] * 3 + [True] * 9


def test_a_period_is_a_year_a_part_of_it_or_some_days(lived: Cast, signed_in: Any) -> None:
    client = signed_in(lived.bram)
    for query, title in (
        ({"year": "2024", "part": "q1"}, "trimestre 1 de 2024"),
        ({"year": "2024", "part": "m2"}, "février 2024"),
        ({"first": "2024-02-29", "last": "2024-03-03"}, "du 29 février 2024 au 3 mars 2024"),
        ({}, "2025"),
    ):
        assert f"<h2>{title}</h2>" in client.get(HOME, query).content.decode()


NO_PERIODS = (
    ({"year": "1900"}, "1900"), ({"year": "=1+1"}, "=1+1"), ({"year": "9" * 30}, "999"), ({"part": "m13"}, "m13"),
    ({"year": "2025", "part": "q3"}, "pas encore commencé"), ({"year": "\0"}, "<h2>2025</h2>"),
    ({"first": "2062-01-01", "last": "2062-02-01"}, "entre 2000 et aujourd’hui"),
    ({"first": "1066-01-01", "last": "1066-02-01"}, "entre 2000 et aujourd’hui"),
    ({"first": "2024-03-01", "last": "2024-02-01"}, "avant le premier"),
    ({"first": "2024-02-29", "last": "2025-02-28"}, "un an au plus"),
    ({"first": "2024-02-30", "last": "<b>"}, "date"), ({"first": "2024-03-01"}, "obligatoire"),
    ({"first": "9999-12-31", "last": "9999-12-31"}, "entre 2000"),
    ({"first": "0001-01-01", "last": "2025-01-01"}, "entre 2000"),
)  # fmt: skip


def test_what_is_no_period_is_said_and_the_running_year_shown(lived: Cast, signed_in: Any) -> None:
    client = signed_in(lived.bram)
    for query, words in NO_PERIODS:
        response = client.get(HOME, query)
        page = response.content.decode()
        assert response.status_code == 200 and words in page and "<h2>2025</h2>" in page, query
    assert client.get(f"{HOME}paper/", NO_PERIODS[0][0]).status_code == 200


def test_a_new_epn_and_an_empty_year_say_what_to_do(cast: Cast, signed_in: Any) -> None:
    page = signed_in(cast.chloe).get("/caban/abattoirs/overview/").content.decode()
    assert "Encore rien à compter" in page and '<svg class="m-chart' not in page

    with inside(cast.poste):
        Visit.objects.create(
            date=dt.date(2020, 5, 4), minutes=20, site_id=1, mode="individual", themes=["tax"], outcome="solved"
        )
    page = signed_in(cast.bram).get(HOME, {"year": "2023"}).content.decode()
    assert "Rien n’a été noté pendant cette période" in page
    page = signed_in(cast.bram).get(HOME, {"year": "2020"}).content.decode()
    assert "2019 : pas de données" in page and "pas encore de permanence notée" in page
    assert signed_in(cast.bram).get(f"{HOME}paper/?year=2020").status_code == 200


def test_the_files_hold_the_numbers_of_the_page(lived: Cast, signed_in: Any) -> None:
    client = signed_in(lived.bram)
    with inside(lived.poste):
        found = overview(Spans.of(Period(dt.date(2024, 1, 1), dt.date(2024, 3, 31)), TODAY))
    query = {"year": "2024", "part": "q1", "download": "json"}

    def rows(table: str) -> list[dict[str, Any]]:
        answer = b"".join(client.get(HOME, {**query, "table": table}).streaming_content)
        return list(json.loads(answer)["rows"])

    assert {row["measure"]: row["value"] for row in rows("summary")} == {
        one.headline.name: (one.whole.now or 0) / 100 if one.headline.is_money else one.whole.now
        for one in found.numbers
    }
    assert [row["visits"] for row in rows("months")] == [pair.now for pair in found.number("visits").months]
    for section in found.sections:
        assert {row["code"]: row["count"] for row in rows(section.cut.name)} == {
            line.key: line.pair.now for line in section.lines
        }
    csv = b"".join(client.get(HOME, {**query, "table": "site", "download": "csv"}).streaming_content).decode()
    assert "'=Annexe" in csv
    assert client.get(HOME, {**query, "table": "nothing"}).status_code == 200


def test_one_click_gives_a_tagged_pdf_in_the_readers_language(lived: Cast, signed_in: Any) -> None:
    response = signed_in(lived.bram).get(f"{HOME}paper/?year=2024")

    read = PdfReader(io.BytesIO(response.content))
    root = read.trailer["/Root"]
    assert response["Content-Type"] == "application/pdf" and "chiffres-2024-01-01" in response["Content-Disposition"]
    assert root["/MarkInfo"]["/Marked"] and root["/StructTreeRoot"] and root["/Lang"] == "fr"
    text = text_of(response.content)
    with inside(lived.poste):
        found = overview(Spans.of(year(2024), TODAY))
    for one in found.numbers:
        assert one.headline.show(one.whole.now).replace(NBSP, " ") in text.replace(NBSP, " ")
    for section in found.sections:
        assert all(line.label in text for line in section.lines), section.cut.name
    assert "n’additionnez pas les thèmes" in text and "Ce n’est pas zéro" in text


def test_one_click_gives_a_workbook_of_numbers_a_sheet_a_section(lived: Cast, signed_in: Any) -> None:
    response = signed_in(lived.bram).get(f"{HOME}workbook/?year=2024")

    book = CalamineWorkbook.from_filelike(io.BytesIO(response.content))
    with inside(lived.poste):
        found = overview(Spans.of(year(2024), TODAY))
    assert len(book.sheet_names) == 3 + len(found.sections)
    summary = {row[0]: row[2] for row in book.get_sheet_by_name("En bref").to_python()[1:]}
    for one in found.numbers:
        expected = (one.whole.now or 0) / 100 if one.headline.is_money else one.whole.now
        assert summary[one.headline.name] == expected and isinstance(summary[one.headline.name], float)
    months = book.get_sheet_by_name("Mois par mois").to_python()[1:13]
    assert [row[2] for row in months] == [pair.now for pair in found.number("visits").months]
    sites = book.get_sheet_by_name("Où").to_python()
    assert "=Annexe" in [row[1] for row in sites]

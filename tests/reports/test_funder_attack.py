"""Two funders who lay their reports and pages side by side, with all that is public: nothing withheld comes out."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import re
from collections.abc import Collection
from dataclasses import replace
from typing import Any
from unittest import mock

from pypdf import PdfReader

from network.directory.models import Card
from network.funding.models import Allocation
from network.releases.book import Book, Sum, read_book
from network.releases.models import ReleasedCell
from network.releases.periods import read
from network.reports.models import Report
from tenants.registry.enums import Role
from tenants.registry.services import grant_membership
from tests.conftest import inside
from tests.funder_space.telling import SpaceReader, claims_of_report
from tests.releases.attacker import Attacker
from tests.releases.reading import Reader
from tests.reports.conftest import Told
from tests.reports.office import a_sent_report, grant_of
from tests.thoroughness import THOROUGH


def homes_of(told: Told) -> dict[str, set[str]]:
    real = {"1": str(told.cast.poste.pk), "2": str(told.cast.abattoirs.pk)}
    return {real.get(number, str(int(number) + 10**6)): set(homes) for number, homes in told.network.homes.items()}


def reports_of_two(told: Told) -> list[Report]:
    """Of a month in which an EPN of both is withheld, each with a key of its own."""
    homes = homes_of(told)
    with inside(told.cast.caban):
        Card.objects.all().delete()
        Card.objects.bulk_create(
            Card(epn_id=int(epn), slug=f"epn-{epn}", name=f"EPN {epn}", commune=min(communes))
            for epn, communes in homes.items()
        )
        hidden = ReleasedCell.objects.filter(table="visits_by_epn", withheld__gt=0, period__regex=r"^\d{4}-\d\d$")
        cell = hidden.order_by("place", "period")[0]
        month = read(cell.period).first
        for code in ("region", "fondation"):
            Allocation.objects.create(grant=grant_of(code), kind="epn", epn_id=int(cell.place), amount_eur=500)
        return [a_sent_report(code, first=month, last=month) for code in ("region", "fondation")]


documents: list[dict[str, Any]] = []  # the same for all of this file: what was released before its first test


def attacker_of(told: Told, reports: list[Report], signed_in: Any) -> Attacker:
    """With every file that the two reviewers get: the JSON's numbers, and the same in CSV and on the page."""
    homes = homes_of(told)
    documents.extend([] if documents else Reader("caban").documents())
    attacker = Attacker(documents, homes, thorough=THOROUGH)
    grant_membership(person=told.cast.farid, space=told.cast.caban.space, role=Role.FUNDER_REVIEWER, funder="fondation")
    for person, report in zip((told.cast.eva, told.cast.farid), reports, strict=True):
        client = signed_in(person)
        address = f"/caban/funder/reports/{report.pk}/versions/1/"
        said = json.loads(client.get(f"{address}json/").content)
        attacker.learn(claims_of_report(said))
        attacker.learn(
            SpaceReader(client, "caban").claims([2025], {one: min(some) for one, some in homes.items()}, ["visits"])
        )
    return attacker


def test_two_reports_pin_no_withheld_cell(told: Told, signed_in: Any) -> None:
    attacker = attacker_of(told, reports_of_two(told), signed_in)

    assert len(attacker.withheld) > 20 and attacker.learned > 50
    assert attacker.leaks == []
    assert attacker.narrow() == {}


def test_a_report_that_counts_what_is_withheld_is_noticed(told: Told, signed_in: Any) -> None:
    """As if its sums were of live figures: they say what everything adds up to."""
    counted = Book.sum

    def of_everything(book: Book, table: str, months: Any, *, place: str = "", value: str = "") -> Sum:
        found = counted(book, table, months, place=place, value=value)
        codes = [one.code for one in book.tiles(table, months)[0]]
        kept = ReleasedCell.objects.filter(table=table, period__in=codes, place=place, value=value, withheld__gt=0)
        hidden = [cell.numbers for cell in kept]
        totals = [sum(column) for column in zip(found.numbers, *hidden, strict=True)]
        return replace(found, numbers=tuple(totals), withheld=0)

    with mock.patch.object(Book, "sum", of_everything):
        reports = reports_of_two(told)
    attacker = attacker_of(told, reports, signed_in)

    assert attacker.leaks
    assert attacker.narrow() != {}


def test_a_dashboard_that_counts_what_is_withheld_is_noticed(told: Told, signed_in: Any) -> None:
    def told_too_much(tables: Collection[str], first: dt.date, last: dt.date, places: Any = None) -> Book:
        book = read_book(tables, first, last, places)
        kept = ReleasedCell.objects.values_list("table", "period", "place", "value", "numbers")
        numbers = {(*key,): tuple(cell) for *key, cell in kept}
        book.cells = {key: numbers[key] if cell is None else cell for key, cell in book.cells.items()}
        return book

    with mock.patch("network.reports.space.dashboard.read_book", told_too_much):
        attacker = attacker_of(told, reports_of_two(told), signed_in)

    assert attacker.leaks


def test_page_and_files_of_a_report_say_the_same_numbers(told: Told, signed_in: Any) -> None:
    """What the attacker reads in the JSON is what stands in the others: nothing more, and withheld where it is."""
    report, _other = reports_of_two(told)
    client = signed_in(told.cast.eva)
    address = f"/caban/funder/reports/{report.pk}/"
    files = {kind: client.get(f"{address}versions/1/{kind}/").content for kind in ("json", "csv", "pdf")}
    page = client.get(address, headers={"Accept-Language": "fr"}).content.decode()

    lines = [line for line in json.loads(files["json"])["lines"] if line["kind"] == "figure"]
    said = {(line["code"], part.get("code", "") if part is not line else ""): _number(part["value"], part["withheld"])
            for line in lines for part in (line, *line["by_epn"], *line["by_value"])}  # fmt: skip
    table = list(csv.reader(io.StringIO(files["csv"].decode("utf-8-sig")), delimiter=";"))[1:]
    in_table = {(row[0], row[4]): _number(row[8].replace(",", ".") or None, 0) for row in table}
    assert {key: in_table[key] for key in said} == said
    paper = re.sub(r"\s", "", "".join(one.extract_text() for one in PdfReader(io.BytesIO(files["pdf"])).pages))
    shown = {re.sub(r"\D", "", cell) for cell in re.findall(r'<td class="m-num">([^<]*)<', page)}
    for line in lines:
        number = said[line["code"], ""]
        if number and number == int(number):
            assert str(int(number)) in shown and str(int(number)) in paper, line["code"]
    SpaceReader(client, "caban").check_the_formats(2025)


def _number(value: str | None, withheld: int) -> float | None:
    """None: not known, or nothing but withheld."""
    return None if value is None or (withheld and not float(value)) else float(value)

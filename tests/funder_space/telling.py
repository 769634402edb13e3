"""Everything that a funder's reviewer can get of the funder's space, in each format, as what it says of whom."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Collection, Iterator, Mapping
from html import unescape
from typing import Any

from django.test import Client
from python_calamine import CalamineWorkbook

from tests.releases.attacker import Claim, rows_of_html

# By the code in the address: the published table (without "by EPN") and its measure.
MEASURES = {
    "visits": ("visits", "visits"),
    "attendances": ("visits", "attendances"),
    "minutes": ("visits", "minutes"),
    "in_workshops": ("workshop_attendances", "attendances"),
}
HIDDEN = {"masqué", "verborgen", "withheld"}
Row = dict[str, Any]


def months_of(year: int) -> tuple[str, ...]:
    return tuple(f"{year}-{number:02}" for number in range(1, 13))


class SpaceReader:
    """Of one funder. `query`: what the network's coordinator adds to look at it as that funder."""

    def __init__(self, client: Client, federation: str, query: str = "") -> None:
        self.client = client
        self.path = f"/{federation}/funder/"
        self.query = query

    def get(self, path: str, **asked: str) -> Any:
        wanted = dict(part.split("=") for part in self.query.split("&") if part) | asked
        answer = self.client.get(f"{self.path}{path}", wanted, headers={"Accept-Language": "fr"})
        assert answer.status_code == 200, (path, asked, answer.status_code)
        return answer

    def rows(self, path: str, **asked: str) -> list[Row]:
        found: list[Row] = json.loads(b"".join(self.get(path, **asked, download="json").streaming_content))["rows"]
        return found

    def versions(self) -> Iterator[dict[str, Any]]:
        """Every version of every report that was sent, as the API gives it."""
        api = self.path.replace("/funder/", "/api/v1/funder/reports/")
        for report in self.client.get(f"{api}?{self.query}").json()["results"]:
            for version in self.client.get(f"{api}{report['id']}/versions/").json():
                yield self.client.get(f"{api}{report['id']}/versions/{version['number']}/").json()

    def epn(self, year: int) -> list[Row]:
        return self.rows("epn/", year=str(year))

    def claims(
        self, years: Collection[int], homes: Mapping[str, str], measures: Collection[str] = tuple(MEASURES)
    ) -> Iterator[Claim]:
        """`homes`: the commune of each EPN's first site, by its number, as the public cards have it."""
        for year in years:
            side_by_side = self.epn(year)
            places = tuple(str(row["epn"]) for row in side_by_side)
            if not places:
                continue
            yield from self._of_the_epn(year, side_by_side)
            for measure in measures:
                yield from self._of_the_year(year, places, measure)
            yield from self._of_the_communes(year, places, homes)
            yield from self._of_the_themes(year, places)

    def _of_the_epn(self, year: int, rows: list[Row]) -> Iterator[Claim]:
        for row in rows:
            months, place = months_of(year)[: row["months"]], (str(row["epn"]),)
            for name in ("visits", "attendances", "minutes"):
                yield Claim("visits_by_epn", name, place, months, row[name], row[f"{name}_withheld_cells"])
            before = months_of(year - 1)[: row["months"]]
            number = row["visits_a_year_before"]
            yield Claim(
                "visits_by_epn", "visits", place, before, number, row["visits_a_year_before_withheld_cells"]
            )  # fmt: skip
            if row["own_eur_a_visit"]:
                most, least = (row["own_eur"] / (row["own_eur_a_visit"] + part) for part in (-0.005, 0.005))
                yield Claim("visits_by_epn", "visits", place, months, least, below=most - least)

    def _of_the_year(self, year: int, places: tuple[str, ...], code: str) -> Iterator[Claim]:
        stem, measure = MEASURES[code]
        for row in self.rows("year/", year=str(year), measure=code, table="months"):
            table, whose = _whose(row, stem, places)
            if not row["missing_months"]:
                yield Claim(table, measure, whose, (row["code"],), row["value"], row["withheld_cells"])
            earlier = f"{year - 1}{row['code'][4:]}"
            number = row["a_year_before"]
            yield Claim(table, measure, whose, (earlier,), number, row["a_year_before_withheld_cells"])
        for row in self.rows("year/", year=str(year), measure=code, table="years"):
            table, whose = _whose(row, stem, places)
            months = months_of(int(row["code"]))[: 12 - row["missing_months"]]
            yield Claim(table, measure, whose, months, row["value"], row["withheld_cells"])

    def _of_the_communes(self, year: int, places: tuple[str, ...], homes: Mapping[str, str]) -> Iterator[Claim]:
        for row in self.rows("year/", year=str(year), table="communes"):
            months = months_of(year)[: 12 - row["missing_months"]]
            if row["perimeter"].startswith("tous"):
                yield Claim("visits_by_commune", "visits", (row["code"],), months, row["value"], row["withheld_cells"])
            else:
                own = tuple(one for one in places if homes.get(one) == row["code"])
                yield Claim("visits_by_epn", "visits", own, months, row["value"], row["withheld_cells"])

    def _of_the_themes(self, year: int, places: tuple[str, ...]) -> Iterator[Claim]:
        for row in self.rows("year/", year=str(year), table="themes"):
            months = months_of(year)[: 12 - row["missing_months"]]
            of_all = row["perimeter"].startswith("tous")
            table, whose = ("visits_by_theme", ("",)) if of_all else ("visits_by_epn_and_theme", places)
            yield Claim(table, "visits", whose, months, row["value"], row["withheld_cells"], row["code"])

    def check_the_formats(self, year: int) -> None:
        """The page and the other files say of each number what the JSON says, and no other number."""
        if not self.epn(year):
            return  # no grant runs: the page says so
        page = [
            row for row in rows_of_html(unescape(self.get("year/", year=str(year)).content.decode())) if len(row) > 1
        ]
        told = {(row[0], row[1]) for row in page}
        for table in ("months", "years", "communes", "themes"):
            rows = self.rows("year/", year=str(year), table=table)
            text = b"".join(self.get("year/", year=str(year), table=table, download="csv").streaming_content)
            lines = list(csv.DictReader(io.StringIO(text.decode("utf-8-sig")), delimiter=";"))
            book = b"".join(self.get("year/", year=str(year), table=table, download="xlsx").streaming_content)
            sheet = CalamineWorkbook.from_filelike(io.BytesIO(book)).get_sheet_by_index(0).to_python()[1:]
            assert [line[2] for line in map(list, (one.values() for one in lines))] == [
                "" if row["value"] is None else str(row["value"]) for row in rows
            ]
            assert [line[2] if line[2] != "" else None for line in sheet] == [row["value"] for row in rows]
            for row in rows:
                assert (row["label"], _written(row)) in {(label, _digits(number)) for label, number in told}, row


def _whose(row: Row, stem: str, places: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    """The table that a number is of, and its places: the whole network's where the row says so."""
    return (stem, ("",)) if row["perimeter"].startswith("tous") else (f"{stem}_by_epn", places)


def _digits(text: str) -> str:
    """ "au moins 1 234" → "≥1234"; a number alone is itself; withheld and unknown are words."""
    number = re.sub(r"\D", "", text)
    if text in HIDDEN:
        return "withheld"
    return f"≥{number}" if text.startswith("au moins") else number


def _written(row: Row) -> str:
    if row["value"] is None:
        return "withheld" if row["withheld_cells"] else ""
    return f"≥{row['value']}" if row["withheld_cells"] else str(row["value"])


def claims_of_report(told: Mapping[str, Any]) -> Iterator[Claim]:
    """What a frozen report says of people: each line, each EPN and each value of it, with and without its key."""
    first, last = told["first"][:7], told["last"][:7]
    years = range(int(first[:4]), int(last[:4]) + 1)
    months = tuple(one for year in years for one in months_of(year) if first <= one <= last)
    keys = {str(one["epn"]): float(one["key"]) for one in told["places"]}
    one_key = told["whole_network"] and len(set(keys.values())) == 1
    for line in told["lines"]:
        if line["kind"] != "figure":
            continue
        stem, measure = line["source"].split(".")
        by_epn = stem.replace("_by_", "_by_epn_and_") if "_by_" in stem else f"{stem}_by_epn"
        table, places = (stem, ("",)) if one_key else (by_epn, tuple(keys))
        inside = tuple(one for one in months if one not in line["missing"])
        yield _said(table, measure, places, inside, line["whole"], line["withheld"])
        for part in line["by_value"]:
            yield _said(table, measure, places, inside, part["whole"], part["withheld"], value=part["code"])
        for part in line["by_epn"]:
            own = (part["code"],)
            yield _said(by_epn, measure, own, inside, part["whole"], part["withheld"])
            if len(years) == 1 and keys[part["code"]]:
                times = 100 / keys[part["code"]]
                yield _said(by_epn, measure, own, inside, part["value"], part["withheld"], times=times)


def _said(
    table: str, measure: str, places: tuple[str, ...], months: tuple[str, ...], number: str | None, withheld: int, *,
    value: str = "", times: float = 1,
) -> Claim:  # fmt: skip
    """Hours are minutes, rounded down to the hundredth. `times`: how many of the whole make one by the key."""
    if number is None or (withheld and not float(number)):
        return Claim(table, measure, places, months, None, withheld, value)
    a_step = 1.0 if times != 1 else 0.0
    if measure == "hours":
        return Claim(
            table, "minutes", places, months, float(number) * 60 * times, withheld, value, (0.6 + a_step) * times
        )
    return Claim(table, measure, places, months, float(number) * times, withheld, value, a_step * times)

"""Everything that somebody without a sign-in can get of a network's releases, in each format and language."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from typing import Any

from django.core.cache import cache
from django.test import Client
from python_calamine import CalamineWorkbook

from tests.releases.attacker import rows_of_html

LANGUAGES = ("fr", "nl", "en")
HIDDEN = {"masqué", "verborgen", "withheld"}


class Reader:
    """Reads as a funder or anybody: without a sign-in nothing less is shown (a test of the role table says so)."""

    def __init__(self, federation: str) -> None:
        self.client = Client()
        self.path = f"/{federation}"

    def _json(self, path: str) -> Any:
        answer = self.client.get(f"{self.path}/api/v1/{path}")
        if answer.status_code == 429:  # who reads everything waits for the next minute
            cache.clear()
            answer = self.client.get(f"{self.path}/api/v1/{path}")
        assert answer.status_code == 200, (path, answer.status_code)
        return answer.json()

    def releases(self) -> list[dict[str, Any]]:
        found, address = [], "releases/?page_size=100"
        while address:
            page = self._json(address)
            found += page["results"]
            address = page["next"] and page["next"].partition("/api/v1/")[2]
        return found

    def documents(self, numbers: Collection[int] | None = None) -> Iterator[dict[str, Any]]:
        for release in self.releases():
            if numbers is None or release["number"] in numbers:
                for table in release["tables"]:
                    yield self._json(f"releases/{release['number']}/tables/{table['name']}/")

    def homes(self) -> dict[str, set[str]]:
        cards = self._json("epn/?page_size=1000")["results"]
        return {str(card["id"]): {card["commune"], *(site["commune"] for site in card["sites"])} for card in cards}

    def first_homes(self) -> dict[str, str]:
        """The commune of the first site of each EPN."""
        return {str(card["id"]): card["commune"] for card in self._json("epn/?page_size=1000")["results"]}

    def _file(self, document: dict[str, Any], kind: str, language: str) -> bytes:
        address = f"{self.path}/figures/{document['release']}/{document['table']}/?download={kind}"
        return b"".join(self.client.get(address, headers={"Accept-Language": language}).streaming_content)

    def page_rows(self, document: dict[str, Any], language: str) -> list[list[str]]:
        """The rows of every page of a table, and those of its drawing's data."""
        rows: list[list[str]] = []
        for number in range(1, 2 + (len(document["rows"]) - 1) // 100):
            address = f"{self.path}/figures/{document['release']}/{document['table']}/?page={number}"
            rows += rows_of_html(self.client.get(address, headers={"Accept-Language": language}).content.decode())
        return rows

    def check_the_formats(self, document: dict[str, Any], languages: Collection[str] = LANGUAGES) -> None:
        """No format and no language shows a number that another one withholds."""
        measures = document["measures"]
        expected = [None if row["withheld"] else [float(row[name]) for name in measures] for row in document["rows"]]
        told = json.loads(self._file(document, "json", "en"))["rows"]
        wanted = _in_any_order(expected)
        read = [None if row["withheld"] else [float(row[name]) for name in measures] for row in told]
        assert _in_any_order(read) == wanted, (document["release"], document["table"])
        assert all(row[name] is None for row in told for name in measures if row["withheld"])
        for language in languages:
            where = (document["release"], document["table"], language)
            text = self._file(document, "csv", language).decode("utf-8-sig")
            lines = list(csv.reader(io.StringIO(text), delimiter=";"))[1:]
            book = CalamineWorkbook.from_filelike(io.BytesIO(self._file(document, "xlsx", language)))
            sheet = book.get_sheet_by_index(0).to_python()[1:]
            if not expected:
                assert lines == sheet == [], where
                continue
            first = len(lines[0]) - 5 - len(measures)  # before withheld, unit, perimeter, release and as-of
            for rows in (lines, sheet):
                assert _in_any_order(_numbers(row[first : first + len(measures)]) for row in rows) == wanted, where
            periods = {row["period"] for row in document["rows"]}
            shown = [row for row in self.page_rows(document, language) if row and row[0] in periods]
            long = [row for row in shown if len(row) >= 1 + len(measures) + _keys(document)]
            said = [_numbers([_plain(cell, language) for cell in row[-len(measures) :]]) for row in long]
            assert _in_any_order(said[: len(expected)]) == wanted, where


def _keys(document: dict[str, Any]) -> int:
    return (document["grain"] != "federation") + bool(document["dimension"])


def _in_any_order(rows: Iterable[list[float] | None]) -> Counter[tuple[float, ...] | None]:
    """Values are sorted by their words, which another language has in another order."""
    return Counter(None if row is None else tuple(row) for row in rows)


def _plain(cell: str, language: str) -> str:
    """A number without what parts its thousands: a dot in Dutch, a comma in English, a space in French."""
    return cell.replace({"nl": ".", "en": ","}.get(language, " "), "")


def _numbers(cells: list[Any]) -> list[float] | None:
    """What is read of a row: its numbers, or None where each says that it is withheld."""
    words = [str(cell).strip() for cell in cells]
    if any(word in HIDDEN for word in words):
        assert all(word in HIDDEN for word in words)
        return None
    return [float("".join(one for one in word.replace(",", ".") if one.isdigit() or one == ".")) for word in words]

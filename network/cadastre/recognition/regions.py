"""In which region an EPN is: by its commune's code, else by its postcode, as `data/regions.csv` says."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.utils.translation import get_language

DATA = Path(__file__).parent / "data"


@dataclass(frozen=True)
class Region:
    code: str
    country: str
    nis_prefixes: tuple[str, ...]
    postcodes: tuple[tuple[str, str], ...]  # from, to
    labels: dict[str, str]

    @property
    def label(self) -> str:
        return self.labels.get((get_language() or "fr")[:2]) or self.labels["fr"]


@cache
def regions() -> dict[str, Region]:
    with (DATA / "regions.csv").open(encoding="utf-8", newline="") as file:
        return {
            row["region"]: Region(
                code=row["region"],
                country=row["country"],
                nis_prefixes=tuple(filter(None, row["nis_prefixes"].split("|"))),
                postcodes=tuple(_span(one) for one in row["postcodes"].split("|")),
                labels={code: row[f"label_{code}"] for code in ("fr", "nl", "en")},
            )
            for row in csv.DictReader(file)
        }


def _span(text: str) -> tuple[str, str]:
    first, last = text.split("-")
    return first, last


def region_of(*, country: str, commune: str, postcode: str, otherwise: str) -> str:
    """The region's code; the network's own (`otherwise`) when neither commune nor postcode says it."""
    code = commune.strip()
    if code.isdecimal():  # a Belgian one: other countries' begin with their letters
        for one in regions().values():
            if one.country == country and code.startswith(one.nis_prefixes):
                return one.code
    where = postcode.strip()
    for one in regions().values():
        if one.country == country and any(
            len(where) == len(first) and first <= where <= last for first, last in one.postcodes
        ):
            return one.code
    return otherwise


def region_label(code: str) -> str:
    found = regions().get(code)
    return found.label if found else code

"""Made-up censuses, written as spreadsheets write them."""

from __future__ import annotations

import csv
import io
from pathlib import Path

HEADINGS = (
    "bfc_id", "mise_a_jour", "lon", "lat", "adresse", "code_postal", "ville", "departement", "nom_structure",
    "url_lieu", "contact_tel", "code_typo", "code_label", "code_accomp", "lundi matin", "lundi après-midi",
)  # fmt: skip
NEVERS = {"code_postal": "58000", "ville": "NEVERS", "departement": "58"}


def place(number: int | str, name: str = "", **cells: str) -> dict[str, str]:
    """A row by its headings; "_" in a keyword is what stands in the heading."""
    return {"bfc_id": f"place_{number}", "nom_structure": name or f"Espace numérique {number}", **NEVERS, **cells}


def as_text(rows: list[dict[str, str]], *, headings: tuple[str, ...] = HEADINGS, delimiter: str = ",") -> str:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, lineterminator="\r\n")
    writer.writerow(headings)
    writer.writerows([row.get(heading, "") for heading in headings] for row in rows)
    return out.getvalue()


def write_census(
    folder: Path,
    rows: list[dict[str, str]],
    *,
    headings: tuple[str, ...] = HEADINGS,
    delimiter: str = ",",
    encoding: str = "utf-8",
    name: str = "census.csv",
) -> Path:
    path = folder / name
    path.write_bytes(as_text(rows, headings=headings, delimiter=delimiter).encode(encoding))
    return path

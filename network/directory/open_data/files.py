"""One file of an export, in each format: what a page serves and a command writes."""

from __future__ import annotations

from typing import Any

from network.directory.open_data.export import Export
from network.directory.open_data.formats import as_csv, as_geojson, as_json

FORMATS = ("csv", "json", "geojson")
CONTENT_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "geojson": "application/geo+json",
}


def file_of(found: Export, kind: str, *, complete: bool, licence: str, url: str) -> bytes:
    """CSV is strict unless `complete`. JSON and GeoJSON hold every place: no rule of the schema is about them."""
    if kind == "csv":
        rows = [place.row for place in found.places] if complete else found.rows
        return as_csv(found.schema.names, rows)
    about: dict[str, Any] = {
        "name": "places",
        "schema": found.schema.descriptor.get("uri") or found.schema.name,
        "version": found.schema.version,
        "changed_on": found.changed_on.isoformat() if found.changed_on else None,
        **({"licence": licence} if licence else {}),
        **({"url": url} if url else {}),
    }
    return as_geojson(about, found.places) if kind == "geojson" else as_json(about, found.places)

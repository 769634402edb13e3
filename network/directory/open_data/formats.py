"""The places as files: CSV in the schema, JSON, GeoJSON. The same bytes as long as nothing changes, for caches."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from network.cadastre.lieux import words
from network.directory.open_data.rows import Place

NUMBERS = frozenset({"latitude", "longitude"})
# What no spreadsheet may take for a formula: the texts that somebody types. The others have a form of their own.
TEXTS = frozenset({
    "id", "nom", "commune", "adresse", "complement_adresse", "typologie", "courriels", "site_web", "horaires",
    "presentation_resume", "presentation_detail", "source", "structure_parente", "autres_formations_labels",
    "fiche_acces_libre", "prise_rdv",
})  # fmt: skip


def as_csv(names: Sequence[str], rows: Iterable[Mapping[str, str]]) -> bytes:
    """As the schema's authors write it: UTF-8 without a mark, commas."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(names)
    for row in rows:
        writer.writerow([_harmless(name, row.get(name, "")) for name in names])
    return out.getvalue().encode()


def _harmless(name: str, value: str) -> str:
    return words.neutral(value.replace("\0", "")) if name in TEXTS else value


def as_json(about: Mapping[str, Any], places: Iterable[Place]) -> bytes:
    """Every open place, with numbers as numbers, lists as lists and nothing where nothing is said."""
    return _written({**about, "places": [_plain(place.row) for place in places]})


def as_geojson(about: Mapping[str, Any], places: Iterable[Place]) -> bytes:
    """RFC 7946: a place that isn't on the map has no geometry, and is there all the same."""
    features = []
    for place in places:
        site = place.site
        there = site.latitude is not None and site.longitude is not None
        point = {"type": "Point", "coordinates": [site.longitude, site.latitude]} if there else None
        said = {name: value for name, value in _plain(place.row).items() if name not in NUMBERS}
        features.append({"type": "Feature", "id": place.row["id"], "geometry": point, "properties": said})
    return _written({"type": "FeatureCollection", **about, "features": features})


LISTS = frozenset({*words.LISTS, "typologie", "courriels", "site_web"})


def _plain(row: Mapping[str, str]) -> dict[str, Any]:
    plain: dict[str, Any] = {}
    for name, value in row.items():
        if name in LISTS:
            plain[name] = words.listed(value)
        elif name in NUMBERS:
            plain[name] = float(value) if value else None
        else:
            plain[name] = value or None
    return plain


def _written(value: Mapping[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1, allow_nan=False).encode() + b"\n"

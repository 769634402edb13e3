"""Shapes of communes that an operator brings: a GeoJSON is read, checked and simplified whole, or refused whole."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import shapely
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from shapely.errors import ShapelyError  # type: ignore[attr-defined]
from shapely.geometry import MultiPolygon, Polygon, mapping, shape
from shapely.geometry.base import BaseGeometry

from maillage.reference.lists import first_of

LARGEST = 100 * 1024 * 1024  # bytes
DETAIL = 250  # a shape is drawn at most this many steps wide: what is finer than that is left out
DECIMALS = 5  # of degrees: about a metre

Polygons = list[list[list[list[float]]]]


@dataclass(frozen=True)
class Shapes:
    """`found` by commune; `unknown` are the keys of the file that no commune has."""

    found: dict[str, Polygons]
    unknown: list[str] = field(default_factory=list)


def read_boundaries(path: Path, *, key: str, codes: Mapping[str, str]) -> Shapes:
    """The shapes of a GeoJSON file of polygons, `key` being the property that holds the commune's code.

    `codes` says which commune each code means. Raises ValidationError, naming shapes by number, on anything that
    can't be drawn: nothing is half read. Neighbours are simplified together, so that no gap opens between them.
    """
    by_code: dict[str, list[BaseGeometry]] = {}
    unknown: list[str] = []
    wrong: list[str] = []
    for number, feature in enumerate(_features(path), start=1):
        try:
            code, geometry = _one(feature, key)
        except ValueError as error:
            wrong.append(_("shape %(number)s: %(reason)s") % {"number": number, "reason": error})
            continue
        commune = codes.get(code)
        if commune is None:
            unknown.append(code)
        else:
            by_code.setdefault(commune, []).append(geometry)
    if wrong:
        raise ValidationError(first_of(wrong))
    whole = {commune: shapely.union_all(parts) for commune, parts in sorted(by_code.items())}
    return Shapes(_simplified(whole), unknown)


def _features(path: Path) -> list[Any]:
    try:
        if path.stat().st_size > LARGEST:
            raise ValidationError(_("This file is too large: at most %(megabytes)s MB.") % {"megabytes": LARGEST >> 20})
        content = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError) as error:
        raise ValidationError(_("The file can't be read: it must be GeoJSON (JSON in UTF-8).")) from error
    features = content.get("features") if isinstance(content, dict) else None
    if not isinstance(features, list) or not features:
        raise ValidationError(_("The file has no shapes: a GeoJSON FeatureCollection is expected."))
    return features


def _one(feature: Any, key: str) -> tuple[str, BaseGeometry]:
    """Raises ValueError, in words."""
    properties = feature.get("properties") if isinstance(feature, dict) else None
    code = properties.get(key) if isinstance(properties, dict) else None
    if isinstance(code, bool) or not isinstance(code, str | int) or not str(code).strip():
        raise ValueError(_("it has no “%(key)s”") % {"key": key})
    try:
        geometry = shape(feature.get("geometry") or {})
    except (ShapelyError, ValueError, TypeError, KeyError, IndexError, AttributeError):
        raise ValueError(_("its geometry can't be read")) from None
    if not isinstance(geometry, Polygon | MultiPolygon) or geometry.is_empty:
        raise ValueError(_("it isn't a polygon"))
    west, south, east, north = geometry.bounds
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        raise ValueError(_("its coordinates aren't longitudes and latitudes (WGS 84)"))
    if not geometry.is_valid:
        raise ValueError(_("its outline is broken: %(why)s") % {"why": shapely.is_valid_reason(geometry)})
    return str(code).strip(), shapely.force_2d(geometry)


def _simplified(whole: Mapping[str, BaseGeometry]) -> dict[str, Polygons]:
    if not whole:
        return {}
    west, south, east, north = shapely.total_bounds(list(whole.values()))
    step = max(east - west, north - south) / DETAIL
    # Of a coverage shared borders are cut alike; what isn't one (shapes that overlap) is simplified shape by shape.
    shapes = list(whole.values())
    if shapely.coverage_is_valid(shapes):
        drawn = shapely.coverage_simplify(shapes, step)
    else:
        drawn = shapely.simplify(shapes, step, preserve_topology=True)
    return {commune: _polygons(one) for commune, one in zip(whole, drawn, strict=True)}


def _polygons(geometry: BaseGeometry) -> Polygons:
    parts = geometry.geoms if isinstance(geometry, MultiPolygon) else [geometry]
    return [
        [[[round(x, DECIMALS), round(y, DECIMALS)] for x, y in ring] for ring in mapping(part)["coordinates"]]
        for part in parts
    ]

"""Shapes of communes: read whole or refused whole, simplified together, drawn on the map of coverage."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from maillage.design.charts import Point, Shape, shape_map
from maillage.reference.models import Boundary
from network.directory.cards import copy_cards
from tests.conftest import Cast


def square(west: float, nis: Any, **more: Any) -> dict[str, Any]:
    ring = [[west, 50.8], [west + 0.1, 50.8], [west + 0.1, 50.9], [west, 50.9], [west, 50.8]]
    return {
        "type": "Feature",
        "properties": {"nis": nis},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
        **more,
    }


def load(tmp_path: Path, features: Any, *flags: str) -> str:
    file, out = tmp_path / "shapes.json", StringIO()
    file.write_text(features if isinstance(features, str) else json.dumps({"features": features}), "utf-8")
    call_command("import_boundaries", str(file), *flags, stdout=out)
    return out.getvalue()


def test_shapes_are_loaded_once_and_drawn_on_the_map_with_the_doors(cast: Cast, tmp_path: Path, signed_in: Any) -> None:
    both = [square(4.3, "21015"), square(4.4, 21001)]

    assert "2 communes have got a shape" in load(tmp_path, both, "--source", "IGN 2025")
    assert "2 had the same already" in load(tmp_path, both)
    copy_cards(cast.caban)
    text = signed_in(cast.dries).get("/caban/coverage/?measure=epn").content.decode()

    assert "IGN 2025" in text
    assert text.count('<path class="tile') == 2


def test_a_shape_keeps_its_neighbours_border(cast: Cast, tmp_path: Path) -> None:
    load(tmp_path, [square(4.3, "21015"), square(4.4, "21001")])
    edges = [
        {tuple(place) for place in one.polygons[0][0] if place[0] == 4.4} for one in Boundary.objects.order_by("nis")
    ]
    assert edges[0] == edges[1] != set()


@pytest.mark.parametrize(
    ("features", "message"),
    [
        ("{", "GeoJSON"),
        ('{"features": []}', "GeoJSON"),
        ("[1, 2]", "GeoJSON"),
        ([square(4.3, "21015"), square(4.4, "99999")], "99999"),
        ([square(4.3, "21015"), square(4.4, None)], "contour 2"),
        ([square(150_000, "21015")], "WGS 84"),
        ([square(4.3, "21015", geometry={"type": "Point", "coordinates": [4, 50]})], "polygone"),
        ([square(4.3, "21015", geometry={"type": "Polygon", "coordinates": [["x"]]})], "illisible"),
        ([square(4.3, "21015", geometry=None)], "contour 1"),
        (
            [
                square(
                    4.3,
                    "21015",
                    geometry={"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]]},
                )
            ],
            "cassé",
        ),
    ],
)
def test_a_file_with_unknown_keys_or_broken_shapes_is_refused_whole(
    cast: Cast, tmp_path: Path, features: Any, message: str
) -> None:
    with pytest.raises(CommandError, match="Nothing was loaded") as refused:
        load(tmp_path, features)

    assert message in str(refused.value)
    assert not Boundary.objects.exists()


def test_shapes_of_elsewhere_are_left_out_when_told(cast: Cast, tmp_path: Path) -> None:
    told = load(tmp_path, [square(4.3, "21015"), square(4.4, "99999")], "--skip-unknown")

    assert "1 shapes of other communes were left out" in told
    assert Boundary.objects.get().nis == "21015"


def test_a_map_draws_zero_and_unknown_apart_and_only_the_points_that_it_holds() -> None:
    ring = [[4.3, 50.8], [4.4, 50.8], [4.4, 50.9], [4.3, 50.8]]
    shapes = [Shape(str(n), f"<b>{n}", value, [[ring]]) for n, value in enumerate([0, None, 3])]

    drawn = shape_map("Carte", shapes, points=[Point("dedans", 50.85, 4.35), Point("ailleurs", 48.8, 2.3)])

    assert drawn.count("<circle") == 1
    assert "unknown" in drawn
    assert "<b>" not in drawn

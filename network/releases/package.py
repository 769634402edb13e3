"""What the columns of a release's tables hold, for programs: a Data Package with a Table Schema for each table."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.urls import reverse
from django.utils import translation

from network.releases.catalogue import PublishedTable
from network.releases.enums import Grain
from network.releases.models import Release
from network.releases.selectors import LICENCE, LICENCE_URL, tables_in
from network.releases.tables import header_of, names_of

LANGUAGE = "en"  # of its titles: names of columns are the same in every language
TYPES = {"epn": "integer", "withheld": "boolean", "release": "integer", "as_of": "datetime"}

Absolute = Callable[[str], str]


def package_of(release: Release, network: str, absolute: Absolute) -> dict[str, Any]:
    """`absolute` makes a whole address of a path of this site. The files are those for programs, in JSON."""

    def rows(table: PublishedTable) -> str:
        return absolute(f"{reverse('figures:table', args=[release.number, table.name])}?download=json")

    with translation.override(LANGUAGE):
        return {
            "name": f"figures-{release.number}",
            "title": f"{network}: {release.period.name}",
            "version": str(release.number),
            "created": None if release.released_at is None else release.released_at.isoformat(),
            "homepage": absolute(reverse("figures:release", args=[release.number])),
            "licenses": [{"name": LICENCE.replace(" ", "-"), "title": LICENCE, "path": LICENCE_URL}],
            "resources": [
                {
                    "name": one.table.name.replace("_", "-"),
                    "title": str(one.table.label),
                    "description": f"{one.table.unit}; {one.table.perimeter_label}",
                    "path": rows(one.table),
                    "format": "json",
                    "mediatype": "application/json",
                    "encoding": "utf-8",
                    "dialect": {"json": {"keyed": True, "property": "rows"}},
                    "schema": schema_of(one.table),
                }
                for one in tables_in(release)
                if one.periods
            ],
        }


def schema_of(table: PublishedTable) -> dict[str, Any]:
    """A withheld number is null beside `withheld: true`; what has no row is zero."""
    measures = {one.name: "number" if one.decimals else "integer" for one in table.measures}
    keys = ["period", *{Grain.EPN: ["epn"], Grain.COMMUNE: ["commune"]}.get(Grain(table.grain), [])]
    return {
        "fields": [
            {"name": name, "title": str(title), "type": measures.get(name) or TYPES.get(name, "string")}
            for name, title in zip(names_of(table), header_of(table), strict=True)
        ],
        "primaryKey": [*keys, *([table.dimension] if table.dimension else [])],
    }

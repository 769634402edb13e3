"""Reading, inside the federation's space, what of it is open data: all of it is made of the cards."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass

from django.db.models import Max
from django.utils import timezone

from network.cadastre.lieux.enums import Rule
from network.cadastre.lieux.schema import Change, Schema, original, schema_of
from network.directory.models import Card
from network.directory.open_data.export import Cell, Export, export
from network.directory.open_data.models import OfficialNumber
from network.directory.open_data.rows import Place, places
from network.directory.selectors import open_cards
from tenants.registry.models import Federation


def numbers() -> dict[int, str]:
    """The official number of each EPN that has one."""
    return dict(OfficialNumber.objects.order_by("epn_id").values_list("epn_id", "number"))


def names() -> list[tuple[int, str]]:
    """Number and name of each open EPN, by name."""
    return list(open_cards().values_list("epn_id", "name"))


def open_places(federation: Federation) -> list[Place]:
    return list(places(open_cards(), federation=federation.space.name, slug=federation.slug, numbers=numbers()))


def last_change() -> dt.date | None:
    """When a card changed last, or was closed: what the files hold is as it was since."""
    moment = Card.objects.aggregate(latest=Max("updated_at"))["latest"]
    return None if moment is None else timezone.localdate(moment)


def exported(federation: Federation, schema: Schema | None = None) -> Export:
    """In the schema that the federation publishes in, unless another one is asked for."""
    return export(open_places(federation), schema or schema_of(federation.country), last_change())


@dataclass(frozen=True)
class BrokenRule:
    """A rule of a schema that cells break, and how many; `changes` are what the profile says instead, and why."""

    column: str
    rule: Rule
    cells: int
    example: str
    changes: tuple[Change, ...]


@dataclass(frozen=True)
class Conformance:
    """What holds of `schema` in the file of every place: what breaks, by rule and cell by cell."""

    schema: Schema
    places: int
    published: int
    rules: list[BrokenRule]
    cells: list[Cell]
    changed_on: dt.date | None


def conformance(federation: Federation, schema: Schema | None = None) -> Conformance:
    """Against the original, whatever the federation publishes in."""
    schema = schema or original()
    profile = schema_of(federation.country)
    found = exported(federation, schema)
    counted = Counter((cell.finding.column, cell.finding.rule) for cell in found.cells)
    examples: dict[tuple[str, Rule], str] = {}
    for cell in found.cells:
        examples.setdefault((cell.finding.column, cell.finding.rule), cell.finding.value)
    rules = [
        BrokenRule(
            column,
            rule,
            number,
            examples[column, rule],
            tuple(change for change in profile.changes if change.field == column) if schema.is_original else (),
        )
        for (column, rule), number in sorted(
            counted.items(), key=lambda item: (schema.names.index(item[0][0]), str(item[0][1]))
        )
    ]
    return Conformance(schema, len(found.places), len(found.rows), rules, found.cells, found.changed_on)

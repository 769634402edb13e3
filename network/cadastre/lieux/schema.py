"""The schema of places of digital help, as its authors publish it, and the Belgian profile: the same with declared
changes. Both are Table Schemas that any program can read (`descriptor`).

Schema: github.com/LaMednum/standard-mediation-num, version 1.0.2 of 2024-04-11, Licence Ouverte (etalab-2.0).
"""

from __future__ import annotations

import copy
import json
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from network.cadastre.lieux.enums import Reason
from tenants.registry.enums import Country

DATA = Path(__file__).parent / "data"


@dataclass(frozen=True)
class Column:
    """`pattern` is matched as the Table Schema's readers do: from the first letter on."""

    name: str
    title: str
    type: str
    required: bool
    unique: bool
    pattern: re.Pattern[str] | None
    max_length: int | None


@dataclass(frozen=True)
class Change:
    """What a profile says otherwise than the original."""

    field: str
    constraint: str
    before: object
    now: object
    reason: Reason


@dataclass(frozen=True)
class Schema:
    name: str
    version: str
    title: str
    columns: tuple[Column, ...]
    descriptor: dict[str, Any]
    country: str
    changes: tuple[Change, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)

    @property
    def is_original(self) -> bool:
        return not self.changes


@cache
def original() -> Schema:
    return _schema(json.loads((DATA / "lieux-mediation-1.0.2.json").read_text(encoding="utf-8")), Country.FRANCE)


@cache
def belgian() -> Schema:
    profile = json.loads((DATA / "belgian-profile.json").read_text(encoding="utf-8"))
    changes = tuple(
        Change(one["field"], one["constraint"], one["before"], one["now"], Reason(one["reason"]))
        for one in profile["changes"]
    )
    descriptor = copy.deepcopy(original().descriptor)
    descriptor |= {name: profile[name] for name in ("name", "version", "title", "description")}
    descriptor |= {"countryCode": "BE", "basedOn": descriptor.pop("uri"), "changes": profile["changes"]}
    fields = {field["name"]: field for field in descriptor["fields"]}
    for change in changes:
        constraints = fields[change.field]["constraints"]
        if constraints.get(change.constraint) != change.before:
            raise ValueError(f"The profile changes {change.field}.{change.constraint}, which isn't what it says.")
        constraints[change.constraint] = change.now
    return _schema(descriptor, profile["country"], changes)


def schema_of(country: str) -> Schema:
    """The one that a federation of this country publishes in."""
    return belgian() if country == Country.BELGIUM else original()


def _schema(descriptor: dict[str, Any], country: str, changes: tuple[Change, ...] = ()) -> Schema:
    return Schema(
        descriptor["name"],
        str(descriptor["version"]).removeprefix("v"),
        descriptor["title"],
        tuple(_column(field) for field in descriptor["fields"]),
        descriptor,
        country,
        changes,
    )


def _column(field: dict[str, Any]) -> Column:
    constraints = field.get("constraints", {})
    pattern = constraints.get("pattern")
    return Column(
        name=field["name"],
        title=field["title"],
        type=field["type"],
        required=bool(constraints.get("required")),
        unique=bool(constraints.get("unique")),
        pattern=re.compile(f"^{pattern}$") if pattern else None,
        max_length=constraints.get("maxLength"),
    )

"""Which column is what: headings in any case, with or without accents, in any order, by any of their usual names.

A column that isn't understood is kept under its heading and named in the report.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from maillage.spreadsheets.texts import folded
from network.cadastre.census.enums import Field
from network.cadastre.lieux.reading import column_names, is_in_the_schema

HalfDay = tuple[int, str]  # Monday is 0; "am" or "pm"
Meaning = Field | HalfDay

# The better name first: where two columns could be the same thing, the first in this list is it.
NAMES: dict[Field, tuple[str, ...]] = {
    Field.SOURCE_ID: ("id", "bfc id", "identifiant", "id structure", "id lieu", "identifier", "ref", "reference"),
    Field.NAME: (
        "nom structure", "nom de la structure", "nom du lieu", "nom lieu", "nom", "structure", "denomination",
        "raison sociale", "intitule", "name", "naam",
    ),
    Field.ADDRESS: ("adresse", "adresse postale", "adresse lieu", "voie", "rue", "address", "adres", "straat"),
    Field.POSTCODE: ("code postal", "codepostal", "code post", "cp", "postcode", "postal code", "zip"),
    Field.TOWN: ("ville", "commune", "nom commune", "localite", "town", "city", "gemeente", "stad", "plaats"),
    Field.DEPARTMENT: (
        "departement", "code departement", "num departement", "numero departement", "dept", "dep", "department",
    ),
    Field.LATITUDE: ("lat", "latitude"),
    Field.LONGITUDE: ("lon", "longitude", "lng", "long"),
    Field.PHONE: (
        "contact tel", "telephone", "tel", "contact telephone", "numero telephone", "numero de telephone", "phone",
        "telefoon",
    ),
    Field.WEBSITE: ("url lieu", "url", "site web", "site internet", "website", "web", "lien"),
    Field.UPDATED: (
        "mise a jour", "maj", "date maj", "date mise a jour", "date de mise a jour", "derniere mise a jour",
    ),
    Field.TYPOLOGY: ("code typo", "code typologie", "typo", "typologie"),
    Field.LABELS: ("code label", "code labels", "codes labels", "label", "labels"),
    Field.SUPPORT: ("code accomp", "code accompagnement", "accomp", "accompagnement"),
}  # fmt: skip
RANKS = {name: (field, rank) for field, names in NAMES.items() for rank, name in enumerate(names)}
# A region calls its identifier after itself: bfc_id, idf_id, aura_id …
ENDS_LIKE_AN_ID = re.compile(r".+ id\Z")

DAYS = (
    ("lundi", "lun", "maandag", "monday"),
    ("mardi", "mar", "dinsdag", "tuesday"),
    ("mercredi", "mer", "woensdag", "wednesday"),
    ("jeudi", "jeu", "donderdag", "thursday"),
    ("vendredi", "ven", "vrijdag", "friday"),
    ("samedi", "sam", "zaterdag", "saturday"),
    ("dimanche", "dim", "zondag", "sunday"),
)
HALVES = {
    "am": ("matin", "am", "voormiddag", "morning"),
    "pm": ("apres midi", "ap midi", "aprem", "pm", "apm", "namiddag", "afternoon"),
}
HALF_DAYS: dict[str, HalfDay] = {
    f"{day} {half}": (number, part)
    for number, days in enumerate(DAYS)
    for day in days
    for part, halves in HALVES.items()
    for half in halves
}


@dataclass(frozen=True)
class Layout:
    """The headings of a file, in their order, each unique; and what they mean."""

    headings: tuple[str, ...]

    @classmethod
    def of(cls, row: Iterable[str]) -> Layout:
        """Name what has no name ("column 5") and what has one twice ("ville (2)"), so that no cell is lost."""
        headings: list[str] = []
        for number, cell in enumerate(row, start=1):
            heading = stem = " ".join(cell.split()) or f"column {number}"
            again = 1
            while heading in headings:
                again += 1
                heading = f"{stem} ({again})"
            headings.append(heading)
        return cls(tuple(headings))

    @cached_property
    def meanings(self) -> dict[str, Meaning]:
        """By heading; those that aren't understood are left out."""
        best: dict[Meaning, tuple[int, str]] = {}
        for heading in self.headings:
            found = self._candidate(heading)
            if found is not None and (found[0] not in best or found[1] < best[found[0]][0]):
                best[found[0]] = (found[1], heading)
        return {heading: meaning for meaning, (_rank, heading) in best.items()}

    @staticmethod
    def _candidate(heading: str) -> tuple[Meaning, int] | None:
        name = folded(heading)
        if name in HALF_DAYS:
            return HALF_DAYS[name], 0
        if name in RANKS:
            return RANKS[name]
        if ENDS_LIKE_AN_ID.match(name):
            return Field.SOURCE_ID, len(NAMES[Field.SOURCE_ID])
        return None

    @cached_property
    def by_name(self) -> dict[str, Meaning | None]:
        """By folded heading: the same column of another year's file, whatever its case."""
        return {folded(heading): self.meanings.get(heading) for heading in self.headings}

    @property
    def known(self) -> set[Meaning]:
        return set(self.meanings.values())

    @property
    def unknown(self) -> list[str]:
        known = {*self.meanings, *self.schema_columns.values()}
        return [heading for heading in self.headings if heading not in known]

    @property
    def missing(self) -> list[Field]:
        """What a census has and this file hasn't; the schema of places has columns of its own for it."""
        return [] if self.schema_columns else [field for field in Field if field not in self.known]

    @cached_property
    def schema_columns(self) -> dict[str, str]:
        """The heading of each column of the schema of places (`network.cadastre.lieux`); none of another file."""
        return column_names(self.headings) if is_in_the_schema(self.headings) else {}

    def in_schema(self, cells: Mapping[str, str]) -> dict[str, str]:
        """A row's cells by the schema's columns; none of a file that isn't in the schema."""
        return {name: cells.get(heading, "") for name, heading in self.schema_columns.items()}

    def understood(self, cells: Mapping[str, str]) -> dict[Meaning, tuple[str, str]]:
        """A row's cells by what they mean, each with its heading.

        The row may be of an earlier file: its columns mean what this file's of the same name mean.
        """
        strangers = tuple(heading for heading in cells if heading not in self.headings)
        own = Layout(strangers).meanings
        found: dict[Meaning, tuple[str, str]] = {}
        for heading, value in cells.items():
            if heading in strangers:
                name = folded(heading)
                meaning = self.by_name[name] if name in self.by_name else own.get(heading)
            else:
                meaning = self.meanings.get(heading)
            if meaning is not None:
                found.setdefault(meaning, (heading, value))
        return found

    def identity(self, heading: str) -> str:
        """What a column is called when two files are compared: its meaning, else its folded heading."""
        name = folded(heading)
        meaning = self.by_name[name] if name in self.by_name else Layout((heading,)).meanings.get(heading)
        return str(meaning) if meaning is not None else f"·{name or heading}"

    def half_days(self) -> dict[HalfDay, str]:
        return {meaning: heading for heading, meaning in self.meanings.items() if isinstance(meaning, tuple)}

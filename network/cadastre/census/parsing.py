"""From the rows of a census to places: what each would show, every cell kept, and what is doubtful.

A cell is never cut and never dropped: what a field can't show stays in `cells`, under the file's own heading.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.utils import timezone
from django.utils.functional import Promise

from maillage.spreadsheets.texts import folded
from network.cadastre.census import cells as cell
from network.cadastre.census.columns import Layout, Meaning
from network.cadastre.census.enums import Doubtful, Field, Refused
from network.cadastre.census.reading import Refusal, Row, Sheet, read_sheet
from network.cadastre.census.towns import Key, key_of, settled, spelled
from network.cadastre.lieux import reading as lieux
from network.cadastre.lieux.words import CENSUS_LABELS, said
from tenants.premises.models import Site
from tenants.premises.opening_hours import from_half_days, half_day
from tenants.registry.enums import Country

LONGEST_ID = 120
LONGEST_NAME = 160
LONGEST_LABEL = 40
STRANGE = {
    "code": Doubtful.CODE,
    "too_long": Doubtful.TOO_LONG,
    "url": Doubtful.URL,
    "email": Doubtful.EMAIL,
    "hours": Doubtful.HOURS,
    "rule": Doubtful.SCHEMA,
}
USUAL = 3  # places that share a postcode make it the town's own
LONGEST = {
    field.name: field.max_length
    for field in Site._meta.local_fields
    if field.name in ("address", "town", "postcode", "phone", "website") and field.max_length
}


@dataclass(frozen=True)
class Doubt:
    """A cell that is kept as it is and flagged. The line is the file's."""

    line: int
    column: str
    value: str
    reason: Doubtful
    detail: str | Promise = ""
    kind: str = ""  # a finer name of the reason, to count by

    @property
    def text(self) -> str:
        return f"{self.reason.label} ({self.detail})" if self.detail else str(self.reason.label)

    @property
    def code(self) -> str:
        return f"{self.reason.value}:{self.kind}" if self.kind else self.reason.value


@dataclass(frozen=True)
class ParsedPlace:
    """A place as its row says. `written_town` is spelled by rule; `town` agrees with the other rows."""

    line: int
    source_id: str
    name: str
    address: str
    postcode: str
    town: str
    department: str
    country: str
    latitude: Decimal | None
    longitude: Decimal | None
    phone: str
    website: str
    opening_hours: str
    opening_hours_source: dict[str, str]
    modes: list[str]
    labels: list[str]
    cells: dict[str, str]
    doubts: list[Doubt] = field(default_factory=list)
    offer: dict[str, Any] = field(default_factory=dict)  # more fields of its site, of a file in the schema of places

    def settled(self, towns: Mapping[Key, str]) -> ParsedPlace:
        return replace(self, town=settled(self.postcode, self.town, towns)) if self.town else self

    def site(self) -> dict[str, Any]:
        """The fields of its site."""
        fields = {
            name: getattr(self, name)
            for name in (
                "name", "address", "postcode", "town", "country", "latitude", "longitude", "phone", "website",
                "opening_hours", "opening_hours_source", "modes",
            )
        }  # fmt: skip
        return {**fields, **self.offer}

    def value(self, name: str) -> Any:
        """A field of its site, its card or its census row."""
        return self.site()[name] if name in self.offer else getattr(self, name, None)


@dataclass(frozen=True)
class Census:
    sheet: Sheet
    country: str
    places: list[ParsedPlace]
    refusals: list[Refusal]

    @property
    def doubts(self) -> list[Doubt]:
        """In the order of the file."""
        columns = {heading: number for number, heading in enumerate(self.sheet.layout.headings)}
        found = [doubt for place in self.places for doubt in place.doubts]
        return sorted(found, key=lambda doubt: (doubt.line, columns.get(doubt.column, -1)))


def read_census(path: Path, *, today: dt.date | None = None) -> Census:
    """Raises FileRefused when nothing of the file can be read as a census."""
    sheet = read_sheet(path)
    country = country_of(sheet.layout, (row.cells for row in sheet.rows))
    day = today or timezone.localdate()
    places: list[ParsedPlace] = []
    refusals = list(sheet.refusals)
    lines: dict[str, int] = {}
    for row in sheet.rows:
        refusal = _refused(row, sheet.layout, country)
        if refusal is None:
            place = parse_row(row, sheet.layout, country, day)
            first = lines.setdefault(place.source_id, place.line)
            if first == place.line:
                places.append(place)
                continue
            column, value = _cell(row, sheet.layout, Field.SOURCE_ID)
            refusal = Refusal(row.line, column, value or place.name, Refused.SAME_ID, str(first))
        refusals.append(refusal)
    _flag_similar(places, sheet.layout)
    _flag_odd_postcodes(places)
    return Census(sheet, country, places, sorted(refusals, key=lambda one: one.line))


def country_of(layout: Layout, rows: Iterable[Mapping[str, str]]) -> str:
    """Five digits (and a département) are French, four digits Belgian: what most rows have decides for all of them."""
    lengths: Counter[int] = Counter()
    for cells in rows:
        known = layout.understood(cells)
        code = known.get(Field.POSTCODE, ("", ""))[1].replace(" ", "")
        if code.isascii() and code.isdigit():
            lengths[len(code)] += 1
        if Field.DEPARTMENT in known:
            lengths[5] += 1
    return Country.BELGIUM.value if lengths[4] > lengths[5] else Country.FRANCE.value


def _cell(row: Row, layout: Layout, wanted: Field) -> tuple[str, str]:
    """The heading of a field and what the row says there; both empty when the file has no such column."""
    heading = next((heading for heading, meaning in layout.meanings.items() if meaning == wanted), "")
    return heading, said(row.cells.get(heading, ""))


def _refused(row: Row, layout: Layout, country: str) -> Refusal | None:
    heading, name = _cell(row, layout, Field.NAME)
    if not cell.one_line(name):
        return Refusal(row.line, heading, name, Refused.NO_NAME)
    if len(cell.one_line(name)) > LONGEST_NAME:
        return Refusal(row.line, heading, name, Refused.NAME_TOO_LONG)
    heading, number = _cell(row, layout, Field.SOURCE_ID)
    if len(number.strip()) > LONGEST_ID:
        return Refusal(row.line, heading, number, Refused.ID_TOO_LONG)
    if layout.schema_columns and (wrong := lieux.problem_of(layout.in_schema(row.cells), country)) is not None:
        column, value, rule = wrong
        return Refusal(row.line, layout.schema_columns.get(column, column), value, Refused.SCHEMA, str(rule.label))
    return None


def parse_row(row: Row, layout: Layout, country: str, today: dt.date) -> ParsedPlace:
    return _RowParser(row, layout, country, today).place()


class _RowParser:
    """One row; doubts gather as its cells are read."""

    def __init__(self, row: Row, layout: Layout, country: str, today: dt.date) -> None:
        self.row = row
        self.country = country
        self.today = today
        self.layout = layout
        self.cells: dict[Meaning, tuple[str, str]] = {
            meaning: (heading, said(value)) for meaning, (heading, value) in layout.understood(row.cells).items()
        }
        self.in_schema = layout.in_schema(row.cells)
        self.doubts: list[Doubt] = []

    def place(self) -> ParsedPlace:
        postcode = self._shown(Field.POSTCODE, self._read(Field.POSTCODE, cell.read_postcode, self.country))
        latitude, longitude = self._point()
        name = cell.one_line(self._value(Field.NAME))
        address = self._shown(Field.ADDRESS, cell.one_line(self._value(Field.ADDRESS)))
        town = self._shown(Field.TOWN, spelled(self._value(Field.TOWN), self.country))
        if not postcode and not town:
            self._doubt(Field.TOWN if Field.TOWN in self.layout.known else Field.POSTCODE, Doubtful.NO_PLACE)
        department = self._department(postcode)
        if self._value(Field.UPDATED):
            self._doubt(Field.UPDATED, cell.read_date(self._value(Field.UPDATED), self.today))
        phone = self._shown(Field.PHONE, self._read(Field.PHONE, cell.read_phone, self.country))
        website = self._shown(Field.WEBSITE, self._read(Field.WEBSITE, self._url))
        support = self._codes(Field.SUPPORT, cell.SUPPORT_CODES)
        if not self.in_schema:
            self._codes(Field.TYPOLOGY, cell.TYPOLOGY_CODES)
        labels = [code for code in self._codes(Field.LABELS, cell.LABEL_CODES) if len(code) <= LONGEST_LABEL]
        hours, source = ("", {}) if self.in_schema else self._hours()
        offer = self._offer(labels)
        for heading, value in self.row.cells.items():
            if cell.is_garbled(value):
                self.doubts.append(Doubt(self.row.line, heading, value, Doubtful.GARBLED))
        return ParsedPlace(
            line=self.row.line,
            source_id=self._source_id(),
            name=name,
            address=address,
            postcode=postcode,
            town=town,
            department=department,
            country=self.country,
            latitude=latitude,
            longitude=longitude,
            phone=phone,
            website=website,
            opening_hours=hours,
            opening_hours_source=source,
            modes=[cell.MODES[code] for code in support if code in cell.MODES],
            labels=labels,
            cells=self.row.cells,
            doubts=self.doubts,
            offer=offer.fields,
        )

    @staticmethod
    def _url(value: str) -> tuple[str, Doubtful | None]:
        """The schema puts several addresses in a cell: the first is shown, all stay in the row."""
        return cell.read_url(value.split("|")[0])

    def _offer(self, labels: list[str]) -> lieux.Offer:
        """What a file in the schema of places says more; of a census, the labels that are programmes there."""
        if not self.in_schema:
            programmes = [CENSUS_LABELS[code] for code in labels if code in CENSUS_LABELS]
            return lieux.Offer({"programmes": programmes})
        found = lieux.offer_of(self.in_schema, self.country)
        for one in found.strange:
            heading = self.layout.schema_columns.get(one.column, one.column)
            value = self.row.cells.get(heading, "")
            self.doubts.append(Doubt(self.row.line, heading, value, STRANGE[one.kind], one.detail, one.column))
        return found

    def _value(self, meaning: Meaning) -> str:
        return self.cells.get(meaning, ("", ""))[1]

    def _doubt(self, meaning: Meaning, reason: Doubtful | None, detail: str | Promise = "", kind: str = "") -> None:
        if reason is not None:
            heading, value = self.cells.get(meaning, (self._heading(meaning), ""))
            self.doubts.append(Doubt(self.row.line, heading, value, reason, detail, kind))

    def _heading(self, wanted: Meaning) -> str:
        return next((heading for heading, meaning in self.layout.meanings.items() if meaning == wanted), "")

    def _read(self, meaning: Field, reader: Any, *extra: str) -> str:
        if not self._value(meaning):
            return ""
        value, doubt = reader(self._value(meaning), *extra)
        self._doubt(meaning, doubt)
        return str(value)

    def _shown(self, meaning: Field, value: str) -> str:
        """A value that its field can hold; nothing is cut."""
        if len(value) <= LONGEST[meaning.value]:
            return value
        self._doubt(meaning, Doubtful.TOO_LONG)
        return ""

    def _department(self, postcode: str) -> str:
        code, doubt = cell.read_department(self._value(Field.DEPARTMENT), postcode, self.country)
        self._doubt(Field.DEPARTMENT, doubt)
        return code

    def _point(self) -> tuple[Decimal | None, Decimal | None]:
        degrees = []
        for meaning, largest in ((Field.LATITUDE, 90), (Field.LONGITUDE, 180)):
            number = cell.read_coordinate(self._value(meaning), largest) if self._value(meaning) else None
            if self._value(meaning) and number is None:
                self._doubt(meaning, Doubtful.COORDINATE)
            degrees.append(number)
        latitude, longitude = degrees
        if latitude is not None and longitude is not None:
            self._doubt(Field.LATITUDE, cell.somewhere(latitude, longitude))
            return latitude, longitude
        for meaning, number, other in (
            (Field.LATITUDE, latitude, Field.LONGITUDE),
            (Field.LONGITUDE, longitude, Field.LATITUDE),
        ):
            if number is not None and not self._value(other):
                self._doubt(meaning, Doubtful.COORDINATE_ALONE)
        return None, None

    def _codes(self, meaning: Field, known: frozenset[str]) -> list[str]:
        codes, strange = cell.read_codes(self._value(meaning), known)
        if strange:
            self._doubt(meaning, Doubtful.CODE, ", ".join(strange), meaning.value)
        return codes

    def _hours(self) -> tuple[str, dict[str, str]]:
        headings = {
            half_day(*meaning): (meaning, value)
            for meaning, (_heading, value) in self.cells.items()
            if isinstance(meaning, tuple)
        }
        source = {key: value for key, (_meaning, value) in sorted(headings.items())}
        found = from_half_days(source)
        for doubt in found.doubts:
            self._doubt(headings[doubt.key][0], Doubtful.HOURS, doubt.reason.label, doubt.reason.value)
        return found.osm, source

    def _source_id(self) -> str:
        """The file's, or one that the same name, postcode, town and address give again next time."""
        written = self._value(Field.SOURCE_ID).strip()
        if written:
            return written
        if Field.SOURCE_ID in self.layout.known:
            self._doubt(Field.SOURCE_ID, Doubtful.NO_ID)
        parts = (Field.NAME, Field.POSTCODE, Field.TOWN, Field.ADDRESS)
        what = "\n".join(folded(self._value(part)) for part in parts)
        return f"place-{hashlib.sha256(what.encode()).hexdigest()[:20]}"


def _flag_similar(places: list[ParsedPlace], layout: Layout) -> None:
    """The same name at the same postcode or in the same town: both are kept, the later one is flagged."""
    heading = next(heading for heading, meaning in layout.meanings.items() if meaning == Field.NAME)
    seen: dict[tuple[str, str], int] = {}
    for place in places:
        name = folded(place.name) or place.name
        keys = [(name, where) for where in (place.postcode, folded(place.town)) if where]
        twin = next((seen[key] for key in keys if key in seen), None)
        if twin is not None:
            place.doubts.append(Doubt(place.line, heading, place.cells[heading], Doubtful.SIMILAR, str(twin)))
        for key in keys:
            seen.setdefault(key, place.line)


def _flag_odd_postcodes(places: list[ParsedPlace]) -> None:
    """Of at least four places of one town, a single one with another postcode: a CEDEX, or a slip of the pen.

    It matters because postcode and town together stand in for the commune.
    """
    of_town: dict[Key, list[ParsedPlace]] = defaultdict(list)
    for place in places:
        if place.postcode and place.town:
            of_town[key_of(place.postcode, place.town)].append(place)
    for same in of_town.values():
        counted = Counter(place.postcode for place in same)
        usual, times = counted.most_common(1)[0]
        for place in same:
            if times >= USUAL and counted[place.postcode] == 1:
                heading = next((head for head, value in place.cells.items() if place.postcode == value.strip()), "")
                place.doubts.append(Doubt(place.line, heading, place.postcode, Doubtful.POSTCODE_ODD, usual))

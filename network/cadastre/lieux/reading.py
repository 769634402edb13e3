"""What a row in the schema says of a place beyond its address, as the fields of a site; and what of it is doubtful."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from maillage.reference.selectors import commune
from maillage.spreadsheets.texts import folded
from network.cadastre.lieux import words
from network.cadastre.lieux.checking import broken
from network.cadastre.lieux.enums import Rule
from network.cadastre.lieux.schema import schema_of
from tenants.premises.models import Site
from tenants.premises.opening_hours import OpeningHoursError, parse
from tenants.premises.rules import is_address

# Headings by which a file says that it is in the schema.
SIGNS = frozenset(("pivot", "nom", "commune", "code postal", "date maj"))
# A row in which one of these is wrong may have slipped by a column: nothing of it is to be believed.
TELLING = frozenset(("code_postal", "latitude", "longitude", "date_maj"))
TEXTS = {
    "complement_adresse": "address_extra",
    "presentation_resume": "summary",
    "presentation_detail": "presentation",
    "autres_formations_labels": "other_labels",
}
LINKS = {"fiche_acces_libre": "accessibility_url", "prise_rdv": "booking_url"}
LONGEST = {one.name: one.max_length or 0 for one in Site._meta.local_fields if hasattr(one, "max_length")}
LONGEST_HOURS = 2000


@dataclass(frozen=True)
class Strange:
    """A cell that a field can't show, or not wholly, or that breaks a rule. `kind` says why: see the parser's list."""

    column: str
    kind: str
    detail: str = ""


@dataclass
class Offer:
    """`fields` are a site's."""

    fields: dict[str, Any] = field(default_factory=dict)
    strange: list[Strange] = field(default_factory=list)


def is_in_the_schema(headings: Iterable[str]) -> bool:
    return {folded(heading) for heading in headings} >= SIGNS


def column_names(headings: Iterable[str]) -> dict[str, str]:
    """The heading of each column of the schema that a file has, whatever its case and accents."""
    known = {folded(name): name for name in schema_of("fr").names}
    found: dict[str, str] = {}
    for heading in headings:
        name = known.get(folded(heading))
        if name is not None:
            found.setdefault(name, heading)
    return found


def problem_of(cells: Mapping[str, str], country: str) -> tuple[str, str, Rule] | None:
    """What makes a row unbelievable: column, value, rule. `cells` are by the schema's column."""
    for column in schema_of(country).columns:
        if column.name in TELLING and (value := said(cells, column.name)):
            rule = broken(column, value)
            if rule is not None:
                return column.name, value, rule
    return None


def said(cells: Mapping[str, str], column: str) -> str:
    return words.said(cells.get(column, "").strip())


def offer_of(cells: Mapping[str, str], country: str) -> Offer:
    """`cells` are by the schema's column."""
    offer = Offer()
    _lists(offer, cells)
    _texts(offer, cells)
    _links(offer, cells)
    _mail(offer, cells)
    _hours(offer, cells)
    _commune(offer, cells, country)
    _needed(offer, cells, country)
    return offer


def _lists(offer: Offer, cells: Mapping[str, str]) -> None:
    for column, (name, of) in words.LISTS.items():
        text = said(cells, column)
        languages: list[str] = []
        if column == "prise_en_charge_specifique":
            languages, _others = words.codes(text, words.LANGUAGES)
            offer.fields["languages"] = languages
            of = {**of, **words.LANGUAGES}
        found, strange = words.codes(text, of)
        offer.fields[name] = [code for code in found if code not in languages]
        if strange:
            offer.strange.append(Strange(column, "code", ", ".join(strange)[:200]))


def _texts(offer: Offer, cells: Mapping[str, str]) -> None:
    for column, name in TEXTS.items():
        text = said(cells, column)
        _text(offer, column, name, text if name == "presentation" else " ".join(text.split()))


def _text(offer: Offer, column: str, name: str, text: str) -> None:
    fits = len(text) <= LONGEST[name]
    offer.fields[name] = text if fits else ""
    if not fits:
        offer.strange.append(Strange(column, "too_long"))


def _links(offer: Offer, cells: Mapping[str, str]) -> None:
    for column, name in LINKS.items():
        text = said(cells, column)
        fine = not text or (is_address(text) and len(text) <= LONGEST[name])
        offer.fields[name] = text if fine else ""
        if not fine:
            offer.strange.append(Strange(column, "url"))


def _mail(offer: Offer, cells: Mapping[str, str]) -> None:
    """The first address; the others stay in the row."""
    first = next(iter(words.listed(said(cells, "courriels"))), "")
    try:
        if first:
            validate_email(first)
    except ValidationError:
        offer.strange.append(Strange("courriels", "email"))
        first = ""
    offer.fields["email"] = first


def _hours(offer: Offer, cells: Mapping[str, str]) -> None:
    text = " ".join(said(cells, "horaires").split())
    if len(text) > LONGEST_HOURS:
        offer.strange.append(Strange("horaires", "too_long"))
        text = ""
    try:
        offer.fields["opening_hours"] = parse(text).to_osm() if text else ""
    except OpeningHoursError as error:
        offer.fields["opening_hours"] = text
        offer.strange.append(Strange("horaires", "hours", error.message))


def _commune(offer: Offer, cells: Mapping[str, str], country: str) -> None:
    """Only a code that the list of communes has; else the postcode and the town find one, or stand in for it."""
    insee = said(cells, "code_insee")
    column = next(one for one in schema_of(country).columns if one.name == "code_insee")
    if rule := broken(column, insee):
        offer.strange.append(Strange("code_insee", "rule", str(rule.label)))
        return
    code = words.commune_code(insee, country)
    found = commune(code) if insee else None
    if found is not None and found.country == country and found.retired_at is None:
        offer.fields["commune"] = code


def _needed(offer: Offer, cells: Mapping[str, str], country: str) -> None:
    """What the schema asks for and the row lacks; a name and an identifier are asked for anyway."""
    for column in schema_of(country).columns:
        if column.required and column.name not in ("id", "nom") and not said(cells, column.name):
            offer.strange.append(Strange(column.name, "rule", str(Rule.REQUIRED.label)))

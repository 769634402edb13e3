"""A place as a row of the schema: 32 cells of text, "" where nothing is said.

What the card shows and nothing else, so that what an EPN doesn't show leaves by no door. Where the place was imported
from a file in the same schema, a cell says again what that file said, as long as the card still says what was read
from it: another spelling isn't a change.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils import timezone

from network.cadastre.census.cells import EARLIEST, date_of, read_url
from network.cadastre.census.columns import Layout
from network.cadastre.census.enums import Field
from network.cadastre.lieux import words
from network.cadastre.lieux.reading import column_names, is_in_the_schema, offer_of, said
from network.cadastre.lieux.schema import original
from network.cadastre.models import CensusPlace
from network.directory.models import Card
from network.directory.sites import CardSite, sites_of

FIRST_SITE = 1  # the number that provisioning gives to the site that an import made
# Columns that no field of ours holds: they are the file's word, or empty.
KEPT = ("pivot", "typologie", "source", "structure_parente")
# A column, and the fields of a site that it was read into.
READ_INTO = {
    "complement_adresse": ("address_extra",),
    "courriels": ("email",),
    "horaires": ("opening_hours",),
    "presentation_resume": ("summary",),
    "presentation_detail": ("presentation",),
    "autres_formations_labels": ("other_labels",),
    "fiche_acces_libre": ("accessibility_url",),
    "prise_rdv": ("booking_url",),
    "prise_en_charge_specifique": ("supports", "languages"),
    **{column: (name,) for column, (name, _of) in words.LISTS.items() if name != "supports"},
}


@dataclass(frozen=True)
class Place:
    """A door of an EPN, with its row. `several`: its EPN has other open doors."""

    card: Card
    site: CardSite
    row: dict[str, str]
    changed_on: dt.date


@dataclass(frozen=True)
class Imported:
    """What the last import said of an EPN's first site: its cells by the schema's column, and when."""

    cells: dict[str, str]
    census: dict[str, str]  # of a census in a network's own columns
    source_id: str
    at: dt.datetime

    @classmethod
    def of(cls, place: CensusPlace) -> Imported:
        headings = column_names(place.cells)
        # Empty cells aren't kept, so a file's signs may be missing in a row: its name is always there.
        in_schema = "nom" in headings and ("date_maj" in headings or is_in_the_schema(place.cells))
        cells = {name: place.cells[heading] for name, heading in headings.items()} if in_schema else {}
        return cls(cells, {} if in_schema else place.cells, place.source_id, place.imported_at)

    @property
    def stated_on(self) -> dt.date | None:
        """When the file says that what it says of the place was written."""
        if self.cells:
            return date_of(said(self.cells, "date_maj"))
        return date_of(Layout.of(self.census).understood(self.census).get(Field.UPDATED, ("", ""))[1])


def places(
    cards: Iterable[Card], *, federation: str, slug: str, numbers: Mapping[int, str] | None = None
) -> Iterator[Place]:
    """Every open door of these cards, in their order. Reads the imported cells in one statement.

    `numbers` are the official ones of the EPN, which the network keeps.
    """
    cards = list(cards)
    ids = [card.epn_id for card in cards]
    imported = {one.epn_id: Imported.of(one) for one in CensusPlace.objects.filter(epn_id__in=ids).order_by("pk")}
    for card in cards:
        sites = sites_of(card)
        for site in sites:
            first = imported.get(card.epn_id) if site.id in (0, FIRST_SITE) else None
            changed_on = _changed_on(card, site, first)
            row = _row(card, site, first, several=len(sites) > 1, federation=federation)
            row["id"] = first.source_id if first else f"{slug}-{card.epn_id}-{site.id}"
            row["date_maj"] = changed_on.isoformat()
            row["pivot"] = (numbers or {}).get(card.epn_id) or row.get("pivot", "")
            yield Place(card, site, {name: row.get(name, "") for name in original().names}, changed_on)


def _changed_on(card: Card, site: CardSite, imported: Imported | None) -> dt.date:
    """The day that the file gave, as long as the card is as it was made of it; else the card's last change. The day
    on which the EPN verified what it shows counts too."""
    day = timezone.localdate(card.updated_at)
    if imported is not None and card.updated_at <= imported.at:
        stated = imported.stated_on
        day = stated if stated and EARLIEST <= stated <= timezone.localdate() else day
    verified = dt.date.fromisoformat(site.verified_on) if site.verified_on else None
    return max(day, verified) if verified else day


def _row(card: Card, site: CardSite, imported: Imported | None, *, several: bool, federation: str) -> dict[str, str]:
    country = site.country
    mobility = site.mobility or (["itinerant"] if "itinerant" in site.modes else [])
    lists: dict[str, list[str]] = {
        **{name: getattr(site, name) for name, _of in words.LISTS.values()},
        "mobility": mobility,
    }
    row = {
        "nom": _name(card, site, several=several),
        "commune": site.town,
        "code_postal": site.postcode,
        "code_insee": words.insee_of(site.commune, country),
        "adresse": site.address,
        "complement_adresse": site.address_extra,
        "latitude": _degrees(site.latitude),
        "longitude": _degrees(site.longitude),
        "telephone": words.SEPARATOR.join(words.international(site.phone, country)),
        "courriels": site.email,
        "site_web": site.website,
        "horaires": site.opening_hours,
        "presentation_resume": site.summary,
        "presentation_detail": site.presentation,
        "autres_formations_labels": site.other_labels,
        "fiche_acces_libre": site.accessibility_url,
        "prise_rdv": site.booking_url,
        "source": federation,
        "structure_parente": card.name if several else "",
        **{column: words.SEPARATOR.join(words.words(lists[name], of)) for column, (name, of) in words.LISTS.items()},
    }
    foreign = words.spoken(site.languages, country)
    row["prise_en_charge_specifique"] = words.SEPARATOR.join(
        [*words.listed(row["prise_en_charge_specifique"]), *foreign]
    )
    if imported is not None:
        _say_again(row, site, imported, mobility)
    return row


def _name(card: Card, site: CardSite, *, several: bool) -> str:
    """The EPN's, and which of its doors this is where it has several."""
    if not several or not site.name or site.name.casefold() == card.name.casefold():
        return card.name
    return site.name if card.name.casefold() in site.name.casefold() else f"{card.name} – {site.name}"


def _degrees(number: float | None) -> str:
    """Without zeros that nobody measured: 43.5, never 43.500000."""
    if number is None:
        return ""
    text = format(Decimal(str(number)), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _say_again(row: dict[str, str], site: CardSite, imported: Imported, mobility: list[str]) -> None:
    cells, country = imported.cells, site.country
    if not cells:
        # The one kind of house of a census that the schema has a word for.
        kinds = imported.census.get("code_typo", "").replace("-", ",").split(",")
        row["typologie"] = "TIERS_LIEUX" if "TL" in [kind.strip() for kind in kinds] else ""
        return
    for column in KEPT:
        row[column] = said(cells, column) or row.get(column, "")
    if row["pivot"] == words.NO_PIVOT:
        row["pivot"] = ""
    read = offer_of(cells, country).fields
    now: Mapping[str, Any] = {**vars(site), "mobility": mobility}
    for column, names in READ_INTO.items():
        if all(read[name] == now[name] for name in names):
            row[column] = said(cells, column)
    if not row["code_insee"]:
        row["code_insee"] = said(cells, "code_insee")
    if read_url(said(cells, "site_web").split("|")[0])[0] == site.website and site.website:
        row["site_web"] = said(cells, "site_web")

"""The doors of an EPN on its card: every open site, so that an itinerant stop is seen too."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Any

from network.directory.models import Card
from tenants.premises.models import Site

TEXTS = ("address", "postcode", "town", "commune", "country", "phone", "website", "opening_hours")


@dataclass(frozen=True)
class CardSite:
    """A place with a door, as the card keeps it. `id` is its number in the EPN; `key` its commune's code, or its
    postcode and town."""

    id: int
    name: str
    address: str
    postcode: str
    town: str
    commune: str
    key: str
    country: str
    latitude: float | None
    longitude: float | None
    phone: str
    website: str
    opening_hours: str
    modes: list[str]


NAMES = tuple(one.name for one in fields(CardSite))


def kept(sites: Iterable[Site]) -> list[dict[str, Any]]:
    """What a card keeps of sites, in JSON."""
    return [_kept(site.pk, site.name, site.commune_key, vars(site)) for site in sites]


def _kept(pk: int, name: str, key: str, values: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "id": pk,
        "name": name,
        "key": key,
        **{field: values[field] for field in TEXTS},
        **{field: None if values[field] is None else float(values[field]) for field in ("latitude", "longitude")},
        "modes": list(values["modes"]),
    }


def sites_of(card: Card) -> list[CardSite]:
    """The sites of a card, the oldest first. One that was copied before cards kept them all has one, its own face."""
    key = card.commune or f"{card.postcode} {card.town}".strip()
    rows = card.sites or ([_kept(0, card.name, key, vars(card))] if key or card.address or card.opening_hours else [])
    return [CardSite(**{name: row[name] for name in NAMES}) for row in rows]

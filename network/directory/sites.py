"""The doors of an EPN on its card: every open site, so that an itinerant stop is seen too."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any

from network.directory.models import Card
from tenants.premises.closings.words import ClosedDays, closed_days_of
from tenants.premises.models import Closing, Site

MOST_CLOSINGS = 20
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
    closings: list[ClosedDays] = field(default_factory=list)  # a card of before there were any has none


NAMES = tuple(one.name for one in fields(CardSite))


def kept(sites: Sequence[Site], closings: Mapping[int, list[Closing]]) -> list[dict[str, Any]]:
    """What a card keeps of sites, in JSON; of their closings the latest, whatever day it is when the card is copied."""
    return [
        {
            **_kept(site.pk, site.name, site.commune_key, vars(site)),
            "closings": [closed_days_of(one) for one in closings.get(site.pk, [])[-MOST_CLOSINGS:]],
        }
        for site in sites
    ]


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
    return [CardSite(**{name: row[name] for name in NAMES if name in row}) for row in rows]


def closings_of(site: CardSite) -> list[tuple[dt.date, dt.date, str]]:
    """First day, last day, reason."""
    return [
        (dt.date.fromisoformat(one["first"]), dt.date.fromisoformat(one["last"]), one["reason"])
        for one in site.closings
    ]

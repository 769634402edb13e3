"""The doors of an EPN on its card: every open site, so that an itinerant stop is seen too."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any

from django.db import connection

from network.directory.models import Card
from tenants.premises.closings.words import ClosedDays, closed_days_of
from tenants.premises.equipment.selectors import Stock
from tenants.premises.models import Closing, Site
from tenants.premises.offer import VOCABULARIES, left_out
from tenants.registry.crossing import current_place
from tenants.registry.enums import Kind
from tenants.registry.errors import NoSpaceError

MOST_CLOSINGS = 20
TEXTS = (
    "address", "postcode", "town", "commune", "country", "phone", "website", "opening_hours",
    "address_extra", "email", "booking_url", "accessibility_url", "summary", "presentation", "directions",
    "other_labels",
)  # fmt: skip
CODES = tuple(VOCABULARIES)
PLACE = ("latitude", "longitude")
# Of a card, where its doors are and when they are open.
DOORS = ("epn_id", "name", "address", "postcode", "town", "commune", *PLACE, "opening_hours", "sites")


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
    address_extra: str = ""
    email: str = ""
    booking_url: str = ""
    accessibility_url: str = ""
    summary: str = ""
    presentation: str = ""
    directions: str = ""
    services: list[str] = field(default_factory=list)
    audiences: list[str] = field(default_factory=list)
    languages: list[str] = field(default_factory=list)
    accessibility: list[str] = field(default_factory=list)
    supports: list[str] = field(default_factory=list)
    how_to_come: list[str] = field(default_factory=list)
    fees: list[str] = field(default_factory=list)
    mobility: list[str] = field(default_factory=list)
    programmes: list[str] = field(default_factory=list)
    training_labels: list[str] = field(default_factory=list)
    other_labels: str = ""
    verified_on: str = ""  # a day, `2026-11-28`; empty: nobody has said yet that all this is right
    equipment: dict[str, int] = field(default_factory=dict)  # how many of a kind; without what nobody counted
    equipment_on: str = ""  # the day on which it was counted


NAMES = tuple(one.name for one in fields(CardSite))


def kept(
    sites: Sequence[Site], closings: Mapping[int, list[Closing]], stock: Mapping[int, Stock] | None = None
) -> list[dict[str, Any]]:
    """What a card keeps of sites, in JSON; of their closings the latest, whatever day it is when the card is copied.

    What the EPN doesn't want to show isn't among it: it never leaves the EPN, but for whom its network phones.
    """
    return [
        {
            **_kept(site.pk, site.name, site.commune_key, shown_of(site)),
            "closings": [closed_days_of(one) for one in closings.get(site.pk, [])[-MOST_CLOSINGS:]],
            "verified_on": site.verified_on.isoformat() if site.verified_on else "",
            **_counted((stock or {}).get(site.pk, Stock())),
        }
        for site in sites
    ]


def shown_of(site: Site) -> dict[str, Any]:
    """What a site says of itself, by field, with nothing in what stays in the EPN."""
    hidden = left_out(site.hidden)
    empty: dict[str, Any] = {**dict.fromkeys(TEXTS, ""), **dict.fromkeys(PLACE), **{name: [] for name in CODES}}
    return {name: nothing if name in hidden else getattr(site, name) for name, nothing in empty.items()}


def _kept(pk: int, name: str, key: str, values: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "id": pk,
        "name": name,
        "key": key,
        **{field: values.get(field, "") for field in TEXTS},
        **{field: None if values[field] is None else float(values[field]) for field in PLACE},
        **{field: list(values.get(field, [])) for field in CODES},
    }


def _counted(stock: Stock) -> dict[str, Any]:
    return {"equipment": stock.counts, "equipment_on": stock.counted_on.isoformat() if stock.counted_on else ""}


def sites_of(card: Card) -> list[CardSite]:
    """The sites of a card, the oldest first. One that was copied before cards kept them all has one, its own face."""
    return [card_site(row) for row in kept_sites(vars(card))]


def kept_sites(card: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The same as the card keeps them, for whoever needs little of many: of all its fields, or of `DOORS`."""
    if card["sites"]:
        return list(card["sites"])
    key = card["commune"] or f"{card['postcode']} {card['town']}".strip()
    return [_kept(0, card["name"], key, card)] if key or card["address"] or card["opening_hours"] else []


def read_doors(epn_ids: Collection[int]) -> list[dict[str, Any]]:
    """`DOORS` of the cards of these EPN, by name. Without the ORM, which took thrice as long as the database."""
    if current_place().kind != Kind.FEDERATION:
        raise NoSpaceError("Cards are read inside their federation's space.")
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {', '.join(DOORS)} FROM directory_card WHERE epn_id = ANY(%s) ORDER BY name, epn_id",
            [sorted(epn_ids)],
        )
        rows = [dict(zip(DOORS, row, strict=True)) for row in cursor.fetchall()]
    for row in rows:
        row["sites"] = json.loads(row["sites"])
    return rows


def card_site(row: Mapping[str, Any]) -> CardSite:
    return CardSite(**{name: row[name] for name in NAMES if name in row})


def closings_of(site: CardSite) -> list[tuple[dt.date, dt.date, str]]:
    """First day, last day, reason."""
    return [
        (dt.date.fromisoformat(one["first"]), dt.date.fromisoformat(one["last"]), one["reason"])
        for one in site.closings
    ]


def verified_on(sites: Sequence[CardSite]) -> dt.date | None:
    """Since when everything on a card is known to be right: the oldest of its sites' days, none when one has none."""
    days = [one.verified_on for one in sites]
    return dt.date.fromisoformat(min(days)) if days and all(days) else None

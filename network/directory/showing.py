"""What the public pages say of a card and of its doors, as templates and papers take it."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from maillage.design.numbers import day_label
from maillage.reference.selectors import commune_label, label_of
from network.directory.doors import week_of
from network.directory.feeds import has_hours
from network.directory.hours import (
    DayOfHours,
    Now,
    closings_ahead,
    days_ahead,
    holidays_ahead,
    lines_of,
    state_of,
)
from network.directory.models import Card
from network.directory.selectors import phone_address, web_address
from network.directory.sites import CardSite, sites_of
from tenants.premises.offer import VOCABULARIES
from tenants.premises.opening_hours import clock
from tenants.premises.opening_hours.week import DAYS

OSM = "https://www.openstreetmap.org/"


def card_shown(card: Card, now: dt.datetime) -> dict[str, object]:
    """For the list of results: its label, its doors, and whether each is open now."""
    return {
        "card": card,
        "place": commune_label(card.key) if card.commune else "",  # type: ignore[attr-defined]
        "labelled": card.labelled,  # type: ignore[attr-defined]
        "sites": [_in_the_list(one, now) for one in _once(sites_of(card))],
    }


def _once(sites: list[CardSite]) -> list[CardSite]:
    """A telephone or a website that all sites share is read once, at the first."""
    return sites[:1] + [
        replace(
            one,
            phone="" if one.phone == sites[0].phone else one.phone,
            website="" if one.website == sites[0].website else one.website,
        )
        for one in sites[1:]
    ]


def _in_the_list(site: CardSite, now: dt.datetime) -> dict[str, object]:
    return {
        "site": site,
        "now": state_of(site, now),
        "hours": lines_of(site.opening_hours),
        "closings": closings_ahead(site, timezone.localdate(now)),
        "calendar": has_hours(site),
        "languages": ", ".join(words_of(site, "languages")),
        **links_of(site),
    }


def links_of(site: CardSite) -> dict[str, str]:
    return {
        "phone_url": phone_address(site.phone),
        "website_url": web_address(site.website),
        "website_name": re.sub(r"^https?://(www\.)?|/$", "", site.website),
        "booking_url": web_address(site.booking_url),
        "accessibility_url": web_address(site.accessibility_url),
    }


@dataclass(frozen=True)
class Group:
    """A heading, the words under it, and a drawing beside it."""

    title: str
    words: list[str]
    icon: str


@dataclass(frozen=True)
class Door:
    """A door as its own page shows it."""

    site: CardSite
    now: Now | None
    days: list[DayOfHours]
    as_written: list[str]  # hours that we can't read, as they are
    closings: list[dict[str, object]]
    holidays: list[str]
    calendar: bool
    links: dict[str, str]
    groups: list[Group]
    map_url: str
    verified: str


def door_shown(site: CardSite, now: dt.datetime) -> Door:
    today = timezone.localdate(now)
    days = days_ahead(site, today)
    return Door(
        site=site,
        now=state_of(site, now),
        days=days,
        as_written=[] if days else lines_of(site.opening_hours),
        closings=closings_ahead(site, today),
        holidays=holidays_ahead(site, today),
        calendar=has_hours(site),
        links=links_of(site),
        groups=groups_of(site),
        map_url=map_url(site),
        verified=day_label(dt.date.fromisoformat(site.verified_on)) if site.verified_on else "",
    )


def words_of(site: CardSite, field: str) -> list[str]:
    """The labels of a field's codes, in the order of their vocabulary's words as the EPN chose them."""
    return [label_of(VOCABULARIES[field], code) for code in getattr(site, field)]


def groups_of(site: CardSite) -> list[Group]:
    """What a door offers, in the order in which people ask for it; without what isn't said."""
    audiences = words_of(site, "audiences")
    others = [site.other_labels] if site.other_labels else []
    found = [
        Group(_("What you get help with"), words_of(site, "services"), "help"),
        Group(_("How we help"), words_of(site, "modes"), "people"),
        Group(_("How to come"), words_of(site, "how_to_come"), "forward"),
        Group(_("Price"), words_of(site, "fees"), "euro"),
        Group(_("Languages spoken"), words_of(site, "languages"), "message"),
        Group(_("For whom"), audiences or ([_("Everybody")] if site.services else []), "person"),
        Group(_("Accessibility"), words_of(site, "accessibility"), "open_access"),
        Group(_("People whom we are used to helping"), words_of(site, "supports"), "health"),
        Group(
            _("Programmes and labels"),
            [*words_of(site, "programmes"), *words_of(site, "training_labels"), *others],
            "check",
        ),
    ]
    return [one for one in found if one.words]


def address_lines(site: CardSite) -> list[str]:
    lines = [site.address, site.address_extra, f"{site.postcode} {site.town}".strip()]
    return [one for one in lines if one]


def map_url(site: CardSite) -> str:
    """A page of OpenStreetMap with a mark on the door: a link, nothing of it is loaded here."""
    if site.latitude is not None and site.longitude is not None:
        place = f"{site.latitude:.6f}", f"{site.longitude:.6f}"
        return f"{OSM}?{urlencode({'mlat': place[0], 'mlon': place[1]})}#map=18/{place[0]}/{place[1]}"
    if site.address and site.town:
        return f"{OSM}search?{urlencode({'query': ', '.join([site.address, f'{site.postcode} {site.town}'.strip()])})}"
    return ""


def communes_of(sites: Iterable[CardSite]) -> str:
    """The communes of these doors, each once: "Ixelles, Saint-Gilles"."""
    names = [commune_label(one.commune) if one.commune else one.town for one in sites]
    return ", ".join(dict.fromkeys(capfirst(name) for name in names if name))


def schema_of(card: Card, doors: list[Door], *, url: str, language: str) -> dict[str, Any]:
    """schema.org's words for search engines, of what the page says: one place, or one with several doors."""
    places = [_place(card, door, language) for door in doors]
    whole: dict[str, Any] = {"@context": "https://schema.org", "@id": url, "url": url}
    if len(places) == 1:
        return {**whole, **places[0], "name": card.name}
    return {**whole, "@type": "Place", "name": card.name, "containsPlace": places}


def _place(card: Card, door: Door, language: str) -> dict[str, Any]:
    site = door.site
    said = {
        "@type": "CivicStructure",
        "name": site.name or card.name,
        "description": site.summary,
        "telephone": site.phone,
        "email": site.email,
        "sameAs": door.links["website_url"],
        "publicAccess": "no_public" not in site.how_to_come,
        "isAccessibleForFree": True if site.fees == ["free"] else None,
        "address": {
            "@type": "PostalAddress",
            "streetAddress": site.address,
            "postalCode": site.postcode,
            "addressLocality": site.town,
            "addressCountry": site.country.upper(),
        },
        "geo": _position(site),
        "hasMap": door.map_url,
        "openingHours": _schema_hours(site),
        "specialOpeningHoursSpecification": [
            {"@type": "OpeningHoursSpecification", "validFrom": one["first"], "validThrough": one["last"],
             "opens": "00:00", "closes": "00:00"}
            for one in site.closings
        ],
        "amenityFeature": [
            {"@type": "LocationFeatureSpecification", "name": word, "value": True}
            for word in words_of(site, "accessibility")
        ],
        "keywords": words_of(site, "services"),
    }  # fmt: skip
    return {name: value for name, value in said.items() if value not in ("", None, [])}


def _position(site: CardSite) -> dict[str, Any] | None:
    if site.latitude is None or site.longitude is None:
        return None
    return {"@type": "GeoCoordinates", "latitude": site.latitude, "longitude": site.longitude}


def _schema_hours(site: CardSite) -> list[str]:
    """`Mo 09:00-12:00`: when anybody may walk in."""
    week = week_of(site)
    return [
        f"{DAYS[number]} {clock(one.start)}-{clock(one.end)}"
        for number, day in enumerate(week.days if week else ())
        for one in day.intervals
        if one.certain
    ]

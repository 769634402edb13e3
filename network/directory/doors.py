"""The doors of a card, as the search asks for them: words without accents, minutes of the week, closed days."""

from __future__ import annotations

import datetime as dt
import unicodedata
from typing import Any

from maillage.reference.selectors import commune
from network.directory.models import Card, Door
from network.directory.sites import CardSite, closings_of, sites_of
from tenants.premises.opening_hours import OpeningHoursError, Week, parse

A_DAY = 24 * 60
SPELLED_OUT = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss", "ø": "o", "đ": "d", "ł": "l"})


def plain(text: str) -> str:
    """Small letters and digits without accents, single spaces: "Œuvre-d’Été" is "oeuvre d ete"."""
    letters = unicodedata.normalize("NFKD", text.casefold().translate(SPELLED_OUT))
    spelled = "".join(letter if letter.isalnum() else " " for letter in letters if not unicodedata.combining(letter))
    return " ".join(spelled.split())


def open_doors(card: Card) -> None:
    """Make the doors of a card anew. To be called with the card's own transaction."""
    Door.objects.filter(card=card).delete()
    Door.objects.bulk_create(Door(card=card, **door_of(card.name, site)) for site in sites_of(card))


def door_of(name: str, site: CardSite) -> dict[str, Any]:
    week = week_of(site)
    found = commune(site.commune) if site.commune else None
    names = [found.name_fr, found.name_nl] if found else []
    return {
        "site_id": site.id,
        "key": site.key,
        "country": site.country,
        "words": plain(" ".join([name, site.name, site.address, site.address_extra, site.postcode, site.town, *names])),
        "services": site.services,
        "languages": site.languages,
        "access": [*site.accessibility, *site.supports],
        "week": minutes_of(week) if week else [],
        "closed": [(first, last + dt.timedelta(days=1)) for first, last, _reason in closings_of(site)],
        "closed_on_holidays": bool(week and week.closed_on_holidays),
    }


def week_of(site: CardSite) -> Week | None:
    """None when the hours aren't known, or can't be read."""
    try:
        return parse(site.opening_hours)
    except OpeningHoursError:
        return None


def minutes_of(week: Week) -> list[tuple[int, int]]:
    """When anybody may walk in, in minutes from Monday at midnight; "by appointment" isn't among it."""
    return [
        (number * A_DAY + one.start, number * A_DAY + one.end)
        for number, day in enumerate(week.days)
        for one in day.intervals
        if one.certain
    ]

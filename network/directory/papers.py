"""Two papers of the directory, as tagged PDF: the poster for an EPN's own door, the list of a commune to hand out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from maillage.design.numbers import day_label
from maillage.design.pdf import render
from maillage.design.qr import qr_path
from maillage.reference.selectors import commune_label
from network.directory.doors import plain, week_of
from network.directory.hours import lines_of
from network.directory.models import Card
from network.directory.showing import address_lines, words_of
from network.directory.sites import CardSite, closings_of, sites_of
from tenants.premises.closings.words import closing_in_words
from tenants.premises.opening_hours import day_lines

POSTER, LIST = "directory/poster.typ", "directory/list.typ"
MOST_DOORS = 7  # on one poster; the page of the EPN has them all
TOLD_BEFORE = dt.timedelta(days=60)


def poster(card: Card, *, network: str, url: str) -> bytes:
    """A4, to hang on the door: what, where, when, the telephone, and a code to scan. Raises Unprintable."""
    sites = sites_of(card)
    doors = [_door(site) for site in sites[:MOST_DOORS]]
    shared = doors[0]["closings"] if doors and all(one["closings"] == doors[0]["closings"] for one in doors) else []
    data = {
        "network": network,
        "name": card.name,
        "lead": _("Somebody helps you, free of charge, with a computer, a telephone or a form on the internet.")
        if _is_free(sites)
        else _("Somebody helps you with a computer, a telephone or a form on the internet."),
        "phones": list(dict.fromkeys(site.phone for site in sites if site.phone))[:2],
        "doors": [{**one, "closings": [] if shared else one["closings"]} for one in doors],
        "closings": shared,
        "head": [_("Where"), _("Opening hours")],
        "more": _("And %(n)s other places: see our page.") % {"n": len(sites) - MOST_DOORS}
        if len(sites) > MOST_DOORS
        else "",
        "groups": _groups(sites),
        "hours_title": _("Opening hours"),
        "code": code_of(url),
        "code_alt": _("QR code: %(url)s") % {"url": url},
        "code_text": _("All about us, always up to date:"),
        "url": url.partition("://")[2],
        "as_of": _("As of %(moment)s") % {"moment": day_label(timezone.localdate(card.updated_at))},
    }
    return render(POSTER, data, title=card.name, language=get_language() or "fr", moment=card.updated_at)


def _is_free(sites: Sequence[CardSite]) -> bool:
    """Unless somebody says otherwise: that is what an EPN is."""
    return not any("paid" in site.fees or "conditional" in site.fees for site in sites)


def _door(site: CardSite) -> dict[str, Any]:
    """A day a line where there is one door, the open days only where there are several."""
    week = week_of(site)
    lines = [[str(line.label), line.hours] for line in day_lines(week)] if week else []
    return {
        "name": site.name,
        "address": address_lines(site),
        "directions": site.directions,
        "days": [[capfirst(label), hours] for label, hours in lines],
        "hours": [capfirst(line) for line in lines_of(site.opening_hours)],
        "closings": _closings(site),
    }


def _closings(site: CardSite) -> list[str]:
    today = timezone.localdate()
    return [
        capfirst(closing_in_words(first, last, reason))
        for first, last, reason in closings_of(site)
        if last >= today and first <= today + TOLD_BEFORE
    ]


def _groups(sites: Sequence[CardSite]) -> list[dict[str, Any]]:
    def all_of(*fields: str) -> list[str]:
        return list(dict.fromkeys(word for site in sites for field in fields for word in words_of(site, field)))

    found = [(_("What you get help with"), all_of("services")), (_("Languages spoken"), all_of("languages"))]
    if len(sites) == 1:  # of several doors, each has its own: the page says which
        found += [(_("How to come"), all_of("how_to_come")), (_("Accessibility"), all_of("accessibility"))]
    return [{"title": title, "words": words} for title, words in found if words]


def code_of(url: str) -> str:
    """A QR code as an SVG drawing, in text: typst draws it."""
    path, width = qr_path(url)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {width}">'
        f'<rect width="{width}" height="{width}" fill="#fff"/><path d="{path}" fill="#000"/></svg>'
    )


def commune_list(cards: Sequence[Card], key: str, *, network: str, url: str) -> bytes:
    """Each door of a commune in one row; without `key`, of all of them. Raises Unprintable."""
    where = commune_label(key) if key else network
    title = _("Digital help: %(where)s") % {"where": where}
    by_commune: dict[str, list[dict[str, Any]]] = {}
    for card in cards:
        sites = sites_of(card)
        for site in sites:
            if key in ("", site.key):
                by_commune.setdefault(site.key, []).append(_row(card, site, several=len(sites) > 1))
    named = [(commune_label(one) if one else _("commune not given"), rows) for one, rows in by_commune.items()]
    named.sort(key=lambda one: plain(one[0]))
    changed = max(card.updated_at for card in cards)
    data = {
        "network": network,
        "title": title,
        "lead": _("Somebody helps you with a computer, a telephone or a form on the internet."),
        "head": [_("Where"), _("Opening hours"), _("What you get help with")],
        "sections": [{"title": "" if key else name, "rows": rows} for name, rows in named],
        "url": url.partition("://")[2],
        "more": _("Always up to date:"),
        "as_of": _("As of %(moment)s") % {"moment": day_label(timezone.localdate(changed))},
    }
    return render(LIST, data, title=title, language=get_language() or "fr", moment=changed)


def _row(card: Card, site: CardSite, *, several: bool) -> dict[str, Any]:
    languages = words_of(site, "languages")
    return {
        "name": f"{card.name} – {site.name}" if several and site.name != card.name else card.name,
        "where": [*address_lines(site), *([site.phone] if site.phone else [])],
        "hours": [capfirst(line) for line in lines_of(site.opening_hours)] + _closings(site),
        "what": words_of(site, "services"),
        "languages": _("Languages: %(names)s") % {"names": ", ".join(languages)} if languages else "",
    }

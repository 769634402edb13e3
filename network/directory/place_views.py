"""The public page of one EPN, its poster, the list of a commune to print, and what search engines ask for."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from maillage.design.pdf import Unprintable
from network.directory import papers
from network.directory.addressing import LANGUAGES, alternates, in_asked_language
from network.directory.models import Card
from network.directory.selectors import card_at, card_that_was_at, open_cards
from network.directory.showing import communes_of, door_shown, schema_of
from network.directory.sites import sites_of
from tenants.registry.crossing import path_of
from tenants.registry.models import Space

AN_HOUR = 3600
MOST_ON_A_LIST = 120  # EPN on one list of a whole network; of a commune there is always one


def _space(request: HttpRequest) -> Space:
    space: Space = request.space  # type: ignore[attr-defined]
    return space


def _moved(request: HttpRequest, slug: str, route: str) -> HttpResponseBase:
    """Whoever kept the address of before an EPN was renamed still finds it."""
    card = card_that_was_at(f"{path_of(_space(request))}/{slug}")
    if card is None or card.slug == slug:
        raise Http404
    moved = redirect(route, card.slug, permanent=True)
    if query := request.META.get("QUERY_STRING"):
        moved["Location"] = f"{moved['Location']}?{query}"
    return moved


@require_safe
@in_asked_language
def place(request: HttpRequest, slug: str) -> HttpResponseBase:
    card = card_at(slug)
    if card is None:
        return _moved(request, slug, "epn:place")
    now = timezone.now()
    doors = [door_shown(site, now) for site in sites_of(card)]
    addresses = alternates(request, reverse("epn:place", args=[card.slug]))
    schema = schema_of(card, doors, url=addresses["canonical"], language=get_language() or "fr")
    return render(
        request,
        "directory/place.html",
        {
            **addresses,
            "card": card,
            "labelled": card.labelled,  # type: ignore[attr-defined]
            "communes": communes_of(door.site for door in doors),
            "doors": doors,
            "schema": schema,
            "posters": [(code, f"{reverse('epn:poster', args=[card.slug])}?lang={code}") for code in LANGUAGES],
        },
    )


@require_safe
@in_asked_language
def poster(request: HttpRequest, slug: str) -> HttpResponseBase:
    card = card_at(slug)
    if card is None:
        return _moved(request, slug, "epn:poster")
    url = request.build_absolute_uri(reverse("epn:place", args=[card.slug]))
    return _paper(request, [card], lambda: papers.poster(card, network=_space(request).name, url=url), f"{slug}.pdf")


@require_safe
@in_asked_language
def paper_list(request: HttpRequest) -> HttpResponseBase:
    """The places of one commune, or of the whole network, to print and to hand out."""
    key = request.GET.get("commune", "")
    if "\0" in key or len(key) > 120:
        raise Http404
    cards = list(open_cards(key))
    if not key and not 0 < len(cards) <= MOST_ON_A_LIST:
        return redirect("home")  # nothing to list yet, or too much for one list: there, a commune is chosen
    if not cards:
        raise Http404
    url = request.build_absolute_uri(reverse("home"))
    network = _space(request).name
    return _paper(request, cards, lambda: papers.commune_list(cards, key, network=network, url=url), "epn.pdf")


def _paper(request: HttpRequest, cards: list[Card], make: Callable[[], bytes], filename: str) -> HttpResponse:
    """For everybody, so anybody on the way may keep it for an hour; we too, since drawing it takes a while."""
    said = [request.build_absolute_uri(), get_language(), timezone.localdate(), *(one.updated_at for one in cards)]
    key = f"paper/{hashlib.sha256(repr(said).encode()).hexdigest()}"
    content = cache.get(key)
    if content is None:
        try:
            content = make()
        except Unprintable:
            return render(request, "directory/unprintable.html", status=422)
        cache.set(key, content, AN_HOUR)
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{filename}"'
    response["Cache-Control"] = f"public, max-age={AN_HOUR}"
    response["X-Robots-Tag"] = "noindex"
    return response


@require_safe
def sitemap(request: HttpRequest) -> HttpResponse:
    """The federation's public pages, each with its address in every language."""

    def entry(path: str, card: Card | None = None) -> dict[str, Any]:
        return {**alternates(request, path), "changed": card.updated_at.date().isoformat() if card else ""}

    cards = open_cards().only("slug", "updated_at", "name")
    pages = [entry(reverse(name)) for name in ("home", "open_data:home")]
    entries = [*pages, *(entry(reverse("epn:place", args=[one.slug]), one) for one in cards)]
    return render(request, "directory/sitemap.xml", {"entries": entries}, content_type="application/xml")

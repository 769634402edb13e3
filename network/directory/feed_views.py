"""The opening hours as a calendar, for anybody: read from the card, never from the EPN."""

from __future__ import annotations

import hashlib

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import redirect
from django.utils import timezone, translation
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from network.directory.feeds import hours_feed
from network.directory.models import Card
from network.directory.selectors import card_at, card_that_was_at
from network.directory.sites import sites_of
from tenants.registry.crossing import path_of

AN_HOUR = 3600
LANGUAGES = frozenset(code for code, _name in settings.LANGUAGES)


@require_safe
def hours(request: HttpRequest, slug: str, site_id: int | None = None) -> HttpResponse | HttpResponsePermanentRedirect:
    """`?lang=` chooses the words: a calendar program has no cookie of ours."""
    space = request.space  # type: ignore[attr-defined]
    network = path_of(space)
    card = card_at(slug)
    if card is None:
        return _moved(request, card_that_was_at(f"{network}/{slug}"), site_id)
    sites = [one for one in sites_of(card) if site_id in (None, one.id)]
    if site_id is not None and not sites:
        raise Http404
    language = request.GET.get("lang", "")
    with translation.override(language if language in LANGUAGES else translation.get_language()):
        content = hours_feed(card, sites, network=network, today=timezone.localdate())
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'inline; filename="{slug}.ics"'
    response["Cache-Control"] = f"public, max-age={AN_HOUR}"
    etag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    response["ETag"] = etag
    answer: HttpResponse = get_conditional_response(request, etag=etag, response=response)  # type: ignore[assignment]
    return answer


def _moved(request: HttpRequest, card: Card | None, site_id: int | None) -> HttpResponsePermanentRedirect:
    """Whoever subscribed before the EPN was renamed goes on getting its hours."""
    if card is None:
        raise Http404
    route, arguments = ("epn:hours", [card.slug]) if site_id is None else ("epn:site_hours", [card.slug, site_id])
    moved = redirect(route, *arguments, permanent=True)
    if query := request.META.get("QUERY_STRING"):
        moved["Location"] = f"{moved['Location']}?{query}"
    return moved

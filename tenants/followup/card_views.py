"""The card that the person keeps: the EPN's address and hours, and a code. No name."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import translation
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from maillage.accounts.enums import Language
from maillage.design.qr import qr_path
from tenants.followup import selectors
from tenants.followup.codes import shown
from tenants.premises.selectors import sheet, sites
from tenants.registry.middleware import SpaceRequest


@require_safe
@never_cache
def card(request: SpaceRequest, pk: int) -> HttpResponse:
    """In the person's language, whatever the reader's; `?language=` and `?site=` choose another."""
    thread = get_object_or_404(selectors.threads(), pk=pk)
    asked = request.GET.get("language", "")
    language = asked if asked in Language.values else thread.language
    open_sites = list(sites())
    site = next((one for one in open_sites if str(one.pk) == request.GET.get("site")), None)
    site = site or next(iter(open_sites), None)
    with translation.override(language):
        place = sheet(site) if site is not None else None
    code = shown(thread.code)
    drawing, width = qr_path(code)
    context = {
        "thread": thread,
        "code": code,
        "language": language,
        "languages": Language.choices,
        "sites": open_sites,
        "place": place,
        "drawing": drawing,
        "width": width,
    }
    return render(request, "followup/card.html", context)

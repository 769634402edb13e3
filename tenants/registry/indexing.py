"""What search engines ask for first: what they may read, and where each network's list of pages is."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tenants.registry.crossing import address_of
from tenants.registry.selectors import federations

# Nothing there is of use to anybody who searches; walls are elsewhere.
NOT_FOR_ENGINES = ("/accounts/", "/api/", "/invitations/", "/spaces/", "/csp-report/")


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in NOT_FOR_ENGINES)]
    lines.append(f"Sitemap: {request.build_absolute_uri(address_of(None, 'sitemap'))}")
    return HttpResponse("\n".join([*lines, ""]), content_type="text/plain; charset=utf-8")


@require_safe
def sitemaps(request: HttpRequest) -> HttpResponse:
    """One for each network; each lists its own pages."""
    found = [request.build_absolute_uri(address_of(one.space, "sitemap")) for one in federations()]
    return render(request, "registry/sitemaps.xml", {"addresses": found}, content_type="application/xml")

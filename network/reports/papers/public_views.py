"""For anybody who holds a report: was exactly this file signed and sent by this network? No sign-in, no trace kept."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from network.reports.papers.forms import CheckForm
from network.reports.papers.verifying import hash_in, signed_file
from network.reports.papers.words import period_of


def _page(request: HttpRequest, **context: Any) -> HttpResponse:
    response = render(request, "reports/verify.html", context)
    response["X-Robots-Tag"] = "noindex"
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def home(request: HttpRequest) -> HttpResponse:
    """What is no hash gets the answer of a hash that nobody knows."""
    posted = request.method == "POST"
    form = CheckForm(request.POST if posted else None, request.FILES if posted else None)
    if posted and form.is_valid():
        if form.sha256:
            return redirect("verify:file", sha256=form.sha256)
        return _page(request, form=form, asked=True)
    return _page(request, form=form)


@require_safe
@never_cache
def file(request: HttpRequest, sha256: str) -> HttpResponse:
    asked = hash_in(sha256)
    signed = signed_file(asked) if asked else None
    period = period_of(signed.first, signed.last) if signed else ""
    return _page(request, form=CheckForm(), asked=True, sha256=asked, signed=signed, period=period)

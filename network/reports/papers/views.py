"""What was signed, for the members of the network: the kept files, and what has moved since."""

from __future__ import annotations

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from maillage.design.downloads import asked
from network.reports.models import FrozenReport
from network.reports.papers.differences import as_file, asked_for, context_of
from network.reports.papers.serving import file_of, file_response, frozen_of
from tenants.registry.crossing import path_of


def _frozen(pk: int, number: int) -> FrozenReport:
    found = frozen_of(pk, number).first()
    if found is None:
        raise Http404
    return found


@require_safe
def file(request: HttpRequest, pk: int, number: int, kind: str) -> HttpResponseBase:
    frozen = _frozen(pk, number)
    kept = file_of(frozen, kind)
    if kept is None:
        raise Http404
    return file_response(request, frozen, kept, path_of(request.space))  # type: ignore[attr-defined]


@require_safe
@never_cache
def differences(request: HttpRequest, pk: int, number: int) -> HttpResponseBase:
    """Every number of a signed version that moved since, or between two versions."""
    frozen = _frozen(pk, number)
    form, found = asked_for(request, frozen, for_funder=False)
    if kind := asked(request):
        return as_file(request, kind, frozen, found)
    context = context_of(request, form, found) | {"frozen": frozen, "report": frozen.report}
    return render(request, "reports/differences.html", context)

"""What was signed, for the members of the network: the kept files, and what has moved since."""

from __future__ import annotations

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from network.reports.models import FrozenReport
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

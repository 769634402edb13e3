"""Open data, for anybody: the page of the datasets, their files, what breaks the schema, the catalogue for machines."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from maillage.design.downloads import asked, download
from network.cadastre.lieux.schema import original, schema_of
from network.directory.addressing import alternates, in_asked_language
from network.directory.open_data import exports, files, selectors, services
from network.directory.open_data.catalogue import catalogue as written_catalogue
from network.directory.open_data.datasets import datasets, licence_of
from network.directory.open_data.forms import NumbersForm
from network.directory.open_data.selectors import Conformance
from tenants.registry.enums import Country, Role
from tenants.registry.models import Federation

FIVE_MINUTES = 300
CELLS_SHOWN = 20
EPN_A_PAGE = 50


def _federation(request: HttpRequest) -> Federation:
    return Federation.objects.select_related("space").get(pk=request.space.pk)  # type: ignore[attr-defined]


@in_asked_language
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    federation = _federation(request)
    context = {
        "datasets": datasets(federation),
        "licence": licence_of(federation),
        "may_number": getattr(request.membership, "role", "") == Role.NETWORK_COORDINATOR,  # type: ignore[attr-defined]
        **alternates(request, reverse("open_data:home")),
        "absolute": request.build_absolute_uri("/")[:-1],
    }
    return render(request, "open_data/home.html", context)


@require_safe
def file(request: HttpRequest, name: str, kind: str) -> HttpResponse:
    complete = name == "places-complete"
    if complete and kind != "csv":  # the other formats are complete anyway
        raise Http404
    federation = _federation(request)
    content = files.file_of(
        selectors.exported(federation),
        kind,
        complete=complete,
        licence=licence_of(federation).url,
        url=request.build_absolute_uri(reverse("open_data:file", args=[name, kind])),
    )
    response = _public(request, content, files.CONTENT_TYPES[kind])
    response["Content-Disposition"] = f'inline; filename="{federation.slug}-{name}.{kind}"'
    return response


@require_safe
def schema(request: HttpRequest) -> HttpResponse:
    return _json(request, schema_of(_federation(request).country).descriptor)


@require_safe
def catalogue(request: HttpRequest) -> HttpResponse:
    federation = _federation(request)
    url = request.build_absolute_uri(reverse("open_data:home"))
    told = written_catalogue(federation.space.name, url, datasets(federation), request.build_absolute_uri)
    return _json(request, told, "application/ld+json")


@in_asked_language
@require_safe
def conformance(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    federation = _federation(request)
    reports = _reports(federation)
    if kind := asked(request):
        wanted = next((one for one in reports if one.schema.name == request.GET.get("table")), reports[0])
        header, rows = exports.header_of_cells(), list(exports.rows_of_cells(wanted.cells))
        return download(
            request, kind, f"conformance-{wanted.schema.name}", names=exports.CELLS, header=header, rows=rows,
            as_of=timezone.now(),
        )  # fmt: skip
    context = {
        "reports": [{"of": one, "cells": one.cells[:CELLS_SHOWN], "shown": CELLS_SHOWN} for one in reports],
        "profile": schema_of(federation.country),
        **alternates(request, reverse("open_data:conformance")),
    }
    return render(request, "open_data/conformance.html", context)


@require_safe
def conformance_json(request: HttpRequest) -> HttpResponse:
    return _json(request, {"reports": [_told(one) for one in _reports(_federation(request))]})


@require_http_methods(["GET", "HEAD", "POST"])
def numbers(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    """Under which number the State knows each house: the one column that no card says."""
    federation = _federation(request)
    named, known = selectors.names(), selectors.numbers()
    if request.method != "POST" and (kind := asked(request)):
        rows = [(epn_id, name, known.get(epn_id, "")) for epn_id, name in named]
        header = exports.header_of_numbers()
        return download(
            request, kind, "official-numbers", names=exports.NUMBERS, header=header, rows=rows, as_of=timezone.now()
        )
    page = Paginator(named, EPN_A_PAGE).get_page(request.GET.get("page"))
    form = NumbersForm(
        request.POST if request.method == "POST" else None,
        epn=list(page),
        country=federation.country,
        initial={f"epn-{epn_id}": known.get(epn_id, "") for epn_id, _name in page},
    )
    if request.method == "POST" and form.is_valid():
        services.set_numbers(numbers=form.numbers)
        messages.success(request, _("The numbers are saved."))
        return redirect(request.get_full_path())
    belgian = federation.country == Country.BELGIUM
    return render(request, "open_data/numbers.html", {"form": form, "page": page, "belgian": belgian})


def _reports(federation: Federation) -> list[Conformance]:
    """Against the schema that the network publishes in; where that is a profile, against the original too."""
    own = schema_of(federation.country)
    wanted = [own] if own.is_original else [own, original()]
    return [selectors.conformance(federation, one) for one in wanted]


def _told(report: Conformance) -> dict[str, Any]:
    return {
        "schema": report.schema.name,
        "version": report.schema.version,
        "places": report.places,
        "published": report.published,
        "rules": [
            {
                "column": rule.column,
                "rule": rule.rule.value,
                "cells": rule.cells,
                "example": rule.example,
                "why": [str(change.reason.label) for change in rule.changes],
            }
            for rule in report.rules
        ],
        "cells": [
            {
                "line": cell.finding.line,
                "id": cell.place_id,
                "name": cell.name,
                "column": cell.finding.column,
                "rule": cell.finding.rule.value,
                "value": cell.finding.value,
                "outcome": cell.outcome.value,
            }
            for cell in report.cells
        ],
    }


def _json(request: HttpRequest, value: Any, content_type: str = "application/json") -> HttpResponse:
    content = json.dumps(value, ensure_ascii=False, indent=1).encode() + b"\n"
    return _public(request, content, content_type)


def _public(request: HttpRequest, content: bytes, content_type: str) -> HttpResponse:
    """For caches, and for maps on other people's sites: nothing here is about who asks."""
    response = HttpResponse(content, content_type=content_type)
    response["Cache-Control"] = f"public, max-age={FIVE_MINUTES}"
    response["Access-Control-Allow-Origin"] = "*"
    etag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    response["ETag"] = etag
    answer: HttpResponse = get_conditional_response(request, etag=etag, response=response)  # type: ignore[assignment]
    return answer

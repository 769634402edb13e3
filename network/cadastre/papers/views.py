"""The cadastre as a document: ask for it, watch it being made, go away and come back, take it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from maillage.design.workbook import CONTENT_TYPE
from network.cadastre.papers.enums import Format
from network.cadastre.papers.forms import PaperForm
from network.cadastre.papers.making import KEEP_FOR
from network.cadastre.papers.models import Paper
from network.cadastre.papers.services import ask_again, ask_for_paper, has_stopped, papers_of
from tenants.activity.journal.enums import FileState
from tenants.registry.crossing import path_of

CONTENT_TYPES = {Format.PDF: "application/pdf", Format.XLSX: CONTENT_TYPE}


def _person_id(request: HttpRequest) -> int:
    person_id = request.user.pk
    assert person_id is not None, "the role table lets in nobody who isn't signed in"
    return person_id


@require_http_methods(["GET", "HEAD", "POST"])
def papers(request: HttpRequest) -> HttpResponse:
    """The documents that one asked for, and the way to ask for another."""
    form = PaperForm(request.POST if request.method == "POST" else None, asked=request.GET)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        paper = ask_for_paper(
            by_id=_person_id(request),
            year=said["year"],
            perimeter=said["perimeter"],
            kind=Format(said["format"]),
            language=(get_language() or "fr")[:2],
            network=path_of(request.space),  # type: ignore[attr-defined]
        )
        return redirect("cadastre:paper", paper.pk)
    context = {
        "form": form,
        "papers": papers_of(_person_id(request)),
        "hours": int(KEEP_FOR.total_seconds() // 3600),
    }
    return render(request, "cadastre/papers.html", context)


def _own(request: HttpRequest, pk: int) -> Paper:
    return get_object_or_404(papers_of(_person_id(request)), pk=pk)


@require_safe
@never_cache
def paper(request: HttpRequest, pk: int) -> HttpResponse:
    one = _own(request, pk)
    context = {
        "paper": one,
        "ready": one.state == FileState.READY,
        "stopped": has_stopped(one),
        "until": one.asked_at + KEEP_FOR,
    }
    return render(request, "cadastre/paper.html", context)


@require_POST
def again(request: HttpRequest, pk: int) -> HttpResponseRedirect:
    ask_again(paper=_own(request, pk))
    return redirect("cadastre:paper", pk)


@require_safe
def content(request: HttpRequest, pk: int) -> HttpResponse:
    one = _own(request, pk)
    if one.state != FileState.READY or one.content is None:
        return redirect("cadastre:paper", pk)
    response = HttpResponse(bytes(one.content), content_type=CONTENT_TYPES[Format(one.format)])
    disposition = content_disposition_header(True, one.filename)
    if disposition:
        response["Content-Disposition"] = disposition
    response["Cache-Control"] = "no-store"
    return response

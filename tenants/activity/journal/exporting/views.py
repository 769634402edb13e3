"""Large files: ask for one, watch it being made, go away and come back, take it."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from maillage.design.downloads import XLSX, as_attachment, filename_of
from maillage.design.xlsx_export import CONTENT_TYPE
from tenants.activity.journal.enums import FileState
from tenants.activity.journal.exporting.making import KEEP_FOR
from tenants.activity.journal.exporting.selectors import bytes_of, files_of
from tenants.activity.journal.exporting.services import ask_again, ask_for_file, has_stopped
from tenants.activity.journal.filters import journal_filter
from tenants.activity.journal.models import ExportedFile
from tenants.activity.views import actor_of
from tenants.registry.middleware import SpaceRequest


@require_http_methods(["GET", "HEAD", "POST"])
def files(request: SpaceRequest) -> HttpResponse:
    """The files that one asked for; with filters, the way to ask for another."""
    filterset = journal_filter(request.GET)
    wanted = filterset.form.is_valid() and "download" in request.GET
    rows = filterset.found.count() if wanted else 0
    if request.method == "POST" and wanted:
        moment = timezone.localtime()
        file = ask_for_file(
            by_id=actor_of(request).person_id,
            filters=filterset.settled,
            rows=rows,
            filename=filename_of("visits", XLSX, moment),
            language=get_language() or "fr",
        )
        return redirect("activity:file", file.pk)
    context = {
        "files": files_of(actor_of(request).person_id),
        "wanted": wanted,
        "rows": rows,
        "hours": int(KEEP_FOR.total_seconds() // 3600),
    }
    return render(request, "activity/files.html", context)


def _own(request: SpaceRequest, pk: int) -> ExportedFile:
    return get_object_or_404(files_of(actor_of(request).person_id), pk=pk)


@require_safe
@never_cache
def file(request: SpaceRequest, pk: int) -> HttpResponse:
    one = _own(request, pk)
    context = {
        "file": one,
        "ready": one.state == FileState.READY,
        "stopped": has_stopped(one),
        "until": one.created_at + KEEP_FOR,
    }
    return render(request, "activity/file.html", context)


@require_POST
def again(request: SpaceRequest, pk: int) -> HttpResponseRedirect:
    ask_again(file=_own(request, pk))
    return redirect("activity:file", pk)


@require_safe
def content(request: SpaceRequest, pk: int) -> HttpResponse | StreamingHttpResponse:
    one = _own(request, pk)
    if one.state != FileState.READY:
        return redirect("activity:file", pk)
    response = as_attachment(bytes_of(one), one.filename, CONTENT_TYPE)
    response["Content-Length"] = str(one.bytes)
    return response

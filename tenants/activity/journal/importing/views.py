"""From a spreadsheet to visits: the file, its columns, its words, the check, all or nothing, and the way back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from maillage.design.downloads import asked, download
from maillage.spreadsheets.decoding import FileRefused
from maillage.spreadsheets.reading import read
from tenants.activity.journal.enums import ImportState
from tenants.activity.journal.importing import selectors
from tenants.activity.journal.importing.checking import unknown_values
from tenants.activity.journal.importing.forms import ColumnsForm, FileForm, ValuesForm
from tenants.activity.journal.importing.making import at_work
from tenants.activity.journal.importing.services import (
    forget_import,
    recall_values,
    say_columns,
    say_values,
    start_check,
    start_write,
    take_in,
    undo_import,
)
from tenants.activity.journal.models import ImportBatch
from tenants.activity.views import actor_of
from tenants.registry.middleware import SpaceRequest

MOST_LISTED = 20
SHOWN = 100  # problems on the page; the file has them all
PROBLEM_NAMES = ("line", "column", "value", "reason")


@require_http_methods(["GET", "HEAD", "POST"])
def imports(request: SpaceRequest) -> HttpResponse:
    form = FileForm(request.POST or None, request.FILES or None) if request.method == "POST" else FileForm()
    if form.is_bound and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            batch = take_in(
                content=file.read(), filename=file.name, by_id=actor_of(request).person_id,
                language=get_language() or "fr",
            )  # fmt: skip
        except FileRefused as refused:
            form.add_error("file", str(refused))
        else:
            return redirect("activity:import_columns", batch.pk)
    return render(request, "activity/imports.html", {"form": form, "imports": selectors.imports()[:MOST_LISTED]})


@require_safe
@never_cache
def one(request: SpaceRequest, pk: int) -> HttpResponse | StreamingHttpResponse:
    batch = get_object_or_404(selectors.imports(with_problems=True), pk=pk)
    if kind := asked(request):
        header = [_("Line"), _("Column"), _("Value"), _("Why")]
        return download(
            request, kind, "import-problems", names=PROBLEM_NAMES, header=header, rows=batch.problems,
            as_of=timezone.now(),
        )  # fmt: skip
    working = at_work(batch)
    if batch.state == ImportState.PREPARED:
        return redirect("activity:import_columns", pk)
    context = {
        "batch": batch,
        "working": working,
        "stopped": batch.state == ImportState.FAILED
        or (not working and batch.state in (ImportState.CHECKING, ImportState.WRITING)),
        "problems": batch.problems[:SHOWN],
        "bad_lines": len({problem[0] for problem in batch.problems}),
        "more": max(0, len(batch.problems) - SHOWN),
    }
    return render(request, "activity/import.html", context)


def _in_preparation(pk: int) -> ImportBatch:
    return get_object_or_404(ImportBatch, pk=pk, content__isnull=False)


@require_http_methods(["GET", "HEAD", "POST"])
def columns(request: SpaceRequest, pk: int) -> HttpResponse:
    batch = _in_preparation(pk)
    sheet = read(bytes(batch.content or b""))
    form = ColumnsForm(request.POST if request.method == "POST" else None, batch=batch, sheet=sheet)
    if form.is_bound and form.is_valid():
        try:
            say_columns(batch=batch, columns=form.columns(), defaults=form.defaults())
            recall_values(batch=batch)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return redirect("activity:import_values", pk)
    return render(request, "activity/import_columns.html", {"form": form, "batch": batch})


@require_http_methods(["GET", "HEAD", "POST"])
def values(request: SpaceRequest, pk: int) -> HttpResponse:
    """What nobody knows is asked once; where everything is known, there is nothing to ask."""
    batch = _in_preparation(pk)
    unknown = unknown_values(batch, read(bytes(batch.content or b"")))
    form = ValuesForm(request.POST if request.method == "POST" else None, unknown=unknown)
    if form.is_bound and form.is_valid():
        try:
            say_values(batch=batch, values=form.values())
            start_check(batch=batch)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return redirect("activity:import", pk)
    context: dict[str, Any] = {"form": form, "batch": batch, "known": not unknown}
    return render(request, "activity/import_values.html", context)


@require_POST
def write(request: SpaceRequest, pk: int) -> HttpResponseRedirect:
    try:
        start_write(batch=_in_preparation(pk))
    except ValidationError as error:
        _say(request, error)
    return redirect("activity:import", pk)


@require_POST
def undo(request: SpaceRequest, pk: int) -> HttpResponseRedirect:
    try:
        left = undo_import(batch=get_object_or_404(ImportBatch, pk=pk))
    except ValidationError as error:
        _say(request, error)
        return redirect("activity:import", pk)
    messages.success(request, _("The import is taken back: its visits are out of the journal and the figures."))
    if left:
        text = ngettext(
            "Line %(lines)s stays: somebody has corrected it since.",
            "Lines %(lines)s stay: somebody has corrected them since.",
            len(left),
        )
        shown = ", ".join(map(str, left[:SHOWN])) + (" …" if len(left) > SHOWN else "")
        messages.warning(request, text % {"lines": shown})
    return redirect("activity:import", pk)


@require_POST
def forget(request: SpaceRequest, pk: int) -> HttpResponseRedirect:
    forget_import(batch=get_object_or_404(ImportBatch, pk=pk))
    return redirect("activity:imports")


def _say(request: SpaceRequest, error: ValidationError) -> None:
    for text in error.messages:
        messages.error(request, text)

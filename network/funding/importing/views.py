"""From a ledger to expenses: the file, its columns, the check, all or nothing, and the way back."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from maillage.design.downloads import asked, download
from maillage.spreadsheets.decoding import FileRefused
from maillage.spreadsheets.reading import Sheet, read
from network.funding.importing import services
from network.funding.importing.checking import Checked, check
from network.funding.importing.columns import COLUMNS
from network.funding.importing.forms import ColumnsForm, FileForm
from network.funding.ledger.selectors import grants
from network.funding.models import ExpenseImport

MOST_LISTED = 10
SHOWN = 200  # lines on the page; the file has them all
PROBLEM_NAMES = ("line", "column", "value", "reason")
READY_NAMES = ("line", "date", "category", "label", "reference", "amount_eur", "percent", "charged_eur", "remark")


@require_http_methods(["GET", "HEAD", "POST"])
def file(request: HttpRequest, pk: int) -> HttpResponse:
    grant = get_object_or_404(grants(), pk=pk)
    form = FileForm(request.POST, request.FILES) if request.method == "POST" else FileForm()
    if form.is_bound and form.is_valid():
        given = form.cleaned_data["file"]
        try:
            batch = services.take_in(grant=grant, content=given.read(), filename=given.name, by_id=request.user.pk)
        except FileRefused as refused:
            form.add_error("file", str(refused))
        else:
            return redirect("funding:import_columns", batch.pk)
    until_now = ExpenseImport.objects.filter(grant=grant).defer("content")[:MOST_LISTED]
    context = {"form": form, "grant": grant, "imports": until_now, "columns": COLUMNS.values()}
    return render(request, "funding/import_file.html", context)


def _batch(pk: int) -> ExpenseImport:
    found: ExpenseImport = get_object_or_404(
        ExpenseImport.objects.select_related("grant__funder"), pk=pk, grant__deleted_at__isnull=True
    )
    return found


@require_http_methods(["GET", "HEAD", "POST"])
def columns(request: HttpRequest, pk: int) -> HttpResponse:
    batch = _batch(pk)
    if batch.content is None:
        return redirect("funding:import", pk)
    sheet = read(bytes(batch.content))
    form = ColumnsForm(request.POST if request.method == "POST" else None, batch=batch, sheet=sheet)
    if form.is_bound and form.is_valid():
        services.say_columns(batch=batch, columns=form.columns())
        return redirect("funding:import", pk)
    return render(request, "funding/import_columns.html", {"form": form, "batch": batch})


def _said(batch: ExpenseImport, sheet: Sheet) -> bool:
    said = {f"column{at}": name for at, name in batch.columns.items()}
    return ColumnsForm(said, batch=batch, sheet=sheet).is_valid()


@require_safe
@never_cache
def one(request: HttpRequest, pk: int) -> HttpResponse | StreamingHttpResponse:
    """What would be written, or what stands in its way; afterwards, what was."""
    batch = _batch(pk)
    if batch.content is None:
        made = batch.expenses.filter(deleted_at__isnull=True).count()
        return render(request, "funding/import_done.html", {"batch": batch, "made": made})
    sheet = read(bytes(batch.content))
    if not _said(batch, sheet):
        return redirect("funding:import_columns", pk)
    found = check(batch, sheet)
    if kind := asked(request):
        return _file(request, kind, found)
    context = {
        "batch": batch,
        "found": found,
        "problems": found.problems[:SHOWN],
        "ready": found.ready[:SHOWN],
        "bad_lines": len({problem[0] for problem in found.problems}),
        "more": max(0, len(found.problems or found.ready) - SHOWN),
    }
    return render(request, "funding/import.html", context)


def _file(request: HttpRequest, kind: str, found: Checked) -> StreamingHttpResponse:
    """What is wrong while anything is; then what would be written."""
    if found.problems:
        header = [_("Line"), _("Column"), _("Value"), _("Why")]
        return download(
            request, kind, "ledger-problems", names=PROBLEM_NAMES, header=header, rows=found.problems,
            as_of=timezone.now(),
        )  # fmt: skip
    header = [
        _("Line"), _("Date"), _("Category"), _("What was paid"), _("Number of the invoice or entry"), _("Amount"),
        _("Share in percent"), _("Charged"), _("Remarks"),
    ]  # fmt: skip
    rows = [
        [ready.line, ready.expense.spent_on, str(ready.expense.get_category_display()), ready.expense.label,
         ready.expense.reference, ready.expense.amount_eur, ready.expense.percent, ready.expense.charged, ready.remark]
        for ready in found.ready
    ]  # fmt: skip
    return download(request, kind, "ledger-expenses", names=READY_NAMES, header=header, rows=rows, as_of=timezone.now())


@require_POST
def write(request: HttpRequest, pk: int) -> HttpResponseRedirect:
    try:
        made = services.write_import(batch=_batch(pk))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        text = ngettext("%(n)s expense is imported.", "%(n)s expenses are imported.", made)
        messages.success(request, text % {"n": made})
    return redirect("funding:import", pk)


@require_POST
def undo(request: HttpRequest, pk: int) -> HttpResponseRedirect:
    try:
        services.undo_import(batch=_batch(pk))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("The import is taken back: its expenses are out of the account."))
    return redirect("funding:import", pk)


@require_POST
def forget(request: HttpRequest, pk: int) -> HttpResponseRedirect:
    batch = _batch(pk)
    services.forget_import(batch=batch)
    return redirect("funding:import_file", batch.grant_id)

"""From a spreadsheet to contracts: the file, its columns, its words, the check, all or nothing, and the way back."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from maillage.design.downloads import asked, download
from maillage.spreadsheets.decoding import FileRefused
from maillage.spreadsheets.reading import Sheet, read
from tenants.staff.importing import services
from tenants.staff.importing.checking import Checked, check, unknown_values
from tenants.staff.importing.columns import COLUMNS
from tenants.staff.importing.forms import ColumnsForm, FileForm, ValuesForm
from tenants.staff.models import StaffImport
from tenants.staff.views import form_page, space_of

MOST_LISTED = 20
LISTED = ("filename", "rows", "created_at", "written_at", "undone_at", "by__name")  # not the files themselves
SHOWN = 200  # lines on the page; the file has them all
PROBLEM_NAMES = ("line", "column", "value", "reason")
READY_NAMES = (
    "line", "person", "type", "role", "legal_employer", "starts_on", "planned_end", "ended_on", "hours_per_week",
    "full_time_hours", "remarks",
)  # fmt: skip


@form_page
def imports(request: HttpRequest) -> HttpResponse:
    form = FileForm(request.POST, request.FILES) if request.method == "POST" else FileForm()
    if form.is_bound and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            batch = services.take_in(content=file.read(), filename=file.name, by_id=request.user.pk)
        except FileRefused as refused:
            form.add_error("file", str(refused))
        else:
            return redirect("staff:import_columns", batch.pk)
    until_now = StaffImport.objects.only(*LISTED).select_related("by")[:MOST_LISTED]
    return render(request, "staff/imports.html", {"form": form, "imports": until_now, "columns": COLUMNS.values()})


@require_safe
def model(request: HttpRequest) -> StreamingHttpResponse:
    """The headings, in the reader's language, to fill in."""
    headings = [str(one.label) for one in COLUMNS.values() if one.name not in ("first_name", "last_name")]
    names = [one.name for one in COLUMNS.values() if one.name not in ("first_name", "last_name")]
    kind = asked(request) or "xlsx"
    return download(request, kind, "contracts-model", names=names, header=headings, rows=[], as_of=timezone.now())


def _in_preparation(pk: int) -> tuple[StaffImport, Sheet]:
    batch = get_object_or_404(StaffImport, pk=pk, content__isnull=False)
    return batch, read(bytes(batch.content or b""))


@form_page
def columns(request: HttpRequest, pk: int) -> HttpResponse:
    batch, sheet = _in_preparation(pk)
    form = ColumnsForm(request.POST if request.method == "POST" else None, batch=batch, sheet=sheet)
    if form.is_bound and form.is_valid():
        services.say_columns(batch=batch, columns=form.columns())
        return redirect("staff:import_values", pk)
    return render(request, "staff/import_columns.html", {"form": form, "batch": batch})


@form_page
def values(request: HttpRequest, pk: int) -> HttpResponse:
    """What nobody knows is asked once; where everything is known, there is nothing to ask."""
    batch, sheet = _in_preparation(pk)
    unknown = unknown_values(batch, sheet)
    form = ValuesForm(request.POST if request.method == "POST" else None, unknown=unknown)
    if form.is_bound and form.is_valid():
        services.say_values(batch=batch, values=form.values())
        return redirect("staff:import", pk)
    if not unknown and request.method != "POST":
        return redirect("staff:import", pk)
    return render(request, "staff/import_values.html", {"form": form, "batch": batch})


@require_safe
@never_cache
def one(request: HttpRequest, pk: int) -> HttpResponse | StreamingHttpResponse:
    batch = get_object_or_404(StaffImport.objects.select_related("by"), pk=pk)
    if batch.content is None:
        return render(request, "staff/import_done.html", {"batch": batch, "made": batch.contracts.count()})
    if not ColumnsForm({f"column{at}": name for at, name in batch.columns.items()}, batch=batch,
                       sheet=(sheet := read(bytes(batch.content)))).is_valid():  # fmt: skip
        return redirect("staff:import_columns", pk)
    found = check(batch, sheet, epn_name=space_of(request).name)
    if kind := asked(request):
        return _file(request, kind, found)
    context = {
        "batch": batch,
        "found": found,
        "problems": found.problems[:SHOWN],
        "ready": found.ready[:SHOWN],
        "bad_lines": len({problem[0] for problem in found.problems}),
        "unusual": [one for one in found.ready if one.concerns],
        "more": max(0, len(found.problems or found.ready) - SHOWN),
    }
    return render(request, "staff/import.html", context)


def _file(request: HttpRequest, kind: str, found: Checked) -> StreamingHttpResponse:
    """What is wrong while anything is; then what would be written."""
    if found.problems:
        header = [_("Line"), _("Column"), _("Value"), _("Why")]
        return download(
            request, kind, "import-problems", names=PROBLEM_NAMES, header=header, rows=found.problems,
            as_of=timezone.now(),
        )  # fmt: skip
    facts = READY_NAMES[3:-1]
    header = [
        _("Line"), _("Person"), _("Contract type"), *(str(COLUMNS[name].label) for name in facts), _("Remarks"),
    ]  # fmt: skip
    rows = [
        [one.line, one.someone.name, one.type_label, *(one.facts.get(name) for name in facts),
         " ".join([*one.concerns.values(), *one.remarks])]
        for one in found.ready
    ]  # fmt: skip
    return download(
        request, kind, "import-contracts", names=READY_NAMES, header=header, rows=rows, as_of=timezone.now()
    )


@require_POST
def write(request: HttpRequest, pk: int) -> HttpResponseRedirect:
    batch = get_object_or_404(StaffImport, pk=pk)
    try:
        made = services.write_import(
            batch=batch, epn_name=space_of(request).name, confirmed="confirmed" in request.POST
        )
    except ValidationError as error:
        _say(request, error)
    else:
        text = ngettext("%(n)s contract is imported.", "%(n)s contracts are imported.", made)
        messages.success(request, text % {"n": made})
    return redirect("staff:import", pk)


@require_POST
def undo(request: HttpRequest, pk: int) -> HttpResponseRedirect:
    try:
        left = services.undo_import(batch=get_object_or_404(StaffImport, pk=pk))
    except ValidationError as error:
        _say(request, error)
        return redirect("staff:import", pk)
    messages.success(request, _("The import is taken back: its contracts are out of the list and the figures."))
    if left:
        text = ngettext(
            "Line %(lines)s stays: somebody has corrected it since.",
            "Lines %(lines)s stay: somebody has corrected them since.",
            len(left),
        )
        messages.warning(request, text % {"lines": ", ".join(map(str, left[:SHOWN]))})
    return redirect("staff:import", pk)


@require_POST
def forget(request: HttpRequest, pk: int) -> HttpResponseRedirect:
    services.forget_import(batch=get_object_or_404(StaffImport, pk=pk))
    return redirect("staff:imports")


def _say(request: HttpRequest, error: ValidationError) -> None:
    for text in error.messages:
        messages.error(request, text)

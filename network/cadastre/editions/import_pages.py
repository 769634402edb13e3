"""A return that is kept as a spreadsheet: the file, what it would change, and all of it or nothing.

Nothing of the file is stored between the two: the answers travel in the page, and are checked again as if typed.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponseRedirect, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from maillage.design.downloads import asked, download
from maillage.design.two_versions import ChangedMeanwhile
from maillage.spreadsheets.decoding import FileRefused
from maillage.spreadsheets.forms import SpreadsheetForm
from network.cadastre.editions.answering import save_answers
from network.cadastre.editions.enums import Step
from network.cadastre.editions.forms import VALUE, WHY, AnswersForm, as_typed
from network.cadastre.editions.pages import Desk, Page
from network.cadastre.editions.sheets import MODEL_NAMES, Plan, SheetLine, model_header, model_rows, plan_of

IMPORTED = "census_return.imported"


class FileForm(SpreadsheetForm):
    said = gettext_lazy(
        "XLSX, ODS, XLS or CSV. First column: the question or its code; second: the answer; third, if you like: an"
        " explanation."
    )


@dataclass(frozen=True)
class Ready:
    """A line of the plan, with the fields that carry it to the next page."""

    change: SheetLine

    @property
    def fields(self) -> list[tuple[str, str]]:
        code = self.change.answer.indicator.code
        typed = as_typed(self.change.answer.indicator, self.change.given.value)
        return [(VALUE + code, typed), (WHY + code, self.change.given.explanation)]


def choose(request: HttpRequest, desk: Desk) -> Page:
    """The file; then, on the same address, what it would change."""
    full = desk.read()
    if not full.is_writable:
        return redirect(desk.address("return"))
    form = FileForm(request.POST, request.FILES) if request.method == "POST" else FileForm()
    plan: Plan | None = None
    if form.is_bound and form.is_valid():
        try:
            plan = plan_of(form.cleaned_data["file"].read(), full)
        except FileRefused as refused:
            form.add_error("file", str(refused))
    ready = [] if plan is None else [Ready(one) for one in plan.changes]
    context = {"desk": desk, "full": full, "form": form, "plan": plan, "ready": ready}
    return render(request, "editions/epn_import.html", context)


def model(request: HttpRequest, desk: Desk) -> StreamingHttpResponse:
    """A file to fill in, with what is answered already."""
    full = desk.read()
    kind, name = asked(request) or "xlsx", f"census-{full.edition.year}-to-fill-in"
    rows = list(model_rows(full))
    return download(request, kind, name, names=MODEL_NAMES, header=model_header(), rows=rows, as_of=timezone.now())


def write(request: HttpRequest, desk: Desk) -> HttpResponseRedirect:
    """All the answers of the file, or none of them."""
    full = desk.read()
    form = AnswersForm(request.POST, full=full)
    if not form.is_valid():
        messages.error(request, _("Nothing is saved: this file isn't right any more. Choose it again."))
        return redirect(desk.address("import"))
    given, seen = form.given(), form.cleaned_data["version"]
    try:
        done = desk.change(
            lambda row: save_answers(census_return=row, seen=seen, given=given, by=desk.by, step=Step.IMPORTED),
            verb=IMPORTED,
        )
    except ChangedMeanwhile:
        messages.error(
            request, _("Nothing is saved: somebody has changed the return meanwhile. Choose the file again.")
        )
        return redirect(desk.address("import"))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect(desk.address("return"))
    text = ngettext("%(n)s answer is taken from the file.", "%(n)s answers are taken from the file.", done)
    messages.success(request, text % {"n": done})
    return redirect(desk.address("return"))

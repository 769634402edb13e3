"""Writing in a report: its title, one line, its keys."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from maillage.design.two_versions import ChangedMeanwhile, compare, is_undecided, renewed, settled, version_of
from network.reports import keys as key_services
from network.reports import services
from network.reports.enums import WRITABLE
from network.reports.filling import fill, grants_of
from network.reports.forms import KeysForm, LineForm, TitleForm
from network.reports.models import ActivityKey, PackLine, Report, ReportValue
from network.reports.perimeter import perimeter, proposals, wants
from network.reports.views import report_of, seen, tell


def _stays(request: HttpRequest, one: Report) -> HttpResponseRedirect | None:
    if one.state in WRITABLE:
        return None
    messages.info(request, _("A report that is signed stays as it is."))
    return redirect("reports:report", one.pk)


@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, pk: int) -> HttpResponse:
    one = report_of(pk)
    if (away := _stays(request, one)) is not None:
        return away
    initial = {"title": one.title, "language": one.language, "version": one.version}
    form = TitleForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_bound and form.is_valid():
        try:
            services.rename(pk=pk, **form.cleaned_data)
        except ValidationError as error:
            tell(form, error)
        else:
            messages.success(request, _("Saved."))
            return redirect("reports:report", pk)
    return render(request, "reports/change.html", {"report": one, "form": form})


@require_http_methods(["GET", "HEAD", "POST"])
def line(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    one = report_of(pk)
    if (away := _stays(request, one)) is not None:
        return away
    row = PackLine.objects.filter(version=one.pack_version_id, code=code).first()
    if row is None:
        raise Http404
    kept = ReportValue.objects.filter(report=one, code=code).first() or ReportValue(report=one, code=code)
    form, other = _line_form(request, row, kept), {}
    if form.is_bound and form.is_valid():
        try:
            if is_undecided(request.POST):
                raise ChangedMeanwhile(kept)
            said = form.cleaned_data
            services.write_value(
                pk=pk, code=code, number=said.get("number"), text=said["text"], seen=said["version"] or None
            )
        except ChangedMeanwhile as meanwhile:
            other = _other(form, row, meanwhile.stored)
        except ValidationError as error:
            tell(form, error)
        else:
            messages.success(request, _("Saved."))
            return redirect("reports:report", pk)
    context = {"report": one, "line": row, "told": fill(one).line(code), "form": form, **other}
    return render(request, "reports/line.html", context)


def _initial(kept: ReportValue) -> dict[str, Any]:
    return {"number": kept.number, "text": kept.text, "version": version_of(kept)}


def _line_form(request: HttpRequest, row: PackLine, kept: ReportValue) -> LineForm:
    theirs = LineForm(None, line=row, initial=_initial(kept))
    if request.method != "POST":
        return theirs
    return LineForm(settled(request.POST, theirs), line=row, initial=_initial(kept))


def _other(form: LineForm, row: PackLine, stored: ReportValue) -> dict[str, Any]:
    """What is shown to who comes second; the form then answers to what stands now."""
    theirs = LineForm(None, line=row, initial=_initial(stored))
    form.data = renewed(cast(QueryDict, form.data), stored)
    return {"differences": compare(form, theirs)}


@require_http_methods(["GET", "HEAD", "POST"])
def keys(request: HttpRequest, pk: int) -> HttpResponse:
    one = report_of(pk)
    if (away := _stays(request, one)) is not None:
        return away
    grants = grants_of(one)
    around = perimeter(grants, one.first, one.last)
    wanted, proposed = wants(grants, around), proposals(grants, around)
    known = {
        (row.grant_id, row.epn_id, row.year): row.percent
        for row in ActivityKey.objects.filter(grant__in=grants, year__in=around.years)
    }
    missing = {(grant, *keyed): percent for grant, some in proposed.items() for keyed, percent in some.items()}
    form = KeysForm(
        request.POST if request.method == "POST" else None, wanted=wanted, grants={row.pk: row for row in grants},
        places={row.epn: row for row in around.places}, known=missing | known, initial={"version": one.version},
    )  # fmt: skip
    if form.is_bound and form.is_valid():
        try:
            key_services.set_keys(pk=pk, keys=form.keys(), version=form.cleaned_data["version"])
        except ValidationError as error:
            tell(form, error)
        else:
            messages.success(request, _("The keys are saved."))
            return redirect("reports:report", pk)
    return render(request, "reports/keys.html", {"report": one, "form": form, "around": around})


@require_POST
def keys_add(request: HttpRequest, pk: int) -> HttpResponseRedirect:
    """Write the proposals where a key is missing."""
    report_of(pk)
    try:
        key_services.add_missing_keys(pk=pk, version=seen(request))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("The missing keys are filled in: please look at them."))
    return redirect("reports:keys", pk)

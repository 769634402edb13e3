"""The yearly report: everybody at the EPN reads it, its coordinator writes and makes it."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse, QueryDict, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_safe

from maillage.design.downloads import asked, download, perimeter
from maillage.design.pdf import pdf_response
from maillage.design.two_versions import ChangedMeanwhile, Difference, compare, is_undecided, renewed, settled
from tenants.overview import selectors
from tenants.overview.changes import changes
from tenants.overview.counting import first_days
from tenants.overview.enums import Picture
from tenants.overview.files import file_response
from tenants.overview.forms import ReportForm
from tenants.overview.models import ReportVersion, YearlyReport
from tenants.overview.paper import pdf_of, version_paper
from tenants.overview.services import make_version, save_report
from tenants.overview.views import may_edit
from tenants.overview.workbook import workbook_of
from tenants.registry.middleware import SpaceRequest
from tenants.registry.selectors import network_names

MAKE = "make"
CONTENT_TYPES = {Picture.PNG: "image/png", Picture.JPEG: "image/jpeg"}
FILE_NAMES = ("year", "state", "language", "version", "as_of")


@require_safe
def reports(request: SpaceRequest) -> HttpResponse | StreamingHttpResponse:
    """One line a year: what was made, and what can be."""
    known = {one.year: one for one in selectors.reports()}
    if kind := asked(request):
        header = [_("Year"), _("State"), _("Language"), _("Version"), _("As of")]
        rows = [
            [one.year, str(one.get_state_display()), one.language, version.number, version.as_of]
            for one in known.values()
            for version in one.versions.all()
        ]
        return download(request, kind, "reports", names=FILE_NAMES, header=header, rows=rows, as_of=timezone.now())
    used = selectors.years(first_days(), timezone.localdate())
    lines = []
    for year in sorted({*known, *used}, reverse=True):
        one = known.get(year)
        versions = list(one.versions.all()) if one else []
        lines.append({"year": year, "report": one, "latest": versions[0] if versions else None, "versions": versions})
    return render(request, "overview/reports.html", {"lines": lines, "may_edit": may_edit(request)})


def _checked_year(year: int) -> int:
    """A year that can have a report: one of which something may be known."""
    if not 2000 <= year <= timezone.localdate().year:
        raise Http404
    return year


@require_http_methods(["GET", "HEAD", "POST"])
def report(request: SpaceRequest, year: int) -> HttpResponse:
    """The words of a year; two buttons, to keep them and to make the report."""
    found = selectors.report_of(_checked_year(year))
    sent = settled(request.POST, ReportForm(report=found)) if request.method == "POST" else None
    form = ReportForm(sent, request.FILES or None, report=found)
    differences: list[Difference] = []
    if form.is_bound and form.is_valid():
        try:
            if is_undecided(request.POST):
                raise ChangedMeanwhile(found)
            found = _saved(form, year)
            if MAKE not in request.POST:
                messages.success(request, _("Your words are kept. The report isn't made yet."))
                return redirect("overview:report", year=year)
            _make(request, found.year)
        except ValidationError as error:
            form.add_problems(error)
        except ChangedMeanwhile as meanwhile:
            found, differences = meanwhile.stored, _differences(form, meanwhile.stored)
            form.data = renewed(cast(QueryDict, form.data), found)
        else:
            messages.success(request, _("The report is made. Take it as PDF or as a workbook."))
            return redirect("overview:report", year=year)
    versions = list(found.versions.all()) if found.pk else []
    context = {
        "form": form,
        "differences": differences,
        "report": found,
        "year": str(year),
        "running": year == timezone.localdate().year,
        "versions": versions,
        "latest": versions[0] if versions else None,
        "dashboard_query": urlencode({"year": year}),
    }
    return render(request, "overview/report.html", context)


def _saved(form: ReportForm, year: int) -> YearlyReport:
    """Raises ChangedMeanwhile when somebody has saved other words."""
    try:
        return save_report(of_year=year, seen=form.cleaned_data["version"], **form.said())
    except ChangedMeanwhile as meanwhile:
        if _differences(form, meanwhile.stored):
            raise
    return save_report(of_year=year, **form.said())  # the same words: only the logo was changed


def _differences(form: ReportForm, stored: YearlyReport) -> list[Difference]:
    """Words and language, line by line. A logo is a file, which a browser doesn't send twice: it is asked for again."""
    theirs = ReportForm(report=stored)
    for name in ("logo", "without_logo"):
        theirs.fields.pop(name, None)
    return compare(form, theirs)


def _make(request: SpaceRequest, year: int) -> ReportVersion:
    space = request.space
    assert space is not None
    network = network_names([space.pk]).get(space.pk, "")
    return make_version(selectors.report_of(year), epn=space.name, network=network, by=request.user.pk)


@require_safe
def logo(request: SpaceRequest, year: int) -> HttpResponse:
    picture = selectors.report_of(_checked_year(year)).logo
    if picture is None:
        raise Http404
    response = HttpResponse(bytes(picture.content), content_type=CONTENT_TYPES[Picture(picture.kind)])
    response["Cache-Control"] = "no-store"
    return response


def _version(year: int, number: int) -> ReportVersion:
    found = selectors.versions().filter(report__year=year, number=number).first() if number < 2**15 else None
    if found is None:
        raise Http404
    return found


def _file_name(version: ReportVersion, ending: str) -> str:
    word = pgettext("in the name of a file", "report")
    return f"{perimeter().replace('/', '-')}-{word}-{version.report.year}-v{version.number}.{ending}"


@require_safe
def version_pdf(request: SpaceRequest, year: int, number: int) -> HttpResponse:
    version = _version(year, number)
    return pdf_response(_file_name(version, "pdf"), pdf_of(version_paper(version)))


@require_safe
def version_xlsx(request: SpaceRequest, year: int, number: int) -> HttpResponse:
    version = _version(year, number)
    return file_response(_file_name(version, "xlsx"), workbook_of(version_paper(version)))


@require_safe
def version_changes(request: SpaceRequest, year: int, number: int) -> HttpResponse | StreamingHttpResponse:
    """What a version says otherwise than the one before it."""
    later, earlier = _version(year, number), _version(year, number - 1)
    found = changes(earlier, later)
    if kind := asked(request):
        header = [_("Where"), _("What"), _("Version %(n)s") % {"n": number - 1}, _("Version %(n)s") % {"n": number}]
        rows = [[one.where, one.what, one.earlier, one.later] for one in found]
        names = ("where", "what", "earlier", "later")
        stem = f"changes-{year}-v{number}"
        return download(request, kind, stem, names=names, header=header, rows=rows, as_of=later.as_of)
    context = {"year": str(year), "changes": found, "earlier": earlier, "later": later}
    return render(request, "overview/changes.html", context)

"""The EPN's dashboard: its own numbers, live, against the year before; on paper and as files."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language, pgettext
from django.views.decorators.http import require_safe

from maillage.design.downloads import asked, download, perimeter
from maillage.design.pdf import pdf_response
from tenants.overview import by_contract, drawings
from tenants.overview.counting import first_days
from tenants.overview.files import file_response
from tenants.overview.forms import PeriodForm, RangeForm
from tenants.overview.paper import Paper, pdf_of, shown
from tenants.overview.periods import Period, Spans, year
from tenants.overview.selectors import Overview, first_used, latest_logo, overview, years
from tenants.overview.tables import TABLES
from tenants.overview.words import beside, months_of, remarks
from tenants.overview.workbook import workbook_of
from tenants.registry.middleware import SpaceRequest
from tenants.registry.roles import allows, who_may
from tenants.registry.selectors import network_names

LEADING = ("visits", "attendances", "helping", "open", "turned_away")  # of the table of months on the page


@dataclass(frozen=True)
class Asked:
    """What the address asks for; what it can't read is said by the forms, and the default is shown."""

    parts: PeriodForm
    days: RangeForm
    period: Period
    found: Overview
    years: list[int]


def _read(request: SpaceRequest) -> Asked:
    today = timezone.localdate()
    since = first_days()
    offered = years(since, today)
    by_days = "first" in request.GET or "last" in request.GET
    days = RangeForm(request.GET if by_days else None)
    initial = {"year": offered[0], "part": "year"}
    by_part = not by_days and ("year" in request.GET or "part" in request.GET)
    parts = PeriodForm(request.GET if by_part else None, years=offered, initial=initial)
    period = year(offered[0])
    if days.is_bound and days.is_valid():
        period = days.period
    elif parts.is_bound and parts.is_valid():
        period = parts.period
    return Asked(parts, days, period, overview(Spans.of(period, today), since=since), offered)


def may_edit(request: SpaceRequest) -> bool:
    role = request.membership.role if request.membership else None
    space = request.space
    assert space is not None
    return allows(who_may(space.kind, "overview:report", "POST"), signed_in=True, role=role)


@require_safe
def home(request: SpaceRequest) -> HttpResponse | StreamingHttpResponse:
    read = _read(request)
    found = read.found
    name = request.GET.get("table", "")
    if (kind := asked(request)) and name in TABLES:
        table = TABLES[name](found)
        if table is None:
            raise Http404
        stem = f"{table.name.replace('×', '-by-')}-{read.period.first}-{read.period.last}"
        return download(request, kind, stem, names=table.names, header=table.header, rows=table.rows, as_of=found.as_of)
    rows = by_contract.activity_by_contract(found.spans.now) if may_edit(request) else []
    if (kind := asked(request)) and name == by_contract.NAME and rows:
        own = by_contract.table_of(rows)
        return download(request, kind, own.name, names=own.names, header=own.header, rows=own.rows, as_of=found.as_of)
    numbers = [one for one in found.numbers if one.headline.name in LEADING or not one.whole.is_nothing]
    context = {
        "parts": read.parts,
        "days": read.days,
        "period": str(read.period),
        "found": found,
        "is_new": first_used(found.since) is None,
        "remarks": remarks(found),
        "tiles": [
            (one.headline, one.headline.show(one.whole.now), beside(one.whole, one.headline, found.spans))
            for one in numbers
        ],
        "charts": drawings.charts(found),
        "heads": [one.headline for one in shown(found.numbers)],
        "months": [
            (
                months_of(month),
                [
                    (one.headline.show(one.months[at].now), one.headline.show(one.months[at].before))
                    for one in shown(found.numbers)
                ],
            )
            for at, month in enumerate(found.months)
        ],
        "query": request.GET.urlencode(),
        "may_edit": may_edit(request),
        "by_contract": rows,
        "report_year": read.period.first.year,
    }
    return render(request, "overview/home.html", context)


def _paper(request: SpaceRequest) -> Paper:
    space = request.space
    assert space is not None
    return Paper(
        _read(request).found,
        (get_language() or "fr")[:2],
        space.name,
        network_names([space.pk]).get(space.pk, ""),
        latest_logo(),
    )


def _file_name(paper: Paper, ending: str) -> str:
    period = paper.found.spans.period
    word = pgettext("in the name of a file", "figures")
    return f"{perimeter().replace('/', '-')}-{word}-{period.first}-{period.last}.{ending}"


@require_safe
def paper(request: SpaceRequest) -> HttpResponse:
    one = _paper(request)
    return pdf_response(_file_name(one, "pdf"), pdf_of(one))


@require_safe
def workbook(request: SpaceRequest) -> HttpResponse:
    one = _paper(request)
    return file_response(_file_name(one, "xlsx"), workbook_of(one))

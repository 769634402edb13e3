"""Coverage, for the members of the network; and the map that anybody may see, of what the cards say."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from maillage.design.downloads import asked, download
from network.cadastre.coverage import services, tables
from network.cadastre.coverage.drawings import coverage_map
from network.cadastre.coverage.enums import Measure
from network.cadastre.coverage.forms import ContextForm, CoverageForm, TargetForm
from network.cadastre.coverage.models import ContextFigure
from network.cadastre.coverage.selectors import (
    Area,
    Coverage,
    context_figures,
    coverage,
    indicators,
    public_coverage,
    targets,
)
from network.cadastre.editions.models import in_language
from network.cadastre.enums import Perimeter
from network.cadastre.reading import years_of
from tenants.registry.enums import Role

ROWS_A_PAGE = 50
SORTS: dict[str, Any] = {
    "name": lambda area: area.name.casefold(),
    "population": lambda area: area.population or 0,
    "epn": lambda area: area.epn,
    "hours": lambda area: area.hours_rate or 0,
    "fte": lambda area: area.fte_rate or 0,
    "visits": lambda area: area.visits_rate or 0,
}
TARGETS = ("valid_from", "inhabitants_per_fte", "hours_per_10000", "source")


@require_safe
def home(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    this_year = timezone.localdate().year
    loaded = indicators()
    initial = {"year": this_year, "perimeter": Perimeter.ALL, "measure": Measure.HOURS}
    form = CoverageForm(request.GET or None, years=[], indicators=loaded, initial=initial)
    said = form.cleaned_data if form.is_valid() else {}
    page = coverage(
        request.space.pk,  # type: ignore[attr-defined]
        year=said.get("year") or this_year,
        perimeter=said.get("perimeter") or Perimeter.ALL,
        indicator=next((one for one in loaded if one.code == said.get("indicator")), None),
    )
    areas = _sorted(page.areas, request.GET.get("order", ""))
    if kind := asked(request):
        stem = f"coverage-{page.year}-{page.perimeter.value}"
        names, header, rows = tables.AREAS, tables.header_of_areas(), list(tables.rows_of_areas(page, areas))
        return download(request, kind, stem, names=names, header=header, rows=rows, as_of=page.moment.as_of)
    if form.is_valid() or not form.is_bound:
        years = [*years_of(page.moment), page.year]
        form = CoverageForm(request.GET or None, years=years, indicators=loaded, initial=initial)
    measure = Measure(said.get("measure") or Measure.HOURS)
    perimeter = words_of_perimeter(page)
    shown = Paginator(areas, ROWS_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "filter": form,
        "coverage": page,
        "year": str(page.year),
        "perimeter": perimeter,
        "whole": page.whole,
        "chart": coverage_map(page.areas, page.doors, measure, note=f"{perimeter}; {page.year}"),
        "page": shown,
        "rows": [(area, area.fte_gap(page.target), area.is_desert(page.target)) for area in shown],
        "without_population": [one.name for one in page.areas if one.population is None],
        "running": page.year >= this_year,
    }
    return render(request, "coverage/home.html", context)


def _sorted(areas: list[Area], order: str) -> list[Area]:
    key = SORTS.get(order.removeprefix("-"))
    return areas if key is None else sorted(areas, key=key, reverse=order.startswith("-"))


def words_of_perimeter(page: Coverage) -> str:
    if page.perimeter == Perimeter.LABELLED:
        return ngettext("%(n)s labelled EPN", "%(n)s labelled EPN", page.in_perimeter) % {"n": page.in_perimeter}
    return ngettext("%(all)s EPN, all of them", "%(all)s EPN, all of them", page.in_perimeter) % {
        "all": page.in_perimeter
    }


@require_safe
def public_map(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    seen = public_coverage()
    if kind := asked(request):
        header = [
            _("commune"),
            _("code"),
            _("inhabitants"),
            _("EPN"),
            _("hours open a week"),
            _("hours for 10,000 inhabitants"),
        ]
        names = ("commune", "code", "population", "epn", "hours_per_week", "hours_per_10000")
        rows = [
            [
                one.name,
                one.key,
                one.population,
                one.epn,
                round(one.hours, 2),
                one.hours_rate and round(one.hours_rate, 2),
            ]
            for one in seen.areas
        ]
        return download(request, kind, "coverage", names=names, header=header, rows=rows, as_of=seen.as_of)
    note = ngettext("%(n)s EPN of the network", "%(n)s EPN of the network", seen.epn) % {"n": seen.epn}
    context = {
        "seen": seen,
        "chart": coverage_map(seen.areas, seen.doors, Measure.HOURS, note=note),
        "page": Paginator(seen.areas, ROWS_A_PAGE).get_page(request.GET.get("page")),
    }
    return render(request, "coverage/public_map.html", context)


def _may_write(request: HttpRequest) -> bool:
    return bool(request.membership.role == Role.NETWORK_COORDINATOR)  # type: ignore[attr-defined]


@require_http_methods(["GET", "HEAD", "POST"])
def target(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    """The targets by date; the coordinator adds one, or corrects the one of a day."""
    if request.method != "POST" and (kind := asked(request)):
        header = [
            _("Valid from"), _("Inhabitants for one full-time helper"), _("Hours open a week for 10,000 inhabitants"),
            _("Source"),
        ]  # fmt: skip
        rows = [[one.valid_from, one.inhabitants_per_fte, one.hours_per_10000, one.source] for one in targets()]
        return download(request, kind, "targets", names=TARGETS, header=header, rows=rows, as_of=timezone.now())
    form = TargetForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            services.set_target(**form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The target is saved."))
            return redirect("coverage:target")
    context = {"form": form, "targets": targets(), "may_write": _may_write(request)}
    return render(request, "coverage/target.html", context)


@require_safe
def context(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    figures = context_figures()
    if kind := asked(request):
        names, header, rows = tables.CONTEXT, tables.header_of_context(), list(tables.rows_of_context(figures))
        return download(request, kind, "context", names=names, header=header, rows=rows, as_of=timezone.now())
    return render(
        request,
        "coverage/context.html",
        {
            "figures": [(one, in_language(one, "text")) for one in figures],
            "retired": [(one, in_language(one, "text")) for one in context_figures(retired=True)],
            "may_write": _may_write(request),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
def context_add(request: HttpRequest) -> HttpResponse:
    form = ContextForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        services.add_context_figure(**form.cleaned_data)
        messages.success(request, _("The figure is in the library."))
        return redirect("coverage:context")
    return render(request, "coverage/context_add.html", {"form": form, "back_url": reverse("coverage:context")})


@require_POST
def context_retire(request: HttpRequest, figure_id: int) -> HttpResponse:
    figure = get_object_or_404(ContextFigure, pk=figure_id)
    services.retire_context_figure(figure_id=figure.pk)
    messages.success(request, _("The figure is shown no more. It can be brought back below."))
    return redirect("coverage:context")


@require_POST
def context_restore(request: HttpRequest, figure_id: int) -> HttpResponse:
    figure = get_object_or_404(ContextFigure, pk=figure_id)
    services.restore_context_figure(figure_id=figure.pk)
    messages.success(request, _("The figure is back."))
    return redirect("coverage:context")

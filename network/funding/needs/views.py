"""Needs, and scenarios with their measures. The coordinator of the network writes, the observer reads."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from maillage.design.downloads import asked
from maillage.design.feedback import success_with_undo
from maillage.reference.selectors import commune
from network.cadastre.coverage.selectors import coverage
from network.funding.ledger.views import as_file, may_write, names_of
from network.funding.needs import selectors, services, tables
from network.funding.needs.comparing import (
    Comparison,
    assumptions,
    compare_scenarios,
    hours,
    line_words,
    whom,
)
from network.funding.needs.editing import answer
from network.funding.needs.enums import MeasureKind
from network.funding.needs.forms import MEASURES, NeedsForm, ScenarioForm, measure_form
from network.funding.needs.rows import EpnCost, Scenario, ScenarioMeasure
from network.funding.needs.rules import MOST_COMPARED

Page = HttpResponse | StreamingHttpResponse


def federation_id(request: HttpRequest) -> int:
    return int(request.space.pk)  # type: ignore[attr-defined]


@require_safe
def needs(request: HttpRequest) -> Page:
    """What is needed, secured and missing in a year."""
    form = NeedsForm(request.GET or None, initial={"year": timezone.localdate().year, "perimeter": "all"})
    said = form.cleaned_data if form.is_valid() else {}
    page = selectors.needs(
        federation_id(request),
        year=said.get("year") or timezone.localdate().year,
        perimeter=said.get("perimeter") or "all",
    )
    if kind := asked(request):
        made = {"communes": tables.of_communes, "years": tables.of_years}.get(request.GET.get("table", ""))
        return as_file(request, kind, (made or tables.of_epn)(page))
    context = {
        "filter": form,
        "needs": page,
        "year": str(page.year.year),
        "total": page.total,
        "communes": page.communes,
        "names": [(one, names_of(request).get(one.epn_id, "")) for one in page.own_costs] if page.own_costs else [],
        "deleted": [("epn-cost", one) for one in selectors.deleted(EpnCost)],
        "may_write": may_write(request),
    }
    return render(request, "funding/needs.html", context)


def chosen_of(request: HttpRequest) -> list[Scenario]:
    """Those of the address (`?s=3&s=5`), in its order; what is no number or not there is left out."""
    wanted = [int(one) for one in request.GET.getlist("s") if one.isascii() and one.isdigit() and len(one) < 19]
    found = {one.pk: one for one in selectors.scenarios().filter(pk__in=wanted)}
    return [found[pk] for pk in dict.fromkeys(wanted) if pk in found]


@require_safe
def scenarios(request: HttpRequest) -> Page:
    """The list, from which one chooses what to lay side by side."""
    rows = list(selectors.scenarios())
    if kind := asked(request):
        costs = compare_scenarios(federation_id(request), rows).effects
        return as_file(request, kind, tables.of_scenarios([(one.scenario, one.euros) for one in costs]))
    effects = {one.scenario.pk: one for one in compare_scenarios(federation_id(request), rows).effects}
    context = {
        "rows": [(one, whom(effects[one.pk]), effects[one.pk]) for one in rows],
        "may_write": may_write(request),
        "deleted": selectors.deleted(Scenario),
    }
    return render(request, "funding/scenarios.html", context)


@require_safe
def compare(request: HttpRequest) -> Page:
    chosen = chosen_of(request)
    if not chosen or len(chosen) > MOST_COMPARED:
        messages.info(request, _("Tick one to four scenarios, then lay them side by side."))
        return redirect("funding:scenarios")
    page = compare_scenarios(federation_id(request), chosen)
    if kind := asked(request):
        return as_file(request, kind, tables.of_comparison(page))
    return render(request, "funding/compare.html", {**shown(page), "may_write": may_write(request)})


def shown(page: Comparison) -> dict[str, Any]:
    return {
        "page": page,
        "parts": [(one, whom(one), line_words(one), assumptions(one)) for one in page.effects],
        "query": "&".join(f"s={one.scenario.pk}" for one in page.effects),
    }


def _scenario(pk: int) -> Scenario:
    return get_object_or_404(selectors.scenarios(), pk=pk)


@require_safe
def scenario(request: HttpRequest, pk: int) -> Page:
    one = _scenario(pk)
    page = compare_scenarios(federation_id(request), [one])
    if kind := asked(request):
        return as_file(request, kind, tables.of_comparison(page))
    effect = page.effects[0]
    context = {
        **shown(page),
        "one": one,
        "effect": effect,
        "whom": whom(effect),
        "hours": hours(effect.hours),
        "lines": [(line.measure, *words) for line, words in zip(effect.lines, line_words(effect), strict=True)],
        "kinds": MeasureKind.choices,
        "deleted": selectors.deleted(ScenarioMeasure, scenario=one),
        "may_write": may_write(request),
    }
    return render(request, "funding/scenario.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def scenario_add(request: HttpRequest) -> HttpResponse:
    return _scenario_form(request, Scenario(), _("Prepare a scenario"), reverse("funding:scenarios"))


@require_http_methods(["GET", "HEAD", "POST"])
def scenario_change(request: HttpRequest, pk: int) -> HttpResponse:
    return _scenario_form(request, _scenario(pk), _("Correct the scenario"), reverse("funding:scenario", args=[pk]))


def _scenario_form(request: HttpRequest, row: Scenario, title: str, back: str) -> HttpResponse:
    names, last = names_of(request), selectors.last_assumptions()
    form, differences, saved = answer(request, row, lambda data, of: ScenarioForm(data, row=of, names=names, last=last))
    if saved is not None:
        messages.success(request, _("Saved."))
        return redirect("funding:scenario", saved.pk)
    context = {"form": form, "differences": differences, "title": title, "over": "", "back_url": back}
    return render(request, "funding/needs_form.html", context)


@require_POST
def scenario_copy(request: HttpRequest, pk: int) -> HttpResponseRedirect:
    made = services.copy_scenario(_scenario(pk))
    success_with_undo(request, _("This is the copy."), reverse("funding:scenario_delete", args=[made.pk]))
    return redirect("funding:scenario", made.pk)


@require_POST
def scenario_delete(request: HttpRequest, pk: int) -> HttpResponseRedirect:
    services.remove(get_object_or_404(Scenario, pk=pk))
    success_with_undo(request, _("Deleted."), reverse("funding:scenario_restore", args=[pk]))
    return redirect("funding:scenarios")


@require_POST
def scenario_restore(request: HttpRequest, pk: int) -> HttpResponseRedirect:
    return _back(request, get_object_or_404(Scenario, pk=pk), reverse("funding:scenario", args=[pk]))


def _back(request: HttpRequest, row: Any, url: str) -> HttpResponseRedirect:
    try:
        services.restore(row)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("It is back."))
    return redirect(url)


@require_http_methods(["GET", "HEAD", "POST"])
def measure_add(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    if kind not in MEASURES:
        raise Http404
    return _measure_form(request, ScenarioMeasure(scenario=_scenario(pk), kind=kind))


@require_http_methods(["GET", "HEAD", "POST"])
def measure_change(request: HttpRequest, pk: int) -> HttpResponse:
    alive = ScenarioMeasure.objects.select_related("scenario")
    return _measure_form(
        request, get_object_or_404(alive, pk=pk, deleted_at__isnull=True, scenario__deleted_at__isnull=True)
    )


def _measure_form(request: HttpRequest, row: ScenarioMeasure) -> HttpResponse:
    places = _territory(request) if row.kind == MeasureKind.STOPS else []
    form, differences, saved = answer(request, row, lambda data, of: measure_form(of, places, data))
    if saved is not None:
        messages.success(request, _("Saved."))
        return redirect("funding:scenario", saved.scenario_id)
    context = {
        "form": form,
        "differences": differences,
        "title": MeasureKind(row.kind).label,
        "over": row.scenario.name,
        "back_url": reverse("funding:scenario", args=[row.scenario_id]),
    }
    return render(request, "funding/needs_form.html", context)


def _territory(request: HttpRequest) -> list[tuple[str, str]]:
    """The communes around the network, by name: those that coverage shows."""
    page = coverage(federation_id(request), year=timezone.localdate().year)
    return [(one.key, one.name) for one in page.areas if commune(one.key) is not None]


@require_POST
def measure_delete(request: HttpRequest, pk: int) -> HttpResponseRedirect:
    row = get_object_or_404(ScenarioMeasure, pk=pk)
    services.remove(row)
    success_with_undo(request, _("Deleted."), reverse("funding:measure_restore", args=[pk]))
    return redirect("funding:scenario", row.scenario_id)


@require_POST
def measure_restore(request: HttpRequest, pk: int) -> HttpResponseRedirect:
    row = get_object_or_404(ScenarioMeasure, pk=pk)
    return _back(request, row, reverse("funding:scenario", args=[row.scenario_id]))

"""Where the EPN of a network stand: the list, one EPN's papers, benefits, and what other thresholds would do."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from maillage.design.downloads import asked, download
from maillage.reference.selectors import commune_label
from network.cadastre.recognition import tables
from network.cadastre.recognition.enums import BenefitKind, Effect, Outcome
from network.cadastre.recognition.forms import ListForm, SimulationForm
from network.cadastre.recognition.regions import region_label
from network.cadastre.recognition.selectors import (
    Standing,
    benefit_sums,
    papers_of,
    standings,
    without_date,
)
from network.cadastre.recognition.selectors import (
    benefits as all_benefits,
)
from network.cadastre.recognition.sheets import application_sheet, benefit_sheet, decision_sheet, inspection_sheet
from network.cadastre.recognition.simulation import Row, by_commune, simulate
from network.cadastre.recognition.words import TONES, failing, sheets_of, whole_in_words
from network.directory.merging.selectors import merged_from, merged_into
from network.directory.models import Card

ROWS_A_PAGE = 50


def may_decide(request: HttpRequest) -> bool:
    return bool(request.membership.role == "network_coordinator")  # type: ignore[attr-defined]


def standing_of(request: HttpRequest, epn_id: int) -> Standing:
    """Of an EPN that has closed or left too: its papers stay. Raises Http404 when it was never a member."""
    found = standings(request.space.pk, epn_id=epn_id, closed=True)  # type: ignore[attr-defined]
    if not found:
        raise Http404
    return found[0]


def _chosen(rows: list[Standing], show: str, text: str) -> list[Standing]:
    today = timezone.localdate()
    wanted = text.strip().casefold()
    tests: dict[str, Any] = {
        "to_decide": lambda one: one.to_decide,
        "due": lambda one: one.is_due(today),
        "labelled": lambda one: one.labelled_since,
        "failing": lambda one: one.labelled_since and one.whole == Outcome.NOT_MET,
        "unknown": lambda one: one.labelled_since and one.whole == Outcome.UNKNOWN,
        "without": lambda one: not one.labelled_since,
    }
    test = tests.get(show, lambda one: True)
    return [
        one
        for one in rows
        if test(one) and (not wanted or wanted in f"{one.member.name}\n{commune_label(one.member.commune)}".casefold())
    ]


def _line(one: Standing) -> dict[str, Any]:
    tone, icon = TONES[one.whole]
    return {
        "standing": one,
        "commune": commune_label(one.member.commune),
        "whole": whole_in_words(one.whole),
        "tone": tone,
        "icon": icon,
        "not_met": failing(one.lines),
        "unknown": failing(one.lines, Outcome.UNKNOWN),
        "due": one.is_due(timezone.localdate()),
    }


@require_safe
def home(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    rows = standings(request.space.pk)  # type: ignore[attr-defined]
    form = ListForm(request.GET or None)
    said = form.cleaned_data if form.is_valid() else {}
    shown = _chosen(rows, said.get("show", ""), said.get("q", ""))
    if kind := asked(request):
        names, header, cells = tables.EPN, tables.header_of_epn(), list(tables.rows_of_epn(shown))
        return download(request, kind, "label", names=names, header=header, rows=cells, as_of=timezone.now())
    today = timezone.localdate()
    labelled = [one for one in rows if one.labelled_since]
    page = Paginator(shown, ROWS_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "filter": form,
        "page": page,
        "lines": [_line(one) for one in page],
        "found": len(shown),
        "all": len(rows),
        "labelled": len(labelled),
        "to_decide": sum(one.to_decide for one in rows),
        "due": sum(one.is_due(today) for one in rows),
        "to_ask": any(one.is_to_be_asked(today) for one in rows),
        "failing": sum(one.whole == Outcome.NOT_MET for one in labelled),
        "unknown": sum(one.whole == Outcome.UNKNOWN for one in labelled),
        "without_date": len(without_date(rows)),
        "several_regions": len({one.region for one in rows}) > 1,
        "may_decide": may_decide(request),
    }
    return render(request, "recognition/home.html", context)


@require_safe
def epn(request: HttpRequest, epn_id: int) -> HttpResponse | StreamingHttpResponse:
    one = standing_of(request, epn_id)
    papers = papers_of(epn_id)
    decisions = [decision_sheet(each) for each in papers.decisions]
    if kind := asked(request):
        return _evidence_file(request, kind, one)
    latest = application_sheet(papers.applications[0]) if papers.applications else None
    context = {
        **_line(one),
        "name": one.member.name,
        "region": region_label(one.region),
        "sheets": sheets_of(one.lines),
        "missing": one.criteria.missing,
        "application": latest,
        "decisions": decisions,
        "last": papers.last,
        "inspections": [inspection_sheet(each) for each in papers.inspections],
        "benefits": [benefit_sheet(each) for each in papers.benefits],
        "labels": papers.labels,
        "merged_into": merged_into(epn_id),
        "merged_from": merged_from(epn_id),
        "may_decide": may_decide(request),
    }
    return render(request, "recognition/epn.html", context)


def _evidence_file(request: HttpRequest, kind: str, one: Standing) -> StreamingHttpResponse:
    names = ("criterion", "kind", "asked", "value", "outcome", "from", "rule")
    header = [_("Criterion"), _("Code"), _("Asked"), _("Value"), _("Outcome"), _("From"), _("Rule")]
    rows = [
        [sheet.label, sheet.kind, sheet.asked, sheet.value, str(sheet.outcome.label), sheet.source, sheet.rule_source]
        for sheet in sheets_of(one.lines)
    ]
    stem = f"criteria-{one.member.slug}"
    return download(request, kind, stem, names=names, header=header, rows=rows, as_of=timezone.now())


@require_safe
def benefits(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    names = dict(Card.objects.values_list("epn_id", "name"))
    rows = [(names.get(one.epn_id, str(one.epn_id)), benefit_sheet(one)) for one in all_benefits()]
    if kind := asked(request):
        header, cells = tables.header_of_benefits(), list(tables.rows_of_benefits(rows))
        return download(
            request, kind, "benefits", names=tables.BENEFITS, header=header, rows=cells, as_of=timezone.now()
        )
    sums = benefit_sums()
    context = {
        "page": Paginator(rows, ROWS_A_PAGE).get_page(request.GET.get("page")),
        "sums": [(BenefitKind(one.kind).label, one) for one in sums],
        "epn": len({one.epn_id for _name, one in rows}),
        "total": sum((one.value_eur for one in sums if one.value_eur is not None), start=0),
    }
    return render(request, "recognition/benefits.html", context)


@require_safe
def simulation(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    """What if: a form of numbers, and what they would do. Nothing is written."""
    everybody = standings(request.space.pk)  # type: ignore[attr-defined]
    codes = sorted({one.region for one in everybody})
    wanted = request.GET.get("region", "")
    region = wanted if wanted in codes else (codes[0] if codes else "")
    here = [one for one in everybody if one.region == region]
    criteria = here[0].criteria if here else None
    form = SimulationForm(
        request.GET or None,
        offered=[(code, region_label(code)) for code in codes],
        criteria=criteria.asked if criteria else [],
        initial={"region": region},
    )
    asking = form.is_valid()
    rows = simulate(here, form.thresholds() if asking else {})
    if kind := asked(request):
        header, cells = tables.header_of_simulated(), list(tables.rows_of_simulated(rows))
        return download(
            request, kind, f"simulation-{region}", names=tables.SIMULATED, header=header, rows=cells,
            as_of=timezone.now(),
        )  # fmt: skip
    context = {
        "filter": form,
        "region": region_label(region),
        "several_regions": len(codes) > 1,
        "criteria": criteria,
        "kinds": form.kinds,
        "asking": asking,
        "labelled": sum(one.labelled_since is not None for one in here),
        "groups": _groups(rows),
        "counts": {effect.value: sum(row.effect == effect for row in rows) for effect in Effect},
        "places": [(commune_label(one.key), one) for one in by_commune(rows)],
    }
    return render(request, "recognition/simulation.html", context)


# Who loses, what isn't known, who gains: the others are only counted.
LISTED = (Effect.LOSES, Effect.FAILS, Effect.UNKNOWN, Effect.GAINS)


def _groups(rows: list[Row]) -> list[dict[str, Any]]:
    return [
        {
            "title": effect.label,
            "effect": effect.value,
            "rows": [
                {
                    "member": row.standing.member,
                    "commune": commune_label(row.standing.member.commune),
                    "why": failing(row.lines) or failing(row.lines, Outcome.UNKNOWN),
                }
                for row in rows
                if row.effect == effect
            ],
        }
        for effect in LISTED
        if any(row.effect == effect for row in rows)
    ]

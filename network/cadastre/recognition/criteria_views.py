"""The criteria that hold in each region, those before them, and new ones from a day on."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from maillage.design.downloads import asked, download
from network.cadastre.recognition import criteria_services as services
from network.cadastre.recognition.criteria import Criteria, InForce, of_the_charter, of_the_set, sets
from network.cadastre.recognition.forms import CriteriaForm, take_errors
from network.cadastre.recognition.models import CriteriaSet
from network.cadastre.recognition.regions import region_label
from network.cadastre.recognition.selectors import standings
from network.cadastre.recognition.views import may_decide
from network.cadastre.recognition.words import asked_in_words, kind_label

NAMES = ("region", "region_code", "valid_from", "holds", "criterion", "kind", "asked", "source")


def _regions_here(request: HttpRequest) -> list[str]:
    """Of the network's EPN; of a network without any, those that it has criteria for."""
    found = sorted({one.region for one in standings(request.space.pk)})  # type: ignore[attr-defined]
    return found or sorted({one.region for one in sets()})


def _sheet(one: Criteria, **more: Any) -> dict[str, Any]:
    return {
        "valid_from": one.valid_from,
        "source": one.source,
        "own": one.own,
        "lines": [
            (kind_label(each.kind, each.label), each.kind, asked_in_words(each.kind, each.threshold))
            for each in one.asked
        ],
        "missing": [kind_label(kind) for kind in one.missing],
        **more,
    }


def _of_regions(codes: list[str]) -> list[dict[str, Any]]:
    today = timezone.localdate()
    in_force, own = InForce(today), sets()
    found = []
    for code in codes:
        mine = [of_the_set(one) for one in own if one.region == code]
        charter = of_the_charter(code, today)
        history = [*mine, *([charter] if charter.asked else [])]
        holds = in_force.of(code)
        found.append(
            {
                "code": code,
                "label": region_label(code),
                "sheets": [
                    _sheet(one, holds=one == holds, to_come=bool(one.own and one.valid_from and one.valid_from > today))
                    for one in history
                ],
                "none": not holds.asked,
            }
        )
    return found


@require_safe
def criteria(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    found = _of_regions(_regions_here(request))
    if kind := asked(request):
        header = [
            _("Region"), _("Code of the region"), _("Valid from"), _("holds today"), _("Criterion"), _("Code"),
            _("Asked"), _("Source"),
        ]  # fmt: skip
        rows = [
            [region["label"], region["code"], sheet["valid_from"], _("yes") if sheet["holds"] else _("no"), label, code,
             wanted, sheet["source"]]
            for region in found
            for sheet in region["sheets"]
            for label, code, wanted in sheet["lines"]
        ]  # fmt: skip
        return download(request, kind, "criteria", names=NAMES, header=header, rows=rows, as_of=timezone.now())
    return render(request, "recognition/criteria.html", {"regions": found, "may_decide": may_decide(request)})


@require_http_methods(["GET", "HEAD", "POST"])
def criteria_set(request: HttpRequest) -> HttpResponse:
    here = _regions_here(request)
    wanted = request.GET.get("region", "")
    region = wanted if wanted in here else (here[0] if here else "")
    today = timezone.localdate()
    now = {one.kind: one for one in InForce(today).of(region).asked}
    form = CriteriaForm(
        request.POST if request.method == "POST" else None, now=now, initial={"region": region, "valid_from": today}
    )
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            services.set_criteria(
                region=said["region"], valid_from=said["valid_from"], chosen=form.chosen(),
                thresholds=form.thresholds(), labels=form.labels(), source=said["source"], by_id=request.user.pk,
            )  # fmt: skip
        except ValidationError as error:
            take_errors(form, error)
        else:
            messages.success(request, _("The new criteria are noted. Those before them stay in the history."))
            return redirect("recognition:criteria")
    return render(request, "recognition/criteria_form.html", {"form": form})


@require_POST
def criteria_drop(request: HttpRequest, set_id: int) -> HttpResponse:
    try:
        services.drop_criteria(criteria_set=get_object_or_404(CriteriaSet, pk=set_id))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("These criteria are taken back."))
    return redirect("recognition:criteria")

"""Visits on the spot and benefits in kind of one EPN: written by the network's coordinator."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from maillage.design.numbers import day_label
from network.cadastre.recognition import services
from network.cadastre.recognition.forms import BenefitForm, InspectionForm, take_errors
from network.cadastre.recognition.models import Benefit, Inspection
from network.cadastre.recognition.sheets import benefit_sheet
from network.cadastre.recognition.views import standing_of

form_page = require_http_methods(["GET", "HEAD", "POST"])


@form_page
def inspect(request: HttpRequest, epn_id: int) -> HttpResponse:
    return _inspection_page(request, epn_id, None)


@form_page
def inspection(request: HttpRequest, epn_id: int, pk: int) -> HttpResponse:
    return _inspection_page(request, epn_id, get_object_or_404(Inspection, pk=pk, epn_id=epn_id))


def _inspection_page(request: HttpRequest, epn_id: int, before: Inspection | None) -> HttpResponse:
    one = standing_of(request, epn_id)
    name = request.user.name  # type: ignore[union-attr]
    form = InspectionForm(
        request.POST if request.method == "POST" else None,
        asked=one.criteria.asked,
        found=before.findings if before else {},
        initial=(
            {"on": before.on, "by_name": before.by_name, "note": before.note}
            if before
            else {"on": timezone.localdate(), "by_name": name}
        ),
    )
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            services.save_inspection(
                epn_id=epn_id, on=said["on"], by_name=said["by_name"], findings=form.findings(), note=said["note"],
                inspection=before,
            )  # fmt: skip
        except ValidationError as error:
            take_errors(form, error)
        else:
            messages.success(request, _("The visit of %(day)s is noted.") % {"day": day_label(said["on"])})
            return redirect("recognition:epn", epn_id)
    context = {"form": form, "name": one.member.name, "epn_id": epn_id, "inspection": before}
    return render(request, "recognition/inspection.html", context)


@form_page
def inspection_remove(request: HttpRequest, epn_id: int, pk: int) -> HttpResponse:
    found = get_object_or_404(Inspection, pk=pk, epn_id=epn_id)
    if request.method == "POST":
        services.remove_inspection(inspection=found)
        messages.success(request, _("The visit of %(day)s is removed.") % {"day": day_label(found.on)})
        return redirect("recognition:epn", epn_id)
    context = {
        "title": _("Remove the visit of %(day)s?") % {"day": day_label(found.on)},
        "text": _("What was seen then is removed too."),
        "action_label": _("Remove this visit"),
        "cancel_url": reverse("recognition:epn", args=[epn_id]),
        "danger": True,
    }
    return render(request, "components/confirm_page.html", context)


@form_page
def benefit_add(request: HttpRequest, epn_id: int) -> HttpResponse:
    one = standing_of(request, epn_id)
    form = BenefitForm(request.POST if request.method == "POST" else None, initial={"on": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        try:
            made = services.add_benefit(epn_id=epn_id, **form.cleaned_data)
        except ValidationError as error:
            take_errors(form, error)
        else:
            facts = {"epn": one.member.name, "what": benefit_sheet(made).what}
            messages.success(request, _("%(epn)s received: %(what)s.") % facts)
            return redirect("recognition:epn", epn_id)
    return render(request, "recognition/benefit.html", {"form": form, "name": one.member.name, "epn_id": epn_id})


@form_page
def benefit_remove(request: HttpRequest, epn_id: int, pk: int) -> HttpResponse:
    found = get_object_or_404(Benefit, pk=pk, epn_id=epn_id)
    what = benefit_sheet(found).what
    if request.method == "POST":
        services.remove_benefit(benefit=found)
        messages.success(request, _("Removed: %(what)s.") % {"what": what})
        return redirect("recognition:epn", epn_id)
    context = {
        "title": _("Remove this benefit?"),
        "text": _("%(what)s, received on %(day)s.") % {"what": what, "day": day_label(found.on)},
        "action_label": _("Remove this benefit"),
        "cancel_url": reverse("recognition:epn", args=[epn_id]),
        "danger": True,
    }
    return render(request, "components/confirm_page.html", context)

"""Article 60 for the coordinator: what ends when, one contract's clock and convention, its evaluations, what if."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, HttpResponseRedirect, QueryDict, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from maillage.design.downloads import asked, download
from maillage.design.two_versions import ChangedMeanwhile, Difference, compare, is_undecided, renewed, settled
from tenants.activity.views import actor_of
from tenants.article60 import exports, selectors, services
from tenants.article60.forms import ConventionForm, EvaluationForm, WhatIfForm
from tenants.article60.models import Alert, Convention, Evaluation
from tenants.article60.selectors import Clock
from tenants.article60.words import TONES, later_or_earlier, told
from tenants.registry.middleware import SpaceRequest
from tenants.staff.models import Contract
from tenants.staff.wording import plain_hours

form_page = require_http_methods(["GET", "HEAD", "POST"])


def _contract(contract_id: int) -> Contract:
    found: Contract = get_object_or_404(selectors.article60_contracts(), pk=contract_id)
    return found


def _shown(clock: Clock) -> dict[str, Any]:
    """Template context of one clock."""
    return {
        "clock": clock,
        "contract": clock.contract,
        "convention": clock.convention,
        "told": told(clock.estimate),
        "tone": TONES[clock.by],
        "apart": later_or_earlier(clock),
    }


# --- what ends when ---------------------------------------------------------------------------------------------


@require_safe
@never_cache
def home(request: SpaceRequest) -> HttpResponse | StreamingHttpResponse:
    today = timezone.localdate()
    clocks = selectors.running_clocks(today)
    upcoming = selectors.next_evaluations([one.convention for one in clocks if one.convention is not None])
    if kind := asked(request):
        rows = exports.rows(clocks, upcoming)
        return download(
            request, kind, "article-60", names=exports.NAMES, header=exports.header(), rows=rows, as_of=timezone.now()
        )
    lines = [
        {**_shown(one), "evaluation": upcoming.get(one.convention.pk) if one.convention is not None else None}
        for one in clocks
    ]
    within = {months: sum(one.step is not None and one.step <= months for one in clocks) for months in (1, 3, 6)}
    return render(request, "article60/home.html", {"today": today, "lines": lines, "within": within})


@require_safe
@never_cache
def mine(request: SpaceRequest) -> HttpResponse:
    """One's own contracts, for whoever works here under article 60; nobody else's."""
    actor = actor_of(request)
    clocks = selectors.own_clocks(actor.person_id, timezone.localdate())
    lines = [{**_shown(one), "evaluations": _evaluations(one.convention)} for one in clocks]
    # A coordinator has the list of contracts instead of a page of their own.
    context = {"lines": lines, "back_url": "" if actor.coordinates else reverse("staff:mine")}
    return render(request, "article60/mine.html", context)


# --- one contract -----------------------------------------------------------------------------------------------


def _evaluations(convention: Convention | None) -> list[Evaluation]:
    return list(convention.evaluations.all()) if convention is not None else []


@require_safe
@never_cache
def contract(request: SpaceRequest, contract_id: int) -> HttpResponse:
    clock = selectors.clock_of(_contract(contract_id), timezone.localdate())
    alerts = Alert.objects.filter(contract=clock.contract)
    context = {**_shown(clock), "evaluations": _evaluations(clock.convention), "alerts": alerts}
    return render(request, "article60/contract.html", context)


@form_page
@never_cache
def convention(request: SpaceRequest, contract_id: int) -> HttpResponse:
    """Whoever saves second sees both versions and chooses."""
    found = _contract(contract_id)
    kept = selectors.convention_of(found)
    stored = ConventionForm(contract=found, convention=kept)
    form = ConventionForm(_sent(request, stored), contract=found, convention=kept)
    differences: list[Difference] = []
    if form.is_bound and form.is_valid():
        try:
            if kept is not None and is_undecided(request.POST):
                raise ChangedMeanwhile(kept)
            in_contract = form.ends_the_contract()
            services.save_convention(
                contract=found, seen=form.cleaned_data["version"], in_contract=in_contract, **form.facts()
            )
        except ValidationError as error:
            form.add_problems(error)
        except ChangedMeanwhile as meanwhile:
            form.data = renewed(request.POST, meanwhile.stored)
            theirs = ConventionForm(contract=found, convention=meanwhile.stored)
            theirs.fields.pop("in_contract", None)  # what to do, and no fact of a version
            differences = compare(form, theirs)
        if not form.errors and not differences:
            messages.success(request, _("The convention is saved."))
            return redirect("article60:contract", contract_id)
    context = {"form": form, "contract": found, "differences": differences}
    return render(request, "article60/convention.html", context)


def _sent(request: SpaceRequest, stored: forms.Form) -> QueryDict | None:
    return settled(request.POST, stored) if request.method == "POST" else None


@require_POST
def take_date(request: SpaceRequest, contract_id: int) -> HttpResponseRedirect:
    found = _contract(contract_id)
    try:
        services.take_date_of_cpas(contract=found)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("The contract now has the CPAS's date as its planned end."))
    return redirect("article60:contract", contract_id)


# --- evaluations ------------------------------------------------------------------------------------------------


@form_page
@never_cache
def evaluation_add(request: SpaceRequest, contract_id: int) -> HttpResponse:
    found = _contract(contract_id)
    form = EvaluationForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            services.add_evaluation(contract=found, **form.facts())
        except ValidationError as error:
            form.add_problems(error)
        else:
            messages.success(request, _("The evaluation is saved."))
            return redirect("article60:contract", contract_id)
    return render(
        request, "article60/evaluation.html", {"form": form, "contract": found, "evaluation": None, "differences": []}
    )


def _evaluation(pk: int) -> Evaluation:
    """Not those of contracts that were deleted as mistakes."""
    kept = Evaluation.objects.filter(convention__contract__deleted_at__isnull=True)
    found: Evaluation = get_object_or_404(kept.select_related("convention__contract__member"), pk=pk)
    return found


@form_page
@never_cache
def evaluation(request: SpaceRequest, pk: int) -> HttpResponse:
    found = _evaluation(pk)
    of = found.convention.contract
    form = EvaluationForm(_sent(request, EvaluationForm(evaluation=found)), evaluation=found)
    differences: list[Difference] = []
    if form.is_bound and form.is_valid():
        try:
            if is_undecided(request.POST):
                raise ChangedMeanwhile(found)
            services.change_evaluation(evaluation=found, seen=form.cleaned_data["version"], **form.facts())
        except ValidationError as error:
            form.add_problems(error)
        except ChangedMeanwhile as meanwhile:
            form.data = renewed(request.POST, meanwhile.stored)
            differences = compare(form, EvaluationForm(evaluation=meanwhile.stored))
        if not form.errors and not differences:
            messages.success(request, _("The evaluation is saved."))
            return redirect("article60:contract", of.pk)
    context = {"form": form, "contract": of, "evaluation": found, "differences": differences}
    return render(request, "article60/evaluation.html", context)


@form_page
def evaluation_delete(request: SpaceRequest, pk: int) -> HttpResponse:
    found = _evaluation(pk)
    of = found.convention.contract_id
    if request.method == "POST":
        services.delete_evaluation(evaluation=found)
        messages.success(request, _("The evaluation is deleted."))
        return redirect("article60:contract", of)
    context = {
        "title": _("Delete this evaluation?"),
        "text": _("Its dates and its conclusion are gone for good."),
        "action_label": _("Delete it"),
        "cancel_url": reverse("article60:contract", args=[of]),
        "danger": True,
        "form": None,
    }
    return render(request, "components/confirm_page.html", context)


# --- what if ----------------------------------------------------------------------------------------------------


@require_safe
@never_cache
def what_if(request: SpaceRequest) -> HttpResponse:
    """A form by GET: nothing is written, and nothing of it says whose contract it is."""
    today = timezone.localdate()
    usual = {"starts_on": today, "hours_per_week": 38, "full_time_hours": 38}
    form = WhatIfForm(request.GET if "starts_on" in request.GET else None, initial=usual)
    answer = None
    if form.is_bound and form.is_valid():
        said = form.cleaned_data
        answer = selectors.what_if(
            starts_on=said["starts_on"],
            hours_per_week=said["hours_per_week"],
            full_time_hours=said["full_time_hours"],
            prior_days=said["prior_days"],
            group=said["age"],
        )
    context = {"form": form, "answer": answer, "told": told(answer) if answer is not None else None}
    return render(request, "article60/what_if.html", context)


@require_safe
@never_cache
def what_if_of(request: SpaceRequest, contract_id: int) -> HttpResponse:
    """The same, beginning with the hours of a contract and what its convention knows."""
    found = _contract(contract_id)
    kept = selectors.convention_of(found)
    hours = kept.hours_per_week if kept is not None and kept.hours_per_week is not None else found.hours_per_week
    form = WhatIfForm(
        initial={
            "starts_on": found.starts_on,
            "hours_per_week": plain_hours(hours),
            "full_time_hours": plain_hours(found.full_time_hours),
            "prior_days": kept.prior_days if kept is not None else None,
        }
    )
    return render(request, "article60/what_if.html", {"form": form, "answer": None, "told": None})

"""Steps: correct, tick off with one tap, and log a visit of somebody who is followed."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from maillage.design.feedback import success_with_undo
from maillage.design.two_versions import ChangedMeanwhile, Difference, compare, is_undecided, renewed, settled
from tenants.activity.forms import new_key
from tenants.activity.selectors import habits, open_sites, today
from tenants.activity.views import actor_of
from tenants.followup import selectors
from tenants.followup.codes import shown
from tenants.followup.forms import StepForm, ThreadVisitForm
from tenants.followup.models import Step
from tenants.followup.services import (
    change_step,
    delete_step,
    mark_done,
    mark_not_done,
    record_visit_of,
)
from tenants.followup.views import team
from tenants.registry.middleware import SpaceRequest


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def step(request: SpaceRequest, pk: int) -> HttpResponse:
    """Whoever saves second sees both versions and chooses."""
    found = get_object_or_404(selectors.steps(), pk=pk)
    people = team()
    stored = StepForm(step=found, people=people)
    sent = settled(request.POST, stored) if request.method == "POST" else None
    form = StepForm(sent, step=found, people=people)
    differences: list[Difference] = []
    if form.is_bound and form.is_valid():
        try:
            if is_undecided(request.POST):
                raise ChangedMeanwhile(found)
            change_step(step=found, seen=form.cleaned_data["version"], **form.facts())
        except ValidationError as error:
            form.add_problems(error)
        except ChangedMeanwhile as meanwhile:
            form.data = renewed(request.POST, meanwhile.stored)
            differences = compare(form, StepForm(step=meanwhile.stored, people=people))
        if not form.errors and not differences:
            messages.success(request, _("The step is corrected."))
            return redirect("followup:thread", found.thread_id)
    context = {"form": form, "step": found, "differences": differences, "code": shown(found.thread.code)}
    return render(request, "followup/step.html", context)


def _back(request: SpaceRequest, found: Step) -> HttpResponseRedirect:
    if request.POST.get("from") == "thread":
        return redirect("followup:thread", found.thread_id)
    return redirect("followup:home")


@require_POST
def done(request: SpaceRequest, pk: int) -> HttpResponseRedirect:
    found = get_object_or_404(selectors.steps(), pk=pk)
    mark_done(step=found)
    success_with_undo(request, _("Done."), reverse("followup:step_undone", args=[pk]))
    return _back(request, found)


@require_POST
def undone(request: SpaceRequest, pk: int) -> HttpResponseRedirect:
    found = get_object_or_404(selectors.steps(), pk=pk)
    mark_not_done(step=found)
    messages.success(request, _("It is to do again."))
    return _back(request, found)


@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: SpaceRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(selectors.steps(), pk=pk)
    if request.method == "POST":
        delete_step(step=found)
        messages.success(request, _("The step is deleted."))
        return redirect("followup:thread", found.thread_id)
    context = {
        "title": _("Delete this step?"),
        "text": _("What is written in it is gone for good."),
        "action_label": _("Delete"),
        "cancel_url": reverse("followup:step", args=[pk]),
        "danger": True,
        "form": None,
    }
    return render(request, "components/confirm_page.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def visit(request: SpaceRequest, pk: int) -> HttpResponse:
    """An anonymous visit like any other; the thread notes that it was one of its own."""
    thread = get_object_or_404(selectors.threads(), pk=pk)
    actor = actor_of(request)
    sites = open_sites()
    usual = habits(person_id=actor.person_id, sites=sites)
    form = ThreadVisitForm(
        request.POST if request.method == "POST" else None,
        sites=sites,
        initial={
            "key": new_key(), "themes": thread.themes, "date": today(), "minutes": usual.minutes, "mode": usual.mode,
            "site": usual.site_id,
        },
    )  # fmt: skip
    if form.is_bound and form.is_valid():
        facts = form.facts()
        facts["animator_id"] = actor.person_id
        try:
            record_visit_of(
                thread=thread, by=actor, text=form.cleaned_data["text"], key=form.cleaned_data["key"],
                **facts,
            )  # fmt: skip
        except ValidationError as error:
            form.add_problems(error)
        else:
            messages.success(request, _("The visit is saved, and noted here."))
            return redirect("followup:thread", pk)
    context = {"form": form, "thread": thread, "code": shown(thread.code), "has_sites": bool(sites)}
    return render(request, "followup/visit.html", context)

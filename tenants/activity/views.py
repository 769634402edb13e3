"""The whole visit: log it, correct it, delete it, take the last one back. Three taps are the counter's."""

from __future__ import annotations

import uuid
from typing import Any, cast
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from maillage.design.feedback import success_with_undo
from maillage.design.two_versions import ChangedMeanwhile, compare, is_undecided, renewed, settled
from maillage.reference.selectors import label_of
from tenants.activity import selectors
from tenants.activity.counter.forms import AtHandForm
from tenants.activity.counter.work import Work, close_work, work_at_hand
from tenants.activity.forms import VisitForm, new_key, offer_rows
from tenants.activity.models import Visit
from tenants.activity.rules import Actor, check_is_there, check_may_change
from tenants.activity.services import change_visit, delete_visit, record_visit, restore_visit, undo_last_visit
from tenants.registry.crossing import current_place
from tenants.registry.middleware import SpaceRequest


def actor_of(request: SpaceRequest) -> Actor:
    """Who is at work. The role table let nobody in who has no role here."""
    assert request.membership is not None
    return Actor(person_id=request.membership.person_id, role=request.membership.role)


def space_id() -> int:
    return current_place().space_id or 0


def labels_of(visit: Visit) -> dict[str, str]:
    return {
        "themes": ", ".join(label_of("theme", one) for one in visit.themes),
        "outcome": label_of("outcome", visit.outcome),
        "mode": label_of("mode", visit.mode),
    }


def home_after(visit: Visit, **said: str) -> HttpResponseRedirect:
    """Back to the counter, which stays on the day that one is entering."""
    query = said if visit.date == selectors.today() else {"day": visit.date.isoformat(), **said}
    return redirect(f"{reverse('home')}?{urlencode(query)}" if query else reverse("home"))


def renew_key(form: forms.Form) -> None:
    """The key of this page has saved a visit already: what is on it now is another one."""
    if form.has_error("__all__", "key_reused"):
        renewed = QueryDict(mutable=True)
        renewed.update(form.data)
        renewed["key"] = str(new_key())
        form.data = renewed


# --- the whole visit --------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def new(request: SpaceRequest) -> HttpResponse:
    if request.method == "POST":
        form = VisitForm(request.POST)
        if form.is_valid():
            try:
                visit = record_visit(key=form.cleaned_data["key"] or new_key(), by=actor_of(request), **form.facts())
            except ValidationError as error:
                form.add_problems(error)
            else:
                close_work(work=_work_of(request), visit=visit)
                return home_after(visit, saved="1")
        renew_key(form)
        sites = selectors.open_sites()
    else:
        sites = selectors.open_sites()
        habits = selectors.habits(person_id=actor_of(request).person_id, sites=sites)
        usual = {
            "key": new_key(),
            "date": selectors.today(),
            "minutes": habits.minutes,
            "mode": habits.mode,
            "site": habits.site_id,
            "animator": request.user.pk,
        }
        tapped: dict[str, Any] = {
            name: value for name, value in request.GET.items() if name in VisitForm.base_fields and value
        }
        if "themes" in tapped:
            tapped["themes"] = request.GET.getlist("themes")
        form = VisitForm(initial={**usual, **tapped, "key": usual["key"]})
    offer_rows(form, sites, selectors.animators(space_id()))
    return render(request, "activity/visit_form.html", {"form": form, "visit": None, "has_sites": bool(sites)})


def _work_of(request: SpaceRequest) -> Work:
    """What one came from at the counter: a ticket, or a help that wasn't finished."""
    asked = AtHandForm(request.GET)
    return work_at_hand(**asked.cleaned_data) if asked.is_valid() else Work()


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def edit(request: SpaceRequest, pk: int) -> HttpResponse:
    sent = request.POST if request.method == "POST" else None
    visit = get_object_or_404(selectors.journal(with_deleted=sent is not None), pk=pk)
    actor = actor_of(request)
    check_may_change(visit, actor)
    form = VisitForm(sent and settled(sent, VisitForm(visit=visit)), visit=visit)
    other: dict[str, Any] = {}
    if sent and form.is_valid():
        try:
            check_is_there(visit)
            if is_undecided(sent):
                raise ChangedMeanwhile(visit)
            change_visit(visit=visit, by=actor, seen=form.cleaned_data["version"], **form.facts())
        except ValidationError as error:
            form.add_problems(error)
        except ChangedMeanwhile as meanwhile:
            other = _other_version(form, meanwhile.stored)
        if not form.errors and not other.get("differences"):
            messages.success(request, _("The visit is corrected."))
            return redirect("activity:journal")
    offer_rows(form, selectors.open_sites(), selectors.animators(space_id()), visit)
    context = {"form": form, "visit": visit, "has_sites": True, **other}
    return render(request, "activity/visit_form.html", context)


def _other_version(form: VisitForm, stored: Visit) -> dict[str, Any]:
    """What is shown to who comes second; the form then answers to the version that stands now."""
    sites, people = selectors.open_sites(), selectors.animators(space_id())
    theirs = VisitForm(visit=stored)
    for one in (form, theirs):
        offer_rows(one, sites, people, stored)
    form.data = renewed(cast(QueryDict, form.data), stored)
    last = selectors.history_of(stored)[-1]
    return {"differences": compare(form, theirs), "changed_by": last.by and last.by.name, "changed_at": last.at}


@require_POST
def delete(request: SpaceRequest, pk: int) -> HttpResponseRedirect:
    visit = get_object_or_404(selectors.visits(), pk=pk)
    delete_visit(visit=visit, by=actor_of(request))
    success_with_undo(request, _("The visit is deleted."), reverse("activity:restore", args=[pk]))
    return redirect("activity:journal")


@require_POST
def restore(request: SpaceRequest, pk: int) -> HttpResponseRedirect:
    visit = get_object_or_404(Visit, pk=pk)
    restore_visit(visit=visit, by=actor_of(request))
    messages.success(request, _("The visit is back."))
    return redirect("activity:journal")


@require_POST
def undo(request: SpaceRequest) -> HttpResponseRedirect:
    try:
        key = uuid.UUID(request.POST.get("key", ""))
    except ValueError:
        key = None
    try:
        visit = undo_last_visit(by=actor_of(request), key=key)
    except ValidationError as error:
        for text in error.messages:
            messages.error(request, text)
        return redirect("home")
    success_with_undo(request, _("The last visit is taken back."), reverse("activity:restore", args=[visit.pk]))
    return home_after(visit)

"""Keep the filters of the journal under a name, rename it, forget it."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from tenants.activity.journal.filters import journal_filter
from tenants.activity.journal.saved.forms import ViewForm
from tenants.activity.journal.saved.rules import may_change_view
from tenants.activity.journal.saved.services import delete_view, rename_view, save_view
from tenants.activity.journal.selectors import views_for
from tenants.activity.views import actor_of
from tenants.registry.middleware import SpaceRequest


@require_http_methods(["GET", "HEAD", "POST"])
def save(request: SpaceRequest) -> HttpResponse:
    """The filters are those of the address; below, the views that one may rename or delete."""
    actor, filterset = actor_of(request), journal_filter(request.GET)
    form = ViewForm(request.POST if request.method == "POST" else None, actor=actor)
    chosen = filterset.chosen if filterset.form.is_valid() else {}
    if form.is_bound and form.is_valid():
        said = form.cleaned_data
        try:
            view = save_view(name=said["name"], filters=chosen, shared=said.get("shared", False), by=actor)
        except ValidationError as error:
            form.add_problems(error)
        else:
            messages.success(request, _("The view is kept. It stands above the journal."))
            return redirect(f"{reverse('activity:journal')}?{urlencode(view.filters)}")
    views = [{"view": one, "may_change": may_change_view(one, actor)} for one in views_for(actor.person_id)]
    return render(
        request, "activity/views.html", {"form": form, "chosen": filterset.in_words() if chosen else [], "views": views}
    )


@require_http_methods(["GET", "HEAD", "POST"])
def rename(request: SpaceRequest, pk: int) -> HttpResponse:
    actor = actor_of(request)
    view = get_object_or_404(views_for(actor.person_id), pk=pk)
    form = ViewForm(
        request.POST if request.method == "POST" else None, initial={"name": view.name}, actor=actor, renamed=True
    )
    if form.is_bound and form.is_valid():
        try:
            rename_view(view=view, name=form.cleaned_data["name"], by=actor)
        except ValidationError as error:
            form.add_problems(error)
        else:
            messages.success(request, _("The view has its new name."))
            return redirect("activity:views")
    return render(request, "activity/view_rename.html", {"form": form, "view": view})


@require_POST
def delete(request: SpaceRequest, pk: int) -> HttpResponseRedirect:
    actor = actor_of(request)
    delete_view(view=get_object_or_404(views_for(actor.person_id), pk=pk), by=actor)
    messages.success(request, _("The view is deleted. The visits stay."))
    return redirect("activity:views")

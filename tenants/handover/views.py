"""Somebody leaves: what they leave behind on one page, and who takes it over."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, QueryDict, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from maillage.design.downloads import asked, download
from maillage.design.feedback import success_with_undo
from tenants.activity.selectors import animators
from tenants.activity.views import actor_of, space_id
from tenants.handover import selectors, services
from tenants.handover.exports import THING_NAMES, thing_header, thing_rows
from tenants.handover.forms import KeepAccessForm, PassOnForm, ThingForm
from tenants.handover.models import Handover, HeldThing
from tenants.registry.middleware import SpaceRequest
from tenants.staff.models import StaffMember
from tenants.staff.selectors import staff_members


@require_safe
def leaving(request: SpaceRequest) -> HttpResponse | StreamingHttpResponse:
    """Who leaves soon, and everything that anybody holds."""
    things = selectors.things()
    if kind := asked(request):
        return download(
            request, kind, "things-held", names=THING_NAMES, header=thing_header(), rows=thing_rows(things),
            as_of=timezone.now(),
        )  # fmt: skip
    context = {"leaving": selectors.leaving_soon(), "things": things, "members": staff_members()}
    return render(request, "handover/leaving.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def pack(request: SpaceRequest, member_id: int) -> HttpResponse:
    member = get_object_or_404(StaffMember.objects.select_related("account"), pk=member_id)
    form = _pass_on_form(member, request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            handover = services.pass_on(by=actor_of(request), member=member, moves=form.moves())
        except ValidationError as error:
            form.add_problems(error)
        else:
            text = _("It is passed on. What %(name)s recorded stays.") % {"name": member.name}
            success_with_undo(request, text, reverse("handover:take_back", args=[handover.pk]))
            return redirect("handover:pack", member.pk)
    return _pack_page(request, member, form=form)


def _pass_on_form(member: StaffMember, sent: QueryDict | None = None) -> PassOnForm:
    return PassOnForm(
        sent,
        items=selectors.items_of(member),
        people=[one for one in animators(space_id()) if one.pk != member.account_id],
        members=[one for one in staff_members() if one.pk != member.pk],
    )


def _pack_page(request: SpaceRequest, member: StaffMember, **forms: Any) -> HttpResponse:
    one = next(iter(selectors.leaving([member])), None)
    context = {
        "member": member,
        "leaving": one,
        "today": timezone.localdate(),
        "handovers": selectors.handovers_of(member),
        "thing_form": ThingForm(),
        "access_form": KeepAccessForm(initial={"until": one.kept_until if one else None}),
        **forms,
    }
    context["form"] = context.get("form") or _pass_on_form(member)
    return render(request, "handover/pack.html", context)


@require_POST
def take_back(request: SpaceRequest, pk: int) -> HttpResponse:
    handover = get_object_or_404(Handover, pk=pk)
    try:
        services.take_back(by=actor_of(request), handover=handover)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("It is taken back: everything is where it was."))
    return redirect("handover:pack", handover.member_id)


@require_POST
def thing_add(request: SpaceRequest, member_id: int) -> HttpResponse:
    member = get_object_or_404(StaffMember, pk=member_id)
    form = ThingForm(request.POST)
    if form.is_valid():
        try:
            services.note_thing(member=member, **form.facts())
        except ValidationError as error:
            form.add_problems(error)
        else:
            messages.success(request, _("It is noted."))
            return redirect("handover:pack", member.pk)
    return _pack_page(request, member, thing_form=form)


@require_POST
def thing_return(request: SpaceRequest, pk: int) -> HttpResponse:
    thing = get_object_or_404(HeldThing, pk=pk)
    services.return_thing(thing=thing)
    text = _("“%(what)s” is given back.") % {"what": thing.label}
    success_with_undo(request, text, reverse("handover:thing_held_again", args=[thing.pk]))
    return redirect("handover:leaving")


@require_POST
def thing_held_again(request: SpaceRequest, pk: int) -> HttpResponse:
    thing = get_object_or_404(HeldThing, pk=pk)
    services.hold_again(thing=thing)
    messages.success(request, _("“%(what)s” is in the list again.") % {"what": thing.label})
    return redirect("handover:leaving")


@require_POST
def keep_access(request: SpaceRequest, member_id: int) -> HttpResponse:
    member = get_object_or_404(StaffMember, pk=member_id)
    form = KeepAccessForm(request.POST)
    if form.is_valid():
        try:
            services.keep_access(member=member, until=form.cleaned_data["until"])
        except ValidationError as error:
            form.add_problems(error)
        else:
            messages.success(request, _("It is saved."))
            return redirect("handover:pack", member.pk)
    return _pack_page(request, member, access_form=form)

"""The desk: open it, hand out tickets, call, turn away, close it. What isn't finished: drop it, bring it back."""

from __future__ import annotations

import hashlib
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, HttpResponseNotModified
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from maillage.design.feedback import success_with_undo
from maillage.design.two_versions import VERSION, ChangedMeanwhile, Difference, is_undecided
from tenants.activity.counter.forms import OpenSessionForm, TapForm
from tenants.activity.counter.rules import check_may_change_session
from tenants.activity.counter.selectors import (
    Desk,
    counter_sessions,
    desk_of,
    proposed_end,
    session_to_open,
    summary_of,
)
from tenants.activity.counter.services import close_counter_session, open_counter_session
from tenants.activity.counter.tables import CounterTap, OpenRequest
from tenants.activity.counter.taps import tap, undo_tap
from tenants.activity.counter.views import answered, both_versions, offer_sites, stored_form
from tenants.activity.counter.work import Work, drop_request, restore_request
from tenants.activity.fields import RowField
from tenants.activity.forms import new_key
from tenants.activity.selectors import animators, open_sites, tally_of_day, today
from tenants.activity.views import actor_of, space_id
from tenants.registry.middleware import SpaceRequest

PANEL = "X-Panel"  # the script asks for the desk alone; without it the whole page comes again


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def session_open(request: SpaceRequest) -> HttpResponse:
    people = animators(space_id())
    if request.method == "POST":
        form = OpenSessionForm(request.POST, people=people)
        if form.is_valid():
            try:
                open_counter_session(hand_all_out=form.cleaned_data["hand_all_out"], **form.facts())
            except ValidationError as error:
                form.add_problems(error)
            else:
                return redirect("home")
    else:
        asked = request.GET.get("site", "")
        site_id = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 19 else None
        form = OpenSessionForm(people=people, initial=session_to_open(site_id, actor_of(request).person_id))
    sites = open_sites()
    field = form.fields["site"]
    assert isinstance(field, RowField)
    field.offer(sites)
    return render(request, "activity/session_open.html", {"form": form, "has_sites": bool(sites)})


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def session_close(request: SpaceRequest, pk: int) -> HttpResponse:
    session = get_object_or_404(counter_sessions(), pk=pk)
    actor = actor_of(request)
    check_may_change_session(session, actor)
    if not session.is_open:  # closed by a colleague, or sent twice
        return redirect("activity:session_edit", pk=pk)
    ways: dict[str, Any] = {"closing": True, "initial": proposed_end(session)}
    form = answered(request, session, **ways) if request.method == "POST" else stored_form(session, **ways)
    differences: list[Difference] = []
    if form.is_bound and form.is_valid():
        try:
            if is_undecided(request.POST):
                raise ChangedMeanwhile(session)
            close_counter_session(session=session, by=actor, seen=form.cleaned_data[VERSION], **form.facts())
        except ValidationError as error:
            form.add_problems(error)
            session.refresh_from_db()
        except ChangedMeanwhile as meanwhile:
            # A colleague turned somebody away meanwhile, or has closed.
            session = meanwhile.stored
            differences = both_versions(request, form, session, **ways)
            if not differences:
                close_counter_session(session=session, by=actor, **form.facts())
        if not form.errors and not differences:
            messages.success(request, _("The half-day is closed and in the figures. Thank you."))
            return redirect("activity:sessions")
    offer_sites(form, session)
    context = {"form": form, "session": session, "has_sites": True, "closing": True, "summary": summary_of(session),
               "differences": differences, "is_today": session.date == today()}  # fmt: skip
    return render(request, "activity/session_form.html", context)


@require_POST
@never_cache
def session_tap(request: SpaceRequest, pk: int) -> HttpResponse:
    session = get_object_or_404(counter_sessions(), pk=pk)
    me = actor_of(request).person_id
    form = TapForm(request.POST)
    said = ""
    if form.is_valid():
        kind, ticket_id = form.cleaned_data["tap"]
        try:
            tap(session_id=session.pk, kind=kind, key=form.cleaned_data["key"], by_id=me, ticket_id=ticket_id)
        except ValidationError as error:
            said = " ".join(error.messages)
    else:
        said = _("This button is of an older page. Try again.")
    return _desk_again(request, session.pk, said)


@require_POST
@never_cache
def tap_undo(request: SpaceRequest, pk: int) -> HttpResponse:
    made = get_object_or_404(CounterTap.objects.select_related("session"), pk=pk)
    said = ""
    try:
        undo_tap(tap=made, by_id=actor_of(request).person_id)
    except ValidationError as error:
        said = " ".join(error.messages)
    return _desk_again(request, made.session_id, said)


@require_safe
@never_cache
def session_now(request: SpaceRequest, pk: int) -> HttpResponse:
    """The desk and the day's tally for a page that looks again by itself: 304 while nothing has happened, home once the
    half-day is closed. Four statements, whatever happened."""
    session = get_object_or_404(counter_sessions(), pk=pk)
    if not session.is_open:
        return redirect("home")
    desk = desk_of(session, actor_of(request).person_id)
    tally = tally_of_day(session.date)
    said = repr((desk.state, tally, get_language())).encode()
    tag = f'"{hashlib.blake2s(said, digest_size=16).hexdigest()}"'
    if request.headers.get("If-None-Match") == tag:
        return HttpResponseNotModified(headers={"ETag": tag})
    context = {**_desk_context(desk, resuming="resuming" in request.GET), "tally": tally, "is_today": True}
    response = render(request, "activity/_desk_now.html", context)
    response["ETag"] = tag
    return response


def _desk_context(desk: Desk, *, resuming: bool) -> dict[str, object]:
    ticket = desk.mine[0] if desk.mine and not resuming else None
    work = Work(ticket.called_at, ticket, None, ticket.visit) if ticket else Work()
    return {"desk": desk, "work": work, "proposed_minutes": work.minutes, "tap_key": new_key(), "resuming": resuming}


def _desk_again(request: SpaceRequest, session_id: int, said: str) -> HttpResponse:
    """The desk alone for the script, else home; `said` is why nothing was done."""
    session = counter_sessions().filter(pk=session_id).first()
    if PANEL not in request.headers or session is None or not session.is_open:
        if said:
            messages.error(request, said)
        return redirect("home")
    desk = desk_of(session, actor_of(request).person_id)
    context = {**_desk_context(desk, resuming="resuming" in request.POST), "said": said}
    return render(request, "activity/_desk.html", context)


@require_POST
def request_drop(request: SpaceRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(OpenRequest, pk=pk)
    drop_request(request=found)
    success_with_undo(request, _("This help won't become a visit."), reverse("activity:request_restore", args=[pk]))
    return redirect("home")


@require_POST
def request_restore(request: SpaceRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(OpenRequest, pk=pk)
    restore_request(request=found)
    return redirect("home")

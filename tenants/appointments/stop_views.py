"""Stops on the road: a month of them, planned, packed, held, cancelled, and what came of each place."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import cast

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from maillage.design.downloads import asked, download
from maillage.design.feedback import success_with_undo
from maillage.design.numbers import day_label, month_label
from maillage.design.two_versions import ChangedMeanwhile, Difference, compare, is_undecided, renewed, settled
from tenants.activity.views import actor_of, space_id
from tenants.appointments import exports, stop_services
from tenants.appointments import stop_selectors as selectors
from tenants.appointments.enums import StopState
from tenants.appointments.forms import read_day
from tenants.appointments.models import Stop
from tenants.appointments.selectors import animators
from tenants.appointments.stop_forms import CancelStopForm, NewStopForm, PeriodForm, StopForm, new_series
from tenants.registry.middleware import SpaceRequest
from tenants.registry.roles import allows, who_may

form_page = require_http_methods(["GET", "HEAD", "POST"])


def _may_add_places(request: SpaceRequest) -> bool:
    """A stop's new place is a site: whoever may add sites may make one here."""
    assert request.space is not None
    role = request.membership.role if request.membership else None
    return allows(who_may(request.space.kind, "premises:site_add", "POST"), signed_in=True, role=role)


def _one(pk: int) -> Stop:
    return get_object_or_404(selectors.stops(), pk=pk)


def _to_month(day: dt.date) -> HttpResponseRedirect:
    return redirect(f"{reverse('appointments:stops')}?month={day:%Y-%m}")


def _say(request: HttpRequest, error: ValidationError) -> None:
    for text in error.messages:
        messages.error(request, text)


@require_safe
@never_cache
def stops(request: SpaceRequest) -> HttpResponse | StreamingHttpResponse:
    today = timezone.localdate()
    month = read_day(f"{request.GET.get('month', '')}-01") or today.replace(day=1)
    lines = selectors.month_of_stops(month)
    if kind := asked(request):
        return download(
            request, kind, "stops", names=exports.STOP_NAMES, header=exports.stop_header(),
            rows=list(exports.stop_rows(lines)), as_of=timezone.now(),
        )  # fmt: skip
    first, last = selectors.month_bounds(month)
    one_day = dt.timedelta(days=1)
    return render(
        request,
        "appointments/stops.html",
        {
            "tab": "stops",
            "month": month,
            "month_name": month_label(month),
            "before": first - one_day,
            "after": last + one_day,
            "lines": [
                {"line": one, "is_past": one.stop.date <= today, "is_gone": one.stop.date < today} for one in lines
            ],
            "today": today,
            "whole": sum((one.sums for one in lines), selectors.Sums()),
        },
    )


@form_page
@never_cache
def stop_new(request: SpaceRequest) -> HttpResponse:
    may_add = _may_add_places(request)
    if request.method == "POST":
        form = NewStopForm(request.POST, may_add_places=may_add)
        if form.is_valid():
            try:
                planned = stop_services.plan_stops(planned_by_id=request.user.pk, **form.plan(), **form.facts())
            except ValidationError as error:
                form.add_problems(error)
            else:
                return _planned(request, planned)
    else:
        wanted = read_day(request.GET.get("day", ""))
        today = timezone.localdate()
        initial = {"series": new_series(), "date": wanted if wanted and wanted >= today else today, "repeat": "once"}
        form = NewStopForm(initial=initial, may_add_places=may_add)
    form.offer(selectors.places(), animators(space_id()), empty=_("Choose a place"))
    return _form_page(request, form, None)


def _form_page(
    request: SpaceRequest, form: StopForm, stop: Stop | None, differences: Sequence[Difference] = ()
) -> HttpResponse:
    back = reverse("appointments:stops") + (f"?month={stop.date:%Y-%m}" if stop else "")
    context = {"tab": "stops", "form": form, "stop": stop, "back": back, "differences": differences}
    return render(request, "appointments/stop_form.html", context)


def _planned(request: SpaceRequest, planned: stop_services.Planned) -> HttpResponseRedirect:
    number, first = len(planned.stops), planned.stops[0]
    text = ngettext("%(n)s stop is in the calendar.", "%(n)s stops are in the calendar.", number) % {"n": number}
    if planned.left_out:
        days = ", ".join(day_label(day) for day in planned.left_out)
        text += " " + _("Left out, because they are public holidays or closing days: %(days)s.") % {"days": days}
    success_with_undo(request, text, reverse("appointments:stops_withdraw", args=[first.series]))
    return _to_month(first.date)


@form_page
@never_cache
def stop_edit(request: SpaceRequest, pk: int) -> HttpResponse:
    """Whoever saves second sees both versions and chooses."""
    stop = _one(pk)
    sent = settled(request.POST, StopForm(stop=stop)) if request.method == "POST" else None
    form = StopForm(sent, stop=stop)
    differences: list[Difference] = []
    if form.is_bound and form.is_valid():
        changed = stop
        try:
            if is_undecided(request.POST):
                raise ChangedMeanwhile(stop)
            changed = stop_services.change_stop(stop=stop, seen=form.cleaned_data["version"], **form.facts())
        except ValidationError as error:
            form.add_problems(error)
        except ChangedMeanwhile as meanwhile:
            form.data = renewed(cast(QueryDict, form.data), meanwhile.stored)
            differences = _differences(form, meanwhile.stored)
        if not form.errors and not differences:
            messages.success(request, _("The stop is changed."))
            return _to_month(changed.date)
    form.offer(selectors.places(), animators(space_id()), stop)
    return _form_page(request, form, stop, differences)


def _differences(form: StopForm, stored: Stop) -> list[Difference]:
    theirs = StopForm(stop=stored)
    for one in (form, theirs):
        one.offer(selectors.places(), animators(space_id()), stored)
    return compare(form, theirs)


@form_page
@never_cache
def kit(request: SpaceRequest, pk: int) -> HttpResponse:
    """What to pack, ticked as it goes into the car; printed, boxes to tick by hand."""
    stop = _one(pk)
    if request.method == "POST":
        stop_services.set_packed(stop=stop, packed=request.POST.getlist("packed"))
        messages.success(request, _("The list is saved."))
        return redirect("appointments:kit", pk)
    return render(request, "appointments/kit.html", {"tab": "stops", "stop": stop, "kit": selectors.kit_lines(stop)})


@require_POST
def stop_held(request: SpaceRequest, pk: int) -> HttpResponse:
    stop = _one(pk)
    try:
        stop_services.hold_stop(stop=stop)
    except ValidationError as error:
        _say(request, error)
    else:
        again = reverse("appointments:stop_again", args=[pk])
        success_with_undo(request, _("The stop took place: %(place)s.") % {"place": stop.site.name}, again)
    return _to_month(stop.date)


@form_page
@never_cache
def stop_cancel(request: SpaceRequest, pk: int) -> HttpResponse:
    stop = _one(pk)
    form = CancelStopForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            gone = stop_services.cancel_stop(stop=stop, reason=form.cleaned_data["reason"])
        except ValidationError as error:
            form.add_problems(error)
        else:
            text = _("The stop is cancelled: %(reason)s.") % {"reason": gone.get_reason_display()}
            success_with_undo(request, text, reverse("appointments:stop_again", args=[pk]))
            return _to_month(stop.date)
    return render(request, "appointments/stop_cancel.html", {"tab": "stops", "form": form, "stop": stop})


@require_POST
def stop_again(request: SpaceRequest, pk: int) -> HttpResponse:
    stop = _one(pk)
    was_cancelled = stop.state == StopState.CANCELLED
    try:
        stop_services.plan_stop_again(stop=stop)
    except ValidationError as error:
        _say(request, error)
    else:
        messages.success(request, _("The stop is back.") if was_cancelled else _("The stop is planned again."))
    return _to_month(stop.date)


@require_POST
def stops_withdraw(request: SpaceRequest, series: uuid.UUID) -> HttpResponse:
    try:
        stop_services.withdraw_stops(series=series, person_id=actor_of(request).person_id)
    except ValidationError as error:
        _say(request, error)
    else:
        messages.success(request, _("The plan is undone."))
    return redirect("appointments:stops")


@require_safe
@never_cache
def places(request: SpaceRequest) -> HttpResponse | StreamingHttpResponse:
    """What came of each place over a while."""
    form = PeriodForm(request.GET or None)
    since, until = form.bounds()
    lines, whole = selectors.places_over(since, until)
    if kind := asked(request):
        return download(
            request, kind, "stop-places", names=exports.PLACE_NAMES, header=exports.place_header(),
            rows=list(exports.place_rows(lines)), as_of=timezone.now(),
        )  # fmt: skip
    if not form.is_bound:
        form = PeriodForm(initial={"since": since, "until": until})
    context = {"tab": "stops", "form": form, "since": since, "until": until, "lines": lines, "whole": whole}
    return render(request, "appointments/places.html", context)

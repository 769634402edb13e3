"""One date: who came, and what becomes of it when plans change."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from maillage.design.feedback import success_with_undo
from maillage.design.numbers import day_label
from maillage.design.two_versions import ChangedMeanwhile, compare, is_undecided, renewed, settled
from tenants.activity.selectors import animators
from tenants.activity.views import actor_of, space_id
from tenants.registry.middleware import SpaceRequest
from tenants.workshops import selectors
from tenants.workshops.enums import State
from tenants.workshops.forms import AttendanceForm, CancelForm, DateForm, MoveForm
from tenants.workshops.models import SeriesDate
from tenants.workshops.registrations.selectors import came_to, expected_at
from tenants.workshops.rules import check_may_change_attendance, may_change_attendance
from tenants.workshops.services import (
    cancel_date,
    change_date,
    delete_date,
    move_date,
    record_attendance,
    reopen_date,
)
from tenants.workshops.views import confirm, offered, plans

EMPTY_LINES = 8  # of a sheet to sign: for those who come without having registered


def _one(pk: int) -> SeriesDate:
    found: SeriesDate = get_object_or_404(selectors.dates(), pk=pk)
    return found


# --- who came ---------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def date(request: SpaceRequest, pk: int) -> HttpResponse:
    one = _one(pk)
    if request.method != "POST":
        return _date_page(request, one, _attendance_form(one))
    actor = actor_of(request)
    check_may_change_attendance(one, actor)
    form = _attendance_form(one, settled(request.POST, _attendance_form(one)))
    other: dict[str, Any] = {}
    if form.is_valid():
        try:
            if is_undecided(request.POST):
                raise ChangedMeanwhile(one)
            record_attendance(
                series_date=one,
                by=actor,
                recorded_by_id=request.user.pk,
                seen=form.cleaned_data["version"],
                present=form.cleaned_data["present"],
                **form.facts(),
            )
        except ValidationError as error:
            form.add_problems(error)
        except ChangedMeanwhile as meanwhile:
            other = _other_version(form, _attendance_form(meanwhile.stored), meanwhile.stored)
        if not form.errors and not other.get("differences"):
            messages.success(request, _("The attendance is saved."))
            return redirect("workshops:date", pk)
    return _date_page(request, _one(pk), form, other)


def _other_version(form: forms.Form, theirs: forms.Form, stored: SeriesDate) -> dict[str, Any]:
    """What is shown to who comes second; the form then answers to the version that stands now."""
    form.data = renewed(cast(QueryDict, form.data), stored)
    person = selectors.people_by_id([stored.recorded_by_id] if stored.recorded_by_id else [])
    by = next((each.name for each in person.values()), "")
    return {"differences": compare(form, theirs), "changed_by": by, "changed_at": stored.updated_at}


def _attendance_form(one: SeriesDate, data: Any = None) -> AttendanceForm:
    here = animators(space_id())
    known = {each.pk for each in here}
    gone = selectors.people_by_id(pk for pk in one.animators if pk not in known)
    return AttendanceForm(
        data, date=one, registrations=expected_at(one), came=came_to(one), people=[*here, *gone.values()]
    )


def _date_page(
    request: SpaceRequest, one: SeriesDate, form: AttendanceForm, other: dict[str, Any] | None = None
) -> HttpResponse:
    today = timezone.localdate()
    actor = actor_of(request)
    held = one.state == State.HELD
    context = {
        "date": one,
        "series": one.series,
        "where": selectors.where(one),
        "form": form,
        "registered": len(form.fields["present"].choices),  # type: ignore[attr-defined]
        "places": selectors.places_of([one.series])[one.series_id],
        "animators": selectors.names_of(one.animators),
        "margins": selectors.margin_lines(one.margins, one.total or 0) if held else [],
        "may_note": one.date <= today and one.state not in selectors.CALLED_OFF and may_change_attendance(one, actor),
        "is_coming": one.date > today,
        "may_plan": plans(request),
        "moved_from": SeriesDate.objects.filter(moved_to=one).first(),
        **(other or {}),
    }
    return render(request, "workshops/date.html", context)


# --- what becomes of it -----------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def change(request: SpaceRequest, pk: int) -> HttpResponse:
    one = _one(pk)
    sent = request.POST if request.method == "POST" else None

    def filled(date: SeriesDate, data: QueryDict | None = None) -> DateForm:
        sites, people = offered([one.site, date.site], [*one.animators, *date.animators])
        return DateForm(data, date=date, sites=sites, people=people)

    form = filled(one, None if sent is None else settled(sent, filled(one)))
    other: dict[str, Any] = {}
    if sent is not None and form.is_valid():
        try:
            if is_undecided(sent):
                raise ChangedMeanwhile(one)
            change_date(series_date=one, seen=form.cleaned_data["version"], **form.facts())
        except ValidationError as error:
            form.add_problems(error)
        except ChangedMeanwhile as meanwhile:
            other = _other_version(form, filled(meanwhile.stored), meanwhile.stored)
        if not form.errors and not other.get("differences"):
            messages.success(request, _("The date is changed."))
            return redirect("workshops:date", pk)
    return render(request, "workshops/date_form.html", {"form": form, "date": one, "series": one.series, **other})


@require_http_methods(["GET", "HEAD", "POST"])
def move(request: SpaceRequest, pk: int) -> HttpResponse:
    one = _one(pk)
    usual = {"date": None, "starts_at": one.starts_at, "ends_at": one.ends_at}
    form = MoveForm(request.POST if request.method == "POST" else None, initial=usual)
    if form.is_bound and form.is_valid():
        said = form.cleaned_data
        try:
            new = move_date(
                series_date=one, reason=said["reason"], date=said["date"], starts_at=said["starts_at"],
                ends_at=said["ends_at"],
            )  # fmt: skip
        except ValidationError as error:
            form.add_problems(error)
        else:
            messages.success(request, _("Moved to %(day)s. Tell those who are registered.")
                             % {"day": day_label(new.date)})  # fmt: skip
            return redirect("workshops:series", one.series_id)
    return _called_off_page(request, one, form, _("Move this date"), _("Move it"))


@require_http_methods(["GET", "HEAD", "POST"])
def cancel(request: SpaceRequest, pk: int) -> HttpResponse:
    one = _one(pk)
    form = CancelForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            cancel_date(series_date=one, reason=form.cleaned_data["reason"])
        except ValidationError as error:
            form.add_problems(error)
        else:
            success_with_undo(request, _("The date is cancelled. Tell those who are registered."),
                              reverse("workshops:date_reopen", args=[pk]))  # fmt: skip
            return redirect("workshops:series", one.series_id)
    return _called_off_page(request, one, form, _("Cancel this date"), _("Cancel the date"))


def _called_off_page(request: SpaceRequest, one: SeriesDate, form: Any, title: str, action: str) -> HttpResponse:
    names: Sequence[str] = [each.name for each in expected_at(one)]
    context = {"date": one, "series": one.series, "form": form, "title": title, "action": action, "names": names}
    return render(request, "workshops/call_off.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def reopen(request: SpaceRequest, pk: int) -> HttpResponse | HttpResponseRedirect:
    """A cancelled date is planned again with one tap; what was noted of a held one is asked about first."""
    one = _one(pk)
    if request.method == "POST":
        try:
            reopen_date(series_date=one, by=actor_of(request))
        except ValidationError as error:
            for text in error.messages:
                messages.error(request, text)
        else:
            messages.success(request, _("The date is planned again."))
        return redirect("workshops:date", pk)
    return confirm(
        request,
        title=_("Take the attendance back?"),
        text=_("Who came is forgotten, and leaves the figures. The date is planned again."),
        action=_("Take it back"),
        back=reverse("workshops:date", args=[pk]),
        danger=True,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: SpaceRequest, pk: int) -> HttpResponse | HttpResponseRedirect:
    one = _one(pk)
    if request.method == "POST":
        try:
            delete_date(series_date=one)
        except ValidationError as error:
            for text in error.messages:
                messages.error(request, text)
            return redirect("workshops:date", pk)
        messages.success(request, _("The date is removed."))
        return redirect("workshops:series", one.series_id)
    return confirm(
        request,
        title=_("Remove this date?"),
        text=_(
            "For a date that was planned by mistake. If it was cancelled, say so instead: people are waiting for it."
        ),
        action=_("Remove"),
        back=reverse("workshops:date", args=[pk]),
        danger=True,
    )


@require_safe
def sheet(request: SpaceRequest, pk: int) -> HttpResponse:
    """To print and sign: first names and codes, and some empty lines."""
    one = _one(pk)
    context = {
        "date": one, "series": one.series, "where": selectors.where(one), "registrations": expected_at(one),
        "empty": range(EMPTY_LINES),
    }  # fmt: skip
    return render(request, "workshops/sheet.html", context)

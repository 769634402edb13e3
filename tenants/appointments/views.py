"""Appointments: a day and what became of it; one of them noted as a visit, corrected, cancelled."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from maillage.design.downloads import asked, download
from maillage.design.feedback import success_with_undo
from maillage.design.two_versions import ChangedMeanwhile, Difference, compare, is_undecided, renewed, settled
from maillage.reference.selectors import is_term, label_of, terms
from tenants.activity.rules import may_change
from tenants.activity.selectors import themes_by_habit
from tenants.activity.views import actor_of, space_id
from tenants.appointments import exports, selectors, services
from tenants.appointments.forms import (
    CancelForm,
    NoteForm,
    PersonForm,
    read_day,
)
from tenants.appointments.models import Appointment
from tenants.appointments.rules import in_words
from tenants.appointments.selectors import ONE_DAY
from tenants.registry.middleware import SpaceRequest

CHIPS = 6  # themes that are one tap
form_page = require_http_methods(["GET", "HEAD", "POST"])


@dataclass(frozen=True)
class Line:
    """An appointment as a page shows it. `form`: how it went, where it may be said."""

    one: Appointment
    title: str
    outcome: str
    form: NoteForm | None
    may_correct: bool

    @property
    def asks_theme(self) -> bool:
        return self.form is not None and not self.one.theme


def _line(request: SpaceRequest, one: Appointment, bound: NoteForm | None, today: dt.date) -> Line:
    visit = one.visit if one.noted else None
    waits = visit is None and not one.is_cancelled and one.date <= today
    form = bound if bound is not None else NoteForm(appointment=one) if waits else None
    return Line(
        one=one,
        title=in_words(one),
        outcome=label_of("outcome", visit.outcome) if visit else "",
        form=form,
        may_correct=visit is not None and may_change(visit, actor_of(request)),
    )


def one_of(pk: int) -> Appointment:
    return get_object_or_404(selectors.appointments(), pk=pk)


def _to_day(day: dt.date) -> HttpResponseRedirect:
    address = reverse("appointments:day")
    return redirect(address if day == timezone.localdate() else f"{address}?day={day:%Y-%m-%d}")


def say(request: HttpRequest, error: ValidationError) -> None:
    for text in error.messages:
        messages.error(request, text)


# --- a day ------------------------------------------------------------------------------------------------------


@require_safe
@never_cache
def day(request: SpaceRequest) -> HttpResponse | StreamingHttpResponse:
    shown = read_day(request.GET.get("day", "")) or timezone.localdate()
    if kind := asked(request):
        rows = exports.appointment_rows(selectors.appointments_of_day(shown))
        return download(
            request, kind, "appointments", names=exports.APPOINTMENT_NAMES, header=exports.appointment_header(),
            rows=list(rows), as_of=timezone.now(),
        )  # fmt: skip
    return _day_page(request, shown, **_tapped(request))


def _tapped(request: SpaceRequest) -> dict[str, Any]:
    """A theme was tapped on the line of an appointment that has none: it opens with it, and an outcome saves."""
    theme, wanted = request.GET.get("theme", ""), request.GET.get("open", "")
    if not is_term("theme", theme) or not wanted.isascii() or not wanted.isdigit() or len(wanted) > 18:
        return {}
    one = selectors.appointments().filter(pk=int(wanted), theme="").first()
    waits = one is not None and not one.noted and not one.is_cancelled and one.date <= timezone.localdate()
    return {"bound": NoteForm(appointment=one, theme=theme), "of": one.pk} if one is not None and waits else {}


def _day_page(
    request: SpaceRequest, shown: dt.date, bound: NoteForm | None = None, of: int | None = None
) -> HttpResponse:
    today = timezone.localdate()
    found = selectors.appointments_of_day(shown)
    forgotten = selectors.to_note(today) if shown == today else []

    def lines(rows: Sequence[Appointment]) -> list[Line]:
        return [_line(request, one, bound if one.pk == of else None, today) for one in rows]

    shown_lines, late = lines(found), lines(forgotten)
    asks = any(line.asks_theme for line in (*shown_lines, *late))
    return render(
        request,
        "appointments/day.html",
        {
            "chips": [(code, label_of("theme", code)) for code in themes_by_habit(today)[:CHIPS]] if asks else [],
            "tab": "day",
            "day": shown,
            "is_today": shown == today,
            "before": shown - ONE_DAY,
            "after": shown + ONE_DAY,
            "lines": shown_lines,
            "forgotten": late,
            "outcomes": [{"code": one.code, "label": label_of("outcome", one.code)} for one in terms("outcome")],
            "open_line": of,
            "form": bound,
            "several_sites": len({one.site_id for one in found}) > 1,
        },
    )


@require_POST
@never_cache
def note(request: SpaceRequest, pk: int) -> HttpResponse:
    """An outcome was tapped: the visit is saved. A second tap finds it saved."""
    one = one_of(pk)
    form = NoteForm(request.POST, appointment=one)
    if form.is_valid():
        said = form.cleaned_data
        try:
            visit = services.note_visit(
                appointment=one, by=actor_of(request), outcome=said["outcome"], theme=said["theme"],
                minutes=said["minutes"],
            )  # fmt: skip
        except ValidationError as error:
            form.add_problems(error)
        else:
            parts = [label_of("theme", code) for code in visit.themes] + [label_of("outcome", visit.outcome)]
            text = _("Visit saved: %(what)s") % {"what": " · ".join(parts)}
            success_with_undo(request, text, reverse("appointments:take_back", args=[pk]))
            return _to_day(_page_of(request, one))
    return _day_page(request, _page_of(request, one), form, pk)


def _page_of(request: HttpRequest, one: Appointment) -> dt.date:
    """The day on whose page the button was; without one, where this appointment stands: forgotten ones, on today's."""
    today = timezone.localdate()
    forgotten = today - selectors.LOOK_BACK <= one.date < today
    return read_day(request.POST.get("day", "")) or (today if forgotten else one.date)


@require_POST
def take_back(request: SpaceRequest, pk: int) -> HttpResponse:
    one = one_of(pk)
    services.take_visit_back(appointment=one, by=actor_of(request))
    messages.success(request, _("The visit is taken back. The appointment waits again."))
    return _to_day(_page_of(request, one))


# --- one of them ------------------------------------------------------------------------------------------------


@form_page
@never_cache
def change(request: SpaceRequest, pk: int) -> HttpResponse:
    """Whoever saves second sees both versions and chooses."""
    one = one_of(pk)
    sent = settled(request.POST, PersonForm(appointment=one)) if request.method == "POST" else None
    form = PersonForm(sent, appointment=one)
    differences: list[Difference] = []
    if form.is_bound and form.is_valid():
        try:
            if is_undecided(request.POST):
                raise ChangedMeanwhile(one)
            services.change(appointment=one, seen=form.cleaned_data["version"], **form.facts())
        except ValidationError as error:
            form.add_problems(error)
        except ChangedMeanwhile as meanwhile:
            form.data = renewed(cast(QueryDict, form.data), meanwhile.stored)
            differences = _differences(form, meanwhile.stored)
        if not form.errors and not differences:
            messages.success(request, _("The appointment is changed."))
            return _to_day(one.date)
    form.offer_people(selectors.animators(space_id()), one.animator)
    context = {
        "form": form,
        "differences": differences,
        "one": one,
        "title": in_words(one),
        "tab": "day",
        "is_open": not one.is_cancelled and not one.noted,
        "may_correct": one.visit is not None and one.noted and may_change(one.visit, actor_of(request)),
    }
    return render(request, "appointments/change.html", context)


def _differences(form: PersonForm, stored: Appointment) -> list[Difference]:
    theirs, people = PersonForm(appointment=stored), selectors.animators(space_id())
    for each in (form, theirs):
        each.offer_people(people, stored.animator)
    return compare(form, theirs)


@form_page
@never_cache
def cancel(request: SpaceRequest, pk: int) -> HttpResponse:
    one = one_of(pk)
    form = CancelForm(request.POST if request.method == "POST" else None, appointment=one)
    if form.is_bound and form.is_valid():
        try:
            gone = services.cancel(appointment=one, state=form.cleaned_data["state"])
        except ValidationError as error:
            form.add_problems(error)
        else:
            text = _("The appointment is cancelled: %(reason)s.") % {"reason": gone.get_state_display()}
            success_with_undo(request, text, reverse("appointments:restore", args=[pk]))
            return _to_day(_page_of(request, one))
    context = {"form": form, "one": one, "title": in_words(one), "tab": "day"}
    return render(request, "appointments/cancel.html", context)


@require_POST
def restore(request: SpaceRequest, pk: int) -> HttpResponse:
    one = one_of(pk)
    try:
        services.restore(appointment=one)
    except ValidationError as error:
        say(request, error)
    else:
        messages.success(request, _("The appointment is back."))
    return _to_day(_page_of(request, one))

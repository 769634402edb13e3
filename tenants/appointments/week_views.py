"""A week: what is free and who is expected, a time booked, an appointment moved."""

from __future__ import annotations

import datetime as dt

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, QueryDict, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from maillage.design.downloads import asked, download
from maillage.design.feedback import success_with_undo
from maillage.design.numbers import day_label
from tenants.activity.forms import new_key
from tenants.activity.selectors import themes_by_habit
from tenants.activity.views import actor_of, space_id
from tenants.appointments import exports, selectors, services
from tenants.appointments.forms import BookingForm, When, read_day, read_when
from tenants.appointments.models import Appointment
from tenants.appointments.rules import FURTHEST, in_words
from tenants.appointments.selectors import ONE_DAY, DaySheet
from tenants.appointments.views import CHIPS, form_page, one_of, say
from tenants.premises.models import Site
from tenants.premises.opening_hours import time_in_words
from tenants.registry.middleware import SpaceRequest

A_WEEK = 7 * ONE_DAY


def _at(one: Appointment) -> str:
    return _("%(day)s at %(time)s") % {"day": day_label(one.date), "time": time_in_words(one.starts)}


def bookable_sites() -> list[Site]:
    """Where appointments are given: open sites with a place."""
    sites = list(Site.objects.filter(retired_at__isnull=True).order_by("pk"))
    rules = selectors.rules(sites)
    return [site for site in sites if rules[site.pk].places]


def _chosen(sites: list[Site], wanted: str) -> Site | None:
    return next((one for one in sites if str(one.pk) == wanted), sites[0] if sites else None)


@require_safe
@never_cache
def week(request: SpaceRequest) -> HttpResponse | StreamingHttpResponse:
    today = timezone.localdate()
    monday = selectors.monday_of(read_day(request.GET.get("day", "")) or today)
    moving = _moving(request.GET.get("move", ""))
    sites = bookable_sites()
    site = _chosen(sites, request.GET.get("site", "") or (str(moving.site_id) if moving else ""))
    if kind := asked(request):
        of_week = selectors.appointments().filter(site=site, date__range=(monday, monday + 6 * ONE_DAY))
        return download(
            request, kind, "appointments", names=exports.APPOINTMENT_NAMES, header=exports.appointment_header(),
            rows=list(exports.appointment_rows(of_week)), as_of=timezone.now(),
        )  # fmt: skip
    sheets = (
        selectors.days_of(site, monday, monday + 6 * ONE_DAY, without=moving.pk if moving else None) if site else []
    )
    return render(
        request,
        "appointments/week.html",
        {
            "tab": "week",
            "today": today,
            "monday": monday,
            "sunday": monday + 6 * ONE_DAY,
            "before": monday - A_WEEK,
            "after": monday + A_WEEK,
            "is_this_week": monday <= today < monday + A_WEEK,
            "sites": sites,
            "site": site,
            "days": [_day_of_week(sheet, today) for sheet in sheets],
            "never_open": bool(sheets) and not any(sheet.slots.is_open for sheet in sheets),
            "moving": moving,
            "moving_title": in_words(moving) if moving else "",
        },
    )


def _day_of_week(sheet: DaySheet, today: dt.date) -> dict[str, object]:
    return {
        "sheet": sheet,
        "day": sheet.day,
        "is_today": sheet.day == today,
        "is_past": sheet.day < today,
        "lines": [{"one": one, "title": in_words(one)} for one in sheet.appointments],
        "slots": [{"slot": slot, "when": str(When(sheet.day, slot.starts))} for slot in sheet.slots.free],
    }


def _moving(wanted: str) -> Appointment | None:
    if not wanted.isascii() or not wanted.isdigit() or len(wanted) > 18:
        return None
    found = selectors.appointments().filter(pk=int(wanted)).first()
    return found if found is not None and not found.is_cancelled and not found.noted else None


# --- a time booked ----------------------------------------------------------------------------------------------


@form_page
@never_cache
def book(request: SpaceRequest) -> HttpResponse:
    sites = bookable_sites()
    if request.method == "POST":
        form = BookingForm(request.POST)
        site = _chosen(sites, request.POST.get("site", ""))
        when = read_when(request.POST.get("when", ""))
        if form.is_valid():
            try:
                made = services.book(key=form.cleaned_data["key"], booked_by_id=request.user.pk, **form.facts())
            except ValidationError as error:
                form.add_problems(error)
            else:
                text = _("The appointment is booked: %(when)s.") % {"when": _at(made)}
                success_with_undo(request, text, reverse("appointments:withdraw", args=[made.pk]))
                return redirect(f"{reverse('appointments:week')}?day={made.date:%Y-%m-%d}&site={made.site_id}")
            _renew_key(form)
    else:
        site = _chosen(sites, request.GET.get("site", ""))
        when = read_when(request.GET.get("when", ""))
        form = BookingForm(
            initial={"key": new_key(), "site": site.pk if site else None, "when": str(when) if when else None}
        )
    _offer(form, site, when)
    context = {"form": form, "site": site, "tab": "week", "day": when.date if when else timezone.localdate()}
    return render(request, "appointments/book.html", context)


def _renew_key(form: BookingForm) -> None:
    """The key of this page has booked already: what is on it now is another appointment."""
    if form.has_error("__all__", "key_reused"):
        renewed = QueryDict(mutable=True)
        renewed.update(form.data)
        renewed["key"] = str(new_key())
        form.data = renewed


def _offer(form: BookingForm, site: Site | None, when: When | None) -> None:
    """The free times of the day that was tapped and of the week after it, and who works here."""
    form.offer_people(selectors.animators(space_id()))
    form.offer_themes(themes_by_habit(timezone.localdate())[:CHIPS])
    if site is not None:
        today = timezone.localdate()
        first = min(max(when.date, today), today + FURTHEST) if when else today
        form.offer_times(selectors.days_of(site, first, first + A_WEEK))


@require_POST
def withdraw(request: SpaceRequest, pk: int) -> HttpResponse:
    one = one_of(pk)
    try:
        services.withdraw(appointment=one, by=actor_of(request))
    except ValidationError as error:
        say(request, error)
    else:
        messages.success(request, _("The booking is undone."))
    return redirect(f"{reverse('appointments:week')}?day={one.date:%Y-%m-%d}&site={one.site_id}")


# --- moved ------------------------------------------------------------------------------------------------------


@require_POST
def move(request: SpaceRequest, pk: int) -> HttpResponse:
    """A free slot of the week was tapped."""
    one = one_of(pk)
    when = read_when(request.POST.get("when", ""))
    site = _chosen(bookable_sites(), request.POST.get("site", ""))
    back = f"{reverse('appointments:week')}?move={pk}"
    if when is None or site is None:
        messages.error(request, _("Choose one of the times shown."))
        return redirect(back)
    try:
        moved = services.move(appointment=one, site_id=site.pk, date=when.date, starts=when.starts)
    except ValidationError as error:
        say(request, error)
        return redirect(f"{back}&day={when.date:%Y-%m-%d}&site={site.pk}")
    text = _("The appointment is moved: %(when)s.") % {"when": _at(moved)}
    success_with_undo(request, text, reverse("appointments:move_back", args=[pk]))
    return redirect(f"{reverse('appointments:week')}?day={moved.date:%Y-%m-%d}&site={moved.site_id}")


@require_POST
def move_back(request: SpaceRequest, pk: int) -> HttpResponse:
    one = one_of(pk)
    try:
        one = services.move_back(appointment=one)
    except ValidationError as error:
        say(request, error)
    else:
        messages.success(request, _("The appointment is back where it was: %(when)s.") % {"when": _at(one)})
    return redirect(f"{reverse('appointments:week')}?day={one.date:%Y-%m-%d}&site={one.site_id}")

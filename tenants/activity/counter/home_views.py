"""Home: three taps log a visit. The desk stands beside it, and is never in the way."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from maillage.design.numbers import day_label
from maillage.reference.selectors import label_of
from tenants.activity import selectors
from tenants.activity.counter.forms import (
    BETWEEN,
    AtHandForm,
    QuickVisitForm,
    UnfinishedForm,
    as_day,
    obstacle_label,
    obstacle_parts,
)
from tenants.activity.counter.selectors import common_obstacles, desk_of, open_requests, open_sessions
from tenants.activity.counter.tables import OpenRequest, minutes_between
from tenants.activity.counter.work import Work, keep_open, log_at_counter, work_at_hand
from tenants.activity.forms import DayForm, new_key, offer_rows
from tenants.activity.models import CounterSession
from tenants.activity.views import actor_of, home_after, labels_of, renew_key, space_id
from tenants.registry.middleware import SpaceRequest

BIG_TILES = 9  # one for each digit of the keyboard
LETTERS = "abcdef"  # one for each obstacle
DETAILS = ("date", "mode", "site", "animator")


@dataclass(frozen=True)
class Tile:
    code: str
    label: str
    key: str
    checked: bool


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def home(request: SpaceRequest) -> HttpResponse:
    if request.method != "POST":
        asked = DayForm(request.GET)
        day = asked.cleaned_data["day"] if asked.is_valid() else selectors.today()
        work = _work(request.GET)
        return _page(request, day=day, work=Work() if work.is_over else work, saved="saved" in request.GET)
    if "more" in request.POST:
        return redirect(_whole_form_with(request))
    work = _work(request.POST)
    if "later" in request.POST:
        return _keep_open(request, work)
    form = QuickVisitForm(request.POST)
    if form.is_valid():
        try:
            visit = log_at_counter(
                key=form.cleaned_data["key"], work=work, by=actor_of(request), **form.facts(work.minutes)
            )  # fmt: skip
        except ValidationError as error:
            form.add_problems(error)
        else:
            return home_after(visit, saved="1")
        renew_key(form)
    return _page(request, day=form.cleaned_data.get("date") or selectors.today(), work=work, form=form)


def _work(said: Any) -> Work:
    """A page may be about a ticket, or about a help that wasn't finished."""
    asked = AtHandForm(said)
    return work_at_hand(**asked.cleaned_data) if asked.is_valid() else Work()


def _whole_form_with(request: SpaceRequest) -> str:
    """The address of the whole form, with what was tapped."""
    said: dict[str, Any] = {
        name: request.POST.get(name, "")[:40] for name in ("date", "minutes", "outcome", "site", "mode", "animator")
    }
    said["themes"] = [one[:40] for one in request.POST.getlist("theme")[:30]]
    parts = obstacle_parts(request.POST.get("obstacle", "")[:120])
    said |= dict(zip(("obstacle_provider", "obstacle_channel", "obstacle_kind"), parts, strict=True))
    said |= {name: request.POST.get(name, "")[:20] for name in ("ticket", "request")}
    return f"{reverse('activity:new')}?{urlencode({k: v for k, v in said.items() if v}, doseq=True)}"


def _keep_open(request: SpaceRequest, work: Work) -> HttpResponse:
    form = UnfinishedForm(request.POST)
    if form.is_valid():
        said = form.cleaned_data
        try:
            keep_open(
                key=said["key"], work=work, by=actor_of(request), site_id=said["site"], mode=said["mode"],
                themes=said["theme"], animator_id=said["animator"],
            )  # fmt: skip
        except ValidationError as error:
            form.add_problems(error)
        else:
            return redirect("home")
    return _page(request, day=form.cleaned_data.get("date") or selectors.today(), work=work, form=form)


def _page(
    request: SpaceRequest, *, day: dt.date, work: Work, form: QuickVisitForm | None = None, saved: bool = False
) -> HttpResponse:
    today = selectors.today()
    me = actor_of(request).person_id
    sites = selectors.open_sites()
    habits = selectors.habits(person_id=me, sites=sites)
    people = selectors.animators(space_id())
    sessions = open_sessions()
    running = _desk_here([one for one in sessions if one.date == today], habits.site_id)
    desk = desk_of(running, me) if running is not None else None
    if work.request is None and work.ticket is None and desk is not None and desk.mine:
        work = work_at_hand(ticket_id=desk.mine[0].pk, request_id=None)
    if form is None:
        here = {one.pk for one in people}
        form = QuickVisitForm(
            initial={
                "key": new_key(),
                "date": day,
                "minutes": work.minutes or habits.minutes,
                "mode": habits.mode,
                "site": running.site_id if running else habits.site_id,
                "animator": habits.animator_id if habits.animator_id in here else request.user.pk,
                **(_of_request(work.request) if work.request else {}),
            }
        )
    offer_rows(form, sites, people)
    themes = _tiles(form, "theme", selectors.themes_by_habit(today))
    undoable = habits.undoable
    return render(
        request,
        "activity/home.html",
        {
            "form": form,
            "sites": sites,
            "has_sites": bool(sites),
            "big_themes": themes[:BIG_TILES],
            "small_themes": themes[BIG_TILES:],
            "outcomes": _tiles(form, "outcome", [code for code, _label in form.fields["outcome"].choices]),  # type: ignore[attr-defined]
            "obstacles": _obstacles(form, today),
            "details": [form[name] for name in DETAILS],
            "details_open": any(form[name].errors for name in DETAILS),
            "proposed": _proposed(form),
            "usual_minutes": habits.minutes,
            "day": day,
            "is_today": day == today,
            "today": today,
            "yesterday": today - dt.timedelta(days=1),
            "day_form": None if day == today else DayForm(initial={"day": day}),
            "tally": selectors.tally_of_day(day),
            "saved": saved and undoable is not None,
            "undoable": undoable,
            "undoable_labels": labels_of(undoable) if undoable else {},
            "work": work,
            "resuming": work.request is not None,
            "work_in_form": work.since is not None and (work.request is not None or desk is None or not desk.mine),
            "proposed_minutes": form["proposed_minutes"].value() if form.is_bound else work.minutes,
            "desk": desk,
            "tap_key": new_key(),
            "forgotten": [one for one in sessions if one.date < today],
            "requests": _chips(work),
        },
    )


def _desk_here(sessions: list[CounterSession], site_id: int | None) -> CounterSession | None:
    """The open half-day of the site that one works at; else any that is open."""
    return next((one for one in sessions if one.site_id == site_id), sessions[0] if sessions else None)


def _of_request(request: OpenRequest) -> dict[str, Any]:
    return {"theme": request.themes, "mode": request.mode, "site": request.site_id, "animator": request.animator_id}


@dataclass(frozen=True)
class Chip:
    request: OpenRequest
    themes: str
    minutes: int


def _chips(work: Work) -> list[Chip]:
    """What isn't finished, but for what one is at."""
    at_hand = work.request.pk if work.request else None
    now = timezone.now()
    return [
        Chip(one, ", ".join(label_of("theme", code) for code in one.themes), minutes_between(one.started_at, now))
        for one in open_requests()
        if one.pk != at_hand
    ]


def _tiles(form: QuickVisitForm, field: str, codes: list[str]) -> list[Tile]:
    labels = dict(form.fields[field].choices)  # type: ignore[attr-defined]
    value = form[field].value()
    chosen = set(value) if isinstance(value, list | tuple) else {value}
    return [
        Tile(code, labels[code], str(number) if number <= BIG_TILES else "", code in chosen)
        for number, code in enumerate((code for code in codes if code in labels), start=1)
    ]


def _obstacles(form: QuickVisitForm, day: dt.date) -> list[Tile]:
    """The commonest ones here; and the one that was chosen on this page, should it be none of them any more.

    A short name each: where it was met is said only where that tells two apart.
    """
    chosen = str(form["obstacle"].value() or "")
    found = [BETWEEN.join(one) for one in common_obstacles(day)]
    found += [chosen] if chosen and chosen not in found else []
    short = [obstacle_label(provider, "", kind) for provider, _channel, kind in map(obstacle_parts, found)]
    return [
        Tile(one, text if short.count(text) == 1 else obstacle_label(*obstacle_parts(one)), letter, one == chosen)
        for one, text, letter in zip_longest(found, short, LETTERS[: len(found)], fillvalue="")
    ]


def _proposed(form: QuickVisitForm) -> list[dict[str, str]]:
    """What the closed part of the form would save, in words; the script keeps it true when it is changed."""
    day = as_day(form["date"].value())
    label = _("Today") if day == selectors.today() else day_label(day)
    found = [{"field": form["date"].auto_id, "text": label}]
    for name in ("mode", "site", "animator"):
        choices = dict(form.fields[name].widget.choices)
        chosen = choices.get(str(form[name].value() or ""), "")
        found.append({"field": form[name].auto_id, "text": str(chosen)})
    return found

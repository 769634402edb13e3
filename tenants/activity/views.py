"""The counter: log a visit in three taps, correct it, look it up, take it away as a table."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from maillage.design.feedback import success_with_undo
from maillage.design.numbers import day_label
from maillage.design.two_versions import ChangedMeanwhile, compare, is_undecided, renewed, settled
from maillage.reference.selectors import label_of
from tenants.activity import selectors
from tenants.activity.forms import DayForm, QuickVisitForm, VisitForm, new_key, offer_rows
from tenants.activity.models import Visit
from tenants.activity.rules import Actor, check_is_there, check_may_change
from tenants.activity.services import change_visit, delete_visit, record_visit, restore_visit, undo_last_visit
from tenants.registry.crossing import current_place
from tenants.registry.middleware import SpaceRequest

BIG_TILES = 9  # one for each digit of the keyboard


@dataclass(frozen=True)
class Tile:
    code: str
    label: str
    key: str
    checked: bool


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


def _home_after(visit: Visit, **said: str) -> HttpResponseRedirect:
    """Back to the counter, which stays on the day that one is entering."""
    query = said if visit.date == selectors.today() else {"day": visit.date.isoformat(), **said}
    return redirect(f"{reverse('home')}?{urlencode(query)}" if query else reverse("home"))


def _renew_key(form: QuickVisitForm | VisitForm) -> None:
    """The key of this page has saved a visit already: what is on it now is another one."""
    if form.has_error("__all__", "key_reused"):
        renewed = QueryDict(mutable=True)
        renewed.update(form.data)
        renewed["key"] = str(new_key())
        form.data = renewed


# --- home: three taps -------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def home(request: SpaceRequest) -> HttpResponse:
    today = selectors.today()
    if request.method != "POST":
        asked = DayForm(request.GET)
        day = asked.cleaned_data["day"] if asked.is_valid() else today
        return _home_page(request, day=day, saved="saved" in request.GET)
    form = QuickVisitForm(request.POST)
    if "more" in request.POST:
        said = {name: request.POST.get(name, "")[:40] for name in form.fields if name not in ("key", "theme")}
        said["themes"] = request.POST.get("theme", "")[:40]
        return redirect(f"{reverse('activity:new')}?{urlencode({k: v for k, v in said.items() if v})}")
    if form.is_valid():
        try:
            visit = record_visit(key=form.cleaned_data["key"], by=actor_of(request), **form.facts())
        except ValidationError as error:
            form.add_problems(error)
        else:
            return _home_after(visit, saved="1")
        _renew_key(form)
    typed = form.cleaned_data.get("date") if form.is_bound else None
    return _home_page(request, day=typed or today, form=form)


def _home_page(
    request: SpaceRequest, *, day: dt.date, form: QuickVisitForm | None = None, saved: bool = False
) -> HttpResponse:
    today = selectors.today()
    sites = selectors.open_sites()
    habits = selectors.habits(person_id=actor_of(request).person_id, sites=sites)
    people = selectors.animators(space_id())
    if form is None:
        here = {one.pk for one in people}
        form = QuickVisitForm(
            initial={
                "key": new_key(),
                "date": day,
                "minutes": habits.minutes,
                "mode": habits.mode,
                "site": habits.site_id,
                "animator": habits.animator_id if habits.animator_id in here else request.user.pk,
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
            "has_sites": bool(sites),
            "big_themes": themes[:BIG_TILES],
            "small_themes": themes[BIG_TILES:],
            "outcomes": _tiles(form, "outcome", [code for code, _label in form.fields["outcome"].choices]),  # type: ignore[attr-defined]
            "details": [form[name] for name in ("date", "mode", "site", "animator")],
            "details_open": any(form[name].errors for name in ("date", "mode", "site", "animator")),
            "proposed": _proposed(form),
            "day": day,
            "is_today": day == today,
            "yesterday": today - dt.timedelta(days=1),
            "day_form": None if day == today else DayForm(initial={"day": day}),
            "tally": selectors.tally_of_day(day),
            "saved": saved and undoable is not None,
            "undoable": undoable,
            "undoable_labels": labels_of(undoable) if undoable else {},
        },
    )


def _tiles(form: QuickVisitForm, field: str, codes: list[str]) -> list[Tile]:
    labels = dict(form.fields[field].choices)  # type: ignore[attr-defined]
    chosen = form[field].value()
    return [
        Tile(code, labels[code], str(number) if number <= BIG_TILES else "", code == chosen)
        for number, code in enumerate((code for code in codes if code in labels), start=1)
    ]


def _as_day(typed: Any) -> dt.date | None:
    if isinstance(typed, dt.date):
        return typed
    asked = DayForm({"day": typed})
    return asked.cleaned_data["day"] if asked.is_valid() else None


def _proposed(form: QuickVisitForm) -> list[dict[str, str]]:
    """What the closed part of the form would save, in words; the script keeps it true when it is changed."""
    day = form["date"].value()
    label = _("Today") if day in (selectors.today(), selectors.today().isoformat()) else day_label(_as_day(day))
    found = [{"field": form["date"].auto_id, "text": label}]
    for name in ("mode", "site", "animator"):
        choices = dict(form.fields[name].widget.choices)
        chosen = choices.get(str(form[name].value() or ""), "")
        found.append({"field": form[name].auto_id, "text": str(chosen)})
    return found


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
                return _home_after(visit, saved="1")
        _renew_key(form)
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
    return _home_after(visit)

"""Strokes on paper: a sheet to print, a form to type it in, rows to paste."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from maillage.design.feedback import success_with_undo
from maillage.reference.selectors import label_of, terms
from tenants.activity import selectors
from tenants.activity.counter.forms import obstacle_label
from tenants.activity.counter.hours import usual_half_day
from tenants.activity.counter.paste import Pasted, read_pasted
from tenants.activity.counter.selectors import common_obstacles, session_of_day, usual_minutes
from tenants.activity.counter.tables import TallySheet
from tenants.activity.counter.tally import record_sheet, undo_sheet
from tenants.activity.counter.tally_forms import USUAL_OUTCOME, PasteForm, TallyForm
from tenants.activity.forms import new_key, offer_rows
from tenants.activity.views import actor_of, space_id
from tenants.registry.middleware import SpaceRequest

BOXES = range(3)  # times five strokes


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def tally(request: SpaceRequest) -> HttpResponse:
    if request.method != "POST":
        return _page(request, _form(request, by_outcome="by_outcome" in request.GET))
    if "rows" in request.POST:
        return _pasted(request)
    form = _form(request, data=request.POST, by_outcome="by_outcome" in request.POST)
    if form.is_valid():
        try:
            saved = record_sheet(key=form.cleaned_data["key"], sheet=form.sheet(), by=actor_of(request))
        except ValidationError as error:
            form.add_problems(error)
            _renew_key(form, error)
        else:
            _say_saved(request, saved)
            return redirect("home")
    return _page(request, form)


def _renew_key(form: TallyForm, error: ValidationError) -> None:
    if getattr(error, "code", "") == "key_reused":
        renewed = QueryDict(mutable=True)
        renewed.update(form.data)
        renewed["key"] = str(new_key())
        form.data = renewed


def _form(request: SpaceRequest, *, by_outcome: bool, data: Any = None, pasted: Pasted | None = None) -> TallyForm:
    today = selectors.today()
    minutes, of_all = usual_minutes(today)
    sites = selectors.open_sites()
    people = selectors.animators(space_id())
    me = actor_of(request).person_id
    habits = selectors.habits(person_id=me, sites=sites)
    site = next((one for one in sites if one.pk == habits.site_id), None)
    noted = session_of_day(site.pk, today) if site else None
    starts, ends = (noted.starts_at, noted.ends_at) if noted else usual_half_day(site, today)
    form = TallyForm(
        data,
        themes=selectors.themes_by_habit(today),
        minutes=minutes,
        usual=of_all or habits.minutes,
        by_outcome=by_outcome,
        initial={
            "key": new_key(), "date": today, "site": habits.site_id, "mode": habits.mode, "animator": me,
            "outcome": USUAL_OUTCOME, "starts_at": starts, "ends_at": ends,
            **{f"n__{theme}": number for theme, number in (pasted.numbers if pasted else {}).items()},
        },
    )  # fmt: skip
    offer_rows(form, sites, people)
    return form


def _page(
    request: SpaceRequest, form: TallyForm, *, paste: PasteForm | None = None, pasted: Pasted | None = None
) -> HttpResponse:
    context = {"form": form, "paste": paste or PasteForm(), "pasted": pasted, "has_sites": bool(selectors.open_sites())}
    return render(request, "activity/tally.html", context)


def _pasted(request: SpaceRequest) -> HttpResponse:
    """What was read fills the form, to be looked at and saved there; what was not is named by its line."""
    paste = PasteForm(request.POST)
    pasted = read_pasted(paste.cleaned_data["rows"]) if paste.is_valid() else None
    return _page(request, _form(request, by_outcome=False, pasted=pasted), paste=paste, pasted=pasted)


def _say_saved(request: SpaceRequest, sheet: TallySheet) -> None:
    number = len(sheet.visits)
    text = ngettext("The sheet is saved: %(number)s visit.", "The sheet is saved: %(number)s visits.", number)
    success_with_undo(request, text % {"number": number}, reverse("activity:tally_undo", args=[sheet.pk]))


@require_POST
def tally_undo(request: SpaceRequest, pk: int) -> HttpResponse:
    sheet = get_object_or_404(TallySheet.objects.select_related("session"), pk=pk)
    try:
        undo_sheet(sheet=sheet, by=actor_of(request))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("The whole sheet is taken back."))
    return redirect("home")


@require_safe
def tally_sheet(request: SpaceRequest) -> HttpResponse:
    """On paper, for days without power: themes in this EPN's order, boxes by five."""
    today = selectors.today()
    context = {
        "themes": [label_of("theme", code) for code in selectors.themes_by_habit(today)],
        "outcomes": [label_of("outcome", term.code) for term in terms("outcome")],
        "obstacles": [obstacle_label(*one) for one in common_obstacles(today)],
        "boxes": BOXES,
    }
    return render(request, "activity/tally_sheet.html", context)

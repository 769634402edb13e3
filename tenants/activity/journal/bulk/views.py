"""Correct one fact of many visits: choose them in the journal, say what, see what would happen, do it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from maillage.design.numbers import number
from tenants.activity.journal.bulk.forms import BulkForm, selection_of
from tenants.activity.journal.bulk.planning import FIELDS, MOST_VISITS, plan
from tenants.activity.journal.bulk.services import correct_visits, take_back
from tenants.activity.journal.models import Correction
from tenants.activity.selectors import people_of_the_journal, sites_of_the_journal
from tenants.activity.undo import may_undo
from tenants.activity.views import actor_of, space_id
from tenants.registry.middleware import SpaceRequest

SHOWN = 5  # visits that are named for each reason
LAST = "correction"  # the session's key


@dataclass(frozen=True)
class LastCorrection:
    """What this person corrected last and may still take back, as their session knows it: the journal asks nobody."""

    pk: int
    visits: int
    at: dt.datetime


def last_correction(request: SpaceRequest) -> LastCorrection | None:
    kept = request.session.get(LAST)
    if not kept or kept[:2] != [space_id(), actor_of(request).person_id]:
        return None
    found = LastCorrection(pk=kept[2], visits=kept[3], at=dt.datetime.fromisoformat(kept[4]))
    return found if may_undo(by_id=kept[1], at=found.at, person_id=kept[1]) else None


def _form(said: QueryDict) -> BulkForm:
    asked = any(said.get(name) for name in BulkForm.base_fields) or "preview" in said
    return BulkForm(said if asked else None, sites=sites_of_the_journal(), people=people_of_the_journal())


@require_http_methods(["GET", "HEAD", "POST"])
def bulk(request: SpaceRequest) -> HttpResponse:
    said = request.POST if request.method == "POST" else request.GET
    selection = selection_of(said)
    many = selection.visits()
    count = many.count()
    form = _form(said)
    kept = [
        (name, value)
        for name, values in said.lists()
        for value in values
        if name not in (*BulkForm.base_fields, "csrfmiddlewaretoken", "preview", "before") and len(value) <= 200
    ]
    context = {"form": form, "count": count, "kept": kept, "most": MOST_VISITS, "too_many": count > MOST_VISITS}
    if count and count <= MOST_VISITS and form.is_bound and form.is_valid():
        what, value = form.chosen
        try:
            if request.method == "POST":
                correction, made = correct_visits(selection=selection, what=what, value=value, by=actor_of(request))
                _tell(request, correction, len(made.changes), len(made.refused))
                return redirect("activity:journal")
            made = plan(many.order_by("-date", "-pk"), what=what, value=value, actor=actor_of(request))
        except ValidationError as error:
            form.add_error(None, error)
        else:
            context |= {
                "plan": made,
                "what": FIELDS[what][1],
                "value": form.in_words,
                "chosen": [(name, form.data[name]) for name in form.fields if form.data.get(name)],
                "reasons": [(why, len(them), them[:SHOWN]) for why, them in made.reasons],
            }
    return render(request, "activity/bulk.html", context)


def _tell(request: SpaceRequest, correction: Correction | None, changed: int, refused: int) -> None:
    text = ngettext("%(n)s visit is corrected.", "%(n)s visits are corrected.", changed) % {"n": number(changed)}
    if refused:
        more = ngettext("%(n)s could not be.", "%(n)s could not be.", refused) % {"n": number(refused)}
        text = f"{text} {more}"
    if correction is None:
        messages.warning(request, text)
        return
    here = [space_id(), actor_of(request).person_id]
    request.session[LAST] = [*here, correction.pk, changed, correction.at.isoformat()]
    messages.success(request, text)


@require_POST
def undo(request: SpaceRequest, pk: int) -> HttpResponseRedirect:
    correction = get_object_or_404(Correction, pk=pk)
    request.session.pop(LAST, None)
    try:
        restored, left = take_back(correction=correction, by=actor_of(request))
    except ValidationError as error:
        for text in error.messages:
            messages.error(request, text)
        return redirect("activity:journal")
    text = ngettext("%(n)s visit is as it was.", "%(n)s visits are as they were.", restored) % {"n": number(restored)}
    if left:
        text += " " + ngettext(
            "%(n)s was changed meanwhile and stays.", "%(n)s were changed meanwhile and stay.", left
        ) % {"n": number(left)}
    messages.success(request, text)
    return redirect("activity:journal")

"""Deciding about an EPN's label, undoing it, asking for a re-check: the network's coordinator's."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Max
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from maillage.design.feedback import success_with_undo
from maillage.design.numbers import day_label
from network.cadastre.recognition import letters, services
from network.cadastre.recognition.enums import Verdict
from network.cadastre.recognition.forms import AskForm, DecisionForm, UndoForm, take_errors
from network.cadastre.recognition.models import Decision
from network.cadastre.recognition.selectors import last_decisions, papers_of, standings
from network.cadastre.recognition.sheets import application_sheet, decision_sheet
from network.cadastre.recognition.views import standing_of
from network.cadastre.recognition.words import failing, sheets_of

form_page = require_http_methods(["GET", "HEAD", "POST"])
A_YEAR = 365
USUAL_YEARS = 3  # from a decision to its re-check, unless the network says otherwise
WEEKS_TO_ANSWER = 4


def _in_years(day: dt.date, years: int) -> dt.date:
    return day.replace(year=day.year + years, day=min(day.day, 28))


@form_page
def decide(request: HttpRequest, epn_id: int) -> HttpResponse:
    one = standing_of(request, epn_id)
    today = timezone.localdate()
    number = Decision.objects.filter(epn_id=epn_id).aggregate(last=Max("number"))["last"] or 0
    labelled = one.labelled_since is not None
    form = DecisionForm(
        request.POST if request.method == "POST" else None,
        labelled=labelled,
        initial={
            "seen": number,
            "decided_on": today,
            "since": today,
            "until": today,
            "recheck_on": _in_years(today, USUAL_YEARS),
        },
    )
    if request.method == "POST" and form.is_valid():
        facts: dict[str, Any] = dict(form.cleaned_data)
        if not labelled:
            facts.setdefault("until", None)
        try:
            made = services.decide(
                epn_id=epn_id,
                standing=one,
                by_id=request.user.pk,
                by_name=request.user.name,  # type: ignore[union-attr]
                **facts,
            )
        except ValidationError as error:
            take_errors(form, error)
        else:
            letters.tell(
                epn_id=epn_id, network=request.space.name, verdict=made.verdict, decided_on=made.decided_on,  # type: ignore[attr-defined]
            )  # fmt: skip
            said = _("%(epn)s: %(verdict)s.") % {"epn": one.member.name, "verdict": Verdict(made.verdict).label}
            success_with_undo(request, said, reverse("recognition:undo", args=[epn_id, made.number]))
            return redirect("recognition:epn", epn_id)
    papers = papers_of(epn_id)
    waiting = one.open if one.to_decide else None
    context = {
        "form": form,
        "name": one.member.name,
        "epn_id": epn_id,
        "labelled_since": one.labelled_since,
        "sheets": sheets_of(one.lines),
        "not_met": failing(one.lines),
        "application": application_sheet(waiting) if waiting else None,
        "looked_at": [each for each in papers.inspections if each.is_done],
    }
    return render(request, "recognition/decide.html", context)


@form_page
def undo(request: HttpRequest, epn_id: int, number: int) -> HttpResponse:
    one = standing_of(request, epn_id)
    last = last_decisions([epn_id]).get(epn_id)
    if request.method == "POST":
        try:
            services.undo_decision(epn_id=epn_id, number=number, by_name=request.user.name)  # type: ignore[union-attr]
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        else:
            messages.success(request, _("The decision is undone. It stays in the history, marked so."))
        return redirect("recognition:epn", epn_id)
    if last is None or last.number != number:
        raise Http404
    sheet = decision_sheet(last)
    facts = {"verdict": sheet.label, "day": day_label(sheet.decided_on)}
    context = {
        "title": _("Undo the decision about %(epn)s?") % {"epn": one.member.name},
        "text": _("“%(verdict)s” of %(day)s: the label will be as it was before. The decision stays, marked as undone.")
        % facts,
        "action_label": _("Undo this decision"),
        "cancel_url": reverse("recognition:epn", args=[epn_id]),
        "danger": True,
        "form": UndoForm(),
    }
    return render(request, "components/confirm_page.html", context)


@form_page
def ask(request: HttpRequest, epn_id: int) -> HttpResponse:
    """Ask the EPN to say anew how it stands; its coordinators get a letter."""
    one = standing_of(request, epn_id)
    today = timezone.localdate()
    form = AskForm(
        request.POST if request.method == "POST" else None,
        initial={"due_on": today + dt.timedelta(weeks=WEEKS_TO_ANSWER)},
    )
    if request.method == "POST" and form.is_valid():
        due_on = form.cleaned_data["due_on"]
        try:
            services.ask_for_recheck(epn_id=epn_id, due_on=due_on)
        except ValidationError as error:
            take_errors(form, error)
        else:
            network = request.space.name  # type: ignore[attr-defined]
            sent = letters.ask(epn_id=epn_id, network=network, due_on=due_on)
            _say_sent(request, one.member.name, sent)
            return redirect("recognition:epn", epn_id)
    context = {
        "title": _("Ask %(epn)s for a re-check?") % {"epn": one.member.name},
        "text": _(
            "It says anew how it stands to the criteria, and signs. Its coordinators get a letter with the link."
        ),
        "action_label": _("Send the letter"),
        "cancel_url": reverse("recognition:epn", args=[epn_id]),
        "form": form,
    }
    return render(request, "components/confirm_page.html", context)


@form_page
def ask_due(request: HttpRequest) -> HttpResponse:
    """All those whose re-check is due and that weren't asked yet, with one day for all."""
    today = timezone.localdate()
    everybody = standings(request.space.pk)  # type: ignore[attr-defined]
    due = [one for one in everybody if one.is_to_be_asked(today)]
    form = AskForm(
        request.POST if request.method == "POST" else None,
        initial={"due_on": today + dt.timedelta(weeks=WEEKS_TO_ANSWER)},
    )
    if request.method == "POST" and form.is_valid():
        try:
            asked = services.ask_all_who_are_due(everybody, due_on=form.cleaned_data["due_on"])
        except ValidationError as error:
            take_errors(form, error)
        else:
            text = ngettext("%(n)s EPN is asked.", "%(n)s EPN are asked.", len(asked)) % {"n": len(asked)}
            messages.success(request, text)
            return redirect(f"{reverse('recognition:home')}?show=due")
    return render(request, "recognition/ask_due.html", {"form": form, "due": due})


def _say_sent(request: HttpRequest, name: str, sent: int) -> None:
    if sent:
        text = ngettext("%(epn)s is asked: %(n)s letter left.", "%(epn)s is asked: %(n)s letters left.", sent)
        messages.success(request, text % {"epn": name, "n": sent})
    else:
        text = _("%(epn)s is asked on its page, but no letter left: nobody coordinates it, or mail doesn't work.")
        messages.warning(request, text % {"epn": name})

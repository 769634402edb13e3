"""A report as its funder reads it: every version that was sent, what happened to it, and what the reviewer decides."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms import Form
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from maillage.design.downloads import asked
from maillage.design.feedback import success_with_undo
from network.reports.deciding import accept, comment, refuse, send_back, undo_decision
from network.reports.enums import Format, State
from network.reports.models import Report
from network.reports.papers.differences import as_file, asked_for, context_of
from network.reports.papers.serving import file_of, file_response
from network.reports.selectors import content_of_frozen, last_word, steps_of, version_at, versions_of
from network.reports.space.report_forms import ACCEPT, REFUSE, CommentForm, DecisionForm
from network.reports.space.reports import may_be_undone, report_of
from network.reports.space.views import about, asked_whose
from network.reports.space.whose import Whose
from network.reports.space.words import state_kind, state_words
from network.reports.steps import By
from tenants.registry.crossing import path_of
from tenants.registry.middleware import SpaceRequest


def _report(request: SpaceRequest, pk: int) -> tuple[Whose, Report]:
    who = asked_whose(request)
    found = report_of(who, pk)
    if found is None:
        raise Http404
    return replace(who, funder=found.pack_version.pack.funder), found


@require_safe
@never_cache
def report(request: SpaceRequest, pk: int) -> HttpResponse:
    """The last version that was sent."""
    who, found = _report(request, pk)
    return _shown(request, who, found)


@require_safe
@never_cache
def version(request: SpaceRequest, pk: int, number: int) -> HttpResponse:
    """One version, as it was sent."""
    who, found = _report(request, pk)
    return _shown(request, who, found, number)


@require_safe
@never_cache
def file(request: SpaceRequest, pk: int, number: int, kind: str) -> HttpResponseBase:
    """The kept bytes of a version that was sent, under the name that it was sent with."""
    _who, found = _report(request, pk)
    frozen = version_at(found, number, sent=True)
    kept = file_of(frozen, kind) if frozen is not None else None
    if frozen is None or kept is None:
        raise Http404
    frozen.report.title = content_of_frozen(frozen).title
    return file_response(request, frozen, kept, path_of(request.space))  # type: ignore[arg-type]


@require_safe
@never_cache
def differences(request: SpaceRequest, pk: int, number: int) -> HttpResponseBase:
    """What moved since, by what the releases say now, or between versions that were sent; never a live figure."""
    who, found = _report(request, pk)
    frozen = version_at(found, number, sent=True)
    if frozen is None:
        raise Http404
    form, compared = asked_for(request, frozen, for_funder=True)
    if kind := asked(request):
        return as_file(request, kind, frozen, compared)
    context = about(who, report=found, frozen=frozen, content=content_of_frozen(frozen))
    return render(request, "reports/space/differences.html", context | context_of(request, form, compared))


def _shown(request: SpaceRequest, who: Whose, found: Report, number: int | None = None, **forms: Form) -> HttpResponse:
    versions = versions_of(found, sent=True)
    shown = version_at(found, versions[0].number if number is None else number, sent=True)
    if shown is None:
        raise Http404
    content, last = content_of_frozen(shown), versions[0].number == shown.number
    seen, word = {"version": found.version}, last_word(found)
    context: dict[str, Any] = about(
        who,
        report=found,
        content=content,
        frozen=shown,
        files=[Format(one) for one in shown.files.order_by("pk").values_list("format", flat=True)],
        versions=versions,
        is_last=last,
        may_write_lines=False,
        steps=steps_of(found, for_funder=True),
        last_word=word if word is not None and word.number == shown.number else None,
        state=state_words(found.state),
        state_kind=state_kind(found.state),
        may_decide=who.may_decide and last and found.state == State.SENT,
        may_comment=who.may_decide and last,
        may_undo=who.may_decide and last and may_be_undone(found),
        decision_form=DecisionForm(initial=seen),
        comment_form=CommentForm(initial=seen),
    )
    return render(request, "reports/space/report.html", context | forms)


def _by(request: SpaceRequest) -> By:
    return By(request.user.pk, str(request.user), for_funder=True)


def _refused(request: SpaceRequest, who: Whose, pk: int, error: ValidationError, name: str, form: Any) -> HttpResponse:
    """Said in the form, which keeps what was written; it now carries the version that stands on the page."""
    told = error.message_dict if hasattr(error, "error_dict") else {"": error.messages}
    for field, texts in told.items():
        form.add_error("comment" if field else None, texts)
    found = report_of(who, pk)
    if found is None:
        raise Http404
    form.data = form.data.copy()
    form.data["version"] = str(found.version)
    return _shown(request, who, found, **{name: form})


@require_POST
@never_cache
def decide(request: SpaceRequest, pk: int) -> HttpResponse:
    """Accept, send back or refuse. What is missing, or what somebody else decided meanwhile, is said in the form."""
    who, found = _report(request, pk)
    form = DecisionForm(request.POST)
    if not form.is_valid():
        return _shown(request, who, found, decision_form=form)
    said = form.cleaned_data
    how: dict[str, Any] = {"pk": pk, "by": _by(request), "version": said["version"]}
    try:
        if said["decision"] == ACCEPT:
            accept(comment=said["comment"], **how)
            text = _("The report is accepted. The network gets a letter.")
        elif said["decision"] == REFUSE:
            refuse(reason=said["comment"], **how)
            text = _("The report is refused. The network gets a letter.")
        else:
            send_back(comment=said["comment"], **how)
            text = _("The report is sent back. The network gets a letter.")
    except ValidationError as error:
        return _refused(request, who, pk, error, "decision_form", form)
    success_with_undo(request, text, reverse("funder:undo", args=[pk]))
    return redirect(f"{reverse('funder:report', args=[pk])}{who.query}")


@require_POST
@never_cache
def say(request: SpaceRequest, pk: int) -> HttpResponse:
    who, found = _report(request, pk)
    form = CommentForm(request.POST)
    if not form.is_valid():
        return _shown(request, who, found, comment_form=form)
    try:
        comment(pk=pk, comment=form.cleaned_data["comment"], by=_by(request))
    except ValidationError as error:
        return _refused(request, who, pk, error, "comment_form", form)
    messages.success(request, _("Your comment is there. The network gets a letter."))
    return redirect(f"{reverse('funder:report', args=[pk])}{who.query}#history")


@require_POST
@never_cache
def undo(request: SpaceRequest, pk: int) -> HttpResponseBase:
    who, found = _report(request, pk)
    if not may_be_undone(found):
        messages.error(request, _("This decision can't be taken back any more: the network has gone on since."))
        return redirect(f"{reverse('funder:report', args=[pk])}{who.query}")
    try:
        undo_decision(pk=pk, by=_by(request))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("The decision is taken back: the report waits for you again."))
    return redirect(f"{reverse('funder:report', args=[pk])}{who.query}")
